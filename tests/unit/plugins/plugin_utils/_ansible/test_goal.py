# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One goal of one task with scripted replies: three calls at most, nothing in check mode, one sentence where it cannot be had."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.replay import answer_call
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.simulated import SavedState
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import BASES
from ansible_collections.rdpops.health.plugins.plugin_utils._core.clock import format_time
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle

INFO, OPS = "rdpops.health.win_rdp_info", "rdpops.health.win_rdp_ops"
Change = Callable[[dict[str, Any]], None]


class Target:
    """A saved host that plays operations, with every call noted and any of them replaced."""

    def __init__(self, folder: Path, change: Change | None = None) -> None:
        bundle = load_bundle(BASES / "healthy.json")
        self.now = bundle.collected_at
        self._file = folder / "host.json"
        state = SavedState(self._file, bundle.snapshot or {})
        if change is not None:
            change(state.snapshot["subsets"])
            state.keep()
        self._original = dict(bundle.snapshot or {})
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.instead: dict[int, Any] = {}
        self.check_mode = False

    def execute(self, *, module_name: str, module_args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((module_name.rpartition(".")[2], module_args))
        reply = self.instead.get(len(self.calls))
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, dict):
            return reply
        call = SimpleNamespace(module=module_name, arguments=module_args, check_mode=self.check_mode)
        dummy, out, dummy = answer_call(call, self._original, now=self.now, kept_in=self._file)  # type: ignore[arg-type]
        answer = json.loads(out)
        return dict(reply(answer) if callable(reply) else answer)

    @property
    def modules(self) -> list[str]:
        return [name for name, dummy in self.calls]


def connection_of(target: Target) -> Any:
    bundle = SimpleNamespace(collected_at=target.now, client=None, probe=None, other_probes=())
    kind = type("Replayed", (), {"replay_bundle": bundle, "_shell": SimpleNamespace(tmpdir="unused", _IS_WINDOWS=True), "transport": "scripted"})
    return kind()


def run(target: Target, module: str, *, check_mode: bool = False, diff: bool = False, **arguments: Any) -> dict[str, Any]:
    """Run the module as a task of that host would."""
    target.check_mode = check_mode
    action = importlib.import_module(f"ansible_collections.rdpops.health.plugins.action.{module}").ActionModule(
        task=SimpleNamespace(args=arguments, async_val=0, check_mode=check_mode, diff=diff, action=module),
        connection=connection_of(target),
        play_context=SimpleNamespace(remote_addr="rds01"),
        loader=None,
        templar=None,
        shared_loader_obj=None,
    )
    action._execute_module = target.execute
    return dict(action.run(task_vars={"inventory_hostname": "rds01"}))


def drifted(subsets: dict[str, Any]) -> None:
    subsets["listener"]["data"]["values"]["UserAuthentication"]["local"].update(kind="REG_DWORD", value=0)


def in_use(subsets: dict[str, Any]) -> None:
    subsets["sessions"]["data"]["sessions"].append({"id": 2, "state": "active", "station": "RDP-Tcp#1", "user": None, "domain": None})


def glass(hours: float = 2) -> dict[str, str]:
    return {"owner": "jane", "reason": "vendor is on the phone", "expires_at": format_time(datetime.now(timezone.utc) + timedelta(hours=hours))}


def test_the_quartet(tmp_path: Path) -> None:
    """Given a drifted host, when it is checked, set and set again, then it is read, changed once, and left alone."""
    target = Target(tmp_path, drifted)
    checked = run(target, "win_rdp_listener", check_mode=True, diff=True, nla=True)
    assert (checked["changed"], checked["operations"][0]["status"], target.modules) == (True, "would_change", ["win_rdp_info"])
    assert checked["diff"][0]["before"] == "kind: REG_DWORD\nvalue: 0\n" and checked["journal"] is None
    changed = run(target, "win_rdp_listener", diff=True, nla=True)
    assert changed["changed"] is True and "failed" not in changed and target.modules[1:] == ["win_rdp_info", "win_rdp_ops", "win_rdp_info"]
    (told,) = changed["operations"]
    assert (told["status"], told["before"]["value"], told["after"]["value"], told["ran_where"]) == ("changed", 0, 1, "lab")
    assert changed["settings"]["UserAuthentication"]["value"] == 1  # as it is now
    assert target.calls[2][1]["again"] is True  # asked for by name
    assert changed["journal"] and changed["simulated"] is True and len(changed["diff"]) == 1
    again = run(target, "win_rdp_listener", nla=True)
    assert (again["changed"], again["operations"], again["journal"]) == (False, [], None)
    assert target.modules[4:] == ["win_rdp_info"]


def test_only_what_is_needed_is_read(tmp_path: Path) -> None:
    target = Target(tmp_path)
    run(target, "win_credssp_policy", oracle="mitigated")
    assert target.calls == [("win_rdp_info", {"gather_subset": ["os", "credssp"]})]


def test_what_stands_against_a_goal_is_one_sentence_and_nothing_is_done(tmp_path: Path) -> None:
    target = Target(tmp_path)
    result = run(target, "win_rdp_listener", nla=False)
    assert result["failed"] is True and result["changed"] is False and target.modules == ["win_rdp_info"]
    assert result["msg"].startswith("rdpops.health.win_rdp_listener: without Network Level Authentication") and result["msg"].endswith("break_glass.")
    assert result["refused"][0]["rule"] == "never_weaker" and result["operations"] == []
    assert run(target, "win_rdp_listener", check_mode=True, nla=False)["failed"] is True  # check mode tells the truth


def test_a_break_glass_goes_to_the_host_with_its_end(tmp_path: Path) -> None:
    target = Target(tmp_path)
    mark = glass()
    result = run(target, "win_rdp_listener", nla=False, break_glass=mark)
    assert result["changed"] is True and "failed" not in result
    assert target.calls[1][1]["break_glass"] == mark


def test_a_change_that_breaches_nothing_carries_no_mark(tmp_path: Path) -> None:
    """Given a break-glass beside a change that strengthens, then it is not marked: its end would take the repair back."""
    target = Target(tmp_path, drifted)
    result = run(target, "win_rdp_listener", nla=True, max_connections=7, break_glass=glass())
    assert result["changed"] is True and "break_glass" not in target.calls[1][1]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (glass(-1), "has passed"),
        (glass(100), "more than 72 hours"),
        ({**glass(), "owner": " "}, "owner is a line"),
        ({"owner": "x"}, "missing required arguments"),
    ],
)
def test_a_break_glass_that_is_none_is_refused_before_anything_is_read(tmp_path: Path, given: dict[str, str], words: str) -> None:
    target = Target(tmp_path)
    result = run(target, "win_rdp_listener", nla=False, break_glass=given)
    assert result["failed"] is True and words in result["msg"] and target.calls == []


@pytest.mark.parametrize(
    ("module", "arguments", "words"),
    [
        ("win_rdp_listener", {"port": 70000}, "port is 70000, expected 1 to 65535"),
        ("win_rdp_listener", {"security_layer": "none"}, "value of security_layer must be one of"),
        ("win_rdp_listener", {"colour": "red"}, "unsupported options: colour"),
        ("win_rdp_cert", {"state": "bound"}, "needs thumbprint"),
        ("win_rdp_cert", {"state": "bound", "thumbprint": "cert:\\my"}, "expected 40 hex digits"),
        ("win_rdp_cert", {"wait": 0}, "wait is 0, expected 1 to 120"),
        ("win_machinekeys", {"file": "..\\..\\x"}, "the folder itself is never moved"),
        ("win_machinekeys", {"file": "*"}, "expected the name of one key file"),
        ("win_termsrv_creds", {"targets": ["TERMSRV/*"]}, "there is no wildcard"),
        ("win_termsrv_creds", {"hosts": [""]}, "expected a host"),
        ("win_termsrv_creds", {"older_than_days": -1}, "older_than_days is -1"),
    ],
)
def test_bad_input_is_one_sentence_before_anything_is_read(tmp_path: Path, module: str, arguments: dict[str, Any], words: str) -> None:
    target = Target(tmp_path)
    result = run(target, module, **arguments)
    assert result["failed"] is True and words in result["msg"] and "\n" not in result["msg"] and target.calls == []
    assert result["msg"].startswith(f"rdpops.health.{module}: ") and "rdp_health_" not in result["msg"]


def test_a_thumbprint_is_taken_as_people_copy_it(tmp_path: Path) -> None:
    mine = "\u200efc bd 0d a6 79 68 f5 6c ef 8a b8 a8 10 21 d4 15 fa 35 8a 2c"
    given = {"state": "bound", "thumbprint": mine, "key_is_readable": True, "allow_connection_broker": True}
    result = run(Target(tmp_path), "win_rdp_cert", **given)
    assert (result["changed"], result["certificate"]["binding"]) == (True, "custom")
    assert result["restart_class"] == "session_env" and result["reboot_required"] is False


def test_people_are_not_cut_off_unasked(tmp_path: Path) -> None:
    target = Target(tmp_path, in_use)
    result = run(target, "win_rdp_service", state="restarted", services=["TermService"])
    assert result["failed"] is True and "disconnects 1 person" in result["msg"] and "allow_session_disconnect" in result["msg"]
    assert "rdp_health_" not in result["msg"] and target.modules == ["win_rdp_info"]
    agreed = run(target, "win_rdp_service", state="restarted", services=["TermService"], allow_session_disconnect=True)
    assert agreed["changed"] is True and target.calls[2][1]["consent"] == ["session_disconnect"]


def test_a_restart_of_windows_is_told(tmp_path: Path) -> None:
    result = run(Target(tmp_path), "win_credssp_policy", oracle="force_updated_clients", clients_are_patched=True)
    assert (result["changed"], result["restart_class"], result["reboot_required"], result["oracle"]) == (True, "reboot", True, "force_updated_clients")
    checked = run(Target(tmp_path / "x"), "win_credssp_policy", oracle="force_updated_clients", clients_are_patched=True, check_mode=True)
    assert (checked["changed"], checked["reboot_required"]) == (True, True)


def test_what_would_lock_out_is_refused_by_the_plan(tmp_path: Path) -> None:
    result = run(Target(tmp_path), "win_rdp_listener", port=3390)
    assert result["failed"] is True and "open the port first" in result["msg"]


@pytest.mark.parametrize(
    ("number", "reply", "words"),
    [
        (1, AnsibleConnectionFailure("no route"), "the host could not be read: no route"),
        (1, {"failed": True, "msg": "needs Windows 10"}, "needs Windows 10"),
        (2, AnsibleConnectionFailure("reset by peer"), "the next run settles it"),
        (2, {"failed": True, "msg": "The module could not start"}, "could not start"),
        (2, {"changed": False}, "cannot be used"),
        (3, AnsibleConnectionFailure("gone"), "holds what was there before"),
    ],
)
def test_a_connection_that_ends_is_a_sentence_at_every_call(tmp_path: Path, number: int, reply: Any, words: str) -> None:
    target = Target(tmp_path, drifted)
    target.instead[number] = reply
    result = run(target, "win_rdp_listener", nla=True)
    assert result["failed"] is True and words in result["msg"] and "\n" not in result["msg"] and len(target.calls) == number


def test_a_conflict_is_told_with_what_was_not_run(tmp_path: Path) -> None:
    target = Target(tmp_path, drifted)

    def conflict(answer: dict[str, Any]) -> dict[str, Any]:
        results = [{**entry, "status": "conflict", "message": "the value is 7"} for entry in answer["results"]]
        return {**answer, "changed": False, "results": results, "failed": True, "msg": "op1 is not as it was seen.", "journal": None, "failed_operation": "op1"}

    target.instead[2] = conflict
    result = run(target, "win_rdp_listener", nla=True)
    assert (result["failed"], result["changed"], result["operations"][0]["status"]) == (True, False, "conflict")
    assert result["msg"] == "rdpops.health.win_rdp_listener: op1 is not as it was seen." and len(target.calls) == 2


def test_a_change_that_the_host_does_not_show_fails(tmp_path: Path) -> None:
    target = Target(tmp_path, drifted)
    target.instead[3] = run_info_of(tmp_path / "other", drifted)
    result = run(target, "win_rdp_listener", nla=True)
    assert result["failed"] is True and result["changed"] is True and "still shows" in result["msg"] and result["journal"] in result["msg"]


def test_what_cannot_be_looked_at_afterwards_is_no_failure(tmp_path: Path) -> None:
    target = Target(tmp_path, drifted)

    def closed(subsets: dict[str, Any]) -> None:
        subsets["listener"].update(status="denied", kind="access_denied", data=None)

    target.instead[3] = run_info_of(tmp_path / "other", closed)
    assert "failed" not in run(target, "win_rdp_listener", nla=True)


def test_a_way_in_that_is_lost_is_taken_back(tmp_path: Path) -> None:
    target = Target(tmp_path, drifted)

    def lost(subsets: dict[str, Any]) -> None:
        subsets["services"]["data"]["TermService"]["state"] = "stopped"

    target.instead[3] = run_info_of(tmp_path / "other", lost)
    result = run(target, "win_rdp_listener", nla=True)
    assert result["failed"] is True and "taken back: TermService ran before" in result["msg"]
    assert [arguments.get("state") for name, arguments in target.calls if name == "win_rdp_ops"] == ["applied", "taken_back"]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (AnsibleConnectionFailure("gone"), "taking it back did not succeed whole"),
        ({"failed": True, "msg": "The module could not start"}, "could not start; journal"),
        (lambda answer: {**answer, "failed": True, "msg": "x", "journal": {**answer["journal"], "state": "partly_taken_back"}}, "did not succeed whole"),
    ],
)
def test_a_way_back_that_fails_is_told(tmp_path: Path, reply: Any, words: str) -> None:
    target = Target(tmp_path, drifted)

    def lost(subsets: dict[str, Any]) -> None:
        subsets["services"]["data"]["TermService"]["state"] = "stopped"

    target.instead = {3: run_info_of(tmp_path / "other", lost), 4: reply}
    result = run(target, "win_rdp_listener", nla=True)
    assert result["failed"] is True and result["changed"] is True and words in result["msg"]
    assert result["journal"] and result["journal"] in result["msg"] and "TermService ran before" in result["msg"]


def test_closing_one_way_by_name_closes_no_other(tmp_path: Path) -> None:
    """Given a listener that is switched off by name, when TermService stops along with it, then it is taken back all the same."""
    target = Target(tmp_path)

    def off(subsets: dict[str, Any]) -> None:
        subsets["listener"]["data"]["values"]["fDenyTSConnections"]["local"].update(kind="REG_DWORD", value=1)

    def off_and_stopped(subsets: dict[str, Any]) -> None:
        off(subsets)
        subsets["services"]["data"]["TermService"]["state"] = "stopped"

    target.instead[3] = run_info_of(tmp_path / "other", off_and_stopped)
    result = run(target, "win_rdp_listener", enabled=False)
    assert result["failed"] is True and "taken back: TermService ran before" in result["msg"]
    meant = Target(tmp_path / "meant")
    meant.instead[3] = run_info_of(tmp_path / "off", off)
    assert "failed" not in run(meant, "win_rdp_listener", enabled=False)


def test_what_an_earlier_run_left_open_is_settled_first(tmp_path: Path) -> None:
    target = Target(tmp_path, drifted)
    entry = {"journal": "j0", "action": "taken_back", "why": "open", "results": []}
    target.instead[2] = lambda answer: {**answer, "changed": True, "applied": [], "look_again": True, "recovered": [entry], "journal": None}
    result = run(target, "win_rdp_listener", nla=True)
    assert "failed" not in result and result["recovered"] == [entry]
    assert target.modules == ["win_rdp_info", "win_rdp_ops", "win_rdp_info"]  # what was settled had done what was asked for
    endless = Target(tmp_path / "endless", drifted)
    endless.instead = {number: lambda answer: {**answer, "look_again": True, "journal": None} for number in (2, 4)}
    stale = run_info_of(tmp_path / "other", drifted)
    endless.instead |= {number: stale for number in (1, 3, 5)}
    assert "still being settled" in run(endless, "win_rdp_listener", nla=True)["msg"]


def run_info_of(folder: Path, change: Change) -> dict[str, Any]:
    """Return what the reader says of another state of the host."""
    return Target(folder, change).execute(module_name=INFO, module_args={}, task_vars={})
