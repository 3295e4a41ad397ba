# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The replay connection reads its bundle once, and never more than that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.playbook.play_context import PlayContext
from ansible_collections.rdpops.health.plugins.connection import replay
from ansible_collections.rdpops.health.plugins.connection.replay import Connection

from tests.conftest import ROOT
from tests.support.bad_bundles import good_bundle
from tests.unit.plugins.plugin_utils._ansible.test_manifest import manifest

HEALTHY = ROOT / "demo" / "bundles" / "rds-healthy.json"
READER = "ansible_collections.rdpops.health.plugins.modules.win_rdp_info.ps1"


def connection(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> Connection:
    made = Connection(PlayContext())
    monkeypatch.setattr(made, "get_option", lambda name: str(path) if path and name == "bundle" else None)
    return made


def test_it_looks_like_windows_to_every_core(monkeypatch: pytest.MonkeyPatch) -> None:
    made = connection(monkeypatch, HEALTHY)
    assert made.module_implementation_preferences[0] == ".ps1"
    assert made.is_pipelining_enabled() is made.is_pipelining_enabled(wrap_async=True) is True
    assert made._shell._IS_WINDOWS is True


def test_the_reader_is_answered_and_the_file_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    load = replay.load_bundle
    monkeypatch.setattr(replay, "load_bundle", lambda path: (reads.append(path), load(path))[1])
    made = connection(monkeypatch, HEALTHY)
    for dummy in range(2):
        status, out, err = made.exec_command("PowerShell -EncodedCommand x", in_data=manifest(READER, {}))
        assert (status, err) == (0, b"")
        assert json.loads(out)["snapshot"]["subsets"]["listener"]["status"] == "ok"
    assert len(reads) == 1


def test_an_unreachable_host_fails_to_connect_in_the_words_of_its_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "dead.json"
    path.write_text(json.dumps(good_bundle()), encoding="utf-8")
    made = connection(monkeypatch, path)
    with pytest.raises(AnsibleConnectionFailure, match="connection refused"):
        made.exec_command("x", in_data=manifest(READER, {}))
    assert made.replay_bundle.unreachable == "connection refused"


@pytest.mark.parametrize("path", [None, Path("no", "such.json")])
def test_no_usable_bundle_is_one_sentence(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    with pytest.raises(AnsibleConnectionFailure) as caught:
        connection(monkeypatch, path).exec_command("x", in_data=b"")
    assert ("such.json" if path else "rdp_health_bundle") in str(caught.value)


def test_commands_and_files_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: Any = connection(monkeypatch, HEALTHY)
    for in_data in (None, b"", b"#!/usr/bin/python\n"):
        with pytest.raises(AnsibleError, match="runs no commands: only the module") as caught:
            made.exec_command("whoami", in_data=in_data)
        assert not isinstance(caught.value, AnsibleConnectionFailure)  # the host was reached; it does not do this
    for move in (made.put_file, made.fetch_file):
        with pytest.raises(AnsibleError, match="replayed host"):
            move(str(HEALTHY), str(tmp_path / "copy"))
    assert not list(tmp_path.iterdir())
