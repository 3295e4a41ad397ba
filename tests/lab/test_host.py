# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One lab host: what pywinrm and Ansible reach in it, how a module that hangs ends, and that nothing is left of it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import winrm

from tests.conftest import ROOT, collections_folder
from tests.lab import host as lab_hosts
from tests.lab.commands import END_SECONDS
from tests.lab.host import LabHost, lab_host, processes_of
from tests.lab.standins import LabError

KEEPER = """import pathlib, sys, time
from tests.lab.host import lab_host
with lab_host("three", "policy-off") as host:
    pathlib.Path(sys.argv[1]).write_text(str(host.wine.prefix))
    time.sleep(600)
"""


def session(host: LabHost) -> winrm.Session:
    where = f"https://127.0.0.1:{host.winrm.port}/wsman"
    return winrm.Session(where, auth=(host.winrm.user, host.winrm.password), transport="basic", ca_trust_path=str(host.authority))


def test_run_ps_answers(host: LabHost) -> None:
    """Given unmodified pywinrm and HTTPS with a certificate that it checks, when PowerShell text is run, then Windows answers."""
    answer = session(host).run_ps("[Environment]::OSVersion.Version.Build; [Environment]::MachineName; exit 7")
    facts = host.facts["os"]["data"]
    assert (answer.status_code, answer.std_out.decode().split()) == (7, [str(facts["build"]), facts["computer_name"]])


def test_a_host_sees_nothing_of_this_machine(host: LabHost) -> None:
    """Given an environment and a root of this machine, when the host looks, then neither is there."""
    said = session(host).run_ps("Test-Path Z:\\etc; $env:VIRTUAL_ENV; $env:PYTEST_CURRENT_TEST; $env:HOME; [IO.Directory]::GetFiles($HOME + '\\Desktop').Count")
    assert said.std_out.decode().split() == ["False", "0"]


def test_the_services_are_what_sc_says(host: LabHost) -> None:
    """Given stand-ins, when Wine's own program asks the service manager, then the states are those of the facts."""
    for name, facts in host.facts["services"]["data"].items():
        shown = host.wine.run("sc", "query", name).stdout.decode(errors="replace")
        assert {state for state in ("RUNNING", "STOPPED") if state in shown} == ({facts["state"].upper()} if facts["exists"] else set()), name


def test_the_module_answers_alone(host: LabHost, tmp_path: Path) -> None:
    """Given one subset asked for, when the module runs by the winrm connection in check mode, then that one is read and no other."""
    result = ansible(host, tmp_path, "rdpops.health.win_rdp_info", {"gather_subset": ["credssp"]}, "--check")
    subsets = result["snapshot"]["subsets"]
    assert subsets["credssp"]["data"]["AllowEncryptionOracle"]["value"] == 2
    assert {name for name, subset in subsets.items() if subset["status"] == "ok"} == {"credssp"}
    assert result["changed"] is False


def ansible(host: LabHost, folder: Path, module: str, arguments: dict[str, Any], *options: str) -> dict[str, Any]:
    """Run one module on the host and return its result."""
    inventory = folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"one": host.variables}}}), encoding="utf-8")
    command = [sys.executable, "-m", "ansible", "adhoc", "one", "-i", str(inventory), "-m", module, "-a", json.dumps(arguments), *options]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    own = {"ANSIBLE_COLLECTIONS_PATH": str(collections_folder()), "ANSIBLE_HOME": str(folder), "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, env=kept | own, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.startswith("one | "), done.stdout + done.stderr
    result: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return result


@pytest.mark.parametrize("how", ["signal", "delete"])
def test_an_engine_that_hangs_is_ended(host: LabHost, how: str) -> None:
    """Given an engine that sleeps, when the client signals or deletes, then its processes are gone within the bound."""
    before = engines(host)
    protocol = session(host).protocol
    shell = protocol.open_shell()
    command = protocol.run_command(shell, "powershell", ["-NoProfile", "-Command", "'ready'; [Threading.Thread]::Sleep(600000)"])
    said = b""
    while b"ready" not in said:
        said += protocol.get_command_output_raw(shell, command)[0]
    assert engines(host) - before
    started = time.monotonic()
    if how == "signal":
        protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)
    while engines(host) - before:
        assert time.monotonic() - started < END_SECONDS + 1
        time.sleep(0.05)


def engines(host: LabHost) -> set[int]:
    found = set()
    for pid in processes_of(host.wine.prefix):
        try:
            if b"pwsh" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(pid)
        except FileNotFoundError:
            continue
    return found


def test_a_host_leaves_nothing(lab: None) -> None:
    """Given a prepared template, when a host is started and ended, then no process and no folder of it is there."""
    with lab_host("two", "policy-off") as found:
        prefix = found.wine.prefix
        assert processes_of(prefix)
    assert processes_of(prefix) == []
    assert not prefix.parent.exists()


def test_a_host_ends_with_the_process_that_keeps_it(lab: None, tmp_path: Path) -> None:
    """Given a host kept up by a process, when that is killed without a chance to clean up, then the host ends all the same."""
    note = tmp_path / "prefix"
    process = subprocess.Popen([sys.executable, "-c", KEEPER, str(note)], env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True)
    limit = time.monotonic() + 60
    while not note.exists() or not note.read_text():
        assert process.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.05)
    prefix = Path(note.read_text())
    process.kill()
    process.wait()
    limit = time.monotonic() + 15
    while prefix.parent.exists() or processes_of(prefix):
        assert time.monotonic() < limit, processes_of(prefix)
        time.sleep(0.1)


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_a_host_that_did_not_come_up_is_made_again_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failures: int) -> None:
    """Given a host that could not be furnished, then it is ended and another is made, and said so; a second failure counts."""
    events: list[str] = []

    @contextlib.contextmanager
    def own_wine(*_ignored: object) -> Iterator[object]:
        events.append("up")
        try:
            yield object()
        finally:
            events.append("ended")

    def furnish(*_ignored: object) -> None:
        if events.count("up") <= failures:
            raise LabError("a service does not run")

    monkeypatch.setattr(lab_hosts, "_own_wine", own_wine)
    monkeypatch.setattr(lab_hosts, "furnish", furnish)
    expected = pytest.raises(LabError, match="twice: a service does not run") if failures > 1 else contextlib.nullcontext()
    told = pytest.warns(UserWarning, match="made again: a service does not run") if failures else contextlib.nullcontext()
    with expected, told, lab_hosts._furnished(tmp_path, tmp_path, {}, tmp_path):
        events.append("used")
    assert events == {0: ["up", "used", "ended"], 1: ["up", "ended", "up", "used", "ended"], 2: ["up", "ended", "up", "ended"]}[failures]


def test_a_state_that_does_not_exist_is_said(lab: None) -> None:
    with pytest.raises(LabError, match="there is no state 'nothing'; there are healthy,"), lab_host("x", "nothing"):
        raise AssertionError


def test_the_command_starts_lists_and_ends(lab: None, tmp_path: Path) -> None:
    """Given the command for people, when a host is brought up, listed and taken down, then it says what it did each time."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "tests.lab", *words], env=environment, capture_output=True, text=True, timeout=120, check=False)

    inventory = tmp_path / "inventory.json"
    name = f"t{os.getpid()}"
    up = run("up", name, "--state", "policy-off", "--inventory", str(inventory))
    try:
        assert up.returncode == 0, up.stderr
        assert up.stdout.startswith(f"{name} ansible_host='127.0.0.1'")
        assert json.loads(inventory.read_text())["lab"]["hosts"][name]["ansible_connection"] == "winrm"
        assert inventory.stat().st_mode & 0o077 == 0
        assert f"{name} " in run("list").stdout
        assert run("up", name).stderr.strip() == f"{name} is up already"
    finally:
        down = run("down", name)
    assert (down.returncode, down.stdout) == (0, "")
    assert name not in run("list").stdout
    assert "policy-off" in run("states").stdout
    assert run("up", "nowhere").stderr.startswith("there is no state 'nowhere'")
    assert run("down", name).stderr.strip() == f"not up: {name}"
