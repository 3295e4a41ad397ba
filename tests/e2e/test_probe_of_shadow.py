# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The probe against servers with Network Level Authentication: FreeRDP's shadow in each configuration, and weston. The whole record each time.

They are not Windows: what is shown is that the probe understands real CredSSP and NTLM. What is not installed is skipped by name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import Depth, Scope, probe_endpoint

from tests.support.probing import without_times
from tests.support.schemas import published_schema
from tests.support.shadow import NotHereError, ShadowSpec, display, shadow, weston

Record = dict[str, Any]  # Any: a JSON document
WITH_NLA = ("/sam-file:SAM", "+auth")
HYBRID, SSL, RDP = (2, "HYBRID"), (1, "SSL"), (0, "RDP")
FAIL_1, FAIL_2, FAIL_5 = (1, "SSL_REQUIRED_BY_SERVER"), (2, "SSL_NOT_ALLOWED_BY_SERVER"), (5, "HYBRID_REQUIRED_BY_SERVER")
CHALLENGE_FLAGS = 0xE2888297


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    try:
        with display() as name:
            yield name
    except NotHereError as error:
        pytest.skip(str(error))


def looked_at(port: int, scope: Scope | None = None) -> Record:
    found = probe_endpoint("127.0.0.1", port, scope=scope or Scope())
    jsonschema.Draft202012Validator(published_schema("probe")).validate(found)
    return found


def record_of(spec: ShadowSpec, screen: str, folder: Path) -> Record:
    """Return the record of one server, or skip by the name of what is missing."""
    try:
        with shadow(spec, screen, folder) as port:
            return looked_at(port)
    except NotHereError as error:
        pytest.skip(str(error))


def chosen(selected: tuple[int, str], flags: int, names: list[str]) -> tuple[Record, Record]:
    answer = {"kind": "response", "selected": selected[0], "selected_name": selected[1], "flags": flags, "flag_names": names, "code": None, "code_name": None}
    return {"step": "negotiate", "outcome": "ok", "detail": f"chose {selected[1]}"}, answer


def refused(code: tuple[int, str]) -> tuple[Record, Record]:
    answer = {"kind": "failure", "selected": None, "selected_name": None, "flags": None, "flag_names": [], "code": code[0], "code_name": code[1]}
    return {"step": "negotiate", "outcome": "failure", "detail": code[1]}, answer


def negotiated(word: tuple[int, str], flags: int = 3) -> tuple[Record, Record]:
    """Return step and answer: a name that ends as failures do is a refusal."""
    names = ["EXTENDED_CLIENT_DATA_SUPPORTED", "DYNVC_GFX_PROTOCOL_SUPPORTED"][: flags.bit_length()]
    return refused(word) if word[1].endswith("_SERVER") else chosen(word, flags, names)


def connections(words: tuple[tuple[int, str], ...], further: list[Record], flags: int = 3) -> list[Record]:
    """Return the three connections; ``further`` are the steps that the first one goes on with."""
    found = []
    for requested, word in zip((11, 1, 0), words, strict=True):
        step, answer = negotiated(word, flags)
        steps = [{"step": "connect", "outcome": "ok", "detail": ""}, step]
        if requested == 11:
            steps = [{"step": "resolve", "outcome": "ok", "detail": "1 address"}, *steps, *further]
        found.append({"requested": requested, "offer": "usual", "steps": steps, "answer": answer})
    return found


TLS_OK: Record = {"step": "tls", "outcome": "ok", "detail": ""}
CREDSSP_OK: Record = {"step": "credssp", "outcome": "ok", "detail": "CredSSP version 6, NTLM challenge"}
NO_TLS = {"outcome": "not_reached", **dict.fromkeys(("version", "cipher", "alert", "certificate", "chain", "lowest", "highest", "versions"))}
REACHED = "completed the RDP negotiation and the TLS handshake"


def expected(words: tuple[tuple[int, str], ...], standing: str, nla: str, seen: Record, **rest: Any) -> Record:
    """Return the whole record without times; TLS and names are taken from what was seen where they are the machine's own."""
    further = [TLS_OK] if seen["tls"]["outcome"] == "ok" else []
    if rest["symptom"] == "reached_credssp":
        further.append(CREDSSP_OK)
    return {
        "schema": "rdpops.health/probe/1",
        "vantage": "controller",
        "connections": connections(words, further, rest.pop("flags", 3)),
        "protocols": dict(zip(("rdp", "ssl", "hybrid", "hybrid_ex"), standing.split(), strict=True)),
        "nla": nla,
        "tls": seen["tls"],
        "retried": None,
        **rest,
    }


def credssp(name: str) -> Record:
    """Return what WinPR tells about a machine: its host name in both spellings, and always Windows 7."""
    names = {"netbios_domain": name.upper(), "netbios_computer": name.upper(), "dns_domain": name.lower(), "dns_computer": name.lower(), "dns_tree": None}
    told = {"outcome": "ok", "version": 6, "error_code": None, "mechanism": "ntlm", "names": names}
    return {**told, "os_build": "6.1.7601", "flags": CHALLENGE_FLAGS}


def host_name() -> str:
    return os.uname().nodename


def check_tls(seen: Record) -> None:
    assert (seen["tls"]["outcome"], seen["tls"]["version"]) == ("ok", "TLSv1.3")
    assert seen["tls"]["chain"] == ([seen["tls"]["certificate"]] if sys.version_info >= (3, 10) else None)


@pytest.mark.parametrize(
    ("options", "words", "standing", "nla", "said"),
    [
        (("/sec:nla", *WITH_NLA), (HYBRID, FAIL_5, FAIL_5), "refused refused required refused", "required", "is required."),
        (("+sec-nla", *WITH_NLA), (HYBRID, SSL, RDP), "offered offered offered refused", "optional", "is offered but not required."),
        (
            ("+sec-nla", "+sec-tls", "-sec-rdp", *WITH_NLA),
            (HYBRID, SSL, FAIL_1),
            "refused required offered refused",
            "optional",
            "is offered but not required.",
        ),
    ],
    ids=["required", "offered", "optional-with-tls"],
)
def test_with_network_level_authentication(
    screen: str, tmp_path: Path, options: tuple[str, ...], words: tuple[tuple[int, str], ...], standing: str, nla: str, said: str
) -> None:
    seen = record_of(ShadowSpec("nla", options), screen, tmp_path)
    assert without_times(seen) == expected(
        words,
        standing,
        nla,
        seen,
        credssp=credssp(host_name()),
        signatures=["freerdp"],
        ended_at="complete",
        symptom="reached_credssp",
        sentence=f"{REACHED}, and answered CredSSP with a challenge. Network Level Authentication {said}",
    )
    check_tls(seen)
    assert abs(seen["clock"]["skew_seconds"]) <= seen["clock"]["uncertainty_seconds"] + 0.05
    assert 0.5 <= seen["clock"]["uncertainty_seconds"] < 1.5  # it tells whole seconds only


def test_with_tls_alone(screen: str, tmp_path: Path) -> None:
    seen = record_of(ShadowSpec("tls", ("/sec:tls",)), screen, tmp_path)
    assert without_times(seen) == expected(
        (SSL, SSL, FAIL_1),
        "refused required refused refused",
        "absent",
        seen,
        credssp=None,
        signatures=[],
        ended_at="complete",
        symptom="reached_tls",
        sentence=f"{REACHED}. Network Level Authentication is not available.",
    )
    check_tls(seen)


@pytest.mark.parametrize(
    ("option", "words", "standing", "nla", "symptom", "signatures", "sentence"),
    [
        (
            "/sec:rdp",
            (FAIL_2, FAIL_2, RDP),
            "required refused refused refused",
            "absent",
            "failure_2",
            [],
            "refuses TLS: it allows only RDP's own old security. Network Level Authentication is not available.",
        ),
        (
            "/sec:ext",
            (FAIL_1, FAIL_1, FAIL_1),
            "refused refused refused refused",
            "unknown",
            "failure_1",
            ["refuses_what_it_demands"],
            "refused a request that offers TLS by saying that it requires TLS.",
        ),
    ],
)
def test_without_tls(
    screen: str, tmp_path: Path, option: str, words: tuple[tuple[int, str], ...], standing: str, nla: str, symptom: str, signatures: list[str], sentence: str
) -> None:
    seen = record_of(ShadowSpec("plain", (option, *WITH_NLA)), screen, tmp_path)
    rest = {"credssp": None, "signatures": signatures, "ended_at": "negotiate", "symptom": symptom, "sentence": sentence}
    assert without_times(seen) == expected(words, standing, nla, seen, **rest)
    assert seen["tls"] == NO_TLS
    assert seen["clock"] is None


@pytest.mark.skipif(os.geteuid() != 0, reason="a host name of its own needs root")
@pytest.mark.parametrize(("clock", "seconds"), [("-3h", -10800), ("+90m", 5400)])
def test_another_host_name_and_another_clock(screen: str, tmp_path: Path, clock: str, seconds: int) -> None:
    seen = record_of(ShadowSpec("other", ("/sec:nla", *WITH_NLA), "win-lab01", clock), screen, tmp_path)
    assert seen["credssp"] == credssp("win-lab01")
    assert seen["clock"]["skew_seconds"] == pytest.approx(seconds, abs=seen["clock"]["uncertainty_seconds"] + 0.05)


def test_every_version_and_several_tries(screen: str, tmp_path: Path) -> None:
    try:
        with shadow(ShadowSpec("full", ("/sec:nla", *WITH_NLA)), screen, tmp_path) as port:
            seen = looked_at(port, Scope(Depth.FULL, 3))
    except NotHereError as error:
        pytest.skip(str(error))
    assert seen["tls"]["highest"] == "TLSv1.3"
    assert seen["tls"]["versions"]["TLSv1.2"] == "accepted"
    assert {row["step"]: (row["tried"], row["lost"], row["failed"]) for row in seen["latency"]["steps"]}["credssp"] == (3, 0, 0)


def test_weston(tmp_path: Path) -> None:
    try:
        with weston(tmp_path) as port:
            seen = looked_at(port)
    except NotHereError as error:
        pytest.skip(str(error))
    assert without_times(seen) == expected(
        (SSL, SSL, RDP),
        "offered offered refused refused",
        "absent",
        seen,
        flags=1,
        credssp=None,
        signatures=[],
        ended_at="complete",
        symptom="reached_tls",
        sentence=f"{REACHED}. Network Level Authentication is not available.",
    )
    check_tls(seen)
