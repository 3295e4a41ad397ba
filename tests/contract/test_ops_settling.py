# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the functions behind win_rdp_ops do with journals of earlier runs, with what is held or denied, and with what was left half done."""

from __future__ import annotations

import functools
import tempfile
from typing import Any

import pytest
from ansible_collections.rdpops.health.tests.support import powershell
from ansible_collections.rdpops.health.tests.support.said import said_by

from .test_ops_functions import BEFORE, MODULES

TAKEN_BACK = {"fault": "", "order": ["1-a"], "actions": ["taken_back"], "status": ["restored"], "world": BEFORE, "states": ["taken_back"]}
AGAIN = "; look why, then give again: true."


@functools.cache
def told() -> dict[str, Any]:
    """Return what the functions make of it, or skip the test where there is no engine."""
    with tempfile.TemporaryDirectory() as folder:
        return said_by(powershell.find_windows_engine(), "ops_settling.ps1", folder, *MODULES)


def test_two_breaches_that_are_over_go_back_in_turn() -> None:
    """Given 0 to 1 and then 1 to 2, both over, then the newest is taken back first, and the value is 0."""
    assert told()["newest_first"] == {
        **TAKEN_BACK, "order": ["2-b", "1-a"], "actions": ["taken_back"] * 2, "status": ["restored"] * 2, "states": ["taken_back"] * 2,
    }  # fmt: skip


def test_a_breach_in_whose_place_something_else_stands_is_tried_by_each_run() -> None:
    """Given a value that somebody changed, then each run tells it and adds no line; when it is as the breach left it, it is taken back."""
    left = {"order": ["1-a"], "actions": ["partly_taken_back"], "status": ["conflict"], "states": ["partly_taken_back"], "fault": ""}
    assert told()["changed_since"] == [{**left, "world": BEFORE.replace("Layer=0", "Layer=7")}] * 2
    assert told()["changed_lines"] == 7
    assert told()["changed_back"] == TAKEN_BACK


def test_what_is_denied_leaves_the_journal_open() -> None:
    """Given a restore that is denied, then the journal stays open and the answer says so, each run tries again, and a later one gets it done."""
    denied = told()["denied"]
    stays = "The journal 1-a stays open, and the next run tries again: "
    assert stays in denied["message"]
    assert (denied["still"]["actions"], denied["still"]["status"], denied["still"]["states"]) == (["left_open"], ["failed"], ["open"])
    assert denied["still"]["fault"].startswith(stays)
    assert "0x80070005" in denied["still"]["fault"]
    assert denied["then"] == TAKEN_BACK
    assert denied["again"].endswith(AGAIN)


def test_a_rollback_that_is_denied_is_never_finished() -> None:
    rollback = told()["denied_rollback"]
    assert (rollback["state"], "0x80070005" in rollback["fault"]) == ("open", True)
    assert rollback["then"] == TAKEN_BACK
    assert rollback["again"].endswith(AGAIN)


@pytest.mark.parametrize("why", ["failed", "undone"])
def test_a_plan_that_was_taken_back_is_not_tried_again(why: str) -> None:
    said = told()["again"][why]
    assert said.startswith("this plan was taken back at 20")
    assert said.endswith(AGAIN)


@pytest.mark.parametrize("why", ["other", "none", "later_success", "cut", "over"])
def test_other_plans_are_tried(why: str) -> None:
    """Given another plan, one without a name, one that worked since, one that was cut short, or a breach that was over, then nothing is refused."""
    assert told()["again"][why] == ""


def test_a_damaged_journal_stops_everything() -> None:
    """Given a line of no kind, a place off the list, another name or what is no JSON, then the journal is damaged, and nothing is done beside it."""
    assert told()["damaged"][::2] == ["damaged"] * 4
    assert all("1-a is damaged (line " in message for message in told()["damaged"][1::2])


def test_a_journal_that_is_held_is_not_called_damaged() -> None:
    """Given a journal that another program holds, then nobody is told to move it away, and when it is free it is what it was."""
    held = told()["held"]
    assert (held["state"], held["then"]) == ("unreadable", "finished")
    assert "cannot be read now (0x80070020" in held["message"]
    assert "move it away" not in held["message"]


def test_kept_files_are_never_removed_with_a_journal_that_lost_its_first_line() -> None:
    assert told()["kept"]["there"] is True
    assert "is damaged" in told()["kept"]["message"]
    assert told()["empty"] == []


def test_half_a_line_is_taken_away_again() -> None:
    """Given a disk that is full in the middle of a line, then the file is as it was before that line."""
    assert told()["torn"] == {"message": "There is not enough space on the disk.", "same": True}


def test_a_breach_is_72_hours_at_most() -> None:
    good, later, far, odd, text = told()["ends"]
    assert good == ""
    assert later == far == "break_glass: expires_at is more than 72 hours away by this host's clock."
    assert odd == text == "break_glass: expires_at is a UTC time such as 2026-11-20T18:00:00Z."


def test_a_key_that_went_by_half_comes_back_whole() -> None:
    """Given a failure or a kill while a key was deleted, then all of it is back, also after a run that finished it; one made anew is left alone."""
    key = told()["key"]
    assert (key["failed"], key["take_back"]) == (["failed", "ab"], "ab")
    assert (key["finish"], key["undone"]) == ("", ["taken_back", "ab"])
    assert key["made_anew"] == ["conflict", "c"]


def test_a_file_comes_back_as_it_was() -> None:
    """Given a file of this volume, then it is moved there and back; given one of another, then it is copied with owner, list and times."""
    for case, secured in zip(told()["files"], ([], ["5 O:BAD:P(A;;FA;;;BA)"]), strict=True):
        assert (case["there"], case["gone"], case["back"], case["message"], case["fault"]) == ("changed", True, "taken_back", "", "")
        assert (case["text"], case["time"], case["secured"], case["left"]) == ("123456", "2020-02-03T04:05:06", secured, 1)


@pytest.mark.parametrize("case", ["slow", "slower"])
def test_a_service_that_is_slow_to_stop_runs_in_the_end(case: str) -> None:
    """Given a service that stops only after its time, then the restart failed, and it and what stopped with it run again."""
    said = told()[case]
    assert (said["status"], said["running"]) == ("failed", "TermService UmRdpService")
    assert "is stop_pending after 1 s and not stopped" in said["message"]


def test_a_service_that_does_not_start_keeps_no_other_down() -> None:
    """Given one that does not start, then the other one runs, the journal stays open, and the next run starts what was left stopped."""
    broken = told()["broken"]
    assert (broken["status"], broken["journal"], broken["running"]) == ("failed", "open", "UmRdpService")
    assert (broken["then"]["states"], broken["then_running"]) == (["taken_back"], "TermService UmRdpService")


def test_a_restart_that_was_killed_is_completed() -> None:
    assert told()["killed_restart"] == [["taken_back"], "TermService UmRdpService"]
