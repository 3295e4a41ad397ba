# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each kind of operation that Wine can carry, on a lab host: check, apply, apply again, take back, and a kill just before the end.

What the host is like is told by Wine's own reg and sc, by the files on its drive and by Get-Acl, never by the module.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.lab.host import LabHost, lab_host
from tests.lab.ops import cache, call, journals, key_file, lines_of, save_credential, seen, statuses
from tests.support import registry
from tests.support.operations import ABSENT, BINDING, CREDSSP, GONE, KEYS, LICENSES, SDDL, TCP, dword, operation, value

FIRST, SECOND = "20261120T080000Z-00000001", "20261120T090000Z-00000002"
STATES = ("before", "check", "applied", "again", "back", "killed", "resumed")
SECRET = b"\x01\x02\x03"
LICENCE_VALUES: registry.Table = {
    f"{LICENSES}\\HardwareID": {"ClientHWID": ("REG_BINARY", SECRET)},
    f"{LICENSES}\\Store": {"": ("REG_SZ", "default")},
    f"{LICENSES}\\Store\\LICENSE000": {"ProductID": ("REG_MULTI_SZ", ["A02", "b"]), "odd": ("REG_DWORD", b"\1"), "none": ("REG_NONE", b"xy")},
    f"{LICENSES}\\Store\\LICENSE000\\deep": {"empty": ("REG_EXPAND_SZ", b"")},
    TCP: {"LanAdapter": ("REG_SZ", "1"), "fLogonDisabled": ("REG_DWORD_BIG_ENDIAN", b"\0\0\0\1")},
}


@dataclass(frozen=True)
class Round:
    """All kinds in one plan, there and back: the answers of the module, and what was seen of the host after each."""

    host: LabHost
    answers: dict[str, Any]
    seen: dict[str, Any]
    lines: list[dict[str, Any]]


def plan(host: LabHost) -> list[dict[str, Any]]:
    """Return one operation of each kind that comes to rest; a restart never does."""
    own = key_file(host)
    thumbprint = host.facts["certificate"]["data"]["stores"]["remote_desktop"]["certificates"][0]["thumbprint"]
    before = "D:(A;CIIO;GR;;;BU)(A;;KA;;;BA)"
    bitmap = "C:\\" + str(cache(host).relative_to(host.wine.drive)).replace("/", "\\") + "\\bcache24.bmc"
    stopped = {"state": "stopped", "start": "manual"}
    return [
        value("value", TCP, "SecurityLayer", dword(1), dword(2), restart="reboot"),
        value("made", CREDSSP, "AllowEncryptionOracle", dword(0), ABSENT),
        value("text", TCP, "LanAdapter", {"kind": "REG_SZ", "value": "2"}, {"kind": "REG_SZ", "value": "1"}),
        value("gone", TCP, "fLogonDisabled", ABSENT, {"kind": "REG_NONE", "value": "AAAAAQ=="}),
        operation("binding", "certificate_binding", {"key": TCP, "value": "SSLCertificateSHA1Hash"}, BINDING, ABSENT),
        operation("access", "key_acl", {"key": LICENSES}, {"sddl": SDDL}, {"sddl": before}),
        operation("key", "registry_key", {"key": f"{LICENSES}\\Store"}, GONE, {"present": True}),
        operation("service", "service", {"service": "UmRdpService"}, {"start": "automatic", "state": "running"}, stopped),
        operation("isolate", "file_isolate", {"path": f"{KEYS}\\{own.name}"}, GONE, {"present": True, "size": own.stat().st_size}),
        operation("remove", "file_remove", {"path": bitmap}, GONE, {"present": True, "size": 6}),
        operation("certificate", "certificate_remove", {"store": "remote_desktop", "thumbprint": thumbprint}, GONE, {"present": True}),
        operation("wait", "wait_until", {"condition": "service_state", "seconds": 5, "service": "UmRdpService"}, {"state": "running"}, {}),
    ]


@pytest.fixture(scope="module")
def done(lab: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Round]:
    folder = tmp_path_factory.mktemp("ops")
    with lab_host("ops", "healthy") as host:
        registry.put(host.wine, LICENCE_VALUES)
        host.wine.run("reg", "delete", CREDSSP.rpartition("\\")[0], "/f")
        host.wine.run("sc", "stop", "UmRdpService")
        cache(host).mkdir(parents=True)
        (cache(host) / "bcache24.bmc").write_bytes(b"123456")
        given = {"operations": plan(host), "journal_id": FIRST, "plan_digest": "sha256:1", "run_id": "run", "again": True}
        answers: dict[str, Any] = {}
        looks = {"before": seen(host)}
        answers["check"] = call(host, folder, given, "--check", "--diff")
        looks["check"] = seen(host)
        answers["applied"] = call(host, folder, given, "--diff")
        looks["applied"] = seen(host)
        answers["again"] = call(host, folder, {**given, "journal_id": SECOND})
        looks["again"] = seen(host)
        lines = lines_of(host, FIRST)
        answers["back"] = call(host, folder, {"state": "taken_back", "journal_id": FIRST})
        looks["back"] = seen(host)
        call(host, folder, {**given, "journal_id": SECOND})
        # As it is on the disk when the run is killed between the last effect and its result.
        file = journals(host) / SECOND / "journal.jsonl"
        kept = file.read_bytes().splitlines(keepends=True)
        assert [json.loads(line)["line"] for line in kept[-3:]] == ["intent", "done", "closed"] or json.loads(kept[-2])["op"] == "wait"
        file.write_bytes(b"".join(kept[:-2]) + kept[-2][:20])
        looks["killed"] = seen(host)
        answers["resumed"] = call(host, folder, {**given, "journal_id": "20261120T100000Z-00000003"})
        looks["resumed"] = seen(host)
        yield Round(host, answers, looks, lines)


def test_check_mode_says_what_would_change_and_leaves_everything(done: Round) -> None:
    answer = done.answers["check"]
    assert statuses(answer) == {each["id"]: "would_change" for each in plan_ids(done)} | {"wait": "unchanged"}
    assert (answer["changed"], answer["journal"], answer["applied"]) == (True, None, [])
    assert done.seen["check"] == done.seen["before"]
    assert all(f"--- before: {each['id']} {each['kind']}" in answer["printed"] for each in plan_ids(done))
    assert " kind: REG_DWORD\n-value: 2\n+value: 1\n" in answer["printed"]


def plan_ids(done: Round) -> list[dict[str, Any]]:
    return [each for each in done.lines[0]["operations"] if each["kind"] != "wait_until"]


def test_everything_is_brought_to_its_goal(done: Round) -> None:
    """Given the assumed states, when the plan is applied, then each operation changed, and the other programs see the goals."""
    answer, look = done.answers["applied"], done.seen["applied"]
    assert statuses(answer) == {each["id"]: "changed" for each in plan_ids(done)} | {"wait": "unchanged"}
    assert answer["changed"] is True
    assert answer["reboot_required"] is True
    assert answer["journal"]["state"] == "finished"
    assert '"SecurityLayer"=dword:00000001' in look["terminal server"]
    assert '"AllowEncryptionOracle"=dword:00000000' in look["credssp"]
    assert '"LanAdapter"="2"' in look["terminal server"]
    assert "fLogonDisabled" not in look["terminal server"]
    assert '"SSLCertificateSHA1Hash"=hex:00,01,02' in look["terminal server"]
    assert "\\Store" not in look["licences"]
    assert "ClientHWID" in look["licences"]
    assert "(A;CI;KR;;;BU)" in look["access"]
    assert look["states"]["UmRdpService"] is True
    assert look["start"] == ['"Start"=dword:00000002']
    assert "bcache24.bmc" not in look["files"]
    assert key_name(done) not in look["files"]
    assert "\\Certificates\\" in done.seen["before"]["store"]
    assert "\\Certificates\\" not in look["store"]


def key_name(done: Round) -> str:
    return str(next(each for each in plan_ids(done) if each["id"] == "isolate")["target"]["path"]).rpartition("\\")[2]


def test_a_second_time_nothing_changes(done: Round) -> None:
    answer = done.answers["again"]
    assert set(statuses(answer).values()) == {"unchanged"}
    assert (answer["changed"], answer["journal"], answer["reboot_required"]) == (False, None, False)
    assert done.seen["again"] == done.seen["applied"]


def test_taking_back_restores_every_byte(done: Round) -> None:
    """Given the journal, when it is taken back, then registry, access list, files, store and services are what they were, byte for byte."""
    answer = done.answers["back"]
    assert statuses(answer) == {each["id"]: "restored" for each in plan_ids(done)}
    assert [result["id"] for result in answer["results"]] == [each["id"] for each in reversed(plan_ids(done))]
    assert (answer["changed"], answer["taken_back"], answer["journal"]["state"]) == (True, True, "taken_back")
    for part, before in done.seen["before"].items():
        assert done.seen["back"][part] == before, part


def test_a_run_that_was_killed_is_taken_back_by_the_next(done: Round) -> None:
    """Given a journal that ends in the middle of a line, when the next run comes, then the host is as before it, and the new plan has to wait."""
    answer = done.answers["resumed"]
    assert done.seen["killed"] == done.seen["applied"]
    (recovered,) = answer["recovered"]
    assert (recovered["journal"], recovered["action"], recovered["why"]) == (SECOND, "taken_back", "open")
    assert {result["status"] for result in recovered["results"]} == {"restored"}
    assert (answer["look_again"], answer["changed"], set(statuses(answer).values())) == (True, True, {"not_run"})
    for part, before in done.seen["before"].items():
        assert done.seen["resumed"][part] == before, part


def test_the_journal_is_what_its_format_says(done: Round) -> None:
    """Given what was written, then any JSON reader reads it, each intent stands before its result, and no secret is in it."""
    first, *rest = done.lines
    told = (first["line"], first["schema"], first["id"], first["plan_digest"], first["run_id"])
    assert told == ("header", "rdpops.health/journal/1", FIRST, "sha256:1", "run")
    order = [(line["line"], line.get("op")) for line in rest]
    assert order[-1] == ("closed", None)
    for each in plan_ids(done):
        assert order.index(("intent", each["id"])) + 1 == order.index(("done", each["id"]))
    befores = {line["op"]: line for line in rest if line["line"] == "intent"}
    assert befores["text"]["before"]["raw"] == "1:MQAAAA=="
    assert befores["gone"]["before"]["raw"] == "5:AAAAAQ=="
    assert befores["made"]["saved"]["created"] == [CREDSSP, CREDSSP.rpartition("\\")[0]]


def test_the_journal_is_for_administrators_only(done: Round) -> None:
    """Given what Wine can tell of an access list, then nobody but the owner and the system has a right."""
    folder = journals(done.host)
    for place in (folder.parent, folder, folder / FIRST):
        assert place.stat().st_mode & 0o007 == 0, place
    assert "closed" in (folder / FIRST / "journal.jsonl").read_text()


def test_what_needs_consent_is_done_with_it_only(done: Round, tmp_path: Path) -> None:
    """Given a saved credential and a restart for which sessions cannot be counted, then without consent both are refused.

    With it the credential is gone, its secret nowhere, what ran before runs again, and taking back says that it cannot.
    """
    target = "TERMSRV/ts1.example.com"
    save_credential(done.host, target)
    done.host.wine.run("sc", "start", "UmRdpService")
    remove = operation("c", "credential_remove", {"name": target, "type": 1}, GONE, {"present": True, "last_written": None})
    service = {"service": "TermService"}
    restart = operation("r", "service", service, {"restarted": True}, {"state": "running"}, restart="term_service", risk="restarts_listener")
    given = {"operations": [restart, remove], "journal_id": "20261120T110000Z-00000004"}
    refused = call(done.host, tmp_path, {**given, "consent": ["irreversible"]})
    assert (refused["failed"], statuses(refused), refused["journal"]) == (True, {"r": "refused", "c": "not_run"}, None)
    assert "cannot be counted" in refused["msg"]
    did = call(done.host, tmp_path, {**given, "consent": ["irreversible", "session_disconnect"]})
    assert statuses(did) == {"r": "changed", "c": "changed"}, did
    assert seen(done.host)["states"] == {"SessionEnv": True, "TermService": True, "UmRdpService": True}
    assert did["results"][1]["before"]["last_written"].startswith("20")
    assert "Tr0ub4dor" not in json.dumps(did) + (journals(done.host) / given["journal_id"] / "journal.jsonl").read_text()
    back = call(done.host, tmp_path, {"state": "taken_back", "journal_id": given["journal_id"]})
    assert (statuses(back), back["journal"]["state"], back["changed"]) == ({"r": "not_reversible", "c": "not_reversible"}, "partly_taken_back", False)
