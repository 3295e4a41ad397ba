# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The probe without Ansible: ``python -m _rdp``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp.__main__ import main

from tests.support.hostile_servers import Peer, answering, credssp_server, sending, sending_inside
from tests.support.probing import certificate_folder
from tests.support.rdp_bytes import alert, av_pairs, challenge, failure, filetime, ntlm_challenge, response, ts_request

MODULE_UTILS = Path(__file__).resolve().parents[5] / "plugins" / "module_utils"


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    with Peer(sending(failure(3))) as peer:
        assert main(["--json", f"{peer.host}:{peer.port}"]) == 1
    probes = json.loads(capsys.readouterr().out)
    assert [probe["symptom"] for probe in probes] == ["failure_3"]
    assert probes[0]["vantage"] == "command line"


def test_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    then = credssp_server(certificate_folder(tmp_path), sending_inside(challenge((7, filetime(time.time() + 7200)))))
    with Peer(answering({0x0B: response(8), 1: failure(5), 0: failure(5)}, then)) as peer:
        assert main(["--tries", "2", "--depth", "full", f"{peer.host}:{peer.port}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("and answered CredSSP with a challenge. Network Level Authentication is required.")
    assert any("0x0b  tls        ok" in line for line in lines)
    assert any("hybrid: required" in line and "nla: required" in line for line in lines)
    assert any("certificate SHA-1 " in line for line in lines)
    assert any("TLSv1.2: accepted  TLSv1.3: accepted" in line for line in lines)
    assert any("CredSSP 6  Windows 10.0.20348  netbios_domain: CONTOSO" in line for line in lines)
    assert any(line.startswith(("  clock +72", "  clock +71")) for line in lines)
    assert any("credssp    2 tries  0 lost  0 failed" in line for line in lines)


def test_what_was_tried_once_more_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with Peer(answering({0x0B: response(8), 1: failure(5), 0: failure(5)}, sending(alert(40), lambda connection: None))) as peer:
        assert main([f"{peer.host}:{peer.port}"]) == 1
    assert "  once more with up_to_tls12 because of alert: alert" in capsys.readouterr().out.splitlines()


def test_what_was_asked_by_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with Peer(sending(failure(5))) as peer:
        main([f"{peer.host}:{peer.port}", "--depth", "quick", "--also-ask", "rdsaad", "--also-ask", "rdsaad"])
        assert len(peer.opened) == 2
    assert capsys.readouterr().out.splitlines().count("  rdsaad: refused") == 1


def test_hints_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with Peer(sending(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as peer:
        main([f"{peer.host}:{peer.port}"])
    assert "  hints: other_program" in capsys.readouterr().out.splitlines()


def test_bad_input_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["host:0"]) == 2
    assert main(["--tls-timeout", "0", "host"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 2


def test_it_runs_from_a_checkout_without_ansible() -> None:
    environment = {**os.environ, "PYTHONPATH": str(MODULE_UTILS), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-S", "-m", "_rdp", "--help"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "HOST[:PORT]" in done.stdout


def run(peer: Peer, *more: str, **settings: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(MODULE_UTILS), "PYTHONDONTWRITEBYTECODE": "1", **settings.pop("environment", {})}  # type: ignore[dict-item]
    command = [sys.executable, "-S", "-m", "_rdp", *more, f"{peer.host}:{peer.port}"]
    pipes = {"stdout": subprocess.PIPE, **settings}
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, **pipes)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", b"R\\xc4UBER-\\u96ea"), ("cp1252", b"R\xc4UBER-\\u96ea"), ("utf-8", "R\u00c4UBER-\u96ea".encode())])
def test_a_name_that_the_terminal_cannot_show_does_not_cost_the_results(tmp_path: Path, encoding: str, shown: bytes) -> None:
    names = ntlm_challenge(av_pairs((1, "R\u00c4UBER-\u96ea".encode("utf-16-le"))))
    then = credssp_server(certificate_folder(tmp_path), sending_inside(ts_request(names)))
    server = Peer(answering({0x0B: response(8), 1: failure(5), 0: failure(5)}, then))
    with server as peer, run(peer, environment={"PYTHONIOENCODING": encoding}) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert b"netbios_computer: " + shown in out


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    with Peer(sending(failure(3))) as peer:
        reading, writing = os.pipe()
        os.close(reading)
        with run(peer, stdout=writing) as process:
            os.close(writing)
            dummy, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_result_that_cannot_be_written_is_one_sentence() -> None:
    with Peer(sending(failure(3))) as peer, Path("/dev/full").open("wb") as full, run(peer, stdout=full) as process:
        dummy, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err == b"The result could not be written: No space left on device.\n"
