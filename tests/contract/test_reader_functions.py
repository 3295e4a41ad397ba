# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The reader's functions with scripted answers of Windows that no host here gives: what they make of them."""

from __future__ import annotations

import functools
import json
from typing import Any

from ansible_collections.rdpops.health.tests.support import powershell, target_scripts
from ansible_collections.rdpops.health.tests.support.said import said_by


@functools.cache
def scripted() -> dict[str, Any]:
    """Return what the functions make of answers that no host here gives, or skip the test where there is no engine."""
    utilities = sorted((path for path in target_scripts.sent_with("win_rdp_info") if path.suffix == ".psm1"), key=lambda path: path.name != "_RdpRegistry.psm1")
    return said_by(powershell.find_engine(), "functions.ps1", target_scripts.UTILITIES / "_RdpNative.cs", *utilities)


def test_codes_and_refusals_are_kinds() -> None:
    """Given native codes and a key that may not be opened, then the code decides, and denied is not absent."""
    told = scripted()
    assert told["kinds"] == {
        "-2147024891": "access_denied",
        "-2146233078": "access_denied",
        "-2147024894": "not_found",
        "-2147024893": "not_found",
        "-2147023836": "not_found",
        "-2147023584": "needs_interactive_logon",
        "-2147024662": "too_large",
        "-2146233079": "unexpected",
    }
    assert told["code"] == -2147023836
    assert told["closed"] == {"path": "HKLM\\SOFTWARE\\Closed", "value": None, "kind": "denied"}
    assert told["closed_names"] == {"kind": "denied", "names": []}
    assert told["broken"] == "thrown"


def test_profiles_that_windows_does_not_tell_are_null() -> None:
    """Given a scripted answer of the firewall, which Wine lacks: nothing said is null, and a list of one stays a list."""
    assert [entry["active"] for entry in scripted()["profiles"]] == [None, ["public"], ["domain", "private"]]


def test_rules_that_may_keep_people_out_are_listed_too() -> None:
    """Its port, a range, no port at all, every service; its port over UDP; not another port, program, direction, app package, service or protocol."""
    rules = scripted()["rules"]
    assert [rule["id"] for rule in rules["rules"] if rule["hive"] == "local"] == [
        "port", "range", "any port", "every service", "tcp", "own", "udp", "port and range",
    ]  # fmt: skip
    assert [(rule["hive"], rule["id"]) for rule in rules["rules"][:2]] == [("policy", "group"), ("mdm", "managed")]
    assert rules["truncated"] is False


def test_rules_end_where_their_room_does() -> None:
    """Given 150 rules of 660 characters, then those that fit 48 KB are listed, and that there are more is said."""
    found = scripted()["long_rules"]
    assert found["truncated"] is True
    assert 45_000 < sum(len(rule["text"]) + len(rule["id"]) for rule in found["rules"]) <= 49_152


def test_the_walk_over_the_rules_ends_when_its_time_is_up() -> None:
    """Given 2,000 rules in each hive that take 5 ms each, then the walk ends soon after 600 ms and says that there may be more; and a port of no length."""
    found = scripted()["slow_rules"]
    assert found["truncated"] is True
    assert 600 <= found["ms"] < 5_000


def test_a_closed_hive_leaves_the_rules_of_the_others() -> None:
    told = scripted()
    assert told["closed_rules"]["hives"] == {"policy": "", "mdm": "access_denied", "local": ""}
    assert len(told["closed_rules"]["rules"]) == 8 and told["closed_rules"]["truncated"] is True
    assert set(told["rules"]["hives"].values()) == {""}


def test_a_store_that_is_closed_or_broken_leaves_the_other() -> None:
    closed, broken, gone = scripted()["stores"]
    assert [(store["exists"], store["kind"]) for store in (closed, broken, gone)] == [(None, "access_denied"), (None, "unexpected"), (False, "")]


def test_traces_of_our_own_are_looked_at_one_by_one_and_only_where_they_are_ours() -> None:
    """Given a folder that is a stranger's or closed, a journal that may not be read and a broken mark, then each is said and costs the others nothing."""
    told = scripted()["traces"]
    assert [told[f"owner {name}"] for name in ("O:S-1-5-21-1-2-3-1001", "O:BA", "O:SY")] == ["not_ours", "1", "1"]
    assert told["closed"] == {"open_journals": None, "break_glass": None, "kind": "access_denied"}
    assert told["some"]["open_journals"] == ["open"]
    assert [mark["journal"] for mark in told["some"]["break_glass"]] == ["b"]
    assert told["some"]["kind"] != ""


def test_who_broke_the_glass_leaves_the_host_only_where_names_are_asked_for() -> None:
    ends = {"journal": "j", "expires_at": "2026-11-20T18:00:00Z"}
    assert scripted()["marks"] == [{**ends, "owner": None, "reason": None}, {**ends, "owner": "ann", "reason": "old"}]


def test_what_windows_is_stays_known_where_some_of_it_is_closed() -> None:
    """Given a closed session manager, a domain that is not told and a revision of a wrong length, then those are null and the rest of the subset is there."""
    denied, empty = scripted()["all_denied"]["os"], scripted()["all_empty"]["os"]
    assert set(denied["pending_reboot"].values()) == {None}
    assert set(empty["pending_reboot"].values()) == {False}
    assert denied["domain"] == {"joined": None, "name": "", "kind": "needs_interactive_logon", "entra_joined": None}
    assert empty["domain"] == {"joined": True, "name": "EXAMPLE", "kind": "", "entra_joined": False}
    assert (denied["build"], denied["ubr"]) == (20348, None)
    denied_azure, empty_azure = scripted()["all_denied"]["azure"], scripted()["all_empty"]["azure"]
    assert [(found["asset_tag"], found["asset_kind"]) for found in (denied_azure, empty_azure)] == [(None, "access_denied"), (None, "")]


def test_scripted_answers_have_the_types_of_the_native_part() -> None:
    assert scripted()["other_signatures"] == []


def test_what_says_nothing_is_null() -> None:
    """Given that a command without output becomes {} in the JSON of Windows PowerShell, then no fact is one; and one would be noticed."""
    assert scripted()["noticed"] == [".b"]
    assert scripted()["nothing"] == []


def test_denied_is_not_none() -> None:
    """Given a registry that is closed as a whole, then every list and count is unknown or denied, and none is empty; given an empty one, they are."""
    denied, empty = scripted()["all_denied"], scripted()["all_empty"]
    assert denied["client_licensing"]["native"] == {"exists": None, "hardware_id": None, "store_count": None}
    assert empty["client_licensing"]["native"] == {"exists": False, "hardware_id": False, "store_count": 0}
    assert {entry["servers"]["kind"] for entry in denied["client_policy"]["delegation"].values()} == {"access_denied"}
    assert {entry["servers"]["kind"] for entry in empty["client_policy"]["delegation"].values()} == {""}
    assert (denied["licensing"]["grace_period"], empty["licensing"]["grace_period"]) == (None, False)
    assert {denied["tls"][name]["kind"] for name in ("ciphers", "hashes", "key_exchange")} == {"access_denied"}
    assert {empty["tls"][name]["kind"] for name in ("ciphers", "hashes", "key_exchange")} == {""}
    assert {entry["servers"]["kind"] for entry in denied["credssp"]["delegation"].values()} == {"access_denied"}
    assert {entry["policy"]["kind"] for entry in denied["credssp"]["delegation"].values()} == {"denied"}
    assert (denied["listener"]["truncated"], empty["listener"]["truncated"]) == (True, False)
    assert empty["azure"]["asset_tag"] is None


def test_a_value_is_looked_into_however_long_it_is() -> None:
    assert scripted()["long_renames"] == 2


def test_sessions_have_words_and_names_only_when_asked() -> None:
    told = scripted()
    assert [(entry["id"], entry["state"], entry["station"]) for entry in told["sessions"]["sessions"]] == [
        (0, "disconnected", "Services"),
        (2, "active", "rdp-tcp#3"),
        (65536, "listen", "rdp-tcp"),
        (7, "unknown", ""),
    ]
    assert {entry["user"] for entry in told["sessions"]["sessions"]} == {None}
    assert told["named_sessions"]["sessions"][1]["user"] == "ann"


def test_credentials_are_listed_without_secret_and_name() -> None:
    """Given one saved credential, then its target is told; given a network logon, then that is the kind of failure."""
    told = scripted()
    (entry,) = told["credentials"]["credentials"]
    assert (entry["target"], entry["type"], entry["persist"], entry["user"]) == ("TERMSRV/ts01.example.com", "domain_password", "enterprise", None)
    assert entry["last_written"] == "2022-06-18T04:26:40Z"
    assert told["named_credentials"]["credentials"][0]["user"] == "EXAMPLE\\ann"
    assert told["no_logon"] == "needs_interactive_logon"


def test_one_right_that_may_not_be_read_leaves_the_others() -> None:
    logon = scripted()["logon"]
    assert logon["rights"]["SeNetworkLogonRight"] == {"kind": "access_denied", "items": [], "truncated": False}
    held = logon["rights"]["SeRemoteInteractiveLogonRight"]
    assert (held["kind"], len(held["items"]), held["truncated"]) == ("", 50, True)
    assert logon["groups"]["administrators"] == {"kind": "", "items": ["S-1-5-21-1-2-3-500"], "truncated": False}


def test_an_account_is_told_as_windows_keeps_it() -> None:
    told = scripted()
    assert told["logon"]["account"] == {
        "name": "someone", "kind": "", "flags": 0x10213, "password_age_s": 86400, "password_expired": True, "expires_at": "2027-01-15T08:00:00Z",
    }  # fmt: skip
    assert (told["gone"]["kind"], told["gone"]["flags"]) == ("not_found", None)


def test_listeners_are_in_order_and_each_family_is_for_itself() -> None:
    ports = scripted()["ports"]
    assert [entry["port"] for entry in ports["ipv4"]["items"]] == [3389, 50000]
    assert (ports["ipv6"]["kind"], ports["ipv6"]["items"], ports["term_service_pid"]) == ("unexpected", [], 4711)


def test_a_service_that_may_not_be_asked_exists_in_an_unknown_state() -> None:
    assert (scripted()["closed_service"], scripted()["running_service"]) == ("unknown", "running")
    assert (scripted()["closed_exists"]["exists"], scripted()["closed_exists"]["kind"]) == (None, "access_denied")


def test_an_access_list_or_name_that_is_not_told_is_null_with_its_kind() -> None:
    """Given a file that may not be opened, and a MachineGuid that may not be read, then neither is said to be empty or absent."""
    told = scripted()
    assert told["closed_key"] == {"sddl": None, "sddl_kind": "access_denied"}
    unnamed = told["unnamed_key"]
    assert (unnamed["file_name"], unnamed["exists"], unnamed["sddl_kind"], told["unnamed_foreign"]) == (None, None, "not_looked_for", None)


def test_a_folder_of_keys_that_cannot_be_listed_is_not_empty() -> None:
    told = scripted()
    assert (told["unlisted_key"]["exists"], told["unlisted_key"]["sddl_kind"], told["unlisted_foreign"]) == (None, "unexpected", None)
    assert (told["gone_key"]["exists"], told["gone_key"]["sddl_kind"]) == (False, "")


def test_names_of_key_files_are_those_that_are_published() -> None:
    """Given containers whose files are known, then their names begin as published: the MD5, told as four little-endian numbers."""
    assert scripted()["key_files"] == ["f686aace6942fb7f7ceb231212eef4a4", "eddb3aadf119c896de06c2b210bb5d14", "bedbf0b4da5f8061b6444baedf4c00b1"]


def test_events_are_asked_for_by_provider_and_id() -> None:
    ids = "EventID=21 or (EventID>=23 and EventID<=25) or EventID=7"
    assert scripted()["query"] == f"*[System[Provider[@Name='P'] and ({ids}) and TimeCreated[timediff(@SystemTime)<=172800000]]]"


def test_crash_records_are_asked_for_by_the_programs_that_they_name() -> None:
    """Given a row with texts of which one has to be there, then the query says so; a host is asked for such records, and only of four programs."""
    told = scripted()
    asked = "EventID=1000) and TimeCreated[timediff(@SystemTime)<=3600000]] and EventData[Data='a.exe_b' or Data='c.exe']]"
    assert told["crash_query"] == f"*[System[Provider[@Name='P'] and ({asked}"
    assert told["events"]["crashes"] is True
    wanted = "Data='svchost.exe_TermService' or Data='winlogon.exe' or Data='dwm.exe' or Data='LogonUI.exe'"
    assert [query.partition(" and EventData")[2] for query in told["crashes_asked"]] == [f"[{wanted}]]"]


def test_events_are_newest_first_and_keep_names_back() -> None:
    """Given three scripted events, then they are in order, texts are bounded, and names and addresses are left out unless they are wanted."""
    told = scripted()
    assert [entry["id"] for entry in told["events"]["events"]] == [4625, 36871, 36870]
    assert told["events"]["events"][0]["properties"] == ["", "", "3221225581", "10", "", ""]  # the fifth is an account that is called 4711
    assert told["events"]["events"][1]["properties"] == ["x" * 256, "AQI="]
    assert told["events"]["events"][2]["properties"] == ["server", "0x8009030D", "10001"]
    assert told["named_events"]["events"][0]["properties"] == ["ann", "EXAMPLE", "3221225581", "10", "4711", "192.0.2.7"]
    assert told["events"]["channels"]["Application"]["kind"] == "access_denied"
    assert told["events"]["channels"]["System"]["kind"] == ""
    assert (told["events"]["truncated"], told["events"]["cut"]) == (False, [])


def test_a_channel_is_passed_over_only_where_it_is_closed_or_gone() -> None:
    """Given a closed channel, one that is gone and one whose first query failed, then the first two are not asked again, and the third is."""
    told = scripted()
    assert told["asked"]["opened"].count("Application") == 1
    assert "Microsoft-Windows-NTLM/Operational" not in told["asked"]["opened"]
    assert told["events"]["channels"]["Microsoft-Windows-NTLM/Operational"]["exists"] is False
    assert [entry["id"] for entry in told["failed_events"]["events"]] == [4625, 36870]
    assert told["failed_asked"]["opened"].count("System") == told["asked"]["opened"].count("System") == 6
    kinds = {name: entry["kind"] for name, entry in told["failed_events"]["channels"].items() if entry["kind"]}
    assert kinds == {"System": "unexpected", "Application": "access_denied", "Security": "unexpected"}


def test_what_was_found_before_the_time_was_up_is_kept() -> None:
    """Given channels that fail after the first event when the time is up, then that event is there, the kind says why, and there may be more."""
    late = scripted()["late_events"]
    assert [entry["id"] for entry in late["events"]] == [4625, 36870]
    kinds = {name: entry["kind"] for name, entry in late["channels"].items() if entry["kind"]}
    assert kinds == {"System": "timed_out", "Application": "access_denied", "Security": "timed_out"}
    assert late["truncated"] is True
    assert {query["channel"] for query in late["cut"]} == {"System", "Security"}


def test_no_more_events_are_fetched_than_are_wanted() -> None:
    """Given a limit of 20 and one of 150, then batches are of one more than that, and never of more than 64."""
    assert set(scripted()["asked"]["batches"]) == {1, 21}
    assert set(scripted()["many_asked"]["batches"]) == {1, 64}


def test_events_beyond_a_bound_are_left_out_and_that_is_said() -> None:
    told = scripted()
    assert ([entry["id"] for entry in told["fewer_events"]["events"]], told["fewer_events"]["truncated"]) == ([4625, 36870], True)
    assert {"channel": "System", "provider": "Schannel", "ids": "36870-36888"} in told["fewer_events"]["cut"]
    many = told["many_events"]
    assert (many["truncated"], many["cut"]) == (True, None)  # of the whole list, so nobody knows of what
    assert 0 < len(json.dumps(many)) < 80_000
