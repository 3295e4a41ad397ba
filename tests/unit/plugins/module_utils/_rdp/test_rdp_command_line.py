# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The probe without Ansible: ``python -m _rdp``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp.__main__ import main

from tests.support.hostile_servers import Peer, answering, sending, tls_server
from tests.support.probing import certificate_folder
from tests.support.rdp_bytes import failure, response

MODULE_UTILS = Path(__file__).resolve().parents[5] / "plugins" / "module_utils"


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    with Peer(sending(failure(3))) as peer:
        assert main(["--json", f"{peer.host}:{peer.port}"]) == 1
    probes = json.loads(capsys.readouterr().out)
    assert [probe["symptom"] for probe in probes] == ["failure_3"]
    assert probes[0]["vantage"] == "command line"


def test_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with Peer(answering({0x0B: response(8), 1: failure(5), 0: failure(5)}, tls_server(certificate_folder(tmp_path)))) as peer:
        assert main([f"{peer.host}:{peer.port}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("completed the RDP negotiation and the TLS handshake. Network Level Authentication is required.")
    assert any("0x0b  tls        ok" in line for line in lines)
    assert any("hybrid: required" in line and "nla: required" in line for line in lines)
    assert any("certificate SHA-1 " in line for line in lines)


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
