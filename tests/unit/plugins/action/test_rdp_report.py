# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""rdp_report merges what this run examined, opens no connection and forgets no host."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ansible_collections.rdpops.health.plugins.action.rdp_report import ActionModule
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.runs import report_run
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.verdict import sentence_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import write_host

NOW = datetime(2026, 11, 20, tzinfo=timezone.utc)


def run(folder: Path, *hosts: str, **arguments: Any) -> dict[str, Any]:
    task = SimpleNamespace(args={"report_dir": str(folder)} | arguments, async_val=0, check_mode=False, action="rdp_report")
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="unused"))
    action = ActionModule(task=task, connection=connection, play_context=None, loader=None, templar=None, shared_loader_obj=None)
    return dict(action.run(task_vars={"ansible_play_hosts_all": list(hosts)}))


def test_a_host_without_a_report_of_this_run_is_unknown(tmp_path: Path) -> None:
    # Given one host of this run, one of an earlier run, and one that nobody examined
    write_host(tmp_path, sentence_report("now", "seen", now=NOW, run=report_run("check", check_mode=False)))
    earlier = sentence_report("before", "old news", now=NOW, run=report_run("check", check_mode=False))
    write_host(tmp_path, {**earlier, "run": {**earlier["run"], "id": "another"}})
    # When they are merged
    run(tmp_path, "now", "before", "never")
    # Then only what this run saw counts
    hosts = {line["name"]: line["sentence"] for line in json.loads((tmp_path / "fleet.json").read_text(encoding="utf-8"))["hosts"]}
    assert hosts == {"now": "seen", "before": "This host was not examined in this run.", "never": "This host was not examined in this run."}
    assert "old news" not in (tmp_path / "index.html").read_text(encoding="utf-8")
    # and earlier runs count where they are asked for, and in mode report unless they are refused
    for arguments, counted in (({"earlier_runs": True}, True), ({"mode": "report"}, True), ({"mode": "report", "earlier_runs": False}, False)):
        run(tmp_path, "now", "before", **arguments)
        assert ("old news" in (tmp_path / "fleet.json").read_text(encoding="utf-8")) is counted


def test_it_says_how_to_end_and_does_not_fail_itself(tmp_path: Path) -> None:
    told = run(tmp_path, "never")
    assert (told["exit"], told["changed"]) == ("failed", False)
    assert "failed" not in told
    assert run(tmp_path, "never", fail_on="never")["exit"] == "ok"


def test_hosts_can_be_named(tmp_path: Path) -> None:
    assert run(tmp_path, "a", "b", hosts=["c"])["counts"]["hosts"] == 1


def test_wrong_arguments_fail_in_one_sentence(tmp_path: Path) -> None:
    told = run(tmp_path, "a", fail_on="maybe")
    assert told["failed"] is True
    assert "(in the role: rdp_health_fail_on)" in told["msg"]
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_one_is_refused_by_name(tmp_path: Path) -> None:
    for given, words in (("", "is empty"), ("a\0b", "holds a NUL character")):
        told = run(tmp_path, "a", report_dir=given)
        assert told["msg"] == f"rdpops.health.rdp_report: report_dir {words}, expected the path of a folder (in the role: rdp_health_report_dir)."


def test_it_needs_no_connection() -> None:
    assert ActionModule._requires_connection is False
