# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_rdp_cert: each fault has its smallest repair, and what would harm is refused with the better way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals.usable import RDP_AUTHENTICATION, SERVER_AUTHENTICATION
from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals.win_rdp_cert import Wish, propose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts
from ansible_collections.rdpops.health.plugins.plugin_utils._core.plan import assemble

from tests.support.goal_hosts import after, bound_thumbprint, hash_of, host, kinds, with_bound_key, with_certificate

MINE = bound_thumbprint()
OWN = "557C51A7D7ABCFE50CD6B30BC1773DB76881136A"
GONE = "AB" * 20
HASH = "certificate.bindings.SSLCertificateSHA1Hash"
EXPIRED = "2027-06-01T00:00:00Z"
STATE = "services.SessionEnv.state"
BY_POLICY = {"certificate.bindings.CertTemplateName.kind": "REG_SZ", "certificate.bindings.CertTemplateName.value": "RDP"}
TEMPLATE = {"certificate.bindings.TemplateCertificate": "certificate.bindings.SelfSignedCertificate"}
RESTARTED = "SessionEnv:restarted"


def wish(state: str = "healthy", **more: Any) -> Wish:
    return Wish(state=state, allow_connection_broker=True, **more)


def bound(**key: Any) -> Facts:
    return with_bound_key(host(set=hash_of(MINE)), **key)


def test_a_healthy_host_is_left_alone() -> None:
    goal = propose(host(), wish())
    assert (goal.met, goal.proposal.operations, goal.against, goal.warnings) == (True, (), (), ())
    told = goal.answer["certificate"]
    assert (told["binding"], told["thumbprint"], told["store"], told["days_left"]) == ("self_signed", OWN, "remote_desktop", 125)


@pytest.mark.parametrize(
    ("case", "more", "expected"),
    [
        ({"set": {"certificate.bindings.SelfSignedCertStore.value": "My"}}, {}, ["SelfSignedCertStore=Remote Desktop", RESTARTED]),
        ({"set": {STATE: "stopped"}}, {}, ["SessionEnv:running"]),
        ({"set": {"services.SessionEnv.Start.value": 4}}, {}, ["SessionEnv:manual"]),
        ({"at": EXPIRED}, {}, [RESTARTED, "wait_until"]),
        (
            {"at": EXPIRED, "set": {"services.SessionEnv.state": "stopped", "services.SessionEnv.Start.value": 4}},
            {},
            ["SessionEnv:running,manual", "wait_until"],
        ),
        ({}, {"days_before_expiry": 90, "state": "healthy"}, []),
        ({"at": "2027-02-01T00:00:00Z"}, {"days_before_expiry": 60}, ["certificate_remove", RESTARTED, "wait_until"]),
        ({"set": {"key_store.listener_key.exists": False}}, {}, ["certificate_remove", "certificate_remove", RESTARTED, "wait_until"]),
        ({"set": {"key_store.listener_key.sddl": "O:SYG:SYD:PAI(A;;FA;;;SY)"}}, {}, ["file_acl", RESTARTED]),
        ({"set": {"certificate.stores.remote_desktop.certificates": []}}, {}, [RESTARTED, "wait_until"]),
        ({"set": hash_of(GONE)}, {}, ["bind:absent", RESTARTED]),
        ({"set": {f"{HASH}.kind": "REG_SZ", f"{HASH}.value": GONE}}, {}, ["bind:absent", RESTARTED]),
        ({"set": hash_of(GONE), "at": EXPIRED}, {}, ["bind:absent", RESTARTED, RESTARTED, "wait_until"]),
    ],
)
def test_each_fault_has_its_repair(case: dict[str, Any], more: dict[str, Any], expected: list[str]) -> None:
    facts = host(**case)
    goal = propose(facts, wish(**{"state": "healthy", **more}))
    assert (kinds(goal), goal.against) == (expected, ())
    again = propose(after(facts, goal), wish(**{"state": "healthy", **more}))
    assert again.proposal.operations == ()


def test_a_plan_restarts_once_and_waits_last() -> None:
    facts = host(set=hash_of(GONE), at=EXPIRED)
    plan = assemble(facts, [propose(facts, wish(wait=7)).proposal])
    assert [operation.kind for operation in plan.operations] == ["certificate_binding", "service", "wait_until"]
    assert plan.operations[-1].target["seconds"] == 7


@pytest.mark.parametrize("state", ["unbound", "self_signed"])
def test_a_hash_is_taken_off_where_it_is_asked_for(state: str) -> None:
    facts = bound()
    goal = propose(facts, wish(state))
    assert kinds(goal) == ["bind:absent", RESTARTED]
    assert propose(after(facts, goal), wish(state)).met
    assert propose(host(), wish(state)).met


def test_unbinding_makes_sure_that_something_serves() -> None:
    goal = propose(with_bound_key(host(set=hash_of(MINE), at=EXPIRED)), wish("unbound"))
    assert kinds(goal) == ["bind:absent", RESTARTED, RESTARTED, "wait_until"]


def test_binding() -> None:
    facts = host()
    goal = propose(facts, wish("bound", thumbprint=MINE, key_is_readable=True))
    assert (kinds(goal), goal.against) == (["bind:REG_BINARY", RESTARTED], ())
    assert propose(with_bound_key(after(facts, goal), sddl="D:PAI(A;;FA;;;SY)(A;;FR;;;NS)"), wish("bound", thumbprint=MINE)).met


def test_a_key_that_network_service_may_not_read_gets_the_one_entry_that_it_lacks() -> None:
    facts = bound()
    goal = propose(facts, wish("bound", thumbprint=MINE))
    assert kinds(goal) == ["file_acl", RESTARTED]
    assert goal.proposal.operations[0].ensure == {"sddl": "D:PAI(A;;FR;;;NS)(A;;FA;;;SY)(A;;FA;;;BA)"}
    assert assemble(facts, [goal.proposal]).operations  # the place is one that may be touched
    assert propose(after(facts, goal), wish("bound", thumbprint=MINE)).met
    assert kinds(propose(facts, wish())) == ["file_acl", RESTARTED]  # healthy wants the same of what is bound


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ({"sddl": "D:(D;;FR;;;NS)(A;;FA;;;SY)"}, "denies somebody something"),
        ({"exists": False, "sddl": None, "size": None}, "is not there"),
    ],
)
def test_a_key_that_cannot_be_made_readable_is_refused(key: dict[str, Any], words: str) -> None:
    goal = propose(bound(**key), wish("bound", thumbprint=MINE))
    assert words in goal.against[0].because and goal.proposal.operations == ()


@pytest.mark.parametrize("key", [{"sddl": None, "sddl_kind": "access_denied"}, {"file_name": None, "provider_type": 0}, {"sddl": "D:NO_ACCESS_CONTROL"}])
def test_of_what_is_bound_already_an_unknown_key_is_a_warning(key: dict[str, Any]) -> None:
    goal = propose(bound(**key), wish("bound", thumbprint=MINE))
    assert goal.met and any("is not known" in text for text in goal.warnings)


def test_a_certificate_is_not_bound_where_nobody_knows_who_reads_its_key() -> None:
    goal = propose(host(), wish("bound", thumbprint=MINE))
    assert goal.against[0].rule == "cannot_look" and "key_is_readable: true" in goal.against[0].instead


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"eku": ("1.3.6.1.5.5.7.3.2",)}, "not meant for servers"),
        ({"key": "RSA-1024"}, "RSA-1024"),
        ({"key": "Ed25519PublicKey"}, "clients do not take"),
        ({"not_before": host().now + timedelta(days=1)}, "is not valid before"),
        ({"not_after": host().now - timedelta(days=1)}, "expired at"),
        ({"not_after": host().now + timedelta(days=5)}, "expires in 5 days"),
    ],
)
def test_what_cannot_be_served_is_not_bound(changes: dict[str, Any], words: str) -> None:
    goal = propose(with_certificate(host(), MINE, **changes), wish("bound", thumbprint=MINE, key_is_readable=True, days_before_expiry=10))
    assert words in goal.against[0].because and goal.against[0].instead and kinds(goal) == []


@pytest.mark.parametrize("eku", [(), (SERVER_AUTHENTICATION,), (RDP_AUTHENTICATION, "1.2.3")])
@pytest.mark.parametrize("key", ["RSA-2048", "EC-secp256r1"])
def test_what_can_be_served_is_bound(eku: tuple[str, ...], key: str) -> None:
    assert propose(with_certificate(host(), MINE, eku=eku, key=key), wish("bound", thumbprint=MINE, key_is_readable=True)).against == ()


@pytest.mark.parametrize(
    ("thumbprint", "case", "words"),
    [
        (GONE, {}, "there is no certificate"),
        (OWN, {}, "lies in the store Remote Desktop"),
        (GONE, {"set": {"certificate.stores.my.truncated": True}}, "cut short"),
        (MINE, {"set": {"certificate.stores.my.certificates.0.has_private_key": False}}, "has no private key"),
        (MINE, {"set": {"certificate.stores.my.certificates.0.der": "AAAA"}}, "could not be decoded"),
        (MINE, {"status": {"certificate": "denied"}}, "could not be read"),
    ],
)
def test_a_certificate_that_is_not_there_is_a_sentence(thumbprint: str, case: dict[str, Any], words: str) -> None:
    goal = propose(host(**case), wish("bound", thumbprint=thumbprint, key_is_readable=True))
    assert any(words in refusal.because for refusal in goal.against) and not goal.met


@pytest.mark.parametrize(
    ("state", "case"),
    [("bound", {}), ("unbound", {"set": hash_of(MINE)}), ("self_signed", {"set": hash_of(MINE)}), ("healthy", {"set": hash_of(GONE)})],
)
def test_a_host_that_may_be_a_broker_is_left_alone_unless_somebody_says_so(state: str, case: dict[str, Any]) -> None:
    goal = propose(host(**case), Wish(state=state, thumbprint=MINE, key_is_readable=True))
    assert [refusal.rule for refusal in goal.against] == ["needs_consent"]
    assert "allow_connection_broker: true" in goal.against[0].instead
    case = {"set": {**case.get("set", {}), "os.product_type": "WinNT"}}
    assert propose(host(**case), Wish(state=state, thumbprint=MINE, key_is_readable=True)).against == ()


@pytest.mark.parametrize(
    ("state", "case", "words"),
    [
        (
            "self_signed",
            {"set": BY_POLICY},
            "Group Policy",
        ),
        ("self_signed", {"copy": TEMPLATE}, "template certificate"),
        (
            "healthy",
            {"copy": TEMPLATE, "at": EXPIRED},
            "SessionEnv does not make",
        ),
        ("healthy", {"set": hash_of(MINE), "at": "2029-01-01T00:00:00Z"}, "expired at"),
        ("healthy", {"set": {"services.SessionEnv.exists": False, "services.SessionEnv.state": None}}, "not there any more"),
    ],
)
def test_what_somebody_else_has_to_do_is_said(state: str, case: dict[str, Any], words: str) -> None:
    goal = propose(host(**case), wish(state))
    assert any(words in refusal.because for refusal in goal.against) and goal.proposal.operations == () and not goal.met


def test_nothing_is_ever_deleted_from_my() -> None:
    case = {"copy": {"certificate.stores.my.certificates": "certificate.stores.remote_desktop.certificates"}}
    facts = host(**case, set={"certificate.stores.remote_desktop.certificates": []}, at="2027-02-01T00:00:00Z")
    goal = propose(facts, wish(days_before_expiry=60))
    assert "from which nothing is ever deleted" in goal.against[0].because


def test_a_name_that_is_not_the_hosts_is_a_warning_only() -> None:
    goal = propose(with_certificate(host(), MINE, san=("other.example.com",), subject="CN=other"), wish("bound", thumbprint=MINE, key_is_readable=True))
    assert goal.against == () and "clients will warn" in goal.warnings[0]
    wild = with_certificate(host(), MINE, san=("*.corp.example.com",), subject="CN=other")
    assert propose(wild, wish("bound", thumbprint=MINE, key_is_readable=True)).warnings == ()


@pytest.mark.parametrize(("at", "words"), [("2027-03-20T00:00:00Z", "expires in 6 days"), (EXPIRED, "has expired")])
def test_a_certificate_that_ends_soon_is_told(at: str, words: str) -> None:
    assert words in propose(host(at=at), wish()).warnings[0]


@pytest.mark.parametrize("state", ["self_signed", "unbound"])
@pytest.mark.parametrize("closed", [{"certificate.stores.my.truncated": True}, {"certificate.stores.my.exists": None}])
def test_no_hash_is_taken_off_where_nobody_knows_what_serves_then(state: str, closed: dict[str, Any]) -> None:
    """Given a bound certificate, and a store in which the own one may or may not be, then the hash stays and the reason is told."""
    own = {"certificate.stores.remote_desktop.certificates": []}
    goal = propose(host(set={**hash_of(bound_thumbprint()), **own, **closed}), Wish(state))
    assert [refusal.rule for refusal in goal.against] == ["cannot_look"] and goal.proposal.operations == ()
