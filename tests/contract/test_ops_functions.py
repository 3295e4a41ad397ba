# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The functions behind win_rdp_ops with scripted answers: kills and full disks at every step, and the kinds that no host here can carry."""

from __future__ import annotations

import functools
import re
import tempfile
from typing import Any

from ansible_collections.rdpops.health.tests.support import powershell, target_scripts
from ansible_collections.rdpops.health.tests.support.said import said_by

BEFORE = "MinEncryptionLevel=1 SecurityLayer=0 UserAuthentication=0"
GOAL = "MinEncryptionLevel=3 SecurityLayer=2 UserAuthentication=1"
WRITES = re.compile(
    r"(?i)(\$effects|\.(SetValue|DeleteValue|DeleteSubKey\w*|CreateSubKey|Delete|Copy|WriteAll\w+|CreateDirectory|Stop|Start)\(|-NetFirewallRule)"
)
NAMES = ("_RdpAllow", "_RdpJournal", "_RdpWriteRegistry", "_RdpWriteStore", "_RdpWriteHost", "_RdpOperation")
MODULES = [target_scripts.UTILITIES / f"{name}.psm1" for name in NAMES]


@functools.cache
def told() -> dict[str, Any]:
    """Return what the functions make of it, or skip the test where there is no engine."""
    with tempfile.TemporaryDirectory() as folder:
        return said_by(powershell.find_windows_engine(), "ops_functions.ps1", folder, *MODULES)


def test_a_kill_at_any_step_is_taken_back() -> None:
    """Given three changes and a kill before, in and after each line and each effect, when the next run comes, then the host is as it was before."""
    assert told()["whole"] == ["changed"] * 3
    assert told()["cuts"] > 20
    *inside, after_the_end = told()["killed"]["taken_back"]
    assert set(inside) == {BEFORE}
    assert after_the_end == GOAL  # nothing was left open


def test_a_kill_at_any_step_can_be_finished() -> None:
    """Given the same kills, when the next run finishes, then the host is at the goal, or where it was if the journal had not begun."""
    finished = told()["killed"]["finished"]
    begun = finished.index(GOAL)
    assert set(finished[:begun]) == {BEFORE}
    assert set(finished[begun:]) == {GOAL}
    assert begun < 4


def test_a_kill_while_taking_back_is_taken_back() -> None:
    """Given a second kill at any step of settling the first, when the third run comes, then the host is as it was before, and it stays so."""
    again = told()["killed"]["again"]
    assert len(again) > 100
    assert set(again) == {BEFORE}
    assert told()["killed"]["left"] == 0


def test_a_kill_while_taking_back_a_finished_journal_is_never_finished() -> None:
    """Given a finished journal and a kill at any step of taking it back, when the next run finishes what is open, then it is taken back all the same."""
    before_its_first_line, *later = told()["half_back"]
    assert before_its_first_line == GOAL
    assert len(later) > 10
    assert set(later) == {BEFORE}


def test_a_full_disk_at_any_line_leaves_nothing_half_done() -> None:
    """Given a disk that is full at one line, then what was changed is back at once, or the journal is open and the next run takes it back."""
    for case in told()["full"]:
        assert case["next"] == BEFORE, case
        assert "0x80070070" in case["message"], case
    assert [case["status"] for case in told()["full"][:3]] == [
        ["failed", "not_run", "not_run"],
        ["failed", "not_run", "not_run"],
        ["failed", "not_run", "not_run"],
    ]
    assert [case["status"] for case in told()["full"]][-3] == ["restored", "restored", "failed"]
    assert "is left open: 0x80070070" in told()["full"][-3]["message"]
    assert [case["world"] for case in told()["full"]] == ([BEFORE] * 7 + [GOAL]) * 2


def test_what_was_changed_since_is_not_undone() -> None:
    assert told()["strict"] == {"changed": False, "status": ["restored", "conflict", "restored"], "world": GOAL.replace("Authentication=1", "Authentication=7")}


def test_what_does_not_hold_is_put_back_at_once() -> None:
    """Given a write after which something else is read, then the operation failed, and the value is what it was."""
    unheld = told()["unheld"]
    assert unheld["status"] == ["failed", "not_run", "not_run"]
    assert "it was written and reads back as" in unheld["message"]
    assert (unheld["world"], unheld["journal"]) == (BEFORE, "taken_back")


def test_one_run_at_a_time() -> None:
    assert told()["locked"].startswith("Another run is at work on this host")


def test_a_session_is_logged_off_by_its_id_and_state() -> None:
    """Given scripted sessions, then one in the assumed state is gone and cannot come back, one in another state is left alone."""
    assert (told()["logoff"]["there"], told()["logoff"]["back"]) == ("changed", "not_reversible")
    assert told()["logoff"]["before"] == {"present": True, "state": "disconnected"}
    assert told()["logoff_again"]["there"] == "unchanged"
    assert told()["logoff_other"]["there"] == "conflict"


def test_a_firewall_rule_is_switched_by_its_id_and_back() -> None:
    assert (told()["rule"]["there"], told()["rule"]["back"], told()["rule_after"]) == ("changed", "restored", "FALSE")
    assert told()["rule"]["after"] == {"active": True}
    assert (told()["no_rule"]["there"], "no such rule" in told()["no_rule"]["message"]) == ("failed", True)


def test_an_access_list_of_a_file_is_set_and_restored() -> None:
    """Given a list that was inherited, then owner and group do not matter, the protection does, and it comes back with its mark."""
    assert (told()["access"]["there"], told()["access"]["back"], told()["access_after"]) == ("changed", "restored", "D:AI(A;ID;FA;;;BA)")
    assert told()["access"]["after"]["sddl"] == "D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"
    assert told()["other_access"]["there"] == "conflict"


def test_nobody_is_cut_off_unasked() -> None:
    """Given one person's session, then TermService is not restarted without consent; given one more than was planned with, not even with it."""
    assert "would cut off 1 sessions" in told()["refused_restart"]
    assert "cannot be counted" in told()["uncounted_restart"]
    assert told()["consented_restart"] == ""
    assert (told()["more_sessions"]["there"], told()["no_sessions"]) == ("conflict", "changed")


def test_what_stopped_with_termservice_comes_up_again() -> None:
    assert told()["restart"] == "changed"
    assert told()["restart_steps"] == ["stop UmRdpService", "stop TermService", "start TermService", "start UmRdpService"]


def test_a_service_that_hangs_is_failed_and_named() -> None:
    """Given a service that does not stop in its time, then the sentence names its state, and what stopped with it is started."""
    assert told()["hanging"]["there"] == "failed"
    assert "TermService is stop_pending after 0 s and not " in told()["hanging"]["message"]
    assert told()["hanging_steps"][-1] == "start UmRdpService"


def test_a_reader_pulls_in_nothing_that_writes() -> None:
    own = {path.name for path in target_scripts.sent_with("win_rdp_ops")}
    assert {path.name for path in target_scripts.sent_with("win_rdp_info")} & own == set()


def test_effects_stand_in_few_files() -> None:
    """Given who decides what is done in which order, then nothing is done there: that is for the kinds and the journal, behind small functions."""
    paths = {path.name: path.read_text(encoding="utf-8") for path in target_scripts.sent_with("win_rdp_ops")}
    deciding = ["win_rdp_ops.ps1", "_RdpAllow.psm1", "_RdpOperation.psm1"]
    assert [(name, match.group()) for name in deciding for match in WRITES.finditer(paths[name])] == []
    assert [name for name, text in paths.items() for dummy in re.findall("-NetFirewallRule", text)] == ["_RdpWriteHost.psm1"] * 2
