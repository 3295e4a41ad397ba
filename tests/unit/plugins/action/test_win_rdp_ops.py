# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""win_rdp_ops and win_rdp_rollback with scripted replies: what is wrong is told before the target is asked, what it answers is read with suspicion."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible_collections.rdpops.health.plugins.action import win_rdp_ops, win_rdp_rollback
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.orders import JOURNAL_ID
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.run import RUN

from tests.conftest import ROOT
from tests.support.acting import act

KEY = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp"
NLA = {
    "id": "nla", "kind": "registry_value", "target": {"key": KEY, "value": "UserAuthentication"}, "ensure": {"kind": "REG_DWORD", "value": 1},
    "expect": {"kind": "REG_DWORD", "value": 0}, "reversible": True, "risk": "low", "restart": "none",
}  # fmt: skip
ANSWER = {
    "changed": False, "results": [], "applied": [], "failed_operation": None, "not_run": [], "journal": None, "taken_back": False, "recovered": [],
    "look_again": False, "reboot_required": False,
}  # fmt: skip
ID = "20261120T081531Z-1f2e3d4c"
RESTORED = {"id": "nla", "kind": "registry_value", "status": "restored", "before": {"value": 1}, "after": {"value": 0}, "message": ""}
KEPT = {"id": "op2", "kind": "service", "status": "kept", "before": {"state": "running"}, "after": {"state": "running"}, "message": ""}
BACK = {**ANSWER, "changed": True, "results": [RESTORED, KEPT], "journal": {"id": ID, "path": None, "state": "taken_back"}, "taken_back": True}


@dataclass
class Target:
    """A scripted host."""

    reply: Any = field(default_factory=lambda: {**ANSWER, "invocation": {"module_args": {}}, "warnings": ["x"]})
    calls: list[dict[str, Any]] = field(default_factory=list)

    def execute(self, *, module_name: str, module_args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        assert module_name == "rdpops.health.win_rdp_ops"
        self.calls.append(module_args)
        if isinstance(self.reply, Exception):
            raise self.reply
        made: dict[str, Any] = self.reply
        return made


def run(module: Any, target: Target, *, check_mode: bool = False, diff: bool = False, **arguments: Any) -> dict[str, Any]:
    return act(module, target.execute, arguments, check_mode=check_mode, diff=diff)


def test_operations_travel_checked_under_a_journal_of_their_own() -> None:
    target = Target()
    result = run(win_rdp_ops, target, operations=[{**NLA, "why": "for the person"}])
    (sent,) = target.calls
    assert sent["operations"] == [NLA]
    assert JOURNAL_ID.fullmatch(sent["journal_id"]) and sent["run_id"] == RUN.id
    assert (sent["state"], sent["consent"], sent["open_journal"], "break_glass" in sent) == ("applied", [], "take_back", False)
    assert result == ANSWER


def mark(hours: int) -> dict[str, str]:
    ends = datetime.now(timezone.utc) + timedelta(hours=hours)
    return {"owner": "k.meier", "reason": "thin clients", "expires_at": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "operations is missing or empty"),
        ({"operations": []}, "operations is missing or empty"),
        ({"operations": [NLA, {**NLA, "kind": "command"}]}, "operations[1]: operation nla: unknown kind 'command'"),
        ({"operations": [{**NLA, "command": "calc"}]}, "operations[0]: an operation has the fields"),
        ({"operations": [{**NLA, "target": {"key": KEY, "value": "Shell"}}]}, "never touches"),
        ({"operations": [{**NLA, "risk": "may_cut_connection"}]}, "the way Ansible itself came in"),
        ({"operations": [NLA, NLA]}, "each needs an id of its own"),
        ({"operations": [{**NLA, "id": f"op{number}"} for number in range(65)]}, "has 65 entries, at most 64"),
        ({"operations": [NLA], "journal_id": "../x"}, "journal_id is 1 to 40 of the characters"),
        ({"operations": [NLA], "break_glass": mark(73)}, "more than 72 hours away"),
        ({"operations": [NLA], "break_glass": mark(-1)}, "has passed"),
        ({"operations": [NLA], "break_glass": {**mark(1), "owner": " "}}, "owner is a line of 1 to 500 characters"),
        ({"operations": "rm"}, "operations"),
        ({"state": "taken_back"}, "journal_id is missing; state listed names the journals of a host"),
        ({"state": "pruned", "older_than_days": -1}, "older_than_days is -1, expected 0 or more"),
        ({"state": "gone"}, "value of state must be one of"),
        ({"colour": "red"}, "unsupported options: colour"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_sent(given: dict[str, Any], words: str) -> None:
    target = Target()
    result = run(win_rdp_ops, target, **given)
    assert (result["failed"], result["changed"], target.calls) == (True, False, [])
    assert result["msg"].startswith("rdpops.health.win_rdp_ops: ") and words in result["msg"]
    assert "\n" not in result["msg"] and "in the role" not in result["msg"]


def test_what_lies_below_the_floor_needs_a_break_glass() -> None:
    weak = {**NLA, "ensure": {"kind": "REG_DWORD", "value": 0}, "expect": {"kind": "REG_DWORD", "value": 1}}
    target = Target()
    result = run(win_rdp_ops, target, operations=[NLA, {**weak, "id": "weak"}])
    assert (result["failed"], target.calls) == (True, [])
    assert "operations[1]: operation weak lies below the security floor: without Network Level" in result["msg"] and result["msg"].endswith("break_glass.")
    run(win_rdp_ops, target, operations=[weak], break_glass=mark(1))
    assert len(target.calls) == 1


def test_a_break_glass_is_bounded_and_travels() -> None:
    target = Target()
    run(win_rdp_ops, target, operations=[NLA], break_glass=mark(71))
    assert set(target.calls[0]["break_glass"]) == {"owner", "reason", "expires_at"}


@pytest.mark.parametrize("module", [win_rdp_ops, win_rdp_rollback])
@pytest.mark.parametrize(
    ("reply", "key", "words"),
    [
        (AnsibleConnectionFailure("gone"), "unreachable", "the connection was lost while operations ran: gone; "),
        (AnsibleError("no winrm here"), "failed", "could not start: no winrm here"),
        ({"failed": True, "msg": "denied\nhere"}, "failed", "failed: denied here"),
        ({"changed": True, "results": "all"}, "failed", "returned what cannot be used"),
    ],
)
def test_whatever_the_target_does_is_one_sentence(module: Any, reply: Any, key: str, words: str) -> None:
    given = {"operations": [NLA]} if module is win_rdp_ops else {"journal_id": ID}
    result = run(module, Target(reply), **given)
    assert (result[key], result["changed"]) == (True, False)
    assert words in result["msg"]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"journal_id": ID}, {"state": "taken_back", "journal_id": ID, "consent": []}),
        ({"journal_id": ID, "allow_session_disconnect": True}, {"state": "taken_back", "journal_id": ID, "consent": ["session_disconnect"]}),
        ({"state": "listed", "journal_id": ID}, {"state": "listed", "consent": []}),
        ({"state": "pruned", "older_than_days": 7}, {"state": "pruned", "older_than_days": 7, "consent": []}),
        ({"state": "pruned"}, {"state": "pruned", "older_than_days": 90, "consent": []}),
        (
            {"state": "resumed", "open_journal": "finish", "allow_irreversible": True},
            {"state": "resumed", "open_journal": "finish", "consent": ["irreversible"]},
        ),
    ],
)
def test_a_rollback_sends_what_its_state_needs(given: dict[str, Any], sent: dict[str, Any]) -> None:
    target = Target(ANSWER)
    run(win_rdp_rollback, target, **given)
    assert target.calls == [{**sent, "run_id": RUN.id}]


def test_a_rollback_says_what_was_restored() -> None:
    result = run(win_rdp_rollback, Target(BACK), journal_id=ID, diff=True)
    assert (result["changed"], result["msg"], result["journal"]["state"]) == (True, f"Journal {ID} is taken back.", "taken_back")
    header = "registry_value nla"
    assert result["diff"] == [{"before_header": header, "after_header": header, "before": "value: 1\n", "after": "value: 0\n"}]
    told = run(win_rdp_rollback, Target({**BACK, "restart_pending": "TermService"}), journal_id=ID, check_mode=True)
    assert told["msg"] == f"Journal {ID} would be taken back. TermService has to be restarted for it to take effect."
    assert "diff" not in told
    assert run(win_rdp_rollback, Target({**BACK, "changed": False}), journal_id=ID)["msg"] == f"Journal {ID} needs nothing to be taken back."


def test_a_rollback_that_stops_says_where_and_fails() -> None:
    conflict = {**BACK, "changed": False, "results": [{**RESTORED, "status": "conflict"}], "failed": True, "msg": "it has changed since", "taken_back": False}
    result = run(win_rdp_rollback, Target(conflict), journal_id=ID, diff=True)
    assert (result["failed"], result["msg"], result["operations"][0]["status"], result["diff"]) == (True, "it has changed since", "conflict", [])


def test_what_was_settled_listed_and_pruned_is_counted() -> None:
    journal = {"id": ID, "created_at": None, "state": "finished", "plan_digest": None, "operations": 1}
    listed = run(win_rdp_rollback, Target({**ANSWER, "journals": [journal], "break_glass": [mark(1)]}), state="listed")
    assert (listed["msg"], listed["journals"]) == ("1 journal on this host, 1 break-glass mark.", [journal])
    settled = {**ANSWER, "changed": True, "recovered": [{"journal": ID, "action": "taken_back", "why": "open", "results": [RESTORED]}]}
    assert run(win_rdp_rollback, Target(settled), state="resumed")["msg"] == "1 journal of earlier runs settled."
    assert run(win_rdp_rollback, Target(ANSWER), state="resumed")["msg"] == "Nothing was left open by earlier runs."
    assert run(win_rdp_rollback, Target({**ANSWER, "pruned": [ID]}), state="pruned", check_mode=True)["msg"] == "1 journal would be removed."


def test_the_examples_of_the_documentation_are_sent() -> None:
    sidecar = yaml.safe_load((ROOT / "plugins" / "modules" / "win_rdp_ops.yml").read_text(encoding="utf-8"))
    for task in yaml.safe_load(sidecar["EXAMPLES"]):
        target = Target()
        result = run(win_rdp_ops, target, **task["rdpops.health.win_rdp_ops"])
        assert (result["changed"], len(target.calls)) == (False, 1), task["name"]
