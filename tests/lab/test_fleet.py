# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole playbook over lab hosts in every state, by an unmodified winrm connection: one run, many questions.

What the reader says is compared with what was put into the host by other ways; what is concluded from it, with the state.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.lab.host import LabHost, lab_host
from tests.lab.outside import Wire
from tests.lab.states import STATES
from tests.support.playbook import Ran, run_playbook, write_inventory
from tests.support.schemas import published_schema

RUNS = 3  # Wine now and then loses all that a program has printed; the tests of the other hosts must not depend on that
OUTPUT_LOST = "Module result deserialization failed"
AT_ONCE = 2  # hosts that come up, and hosts that are examined, at a time: one for each processor of a small machine
WRONG = "wrong-password"
# The verdict, the cause that is to be named for certain (None: there is none), and how the symptom at the port begins.
EXPECTED: dict[str, tuple[str, str | None, str]] = {
    "healthy": ("attention", None, "reached"),
    "cert-expired": ("attention", "C05", "reached"),
    "key-acl": ("failing", "C01", "tls_reset"),
    "oracle": ("attention", "C28", "reached"),
    "tls12": ("failing", "C11", "tls_alert"),
    "firewall": ("failing", None, "connect_timeout"),
    "policy-off": ("failing", "C16", "connect_refused"),
    "switched-off": ("failing", "C51", "connect_refused"),
    "security-layer": ("failing", "C14", "legacy_answer"),
    "listener-off": ("failing", "C21", "connect_refused"),
    "other-certificate": ("unknown", "C60", "reached"),  # Wine does not tell whose the port is, and no certificate of the host shows it
}
# Fail on every lab host: Wine keeps a file's access list as a Unix mode, so Administrators never have an entry, and it gives nobody a right to log on.
FALSE_UNDER_WINE = {"key_store.folder", "logon.rights"}
# Subsets that Wine cannot answer.
UNREADABLE = {"sessions", "events", "client_events"}
# Facts that Wine cannot carry, by path. Everything else that was put into a host has to come back.
NOT_CARRIED = {
    "os.powershell": "the engine is another one",
    "os.powershell_edition": "the engine is another one",
    "os.booted_at": "that of this machine",
    "os.domain": "a Wine host is in no domain",
    "certificate.stores.my.certificates.0.has_private_key": "Wine has no keys of the newer provider",
    "certificate.stores.my.certificates.0.key_provider": "Wine has no keys of the newer provider",
    "certificate.stores.remote_desktop.certificates.0.key_provider.provider": "Wine calls its provider by another name",
    "certificate.stores.remote_desktop.certificates.0.key_provider.provider_type": "Wine calls its provider by another name",
    "key_store.folder.sddl": "Wine makes access lists of Unix modes",
    "key_store.listener_key.sddl": "Wine makes access lists of Unix modes",
    "key_store.bound_keys.items.0.sddl": "Wine makes access lists of Unix modes",
    "key_store.bound_keys.items.0.provider_type": "Wine calls its provider by another name",
    "credssp.tspkg_version": "Wine has no tspkg.dll",
    "firewall.active_profiles": "Wine has no firewall",
}


@dataclass(frozen=True)
class Fleet:
    """Hosts that are up, and the run over them."""

    hosts: dict[str, LabHost]
    ran: Ran
    bundles: Path

    def bundle(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.bundles / f"{name}.json").read_text(encoding="utf-8"))
        return document


@pytest.fixture(scope="module")
def fleet(lab: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    with contextlib.ExitStack() as stack, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        starting = {name: pool.submit(_entered, name) for name in STATES}
        hosts = {}
        for name, future in starting.items():
            found, ending = future.result()
            stack.push(ending)
            hosts[name] = found
        inventory = {name: found.variables for name, found in hosts.items()}
        inventory[WRONG] = {**inventory["healthy"], "ansible_password": "wrong"}
        (folder / "inventory.json").write_text(json.dumps({"all": {"hosts": inventory}}), encoding="utf-8")
        given = {"rdp_health_save_bundles": str(folder / "bundles"), "rdp_health_fail_on": "never", "rdp_health_probe_timeouts": {"connect": 1.0}}
        for attempt in range(RUNS):
            ran = run_playbook(folder / f"live{attempt}", "-i", str(folder / "inventory.json"), "-f", str(AT_ONCE), variables=given)
            lost = [name for name in STATES if OUTPUT_LOST in ran.report(name)["views"]["inside"]["detail"]]
            if not lost:
                break
            warnings.warn(f"Wine lost the output of {', '.join(lost)}, and the fleet was examined again", stacklevel=1)
        yield Fleet(hosts, ran, folder / "bundles")


def _entered(name: str) -> tuple[LabHost, contextlib.ExitStack]:
    stack = contextlib.ExitStack()
    return stack.enter_context(lab_host(name)), stack


def test_every_host_was_examined(fleet: Fleet) -> None:
    assert fleet.ran.status == 0, fleet.ran.output
    assert set(fleet.ran.hosts) == {*STATES, WRONG}
    assert set(EXPECTED) == set(STATES)


@pytest.mark.parametrize("name", sorted(STATES))
def test_the_state_is_recognised(fleet: Fleet, name: str) -> None:
    """Given a host in a named state, when it is examined from inside and outside, then verdict, cause and symptom are those of the state."""
    verdict, cause, symptom = EXPECTED[name]
    report = fleet.ran.report(name)
    assert report["views"]["outside"]["status"] == "ok"
    assert report["views"]["inside"]["status"] in ("ok", "partial"), report["views"]["inside"]
    assert report["verdict"] == verdict
    assert report["handshake"]["symptom"].startswith(symptom)
    certain = {each["id"] for each in report["causes"] if each["rank"] == "certain"}
    # C02 speaks of the folder's access list, which no Wine host has; what follows from it is likely at most beside it.
    sure = certain | {each["id"] for each in report["causes"] if each["rank"] == "likely" and "C02" in each["next_observation"]}
    assert cause in sure if cause else not certain - {"C02"}


@pytest.mark.parametrize(("name", "wrong"), [("healthy", set()), ("other-certificate", {"outside.certificate_is_the_configured_one"})])
def test_nothing_else_is_wrong_with_a_healthy_host(fleet: Fleet, name: str, wrong: set[str]) -> None:
    failed = {finding["check"] for finding in fleet.ran.report(name)["findings"] if finding["outcome"] == "fail"}
    assert failed == FALSE_UNDER_WINE | wrong


@pytest.mark.parametrize("name", sorted(STATES))
def test_the_reader_says_what_was_put_there(fleet: Fleet, name: str) -> None:
    """Given facts put into registry, services, stores and files by other ways, when all was read, then every one of them is there."""
    read = fleet.bundle(name)["snapshot"]["subsets"]
    assert {subset for subset, answer in read.items() if answer["status"] in ("error", "denied")} <= UNREADABLE
    different = {}
    for subset, put in fleet.hosts[name].facts.items():
        if put["status"] == "ok":
            assert read[subset]["status"] == "ok", read[subset]
            different.update(differences(put["data"], read[subset]["data"], subset))
    assert {path: pair for path, pair in different.items() if not carried_otherwise(path)} == {}


def carried_otherwise(path: str) -> bool:
    return any(path == known or path.startswith(f"{known}.") for known in NOT_CARRIED)


def differences(put: Any, read: Any, path: str) -> dict[str, tuple[Any, Any]]:
    """Return where something read is not what was put there; what was read beyond it does not count."""
    if isinstance(put, dict) and isinstance(read, dict):
        return {key: pair for name, value in put.items() for key, pair in differences(value, read.get(name, "missing"), f"{path}.{name}").items()}
    if isinstance(put, list) and isinstance(read, list) and len(put) == len(read):
        if path.endswith(("rules", "win_stations")):  # in whatever order the registry lists them
            put, read = (sorted(each, key=lambda entry: json.dumps(entry, sort_keys=True)) for each in (put, read))
        pairs = enumerate(zip(put, read, strict=True))
        return {key: pair for number, (one, other) in pairs for key, pair in differences(one, other, f"{path}.{number}").items()}
    return {} if put == read else {path: (put, read)}


def test_a_snapshot_of_every_state_keeps_the_contract(fleet: Fleet) -> None:
    schema = jsonschema.Draft202012Validator(published_schema("snapshot"))
    for name in STATES:
        assert [error.message for error in schema.iter_errors(fleet.bundle(name)["snapshot"])] == []


def test_inside_and_outside_show_the_same_certificate(fleet: Fleet) -> None:
    """Given hosts whose endpoint serves the certificate of the registry, and one where it does not, then exactly that one differs."""
    served = {name: fleet.bundle(name)["probe"]["tls"]["certificate"] for name in STATES}
    bound = {name: fleet.hosts[name].facts["certificate"]["data"]["stores"]["remote_desktop"]["certificates"][0]["thumbprint"] for name in STATES}
    seen = {name: certificate["sha1"] == bound[name] for name, certificate in served.items() if certificate}
    assert seen == {"healthy": True, "cert-expired": True, "oracle": True, "other-certificate": False}


def test_a_wrong_password_leaves_the_others_alone(fleet: Fleet) -> None:
    """Given one host whose password is wrong, when all are examined, then it is unknown, with a sentence, and no other is."""
    report = fleet.ran.report(WRONG)
    assert report["verdict"] == "unknown"
    assert report["views"]["inside"]["status"] == "unreachable"
    assert "credentials were rejected" in report["views"]["inside"]["detail"]
    expected = {name for name, (verdict, dummy_cause, dummy_symptom) in EXPECTED.items() if verdict == "unknown"}
    assert {name for name, line in fleet.ran.hosts.items() if line["verdict"] == "unknown"} == expected | {WRONG}


def test_replay_finds_what_live_found(fleet: Fleet, tmp_path: Path) -> None:
    """Given the bundles that the live run saved, when they are replayed, then findings and causes are the same."""
    hosts = {name: {"rdp_health_bundle": str(fleet.bundles / f"{name}.json")} for name in (*STATES, WRONG)}
    again = run_playbook(tmp_path, "-i", str(write_inventory(tmp_path / "inventory.json", hosts)), variables={"rdp_health_fail_on": "never"})
    for name in hosts:
        live, replayed = fleet.ran.report(name), again.report(name)
        assert replayed["verdict"] == live["verdict"]
        assert [(f["check"], f["outcome"]) for f in replayed["findings"]] == [(f["check"], f["outcome"]) for f in live["findings"]]
        assert [(c["id"], c["rank"]) for c in replayed["causes"]] == [(c["id"], c["rank"]) for c in live["causes"]]


def test_a_host_costs_one_module_call(fleet: Fleet) -> None:
    """Given the whole playbook, when messages are counted at the endpoint, then there was one shell with one command in it."""
    for name in set(STATES) - {"healthy"}:
        actions = [message.action for message in fleet.hosts[name].winrm.log]
        assert [actions.count(action) for action in ("Create", "Command", "Signal", "Delete")] == [1, 1, 1, 1]


def test_the_endpoint_beside_a_host_follows_from_its_facts(fleet: Fleet) -> None:
    wires = {name: found.wire for name, found in fleet.hosts.items()}
    assert wires["healthy"] is Wire.NLA
    assert wires["oracle"] is Wire.TLS
    assert wires["policy-off"] is Wire.REFUSED
