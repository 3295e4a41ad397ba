# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules with one goal each on lab hosts: told, not done, done, done once, and undone, as Wine's own programs see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import collections_folder
from tests.lab.host import LabHost, lab_host
from tests.lab.ops import exported, key_file, save_credential
from tests.lab.test_sessionenv import bound
from tests.support.operations import CREDSSP, TCP

Answer = dict[str, Any]  # Any: JSON
TARGET = "TERMSRV/stale.example.com"


@pytest.fixture(scope="module")
def drifted(lab: None) -> Iterator[LabHost]:
    with lab_host("drifted", "oracle") as found:
        yield found


@pytest.fixture
def expired(lab: None) -> Iterator[LabHost]:
    with lab_host("expired", "cert-expired") as found:
        yield found


def ask(host: LabHost, folder: Path, module: str, arguments: Answer, *options: str) -> Answer:
    """Run one module of the collection by the host's winrm connection."""
    inventory = folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"one": host.variables}}}), encoding="utf-8")
    words = ["adhoc", "one", "-i", str(inventory), "-m", f"rdpops.health.{module}"]
    words += ["-a", json.dumps(arguments)] if arguments else []
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    own = {"ANSIBLE_COLLECTIONS_PATH": str(collections_folder()), "ANSIBLE_HOME": str(folder), "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "ansible", *words, *options]
    done = subprocess.run(command, cwd=folder, env=kept | own, capture_output=True, text=True, timeout=300, check=False)
    start = done.stdout.find("{", max(done.stdout.find("one | "), 0))
    assert start >= 0, done.stdout + done.stderr
    result: Answer = json.loads(done.stdout[start:])
    return {**result, "failed": done.returncode != 0}


def messages(host: LabHost) -> int:
    return [message.action for message in host.winrm.log].count("Command")


@pytest.mark.parametrize(
    ("module", "arguments", "key", "line", "goal"),
    [
        ("win_rdp_listener", {"nla": True}, TCP, '"UserAuthentication"=dword:00000000', '"UserAuthentication"=dword:00000001'),
        ("win_credssp_policy", {"oracle": "default"}, CREDSSP, '"AllowEncryptionOracle"=dword:00000002', ""),
    ],
)
def test_the_quartet_in_the_registry(drifted: LabHost, tmp_path: Path, module: str, arguments: Answer, key: str, line: str, goal: str) -> None:
    """Given a drifted host, when a module tells, does, does again and is undone, then Wine's own export shows exactly that."""
    before = exported(drifted, key)
    name = line.partition("=")[0]
    assert line in before
    told = ask(drifted, tmp_path, module, arguments, "--check")
    assert (told["failed"], told["changed"], [entry["status"] for entry in told["operations"]]) == (False, True, ["would_change"])
    assert exported(drifted, key) == before
    counted = messages(drifted)
    done = ask(drifted, tmp_path, module, arguments)
    assert (done["failed"], done["changed"], [entry["status"] for entry in done["operations"]]) == (False, True, ["changed"]), done
    assert messages(drifted) - counted == 3  # read, change, read
    after = exported(drifted, key)
    assert (goal in after) if goal else (name not in after)
    again = ask(drifted, tmp_path, module, arguments)
    assert (again["changed"], again["operations"], exported(drifted, key)) == (False, [], after)
    undone = ask(drifted, tmp_path, "win_rdp_rollback", {"journal_id": done["journal"]})
    assert undone["changed"] is True and exported(drifted, key) == before


def test_what_would_weaken_the_host_is_refused_there_too(drifted: LabHost, tmp_path: Path) -> None:
    before = exported(drifted, TCP)
    answer = ask(drifted, tmp_path, "win_rdp_listener", {"security_layer": "rdp"})
    assert answer["failed"] is True and answer["refused"][0]["rule"] == "never_weaker" and exported(drifted, TCP) == before


def test_a_service_that_stopped_is_started(drifted: LabHost, tmp_path: Path) -> None:
    """Given SessionEnv stopped by sc, when the module runs twice, then sc says that it runs, and the second run changes nothing."""
    drifted.wine.run("sc", "stop", "SessionEnv")
    told = ask(drifted, tmp_path, "win_rdp_service", {"services": ["SessionEnv"]}, "--check")
    assert told["changed"] is True and "RUNNING" not in state(drifted)
    done = ask(drifted, tmp_path, "win_rdp_service", {"services": ["SessionEnv"]})
    assert (done["failed"], done["changed"], done["services"]["SessionEnv"]["state"]) == (False, True, "running"), done
    assert "RUNNING" in state(drifted)
    assert ask(drifted, tmp_path, "win_rdp_service", {"services": ["SessionEnv"]})["changed"] is False
    restarted = ask(drifted, tmp_path, "win_rdp_service", {"services": ["SessionEnv"], "state": "restarted"})
    assert (restarted["failed"], restarted["changed"]) == (False, True) and "RUNNING" in state(drifted)


def state(host: LabHost) -> str:
    return str(host.wine.run("sc", "query", "SessionEnv").stdout.decode(errors="replace"))


def test_a_saved_credential_goes_by_name_and_consent(drifted: LabHost, tmp_path: Path) -> None:
    """Given a saved credential, when it is listed, asked for without consent, and removed, then only the last removes it, and nothing else."""
    save_credential(drifted, TARGET)
    save_credential(drifted, "TERMSRV/other.example.com")
    listed = ask(drifted, tmp_path, "win_termsrv_creds", {})
    assert {entry["target"] for entry in listed["credentials"]} >= {TARGET, "TERMSRV/other.example.com"} and listed["changed"] is False
    assert "Tr0ub4dor" not in json.dumps(listed) and "ann" not in json.dumps(listed["credentials"])
    removal = {"state": "absent", "targets": ["stale.example.com"]}
    refused = ask(drifted, tmp_path, "win_termsrv_creds", removal)
    assert refused["failed"] is True and "confirm_irreversible" in refused["msg"]
    told = ask(drifted, tmp_path, "win_termsrv_creds", {**removal, "confirm_irreversible": True}, "--check")
    assert told["changed"] is True and ask(drifted, tmp_path, "win_termsrv_creds", {})["credentials"] == listed["credentials"]
    done = ask(drifted, tmp_path, "win_termsrv_creds", {**removal, "confirm_irreversible": True})
    assert (done["failed"], done["changed"], done["credentials"]) == (False, True, []), done
    assert {entry["target"] for entry in ask(drifted, tmp_path, "win_termsrv_creds", {})["credentials"]} == {"TERMSRV/other.example.com"}
    assert ask(drifted, tmp_path, "win_termsrv_creds", {**removal, "confirm_irreversible": True})["changed"] is False


def test_an_expired_certificate_is_made_anew(expired: LabHost, tmp_path: Path) -> None:
    """Given an expired certificate and SessionEnv disabled, when the module runs, then SessionEnv runs and has made another one, once."""
    before = bound(expired)
    told = ask(expired, tmp_path, "win_rdp_cert", {}, "--check")
    assert (told["failed"], told["changed"], bound(expired)) == (False, True, before), told
    done = ask(expired, tmp_path, "win_rdp_cert", {"wait": 60})
    assert (done["failed"], done["changed"]) == (False, True), done
    assert bound(expired) == done["certificate"]["thumbprint"] != before and done["certificate"]["days_left"] > 100
    again = ask(expired, tmp_path, "win_rdp_cert", {})
    assert (again["failed"], again["changed"]) == (False, False), again


def test_one_key_file_is_moved_and_nothing_beside_it(expired: LabHost, tmp_path: Path) -> None:
    """Given the listener's key file, when it is isolated, then it lies in the journal's folder, a new certificate is bound, and the folder is as it was."""
    ask(expired, tmp_path, "win_rdp_service", {"services": ["SessionEnv"]})
    file, certificate = key_file(expired), bound(expired)
    content, others = file.read_bytes(), sorted(entry.name for entry in file.parent.iterdir() if entry != file)
    assert ask(expired, tmp_path, "win_machinekeys", {"state": "isolated", "recurse": True})["failed"] is True and file.exists()
    wish = {"state": "isolated", "even_if_usable": True}
    told = ask(expired, tmp_path, "win_machinekeys", wish, "--check")
    assert (told["failed"], told["changed"], file.exists()) == (False, True, True), told
    done = ask(expired, tmp_path, "win_machinekeys", wish)
    assert (done["failed"], done["changed"]) == (False, True), done
    kept = [entry for entry in (expired.wine.drive / "ProgramData" / "rdpops.health" / "journal" / done["journal"]).rglob("*") if entry.is_file()]
    assert content in [entry.read_bytes() for entry in kept] and not (file.exists() and file.read_bytes() == content)
    assert sorted(entry.name for entry in file.parent.iterdir() if entry != file) == others and bound(expired) != certificate
    assert ask(expired, tmp_path, "win_machinekeys", {"state": "isolated"})["changed"] is False
