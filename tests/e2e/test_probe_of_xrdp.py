# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The probe against real RDP servers: xrdp in each configuration that gives another answer. Each test compares the whole record.

xrdp is not Windows: what is shown here is that the probe understands real handshakes. Without xrdp every test is skipped by name.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from ansible_collections.rdpops.health.plugins.module_utils._rdp import Depth, Scope, Special, probe_endpoint, probe_many
from ansible_collections.rdpops.health.plugins.module_utils._x509 import decode
from cryptography import x509

from demo import servers as demo_servers
from demo.servers import DEMO_SERVERS, CertificateSpec, Servers, ServerSpec, find_xrdp
from tests.support.probing import without_times
from tests.support.schemas import published_schema

SPECS = (
    *[ServerSpec(spec.name, spec.meaning, certificate=spec.certificate) for spec in DEMO_SERVERS],
    ServerSpec("rdp", "RDP security only", security_layer="rdp"),
    ServerSpec("negotiate", "TLS if asked for", security_layer="negotiate"),
    ServerSpec("negotiate-without-certificate", "silent downgrade", security_layer="negotiate", certificate=None),
    ServerSpec("wrong-key", "the key belongs to another certificate", key_matches=False),
    ServerSpec("tls12", "TLS 1.2 only", ssl_protocols="TLSv1.2"),
    ServerSpec("tls13", "TLS 1.3 only", ssl_protocols="TLSv1.3"),
    ServerSpec("tls10", "TLS 1.0 only", ssl_protocols="TLSv1", security_level_zero=True),
    ServerSpec("short-key", "RSA with 1024 bits", certificate=CertificateSpec(key="rsa1024"), security_level_zero=True),
    ServerSpec("short-key-refused", "its own TLS library refuses the key", certificate=CertificateSpec(key="rsa1024")),
    ServerSpec("old-signature", "signed with SHA-1", certificate=CertificateSpec(digest="sha1"), security_level_zero=True),
    ServerSpec("wrong-name", "made out to another name", certificate=CertificateSpec("other.example.test")),
    ServerSpec("elliptic", "EC P-256", certificate=CertificateSpec(key="ec")),
)

TLS_WORDS = {"rdp": "refused", "ssl": "required", "hybrid": "refused", "hybrid_ex": "refused"}
RDP_WORDS = {"rdp": "offered", "ssl": "refused", "hybrid": "refused", "hybrid_ex": "refused"}
NOTHING = {"rdp": "refused", "ssl": "refused", "hybrid": "refused", "hybrid_ex": "refused"}
UNTESTED = {"lowest": None, "highest": None, "versions": None}
NO_TLS = {"outcome": "not_reached", "version": None, "cipher": None, "alert": None, "certificate": None, "chain": None, **UNTESTED}
RESOLVED = {"step": "resolve", "outcome": "ok", "detail": "1 address"}
CONNECTED = {"step": "connect", "outcome": "ok", "detail": ""}
NO_NLA = " Network Level Authentication is not available."
Record = dict[str, Any]  # Any: a JSON document


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Record]]:
    try:
        find_xrdp()
    except demo_servers.ServersError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("xrdp")
    with Servers(SPECS, folder) as found:
        yield {server["name"]: {**server, "folder": folder / server["name"]} for server in found}


def probed(server: Record) -> Record:
    found = probe_endpoint(server["host"], server["port"])
    jsonschema.Draft202012Validator(published_schema("probe")).validate(found)
    return found


def chosen(selected: int, name: str) -> tuple[Record, Record]:
    """Return step and answer of a negotiation in which xrdp chose a protocol."""
    answer = {"kind": "response", "selected": selected, "selected_name": name, "flags": 1, "flag_names": ["EXTENDED_CLIENT_DATA_SUPPORTED"]}
    return {"step": "negotiate", "outcome": "ok", "detail": f"chose {name}"}, {**answer, "code": None, "code_name": None}


def refused(code: int, name: str) -> tuple[Record, Record]:
    """Return step and answer of a negotiation that xrdp refused."""
    answer = {"kind": "failure", "selected": None, "selected_name": None, "flags": None, "flag_names": [], "code": code, "code_name": name}
    return {"step": "negotiate", "outcome": "failure", "detail": name}, answer


SSL = chosen(1, "SSL")
RDP = chosen(0, "RDP")
TLS_REQUIRED = refused(1, "SSL_REQUIRED_BY_SERVER")
NO_CERTIFICATE = refused(3, "SSL_CERT_NOT_ON_SERVER")


def expected(answers: tuple[tuple[Record, Record], ...], tls_step: Record | None = None, **rest: Any) -> Record:
    """Return the whole record of a probe, times left out."""
    connections = []
    for requested, (step, answer) in zip((11, 1, 0), answers, strict=True):
        steps = [RESOLVED, CONNECTED, step] if requested == 11 else [CONNECTED, step]
        if requested == 11 and tls_step is not None:
            steps.append({"step": "tls", **tls_step})
        connections.append({"requested": requested, "offer": "usual", "steps": steps, "answer": answer})
    always = {"schema": "rdpops.health/probe/1", "vantage": "controller", "credssp": None, "retried": None, "signatures": []}
    return {**always, "connections": connections, **rest}


def completed(tls: Record, answers: tuple[tuple[Record, Record], ...] = (SSL, SSL, TLS_REQUIRED), protocols: Record | None = None) -> Record:
    return expected(
        answers,
        {"outcome": "ok", "detail": ""},
        protocols=protocols or TLS_WORDS,
        nla="absent",
        tls=tls,
        ended_at="complete",
        symptom="reached_tls",
        sentence="completed the RDP negotiation and the TLS handshake." + NO_NLA,
    )


def served(server: Record) -> x509.Certificate:
    pem: bytes = (server["folder"] / "certificate.pem").read_bytes()
    return x509.load_pem_x509_certificate(pem)


@pytest.mark.parametrize(
    ("name", "version", "cipher"),
    [
        ("live-good", "TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        ("live-expired", "TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        ("tls12", "TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384"),
        ("tls13", "TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        ("tls10", "TLSv1", "ECDHE-RSA-AES256-SHA"),
        ("short-key", "TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        ("old-signature", "TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        ("wrong-name", "TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        ("elliptic", "TLSv1.3", "TLS_AES_256_GCM_SHA384"),
    ],
)
def test_a_server_with_tls(running: dict[str, Record], name: str, version: str, cipher: str) -> None:
    if version == "TLSv1" and not ssl.HAS_TLSv1:
        pytest.skip("the TLS library of this machine does not speak TLS 1.0 at all")
    found = probed(running[name])
    certificate = found["tls"]["certificate"]
    chain = [certificate] if sys.version_info >= (3, 10) else None
    tls = {"outcome": "ok", "version": version, "cipher": cipher, "alert": None, "certificate": certificate, "chain": chain, **UNTESTED}
    assert without_times(found) == completed(tls)
    on_the_wire = x509.load_der_x509_certificate(base64.b64decode(certificate["der"]))
    assert on_the_wire == served(running[name])


def test_a_server_that_leaves_the_choice_to_the_client(running: dict[str, Record]) -> None:
    found = probed(running["negotiate"])
    words = {"rdp": "offered", "ssl": "offered", "hybrid": "refused", "hybrid_ex": "refused"}
    assert without_times(found) == completed(found["tls"], (SSL, SSL, RDP), words)
    assert found["tls"]["version"] == "TLSv1.3"


@pytest.mark.parametrize("name", ["rdp", "negotiate-without-certificate"])
def test_a_server_that_never_takes_tls(running: dict[str, Record], name: str) -> None:
    assert without_times(probed(running[name])) == expected(
        (RDP, RDP, RDP),
        protocols=RDP_WORDS,
        nla="absent",
        tls=NO_TLS,
        ended_at="negotiate",
        symptom="legacy_answer",
        signatures=["never_refuses"],
        sentence="uses only RDP's own old security: TLS was offered to it and not taken." + NO_NLA,
    )


def test_a_server_whose_certificate_is_missing(running: dict[str, Record]) -> None:
    assert without_times(probed(running["live-refused"])) == expected(
        (NO_CERTIFICATE, NO_CERTIFICATE, NO_CERTIFICATE),
        protocols=NOTHING,
        nla="unknown",
        tls=NO_TLS,
        ended_at="negotiate",
        symptom="failure_3",
        sentence="has no usable certificate for TLS.",
    )


@pytest.mark.parametrize("name", ["wrong-key", "short-key-refused"])
def test_a_server_that_answers_tls_in_clear_text(running: dict[str, Record], name: str) -> None:
    assert without_times(probed(running[name])) == expected(
        (SSL, SSL, TLS_REQUIRED),
        {"outcome": "clear_text", "detail": "a clear-text RDP packet where TLS should begin"},
        protocols=TLS_WORDS,
        nla="absent",
        tls={**NO_TLS, "outcome": "clear_text"},
        ended_at="tls",
        symptom="tls_clear_text",
        signatures=["clear_text_after_tls"],
        sentence="agreed to TLS, but answered the TLS handshake in clear text: its certificate or key does not work." + NO_NLA,
    )


def test_all_servers_at_once(running: dict[str, Record]) -> None:
    probes = probe_many([(server["host"], server["port"]) for server in running.values()])
    assert {name: probe["symptom"] for name, probe in zip(running, probes, strict=True)} == {
        **dict.fromkeys(running, "reached_tls"),
        "live-refused": "failure_3",
        "rdp": "legacy_answer",
        "negotiate-without-certificate": "legacy_answer",
        "wrong-key": "tls_clear_text",
        "short-key-refused": "tls_clear_text",
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("live-good", "refused refused accepted accepted"),
        ("tls12", "refused refused accepted refused"),
        ("tls13", "refused refused refused accepted"),
        ("tls10", "accepted refused refused refused"),
        ("rdp", "not_testable not_testable not_testable not_testable"),
        ("wrong-key", "unknown unknown unknown unknown"),
    ],
)
def test_which_versions_of_tls_a_server_takes(running: dict[str, Record], name: str, words: str) -> None:
    found = probe_endpoint(running[name]["host"], running[name]["port"], scope=Scope(Depth.FULL))
    assert " ".join(found["tls"]["versions"].values()) == words


def test_special_requests_make_it_hang_up_and_change_nothing_else(running: dict[str, Record]) -> None:
    server = running["live-good"]
    found = probe_endpoint(server["host"], server["port"], scope=Scope(also_ask=tuple(Special)))
    assert [(one["what"], one["standing"], one["answer"]["kind"]) for one in found["also_asked"]] == [
        ("rdsaad", "refused", "disconnect"),
        ("redirected_authentication", "refused", "disconnect"),
    ]
    assert without_times(found) == without_times(probed(server))
    assert found["rests_on"] == {"symptom": 1, "rdp": 1, "ssl": 3, "hybrid": 1, "hybrid_ex": 1}


def test_what_the_certificates_say(running: dict[str, Record]) -> None:
    said = {}
    for name in ("live-good", "live-expired", "short-key", "old-signature", "wrong-name", "elliptic"):
        found = decode(base64.b64decode(probed(running[name])["tls"]["certificate"]["der"]), "rdp-demo")
        assert found is not None
        said[name] = (found["key"], found["signature"], found["name_matches"], found["self_signed"])
    assert said == {
        "live-good": ("RSA-2048", "sha256", True, True),
        "live-expired": ("RSA-2048", "sha256", True, True),
        "short-key": ("RSA-1024", "sha256", True, True),
        "old-signature": ("RSA-2048", "sha1", True, True),
        "wrong-name": ("RSA-2048", "sha256", False, True),
        "elliptic": ("EC-secp256r1", "sha256", True, True),
    }


def test_the_certificates_are_like_those_of_windows(running: dict[str, Record]) -> None:
    now = datetime.datetime.now(datetime.timezone.utc)
    good, expired = served(running["live-good"]), served(running["live-expired"])
    assert (good.not_valid_after_utc - good.not_valid_before_utc).days == 183
    assert good.not_valid_before_utc < now < good.not_valid_after_utc
    assert expired.not_valid_after_utc < now
    assert good.issuer == good.subject


def processes_in(folder: Path) -> list[int]:
    """Return the ids of processes whose command line names the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in (entry / "cmdline").read_bytes() and entry.name != str(os.getpid()):
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are counted in /proc, which this system does not have")
def test_the_demo_program_writes_an_inventory_and_leaves_nothing_behind(running: dict[str, Record], tmp_path: Path) -> None:
    del running  # only for its skip
    program = Path(demo_servers.__file__ or "")
    file = tmp_path / "live.yml"
    with subprocess.Popen([sys.executable, program, "--folder", tmp_path, "--inventory", file], stdout=subprocess.PIPE, text=True) as process:
        limit = time.monotonic() + 30
        while not file.exists() and process.poll() is None and time.monotonic() < limit:
            time.sleep(0.05)
        hosts = yaml.safe_load(file.read_text(encoding="utf-8"))["demo_live"]["hosts"]
        held = [probe_endpoint(host["rdp_health_endpoint"], host["rdp_health_port"])["symptom"] for host in hosts.values()]
        started = [number for number in processes_in(tmp_path) if number != process.pid]
        process.send_signal(signal.SIGTERM)
        said = process.stdout.read() if process.stdout else ""
    assert list(hosts) == ["live-good", "live-expired", "live-refused"]
    assert held == ["reached_tls", "reached_tls", "failure_3"]
    assert process.returncode == 0
    assert said.startswith("live-good: 127.")
    assert len(started) >= 3
    assert processes_in(tmp_path) == []


def test_without_xrdp_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    monkeypatch.setattr(demo_servers, "_SEARCH_PATH", str(tmp_path))
    assert demo_servers.main(["--folder", str(tmp_path / "servers")]) == 1
    assert capsys.readouterr().out.splitlines() == [demo_servers.NOT_INSTALLED]


def test_a_server_that_does_not_start_is_named_and_the_others_are_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "xrdp"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(demo_servers, "_SEARCH_PATH", str(tmp_path))
    with pytest.raises(demo_servers.ServersError, match=r"The server live-good did not answer; its log is .*xrdp\.log\."):
        demo_servers.start_demo_servers(tmp_path / "servers")
    demo_servers.stop_demo_servers()
