# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever people and machines hand in: one sentence for it, and the other hosts go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.bad_bundles import bad_bundles
from tests.support.playbook import Ran, bundle, run_playbook, write_inventory

ENFORCE = {"rdp_health_mode": "enforce"}
HEALTHY = {"rdp_health_bundle": bundle("rds-healthy")}
WRONG_VARIABLES: dict[str, tuple[dict[str, Any], str]] = {
    "port-word": ({"rdp_health_port": "abc"}, "port"),
    "port-range": ({"rdp_health_port": 70000}, "expected 1 to 65535"),
    "mode-unknown": ({"rdp_health_mode": "banana"}, "value of mode must be one of: check, report, enforce"),
    "enforce-domain": ({**ENFORCE, "rdp_health_domains": ["moon"]}, "value of domains must be one or more of"),
    "enforce-journal": ({**ENFORCE, "rdp_health_open_journal": "burn"}, "value of open_journal must be one of"),
    "enforce-plan": ({**ENFORCE, "rdp_health_plan": "no such file"}, "plan: no such file cannot be read"),
    "enforce-port": ({**ENFORCE, "rdp_health_port": 70000}, "expected 1 to 65535"),
    "views-unknown": ({"rdp_health_views": ["sideways"]}, "views"),
    "views-empty": ({"rdp_health_views": []}, "views is empty"),
    "error-word": ({"rdp_health_error": "banana"}, "is not an error code"),
    "error-hostile": ({"rdp_health_error": "<script>\u202e" + "9" * 5000}, "is not an error code"),
    "timeouts-word": ({"rdp_health_probe_timeouts": "soon"}, "probe_timeouts"),
    "timeouts-key": ({"rdp_health_probe_timeouts": {"patience": 3}}, "patience"),
    "timeouts-negative": ({"rdp_health_probe_timeouts": {"tls": -1}}, "tls"),
}
UNRESOLVED: dict[str, dict[str, Any]] = {
    "template-port": {**HEALTHY, "rdp_health_port": "{{ no_such_variable }}"},
    "template-enforce": {**HEALTHY, **ENFORCE, "rdp_health_plan": "{{ no_such_variable }}"},
    "template-address": {**HEALTHY, "ansible_host": "{{ no_such_variable }}"},
    "template-bundle": {"rdp_health_bundle": "{{ no_such_variable }}"},
    "number-bundle": {"rdp_health_bundle": 5},
}
HOSTILE_NAMES = ("../../outside", "<script>alert(1)</script>", "UPPER", 'quo"te', "na\u202eme", "$(touch pwned)", "x" * 300, "..")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("bad")
    hosts: dict[str, dict[str, Any]] = {"aa-good": HEALTHY, "zz-good": HEALTHY}
    hosts |= {name: {**HEALTHY, **variables} for name, (variables, dummy) in WRONG_VARIABLES.items()}
    hosts |= dict.fromkeys(HOSTILE_NAMES, HEALTHY)
    hosts |= {f"bundle-{bad.name}": {"rdp_health_bundle": _written(folder, bad.name, bad.content)} for bad in bad_bundles()}
    hosts["bundle-missing"] = {"rdp_health_bundle": str(folder / "no such file.json")}
    hosts["bundle-unset"] = {}
    hosts |= UNRESOLVED
    inventory = write_inventory(folder / "inventory.json", hosts)
    # One batch per host would end the run at the first batch that failed as a whole, were wrong arguments not kept apart.
    return run_playbook(folder, "-i", str(inventory), variables={"rdp_health_serial": ["50%"], "rdp_health_fail_on": "never"}, ANSIBLE_FORKS="4")


def _written(folder: Path, name: str, content: bytes) -> str:
    path = folder / f"{name}.json"
    path.write_bytes(content)
    return str(path)


def test_good_hosts_are_examined_all_the_same(ran: Ran) -> None:
    assert (ran.hosts["aa-good"]["verdict"], ran.hosts["zz-good"]["verdict"]) == ("healthy", "healthy")


def test_no_traceback_is_shown_and_nothing_is_executed(ran: Ran) -> None:
    assert "Traceback" not in ran.output
    assert not list(ran.folder.rglob("pwned"))


def test_wrong_variables_get_one_sentence_that_names_them(ran: Ran) -> None:
    for name, (dummy, words) in WRONG_VARIABLES.items():
        (record,) = [record for record in ran.of(name) if record["status"] == "failed"]
        message = record["result"]["msg"]
        assert words in message, name
        assert "\n" not in message
        assert len(message) < 1000
        assert words.split()[0] in ran.hosts[name]["sentence"]
        assert ran.hosts[name]["verdict"] == "unknown"


def test_wrong_variables_make_the_run_fail_whatever_fail_on_says(ran: Ran) -> None:
    assert ran.status == 2
    assert f"wrong arguments for {len(WRONG_VARIABLES) + len(UNRESOLVED)} hosts" in ran.tasks[-1]["result"]["msg"]


def test_bad_bundles_make_their_host_unknown_with_the_sentence(ran: Ran) -> None:
    for bad in bad_bundles():
        name = f"bundle-{bad.name}"
        assert [record["status"] for record in ran.of(name) if record["status"] != "skipped"] == ["ok"], name
        report = ran.report(name)
        assert report["verdict"] == "unknown", name
        assert f"{bad.name}.json" in report["views"]["inside"]["detail"], name
        assert report["handshake"] is None
    assert ran.hosts["bundle-missing"]["verdict"] == "unknown"
    assert "rdp_health_bundle" in ran.report("bundle-unset")["views"]["inside"]["detail"]


def test_a_host_whose_variables_cannot_be_resolved_is_told_why(ran: Ran) -> None:
    for name in UNRESOLVED:
        sentence = ran.report(name)["sentence"]
        assert sentence.startswith("This host was not examined, its arguments are wrong: Task failed: "), name
        assert ("'no_such_variable' is undefined" if name.startswith("template") else "rdp_health_bundle") in sentence, name
        assert len(sentence) < 500


def test_hostile_names_stay_inside_the_folder_of_the_report(ran: Ran) -> None:
    hosts = ran.folder / "report" / "hosts"
    for name in HOSTILE_NAMES:
        if name in ran.hosts:
            assert (ran.folder / "report" / ran.hosts[name]["file"]).resolve().parent == hosts.resolve()
    assert {path.name for path in (ran.folder / "report").iterdir()} == {"hosts", "fleet.json", "index.html"}
    assert "<script>alert(1)" not in (ran.folder / "report" / "index.html").read_text(encoding="utf-8")


def test_an_unknown_fail_on_is_refused(tmp_path: Path) -> None:
    inventory = write_inventory(tmp_path / "inventory.json", {"a": HEALTHY})
    refused = run_playbook(tmp_path, "-i", str(inventory), "--tags", "rdp_health_report", variables={"rdp_health_fail_on": "maybe"})
    assert refused.status == 2
    assert "value of fail_on must be one of: outage, security, any, never, got: maybe (in the role: rdp_health_fail_on)." in refused.output
    assert "Traceback" not in refused.output
