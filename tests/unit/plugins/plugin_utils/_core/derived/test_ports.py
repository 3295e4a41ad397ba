# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who owns the port of Remote Desktop."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.ports import own_address, port_owner

from tests.support.host_states import host

LISTENER = host().document["listener"]


def family(*owners: int, port: int = 3389, kind: str = "", truncated: bool = False) -> dict[str, Any]:
    return {"kind": kind, "items": [{"address": "0.0.0.0", "port": port, "pid": pid} for pid in owners], "truncated": truncated}


def told(first: dict[str, Any], second: dict[str, Any], pid: int | None = 7) -> Any:
    return port_owner({"ipv4": first, "ipv6": second, "term_service_pid": pid}, LISTENER)


def test_term_service_owns_it() -> None:
    assert told(family(7), family(7)) == {
        "listening": True,
        "owner_is_term_service": True,
        "other_owners": [],
        "held": True,
        "term_service": "is the process 7",
    }
    assert told(family(7), family(kind="unexpected"))["owner_is_term_service"] is True


def test_somebody_else_owns_it_if_only_on_one_side() -> None:
    assert told(family(7), family(9)) == {
        "listening": True,
        "owner_is_term_service": False,
        "other_owners": [9],
        "held": False,
        "term_service": "is the process 7",
    }


def test_nobody_listens() -> None:
    answer = told(family(9, port=80), family())
    assert (answer["listening"], answer["held"]) == (False, False)
    assert isinstance(answer["owner_is_term_service"], Gap)


@pytest.mark.parametrize(
    ("pid", "state", "said"),
    [
        (1188, "running", "is the process 1188"), (None, "stopped", "is not running"), (None, "start_pending", "is not running"),
        (None, "running", "has no process that is known"), (None, "unknown", "has no process that is known"), (None, None, "has no process that is known"),
    ],
)  # fmt: skip
def test_what_is_known_of_the_process_of_the_service(pid: int | None, state: str | None, said: str) -> None:
    facts = host(set={"ports.term_service_pid": pid, "services.TermService.state": state})
    assert facts.document["derived"]["ports"]["term_service"] == said


@pytest.mark.parametrize("pid", [None, 7])
def test_an_owner_that_nobody_knows(pid: int | None) -> None:
    answer = told(family(0), family(), pid)
    assert answer["listening"] is True
    assert isinstance(answer["owner_is_term_service"], Gap)
    assert isinstance(answer["other_owners"], Gap)
    assert isinstance(answer["held"], Gap)


def test_who_serves_the_listeners_certificate_holds_its_port() -> None:
    ports = {"ipv4": family(0), "ipv6": family(), "term_service_pid": None}
    assert port_owner(ports, LISTENER, serves=True)["held"] is True
    changed = {"probe.tls.certificate.sha1": "0" * 40}
    for change, held in (({}, True), (changed, Gap)):
        told = host(set={"ports.term_service_pid": None, **change})
        assert told.document["derived"]["ports"].get("held", Gap) is held


@pytest.mark.parametrize(("first", "second"), [(family(kind="x"), family(kind="x")), (family(), family(kind="x")), (family(truncated=True), family())])
def test_a_list_that_is_not_whole(first: dict[str, Any], second: dict[str, Any]) -> None:
    with pytest.raises(LookupError):
        told(first, second)


def at(*addresses: str, kind: str = "", truncated: bool = False) -> dict[str, Any]:
    return {"kind": kind, "items": [{"address": address, "port": 139, "pid": 4} for address in addresses], "truncated": truncated}


@pytest.mark.parametrize("address", ["192.0.2.11", "10.3.1.9", "2001:db8::5"])
def test_an_address_of_its_own(address: str) -> None:
    assert own_address({"ipv4": at("0.0.0.0", address), "ipv6": at("::", truncated=True)}) == {"listened_on": True}


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1", "::1", "::", "169.254.7.7", "fe80::1%12", "no address"])
def test_an_address_that_every_host_has(address: str) -> None:
    assert own_address({"ipv4": at(address), "ipv6": at()}) == {"listened_on": False}
    for unread in (at(kind="unexpected"), at(truncated=True)):
        assert isinstance(own_address({"ipv4": at(address), "ipv6": unread})["listened_on"], Gap)
