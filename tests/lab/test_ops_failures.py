# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes wrong on a lab host, through the whole module. Each step of it is tried with scripted answers, see tests/contract/test_ops_settling.py."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.lab.host import LabHost, lab_host
from tests.lab.ops import cache, call, exported, header, journals, lines_of, put_lines, statuses
from tests.support import registry
from tests.support.operations import GONE, TCP, TS, dword, operation, value

Call = Callable[..., dict[str, Any]]
NUMBERS = itertools.count(1)
TWO, ONE = ({"kind": "REG_DWORD", "value": number, "raw": f"4:{raw}"} for number, raw in ((2, "AgAAAA=="), (1, "AQAAAA==")))


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


def test_a_failure_in_the_middle_is_taken_back_and_not_tried_again(own: LabHost, ask: Call) -> None:
    """Given a wait that never comes true after two changes, then both are undone, byte for byte; the same plan is refused until somebody asks for it."""
    before = exported(own, TS)
    given = {"operations": [layer(1, 2), bitmap(own), never(), layer(0, 1, "later")], "plan_digest": "sha256:2"}
    answer = ask(given)
    assert (answer["failed"], statuses(answer)) == (True, {"layer": "restored", "bitmap": "restored", "never": "failed", "later": "not_run"})
    assert (answer["journal"]["state"], answer["taken_back"], answer["changed"]) == ("taken_back", True, False)
    assert (answer["failed_operation"], answer["not_run"], answer["applied"]) == ("never", ["later"], [])
    assert "did not come true within 1 s" in answer["msg"]
    assert [line["op"] for line in lines_of(own, answer["journal"]["id"]) if line["line"] == "undone"] == ["bitmap", "layer"]
    again = ask(given)
    assert (again["failed"], set(statuses(again).values()), again["journal"], again["changed"]) == (True, {"not_run"}, None, False)
    assert again["msg"].startswith("this plan was taken back at 20")
    assert exported(own, TS) == before
    assert (cache(own) / "bcache24.bmc").read_bytes() == b"123456"


def intent(name: str, before: dict[str, Any], **saved: Any) -> dict[str, Any]:
    return {"line": "intent", "op": name, "before": before, "saved": {"created": [], **saved}}


def test_what_earlier_runs_left_is_taken_back_newest_first(own: LabHost, ask: Call) -> None:
    """Given a breach that is over and a later run that was killed after its effect, when the next run comes, then the value is as before both.

    In check mode nothing happens yet; the plan of the run itself has to wait.
    """
    registry.put(own.wine, {TCP: {"SecurityLayer": ("REG_DWORD", 0)}})
    over = {"owner": "on-call", "reason": "drill", "expires_at": "2026-01-01T00:00:00Z"}
    done = [{"line": "done", "op": "layer", "status": "changed", "after": ONE}, {"line": "closed", "state": "finished", "at": "2026-11-20T08:00:00Z"}]
    put_lines(own, breach := new_id(), [header(breach, [layer(1, 2)], over), intent("layer", TWO), *done])
    put_lines(own, killed := new_id(), [header(killed, [layer(0, 1)]), intent("layer", ONE)], torn='{"line":"do')
    file = journals(own) / killed / "journal.jsonl"
    before = file.read_bytes()
    checked = ask({"operations": [layer(1, 0)]}, "--check")
    assert ([each["status"] for each in checked["recovered"][0]["results"]], checked["look_again"]) == (["would_change"], True)
    assert file.read_bytes() == before
    answer = ask({"operations": [layer(1, 0)]})
    assert [(each["journal"], each["why"], each["action"]) for each in answer["recovered"]] == [
        (killed, "open", "taken_back"),
        (breach, "expired", "taken_back"),
    ]
    assert (answer["look_again"], statuses(answer)) == (True, {"layer": "not_run"})
    assert '"SecurityLayer"=dword:00000002' in exported(own, TCP)


def test_a_breach_is_listed_and_what_somebody_changed_stays(own: LabHost, ask: Call) -> None:
    """Given a breach whose object somebody has changed since, then taking it back does nothing at all; it is listed beside a journal that is damaged."""
    ends = f"{datetime.now(timezone.utc) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    mark = {"owner": "on-call", "reason": "drill", "expires_at": ends}
    answer = ask({"operations": [layer(1, 2), value("nla", TCP, "UserAuthentication", dword(0), dword(1))], "break_glass": mark})
    name = answer["journal"]["id"]
    assert json.loads((journals(own).parent / "break_glass" / f"{name}.json").read_text()) == {"journal": name, **mark}
    registry.put(own.wine, {TCP: {"SecurityLayer": ("REG_DWORD", 0)}})
    refused = ask({"state": "taken_back", "journal_id": name})
    assert (refused["failed"], refused["changed"], statuses(refused)["layer"]) == (True, False, "conflict")
    assert '"UserAuthentication"=dword:00000000' in exported(own, TCP)
    put_lines(own, bad := new_id(), [header("another", [layer(1, 2)])])
    listed = ask({"state": "listed"})
    assert {each["id"]: each["state"] for each in listed["journals"]} == {name: "finished", bad: "damaged"}
    assert listed["break_glass"] == [{"journal": name, **mark}]


def test_pruning_never_removes_an_open_journal(own: LabHost, ask: Call) -> None:
    """Given an old closed journal with a file in it, an old open one and a new one, then only the first goes."""
    old, still_open, new = new_id(), new_id(), new_id()
    closed = {"line": "closed", "state": "finished", "at": "2026-11-20T08:00:00Z"}
    put_lines(own, old, [{**header(old, [layer(1, 2)]), "created_at": "2026-01-01T00:00:00Z"}, closed])
    (journals(own) / old / "bitmap.kept").write_bytes(b"x")
    put_lines(own, still_open, [{**header(still_open, [layer(1, 2)]), "created_at": "2026-01-01T00:00:00Z"}])
    put_lines(own, new, [{**header(new, [layer(1, 2)]), "created_at": "2099-01-01T00:00:00Z"}, closed])
    notes = journals(own) / "notes" / "mine.txt"
    notes.parent.mkdir(exist_ok=True)
    notes.write_bytes(b"x")
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
