# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes wrong on a lab host: conflicts, failures in the middle, runs that were killed, journals that are damaged, and times that are over."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.host import LabHost, lab_host
from tests.lab.ops import cache, call, exported, header, journals, lines_of, put_lines, statuses
from tests.support import registry
from tests.support.operations import ABSENT, GONE, TCP, TS, dword, operation, value

Call = Callable[..., dict[str, Any]]
NUMBERS = itertools.count(1)
TWO, ONE = {"kind": "REG_DWORD", "value": 2, "raw": "4:AgAAAA=="}, {"kind": "REG_DWORD", "value": 1, "raw": "4:AQAAAA=="}


@pytest.fixture(scope="module")
def own(lab: None) -> Iterator[LabHost]:
    with lab_host("failures", "healthy") as found:
        cache(found).mkdir(parents=True)
        yield found


@pytest.fixture
def ask(own: LabHost, tmp_path: Path) -> Iterator[Call]:
    """Give the call of the module on a host whose values are as they were; every journal is gone afterwards."""

    def run(arguments: dict[str, Any], *options: str) -> dict[str, Any]:
        return call(own, tmp_path, {"journal_id": new_id(), **arguments}, *options)

    registry.put(own.wine, {TCP: {"SecurityLayer": ("REG_DWORD", 2), "UserAuthentication": ("REG_DWORD", 1)}})
    (cache(own) / "bcache24.bmc").write_bytes(b"123456")
    yield run
    for folder in [*journals(own).glob("*T*")]:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def new_id() -> str:
    return f"20261121T080000Z-{next(NUMBERS):08x}"


def layer(goal: int, assumed: int, name: str = "layer") -> dict[str, Any]:
    return value(name, TCP, "SecurityLayer", dword(goal), dword(assumed))


def bitmap(host: LabHost) -> dict[str, Any]:
    path = "C:\\" + str(cache(host).relative_to(host.wine.drive)).replace("/", "\\") + "\\bcache24.bmc"
    return operation("bitmap", "file_remove", {"path": path}, GONE, {"present": True, "size": 6})


def never(seconds: int = 1) -> dict[str, Any]:
    return operation("never", "wait_until", {"condition": "port_listening", "seconds": seconds, "port": 1}, {"listening": True}, {})


def test_another_state_than_was_assumed_stops_everything(own: LabHost, ask: Call) -> None:
    """Given a value that somebody has changed, then it is a conflict, what came before is taken back, and nothing after it is run."""
    before = exported(own, TS)
    answer = ask({"operations": [value("nla", TCP, "UserAuthentication", dword(0), dword(1)), layer(1, 0), bitmap(own)]})
    assert (answer["failed"], statuses(answer)) == (True, {"nla": "restored", "layer": "conflict", "bitmap": "not_run"})
    assert (answer["failed_operation"], answer["not_run"], answer["applied"], answer["taken_back"], answer["changed"]) == ("layer", ["bitmap"], [], True, False)
    assert f'{TCP}\\SecurityLayer is {{"' in answer["msg"]
    assert answer["msg"].count(". ") == 0
    assert exported(own, TS) == before


def test_a_failure_in_the_middle_is_taken_back(own: LabHost, ask: Call) -> None:
    """Given a wait that never comes true after two changes, then both are undone, byte for byte, and the journal says so."""
    before = exported(own, TS)
    answer = ask({"operations": [layer(1, 2), bitmap(own), never(), layer(0, 1, "later")]})
    assert (answer["failed"], statuses(answer)) == (True, {"layer": "restored", "bitmap": "restored", "never": "failed", "later": "not_run"})
    assert (answer["journal"]["state"], answer["taken_back"], answer["changed"]) == ("taken_back", True, False)
    assert "did not come true within 1 s" in answer["msg"]
    assert exported(own, TS) == before
    assert (cache(own) / "bcache24.bmc").read_bytes() == b"123456"
    assert [line["op"] for line in lines_of(own, answer["journal"]["id"]) if line["line"] == "undone"] == ["bitmap", "layer"]


def test_a_kill_between_journal_and_effect_changes_nothing(own: LabHost, ask: Call) -> None:
    """Given an intent whose effect never happened, then the journal is closed, nothing is undone, and the new operations are run."""
    put_lines(own, killed := new_id(), [header(killed, [layer(1, 2)]), intent("layer", TWO)], torn='{"line":"do')
    answer = ask({"operations": [layer(1, 2)]})
    (recovered,) = answer["recovered"]
    assert ([each["status"] for each in recovered["results"]], answer["look_again"], statuses(answer)) == (["kept"], False, {"layer": "changed"})
    assert [line["line"] for line in lines_of(own, killed)] == ["header", "intent", "undone", "closed"]


def intent(name: str, before: dict[str, Any], **saved: Any) -> dict[str, Any]:
    return {"line": "intent", "op": name, "before": before, "saved": {"created": [], **saved}}


def test_a_kill_between_effect_and_result_is_taken_back(own: LabHost, ask: Call) -> None:
    """Given an intent whose effect happened, when the next run settles it, then the value is as before; in check mode nothing happens yet."""
    registry.put(own.wine, {TCP: {"SecurityLayer": ("REG_DWORD", 1)}})
    put_lines(own, killed := new_id(), [header(killed, [layer(1, 2)]), intent("layer", TWO)])
    file = journals(own) / killed / "journal.jsonl"
    before = file.read_bytes()
    checked = ask({"operations": [layer(0, 1)]}, "--check")
    assert ([each["status"] for each in checked["recovered"][0]["results"]], checked["look_again"]) == (["would_change"], True)
    assert file.read_bytes() == before
    answer = ask({"operations": [layer(0, 1)]})
    assert ([each["status"] for each in answer["recovered"][0]["results"]], statuses(answer)) == (["restored"], {"layer": "not_run"})
    assert '"SecurityLayer"=dword:00000002' in exported(own, TCP)
    again = ask({"operations": [layer(2, 2)]})
    assert (again["recovered"], statuses(again)) == ([], {"layer": "unchanged"})


def test_a_run_that_was_killed_can_be_finished(own: LabHost, ask: Call) -> None:
    """Given a journal with one operation done and one not begun, when it is finished, then the second is done too, and the journal is closed."""
    registry.put(own.wine, {TCP: {"SecurityLayer": ("REG_DWORD", 1)}})
    done = {"line": "done", "op": "layer", "status": "changed", "after": ONE}
    put_lines(own, killed := new_id(), [header(killed, [layer(1, 2), bitmap(own)]), intent("layer", TWO), done])
    answer = ask({"state": "resumed", "open_journal": "finish"})
    (recovered,) = answer["recovered"]
    assert (recovered["action"], statuses(recovered), answer["look_again"]) == ("finished", {"bitmap": "changed"}, True)
    assert not (cache(own) / "bcache24.bmc").exists()
    assert ask({"state": "listed"})["journals"][0]["state"] == "finished"
    back = ask({"state": "taken_back", "journal_id": killed})
    assert statuses(back) == {"bitmap": "restored", "layer": "restored"}
    assert (cache(own) / "bcache24.bmc").read_bytes() == b"123456"


def test_an_open_journal_can_be_refused(own: LabHost, ask: Call) -> None:
    put_lines(own, killed := new_id(), [header(killed, [layer(1, 2)]), intent("layer", TWO)])
    answer = ask({"operations": [layer(1, 2)], "open_journal": "refuse"})
    assert (answer["failed"], answer["msg"]) == (True, f"The journal {killed} was left open by an earlier run; take it back or finish it.")
    assert '"SecurityLayer"=dword:00000002' in exported(own, TCP)


def test_what_somebody_else_has_changed_since_stays(own: LabHost, ask: Call) -> None:
    """Given a finished journal whose object was changed since, then taking it back does nothing at all; one that was left open is settled around it."""
    answer = ask({"operations": [layer(1, 2), value("nla", TCP, "UserAuthentication", dword(0), dword(1))]})
    registry.put(own.wine, {TCP: {"SecurityLayer": ("REG_DWORD", 0)}})
    refused = ask({"state": "taken_back", "journal_id": answer["journal"]["id"]})
    assert (refused["failed"], refused["changed"], statuses(refused)["layer"]) == (True, False, "conflict")
    assert '"UserAuthentication"=dword:00000000' in exported(own, TCP)
    lines = lines_of(own, answer["journal"]["id"])
    put_lines(own, answer["journal"]["id"], lines[:-1])
    settled = ask({"state": "resumed"})
    assert statuses(settled["recovered"][0]) == {"nla": "restored", "layer": "conflict"}
    assert '"UserAuthentication"=dword:00000001' in exported(own, TCP)
    assert '"SecurityLayer"=dword:00000000' in exported(own, TCP)
    assert ask({"state": "listed"})["journals"][0]["state"] == "partly_taken_back"


@pytest.mark.parametrize("how", ["json", "kind", "place", "name"])
def test_a_damaged_journal_stops_everything(own: LabHost, ask: Call, how: str) -> None:
    """Given a journal that no run of this module wrote, then it is listed as damaged, never removed, and nothing is done beside it."""
    name = new_id()
    operations = [layer(1, 2)]
    if how == "place":
        operations[0]["target"]["key"] = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"
    second = {**intent("layer", TWO), "line": "other" if how == "kind" else "intent"}
    put_lines(own, name, [header(name if how != "name" else "another", operations), second])
    if how == "json":
        with (journals(own) / name / "journal.jsonl").open("a") as file:
            file.write('{"line": "done", \n')
    before = exported(own, TS)
    answer = ask({"operations": [layer(1, 2)]})
    assert (answer["failed"], answer["results"], answer["changed"]) == (True, [], False)
    assert f"{name} is damaged (line " in answer["msg"]
    assert exported(own, TS) == before
    if how == "json":
        assert ask({"state": "listed"})["journals"][0]["state"] == "damaged"
        assert ask({"state": "pruned", "older_than_days": 0})["pruned"] == []
        assert "cannot be taken back" in ask({"state": "taken_back", "journal_id": name})["msg"]


def test_a_break_glass_ends_with_the_first_run_after_its_time(own: LabHost, ask: Call) -> None:
    """Given a breach whose time is over, when the next run comes, then it is undone and its mark is gone; before that it is listed and kept."""
    mark = {"owner": "on-call", "reason": "drill", "expires_at": "2099-01-01T00:00:00Z"}
    answer = ask({"operations": [layer(0, 2)], "break_glass": mark})
    name = answer["journal"]["id"]
    marks = journals(own).parent / "break_glass"
    assert json.loads((marks / f"{name}.json").read_text()) == {"journal": name, **mark}
    listed = ask({"state": "listed"})
    assert listed["break_glass"] == [{"journal": name, **mark}]
    assert ask({"state": "resumed"})["recovered"] == []
    first, *rest = lines_of(own, name)
    first["break_glass"]["expires_at"] = "2026-01-01T00:00:00Z"
    first["created_at"] = "2026-01-01T00:00:00Z"
    put_lines(own, name, [first, *rest])
    assert ask({"state": "pruned", "older_than_days": 1})["pruned"] == []
    (recovered,) = ask({"state": "resumed"})["recovered"]
    assert (recovered["why"], recovered["action"], statuses(recovered)) == ("expired", "taken_back", {"layer": "restored"})
    assert '"SecurityLayer"=dword:00000002' in exported(own, TCP)
    assert list(marks.iterdir()) == []


def test_pruning_never_removes_an_open_journal(own: LabHost, ask: Call) -> None:
    """Given an old closed journal with a file in it, an old open one and a new one, then only the first goes, and only without check mode."""
    old, still_open, new = new_id(), new_id(), new_id()
    closed = {"line": "closed", "state": "finished", "at": "2026-11-20T08:00:00Z"}
    put_lines(own, old, [{**header(old, [layer(1, 2)]), "created_at": "2026-01-01T00:00:00Z"}, closed])
    (journals(own) / old / "bitmap.kept").write_bytes(b"x")
    put_lines(own, still_open, [{**header(still_open, [layer(1, 2)]), "created_at": "2026-01-01T00:00:00Z"}])
    put_lines(own, new, [{**header(new, [layer(1, 2)]), "created_at": "2099-01-01T00:00:00Z"}, closed])
    notes = journals(own) / "notes" / "mine.txt"
    notes.parent.mkdir(exist_ok=True)
    notes.write_bytes(b"x")
    assert ask({"state": "pruned"}, "--check")["pruned"] == [old]
    assert (journals(own) / old).is_dir()
    answer = ask({"state": "pruned"})
    assert (answer["pruned"], answer["changed"]) == ([old], True)
    assert sorted(folder.name for folder in journals(own).glob("*T*")) == sorted([still_open, new])
    assert notes.read_bytes() == b"x"


def test_without_a_journal_nothing_is_done(own: LabHost, ask: Call) -> None:
    """Given that no folder can be made where journals belong, then the operation failed, the sentence says why, and the value is as it was."""
    place = journals(own).parent
    away = place.with_name("away")
    if place.exists():
        place.rename(away)
    place.write_bytes(b"")
    try:
        answer = ask({"operations": [layer(1, 2), bitmap(own)]})
    finally:
        place.unlink()
        if away.exists():
            away.rename(place)
    assert (answer["failed"], statuses(answer), answer["journal"]) == (True, {"layer": "failed", "bitmap": "not_run"}, None)
    assert "0x800700B7" in answer["msg"] or "rdpops.health" in answer["msg"]
    assert '"SecurityLayer"=dword:00000002' in exported(own, TCP)


def test_hostile_operations_do_nothing(own: LabHost, ask: Call) -> None:
    """Given one operation off the list behind a good one, then neither is run, and no journal is made."""
    bad = value("bad", "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run", "x", {"kind": "REG_SZ", "value": "cmd"}, ABSENT)
    before = exported(own, TS)
    kept = sorted(journals(own).glob("*T*"))
    answer = ask({"operations": [layer(1, 2), bad]})
    assert (answer["failed"], statuses(answer)) == (True, {"layer": "not_run", "bad": "refused"})
    assert answer["msg"] == "operation 2 is refused: its target is not on the list of what this module may touch."
    assert "journal_id is" in ask({"operations": [layer(1, 2)], "journal_id": "..\\x"})["msg"]
    assert exported(own, TS) == before
    assert sorted(journals(own).glob("*T*")) == kept
