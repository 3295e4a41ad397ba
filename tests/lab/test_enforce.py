# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts in the states of the demo, repaired by the whole playbook over an unmodified winrm connection, each run cut off once on the way.

What the registry says is told by Wine's own export, what people meet by the probe of the endpoint, which follows the registry.
TLS versions are the exception: Windows reads them when it boots, so the outside of that host stays as it was.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from demo.fleet.listener import POLICY, RDP_TCP, STATIONS, TS
from tests.lab import cuts
from tests.lab.follow import Follower
from tests.lab.host import LabHost, lab_host
from tests.lab.ops import exported, journals, lines_of
from tests.lab.outside import Wire
from tests.lab.test_sessionenv import bound, renewed
from tests.support import registry
from tests.support.playbook import Ran, run_playbook

Answer = dict[str, Any]  # Any: JSON
SCHANNEL = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols"
SESSION_ENV = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SessionEnv"
STATES = {"listener": "security-layer", "certificate": "cert-expired", "tls": "tls12", "policy": "policy-off"}
# What is wrong beside the state, put there by Wine's reg.
DRIFT: dict[str, registry.Table] = {
    "listener": {
        TS: {"fDenyTSConnections": ("REG_DWORD", 1)},
        POLICY: {"fDenyTSConnections": ("REG_DWORD", 0)},
        STATIONS: {"SelfSignedCertStore": ("REG_SZ", "Remote Desktops")},
        RDP_TCP: {"UserAuthentication": ("REG_DWORD", 0)},
    },
    "certificate": {RDP_TCP: {"SSLCertificateSHA1Hash": ("REG_BINARY", bytes(range(20)))}},
}
REPAIRED = ["listener", "certificate", "tls"]
TASK = "enforce | Look at the host, repair it and look again"
AT_ONCE = "2"


@dataclass
class Rounds:
    """The hosts, what each run over them said, and what was seen of them around it.

    :ivar met: what a client meets at each endpoint, after the runs.
    """

    hosts: dict[str, LabHost]
    folder: Path
    cut: dict[str, cuts.Cut] = field(default_factory=dict)
    ran: dict[str, Ran] = field(default_factory=dict)
    seen: dict[str, dict[str, str]] = field(default_factory=dict)
    commands: dict[str, dict[str, int]] = field(default_factory=dict)
    met: dict[str, Wire] = field(default_factory=dict)
    back: dict[str, Answer] = field(default_factory=dict)

    def enforce(self, name: str, hosts: list[str]) -> None:
        """Run the playbook over some hosts, as it is run to repair."""
        before = {host: len(self.hosts[host].winrm.log) for host in hosts}
        # A lab host always has this one, see docs/lab.md.
        today = datetime.datetime.now(datetime.timezone.utc).date()
        span = {"start": str(today - datetime.timedelta(days=1)), "expiry": str(today + datetime.timedelta(days=60))}
        accepted = {"id": "W-1", "reason": "Wine", "owner": "lab", "ticket": "LAB-1", **span, "scope": {"checks": ["key_store.folder"]}}
        given = {"rdp_health_mode": "enforce", "rdp_health_fail_on": "never", "rdp_health_waivers": [accepted], "rdp_health_stop_when_worse": False}
        self.ran[name] = run_playbook(self.folder / name, "-i", str(self._inventory(name, hosts)), "-f", AT_ONCE, variables=given)
        for host in hosts:
            self.commands.setdefault(name, {})[host] = [each.action for each in self.hosts[host].winrm.log[before[host] :]].count("Command")

    def roll_back(self, name: str, hosts: list[str]) -> None:
        """Take the newest journal of some hosts back."""
        more = {host: {"journal_id": self.newest_journal(host)} for host in hosts}
        book = self.folder / f"{name}.yml"
        task = {"name": "Take back", "rdpops.health.win_rdp_rollback": {"journal_id": "{{ journal_id }}"}}
        book.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": [task]}]), encoding="utf-8")
        ran = run_playbook(self.folder / name, "-i", str(self._inventory(name, hosts, more)), "-f", AT_ONCE, playbook=book)
        self.back |= {record["host"]: record["result"] for record in ran.tasks if record["task"] == "Take back"}

    def newest_journal(self, host: str) -> str:
        return max(folder.name for folder in journals(self.hosts[host]).glob("*T*"))

    def look(self, name: str, hosts: list[str]) -> None:
        for host in hosts:
            own = self.hosts[host]
            start = [line for line in exported(own, SESSION_ENV).splitlines() if line.startswith('"Start"')]
            self.seen.setdefault(name, {})[host] = "\n".join([exported(own, TS), exported(own, POLICY), exported(own, SCHANNEL), *start])

    def result(self, name: str, host: str) -> Answer:
        """Return what the task of one host answered in one run."""
        results = [each["result"] for each in self.ran[name].tasks if each["task"].endswith(TASK) and each["host"] == host]
        assert len(results) == 1, self.ran[name].output
        answer: Answer = results[0]
        assert "outcome" in answer, answer
        return answer

    def _inventory(self, name: str, hosts: list[str], more: dict[str, Answer] | None = None) -> Path:
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps({"all": {"hosts": {host: self.hosts[host].variables | (more or {}).get(host, {}) for host in hosts}}}), encoding="utf-8")
        return path


@pytest.fixture(scope="module")
def rounds(lab: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    with contextlib.ExitStack() as stack, concurrent.futures.ThreadPoolExecutor(2) as pool:
        made = Rounds({}, tmp_path_factory.mktemp("enforce"))
        starting = {name: pool.submit(_entered, name, state) for name, state in STATES.items()}
        for name, future in starting.items():
            made.hosts[name], ending = future.result()
            stack.push(ending)
        for name, table in DRIFT.items():
            registry.put(made.hosts[name].wine, table)
        made.hosts["listener"].wine.run("reg", "delete", POLICY, "/v", "UserAuthentication", "/f")
        followers = {name: Follower(host) for name, host in made.hosts.items()}
        made.cut = {
            "listener": cuts.EngineKilled(made.hosts["listener"], cuts.has_written_intents(5)),
            "certificate": cuts.EngineKilled(made.hosts["certificate"], cuts.has_started_session_env),
            "tls": cuts.AnswerLost(made.hosts["tls"]),
        }
        made.look("before", list(STATES))
        for name, cut in made.cut.items():
            made.hosts[name].winrm.before_answer = cut.sees
        old = bound(made.hosts["certificate"])
        made.enforce("cut", list(STATES))
        for name, follower in followers.items():
            made.hosts[name].winrm.before_answer = _following(follower)
        renewed(made.hosts["certificate"], old)  # what SessionEnv began it finishes, whoever started it
        made.look("cut", list(STATES))
        made.enforce("repair", REPAIRED)
        made.look("repair", REPAIRED)
        with_them = pool.submit(made.enforce, "again", ["listener", "certificate"])
        made.roll_back("undo-tls", ["tls"])
        with_them.result()
        made.look("again", ["listener", "certificate"])
        made.look("undo", ["tls"])
        made.met = {name: follower.wire for name, follower in followers.items()}
        # Another plan than the one that was taken back, which is not tried again by itself.
        registry.put(made.hosts["tls"].wine, {f"{SCHANNEL}\\TLS 1.2\\Server": {"DisabledByDefault": ("REG_DWORD", 0)}})
        with_them = pool.submit(made.roll_back, "undo", ["listener", "certificate"])
        made.enforce("pending", ["tls"])
        with_them.result()
        made.look("undo", ["listener", "certificate"])
        yield made


def _entered(name: str, state: str) -> tuple[LabHost, contextlib.ExitStack]:
    stack = contextlib.ExitStack()
    return stack.enter_context(lab_host(name, state)), stack


def _following(follower: Follower) -> Any:
    """Return the hook by which an endpoint is up to date when a command of the host is over."""

    def sees(action: str, answer: bytes) -> bool:
        if action == "Signal":
            follower()
        return True

    return sees


def outcomes(rounds: Rounds, name: str, hosts: list[str]) -> dict[str, str]:
    return {host: rounds.result(name, host)["outcome"] for host in hosts}


def findings(rounds: Rounds, name: str, host: str) -> dict[str, str]:
    return {finding["check"]: finding["outcome"] for finding in rounds.ran[name].report(host)["findings"]}


def lines(rounds: Rounds, host: str) -> list[list[tuple[str, str]]]:
    """Return what stands in each journal of a host, oldest first, without the headers."""
    names = sorted(folder.name for folder in journals(rounds.hosts[host]).glob("*T*"))
    return [[(line["line"], line.get("op") or line.get("state") or "") for line in lines_of(rounds.hosts[host], name)[1:]] for name in names]


def test_every_run_was_cut_off_and_said_so(rounds: Rounds) -> None:
    """Given runs whose engine or connection ended on the way, then they tell that the host was lost, which is neither a failure nor a refusal."""
    assert {host: cut.happened.is_set() for host, cut in rounds.cut.items()} == dict.fromkeys(REPAIRED, True)
    assert rounds.ran["cut"].status == 0, rounds.ran["cut"].output
    assert outcomes(rounds, "cut", REPAIRED) == dict.fromkeys(REPAIRED, "unreachable")
    for host in REPAIRED:
        result = rounds.result("cut", host)
        assert result["got_worse"] is True and "the journal on the host" in result["msg"], result
    assert rounds.commands["cut"] == {"listener": 2, "certificate": 2, "tls": 2, "policy": 1}


def test_a_kill_between_journal_and_effect_is_settled(rounds: Rounds) -> None:
    """Given four operations done and the fifth announced, when the engine is killed, then the fifth never happened, and the next run takes the others back."""
    assert '"UserAuthentication"=dword:00000001' in rounds.seen["cut"]["listener"]
    assert '"SecurityLayer"=dword:00000000' in rounds.seen["cut"]["listener"]
    first = lines(rounds, "listener")[0]
    names = [name for line, name in first if line == "done"]
    assert len(names) == 4
    assert first[8:] == [("intent", "op5"), *(("undone", f"op{number}") for number in (5, 4, 3, 2, 1)), ("closed", "taken_back")]


def test_a_kill_between_effect_and_result_is_settled(rounds: Rounds) -> None:
    """Given SessionEnv that the service manager has started, when the engine is killed before it writes so, then the next run takes that back, too."""
    assert '"Start"=dword:00000004' in rounds.seen["before"]["certificate"]
    assert '"Start"=dword:00000003' in rounds.seen["cut"]["certificate"]
    taken_back = [("undone", "op2"), ("undone", "op1"), ("closed", "taken_back")]
    assert lines(rounds, "certificate")[0] == [("intent", "op1"), ("done", "op1"), ("intent", "op2"), *taken_back]
    (recovered,) = rounds.ran["repair"].report("certificate")["enforced"]["recovered"]
    assert (recovered["why"], recovered["action"]) == ("open", "taken_back")
    name = min(folder.name for folder in journals(rounds.hosts["certificate"]).glob("*T*"))
    assert [line["status"] for line in lines_of(rounds.hosts["certificate"], name) if line["line"] == "undone"] == ["restored", "restored"]


def test_an_answer_that_is_lost_is_not_done_again(rounds: Rounds) -> None:
    """Given everything done and the answer cut off before its first byte, then the journal is closed, and the next run looks and does nothing."""
    first = lines(rounds, "tls")[0]
    assert first[:5] == [("intent", "op1"), ("done", "op1"), ("intent", "op2"), ("done", "op2"), ("closed", "finished")]
    result = rounds.result("repair", "tls")
    assert (result["changed"], result["operations"], rounds.commands["repair"]["tls"]) == (False, [], 1)
    assert rounds.seen["repair"]["tls"] == rounds.seen["cut"]["tls"] != rounds.seen["before"]["tls"]


def test_the_next_run_converges_and_applies_nothing_twice(rounds: Rounds) -> None:
    """Given what the cuts left, when the same run is made again, then the host is right, inside and outside, by one journal alone."""
    assert outcomes(rounds, "repair", ["listener", "certificate"]) == {"listener": "fixed", "certificate": "fixed"}
    assert rounds.commands["repair"] == {"listener": 5, "certificate": 5, "tls": 1}  # look, settle, look, apply, look
    for host in ("listener", "certificate"):
        done = [[name for line, name in each if line == "done"] for each in lines(rounds, host)]
        assert len(done) == 2 and all(len(names) == len(set(names)) for names in done)
        assert [("closed", "finished") in each for each in lines(rounds, host)] == [False, True]
    look = rounds.seen["repair"]["listener"]
    for goal in ('"SecurityLayer"=dword:00000002', '"UserAuthentication"=dword:00000001', '"SelfSignedCertStore"="Remote Desktop"'):
        assert goal in look
    assert look.count('"fDenyTSConnections"=dword:00000000') == 2  # the value of the host, and the policy
    assert "SSLCertificateSHA1Hash" not in rounds.seen["repair"]["certificate"]


def test_the_probe_confirms_it_from_outside(rounds: Rounds) -> None:
    """Given endpoints that follow the registry, then people meet NLA where it was off, and the new certificate where it had expired."""
    assert rounds.ran["cut"].report("listener")["handshake"]["symptom"] == "legacy_answer"
    assert rounds.met == {"listener": Wire.NLA, "certificate": Wire.NLA, "tls": Wire.NO_TLS, "policy": Wire.REFUSED}
    for host, checks in {
        "listener": ["outside.answers", "outside.nla_required"],
        "certificate": ["outside.answers", "outside.certificate_in_validity", "outside.certificate_is_the_configured_one"],
    }.items():
        found = findings(rounds, "repair", host)
        assert [found[check] for check in checks] == ["pass"] * len(checks), found
    assert findings(rounds, "cut", "certificate")["outside.certificate_in_validity"] == "fail"


def test_a_second_run_changes_nothing(rounds: Rounds) -> None:
    assert outcomes(rounds, "again", ["listener", "certificate"]) == {"listener": "already_right", "certificate": "already_right"}
    assert rounds.commands["again"] == {"listener": 1, "certificate": 1}
    assert not any(rounds.result("again", host)["changed"] for host in ("listener", "certificate"))
    assert rounds.seen["again"] == {host: rounds.seen["repair"][host] for host in ("listener", "certificate")}


def test_taking_back_restores_every_byte(rounds: Rounds) -> None:
    """Given the journal of each repair, when it is taken back, then Wine exports what it exported before, but for the certificate that SessionEnv made."""
    for host in REPAIRED:
        assert rounds.back[host]["changed"] is True, rounds.back[host]
        assert rounds.back[host]["journal"]["state"] == "taken_back"
        assert rounds.seen["undo"][host] != rounds.seen["repair"][host]
    assert {host: rounds.seen["undo"][host] for host in ("listener", "tls")} == {host: rounds.seen["before"][host] for host in ("listener", "tls")}
    assert without_certificate(rounds.seen["undo"]["certificate"]) == without_certificate(rounds.seen["before"]["certificate"])


def without_certificate(export: str) -> str:
    return re.sub(r'"SelfSignedCertificate"=hex:(?:[0-9a-f]{2},|\\\n\s*)*[0-9a-f]{2}\n', "", export)


def test_what_a_restart_has_to_finish_is_told_as_pending(rounds: Rounds) -> None:
    """Given TLS 1.2 switched off, when it is switched on, then the outcome waits for a restart, and people still meet what they met before."""
    result = rounds.result("pending", "tls")
    assert (result["outcome"], result["changed"], result["reboot_required"], result["restart"]) == ("pending_reboot", True, True, "reboot")
    assert rounds.commands["pending"] == {"tls": 3}
    assert rounds.ran["pending"].report("tls")["handshake"]["symptom"].startswith("tls_alert")


def test_what_a_policy_owns_is_left_alone(rounds: Rounds) -> None:
    result = rounds.result("cut", "policy")
    assert (result["outcome"], result["changed"], result["operations"], result["journal"]) == ("refused", False, [], None)
    assert "a Group Policy sets fDenyTSConnections to 1" in result["msg"]
    assert rounds.seen["cut"]["policy"] == rounds.seen["before"]["policy"]
    assert not journals(rounds.hosts["policy"]).exists()
