# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From one observation to the causes that may stand, must stand and must fall: held against a table of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Rank, RankedCause
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle
from hypothesis import given, settings

from tests.support.host_states import CATALOGUE, host, states

LISTED = {"C01", "C02", "C03", "C05", "C06", "C07", "C08", "C09", "C11", "C14", "C15", "C16", "C17", "C18", "C21", "C22", "C23", "C28", "C51"}
NO_LISTENER = {"C16", "C18", "C21", "C51"}
NO_KEY = {"C01", "C02", "C03", "C07", "C08", "C09"}

# What the outside alone can say, the inside being unreadable: symptom -> step, TLS alert, causes that are possible, causes that are likely.
SYMPTOMS: dict[str, tuple[str, int | None, set[str], set[str]]] = {
    "connect_timeout": ("connect", None, NO_LISTENER | {"C22", "C23"}, set()),
    "connect_refused": ("connect", None, NO_LISTENER, set()),  # a firewall drops and does not refuse
    "unreachable": ("connect", None, {"C23"}, set()),
    "route_lost": ("tls", None, set(), {"C23"}),
    "name_service_failed": ("resolve", None, set(), set()),
    "closed_before_answer": ("negotiate", None, {"C21"}, set()),
    "failure_2": ("negotiate", None, set(), {"C14"}),
    "failure_3": ("negotiate", None, NO_KEY, set()),  # no usable certificate, and not which of them
    "legacy_answer": ("negotiate", None, {"C14"}, set()),
    "not_rdp": ("negotiate", None, set(), set()),
    "tls_closed": ("tls", None, NO_KEY | {"C11"}, set()),
    "tls_reset": ("tls", None, NO_KEY | {"C11"}, set()),
    "tls_alert": ("tls", 70, set(), {"C11"}),
    "tls_stalled": ("tls", None, set(), set()),
    "unsteady": ("tls", None, set(), set()),
    "credssp_closed": ("credssp", None, set(), set()),  # what a host without NTLM does too
    "probe_error": ("tls", None, set(), set()),
    "local_tls_too_strict": ("tls", None, set(), set()),
}
NOTHING = {"outcome": "not_reached", "version": None, "cipher": None, "alert": None, "certificate": None}


def outside(symptom: str, ended_at: str, alert: int | None = None) -> dict[str, Any]:
    return {"probe.symptom": symptom, "probe.ended_at": ended_at, "probe.nla": "unknown", "probe.tls": {**NOTHING, "alert": alert}}


def standing(facts: Facts) -> dict[str, RankedCause]:
    return {ranked.cause.id: ranked for ranked in diagnose(facts, CATALOGUE.causes) if ranked.rank is not Rank.RULED_OUT and ranked.cause.id in LISTED}


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_what_the_outside_alone_makes_possible(symptom: str) -> None:
    ended_at, alert, possible, likely = SYMPTOMS[symptom]
    found = standing(host(unreachable=True, set=outside(symptom, ended_at, alert)))
    assert {name for name, ranked in found.items() if ranked.rank is Rank.POSSIBLE} == possible
    assert {name for name, ranked in found.items() if ranked.rank is Rank.LIKELY} == likely
    assert not [name for name, ranked in found.items() if ranked.rank is Rank.CERTAIN]
    assert all(ranked.missing and ranked.next_observation for ranked in found.values())


BINDING = "certificate.bindings.SSLCertificateSHA1Hash"
REG = "listener.values.{}.{}.{}"
DENY, STATION, LAYER = ("fDenyTSConnections", "fEnableWinStation", "SecurityLayer")
EMPTY = {"certificate.stores.remote_desktop.certificates": []}


def policy(name: str, value: int) -> dict[str, Any]:
    return {REG.format(name, "policy", "kind"): "REG_DWORD", REG.format(name, "policy", "value"): value}


def local(name: str, value: int) -> dict[str, Any]:
    return {REG.format(name, "local", "value"): value}


# What the inside alone can say, nobody having asked the wire: change of a healthy host -> cause that is likely.
INSIDE: list[tuple[str, dict[str, Any]]] = [
    ("C01", {"set": {"key_store.listener_key.sddl": "D:P(A;;FA;;;SY)"}}),
    ("C02", {"set": {"key_store.folder.sddl": "D:P(A;;FA;;;BA)"}}),
    ("C02", {"set": {"key_store.folder.sddl": "D:P(A;;0x12019f;;;WD)"}}),
    ("C03", {"set": EMPTY}),
    ("C03", {"set": {"key_store.listener_key.exists": False, "key_store.listener_key.sddl": None, "key_store.listener_key.size": None}}),
    ("C03", {"set": {"key_store.listener_key.size": 0}}),
    ("C06", {"at": "2036-01-01T00:00:00Z"}),
    ("C07", {"set": {"certificate.bindings.SelfSignedCertStore.value": "My"}}),
    ("C08", {"set": {f"{BINDING}.kind": "REG_BINARY", f"{BINDING}.value": "/////////////////////////+8="}}),
    ("C09", {"set": {f"{BINDING}.kind": "REG_SZ", f"{BINDING}.value": "A5B0"}}),
    ("C11", {"set": {"os.build": 14393, "tls.protocols.tls12.server.Enabled.kind": "REG_DWORD", "tls.protocols.tls12.server.Enabled.value": 0}}),
    ("C14", {"set": local(LAYER, 0)}),
    ("C15", {"set": local("UserAuthentication", 0)}),
    ("C16", {"set": policy(DENY, 1)}),
    ("C17", {"set": {**policy(DENY, 0), **local(DENY, 1)}}),
    ("C18", {"set": {"services.TermService.state": "stopped"}}),
    ("C18", {"set": {"services.TermService.state": "start_pending"}}),
    ("C18", {"set": {"services.TermService.state": "stop_pending"}}),
    ("C18", {"set": {"services.TermService.state": None, "services.TermService.exists": False}}),
    ("C21", {"set": local(STATION, 0)}),
    ("C22", {"set": {"firewall.active_profiles": ["public"]}}),
    ("C51", {"set": local(DENY, 1)}),
    ("C51", {"set": {REG.format(DENY, "local", "kind"): "absent", REG.format(DENY, "local", "value"): None}}),
]


@pytest.mark.parametrize(("name", "case"), INSIDE)
def test_what_the_inside_alone_makes_likely(name: str, case: dict[str, Any]) -> None:
    found = standing(host(**{**case, "status": {"probe": "failed"}}))
    assert found[name].rank in (Rank.LIKELY, Rank.CERTAIN)
    assert not [other for other, ranked in found.items() if other != name and ranked.rank is Rank.CERTAIN]


# An inside fault and what the wire shows of it -> the two agree, and it is certain.
AGREED: list[tuple[str, str]] = [
    *((name, symptom) for name in ("C01", "C02", "C03", "C07", "C09") for symptom in ("failure_3", "tls_closed", "tls_reset")),
    *(("C08", symptom) for symptom in ("failure_3", "tls_closed", "tls_reset")),
    *(("C11", symptom) for symptom in ("tls_closed", "tls_reset", "tls_alert")),
    *(("C14", symptom) for symptom in ("failure_2", "legacy_answer")),
    *((name, symptom) for name in ("C16", "C18", "C21", "C51") for symptom in ("connect_timeout", "connect_refused")),
    ("C21", "closed_before_answer"), ("C22", "connect_timeout"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "symptom"), AGREED)
def test_both_views_together_make_it_certain(name: str, symptom: str) -> None:
    ended_at, alert, dummy, dummy_likely = SYMPTOMS[symptom]
    for case in (case for other, case in INSIDE if other == name):
        found = standing(host(**{**case, "set": {**case["set"], **outside(symptom, ended_at, alert)}}))
        assert found[name].rank is Rank.CERTAIN, case


SHELF = load_bundle(Path(__file__).parents[5] / "demo" / "bundles" / "rds-cert-expired.json")
OLD_DATA = (SHELF.snapshot or {})["subsets"]["certificate"]["data"]
OLD_HASH = OLD_DATA["bindings"]["SelfSignedCertificate"]
OLD_STORE = {"certificate.stores": OLD_DATA["stores"], "certificate.bindings.SelfSignedCertificate": OLD_HASH}
OLD_WIRE = {"probe.tls.certificate": (SHELF.probe or {})["tls"]["certificate"]}
BOUND = {BINDING: "certificate.bindings.SelfSignedCertificate"}
DANGLING = {f"{BINDING}.kind": "REG_BINARY", f"{BINDING}.value": "/////////////////////////+8="}
TEMPLATE = {"certificate.bindings.TemplateCertificate.kind": "REG_BINARY", "certificate.bindings.TemplateCertificate.value": "/////////////////////////+8="}
STOPPED = {"services.SessionEnv.state": "stopped"}
KEY_LOST = {"key_store.listener_key.sddl": "D:P(A;;FA;;;SY)"}
TLS12_OFF = {"os.build": 14393, "tls.protocols.tls12.server.Enabled.kind": "REG_DWORD", "tls.protocols.tls12.server.Enabled.value": 0}
MALFORMED = {f"{BINDING}.kind": "REG_SZ", f"{BINDING}.value": "A5B0"}
ON_PUBLIC = {"firewall.active_profiles": ["public"]}
CLOSED, REFUSED_CERT = outside("tls_closed", "tls"), outside("failure_3", "negotiate")
TIMEOUT = outside("connect_timeout", "connect")
OUT, LIKELY, POSSIBLE, CERTAIN = Rank.RULED_OUT, Rank.LIKELY, Rank.POSSIBLE, Rank.CERTAIN

# fmt: off
# One observation at a time: without just this line of the cause another rank would come out.
ALONE: list[tuple[str, dict[str, Any], Rank | None]] = [
    ("C01", {"set": KEY_LOST}, POSSIBLE),  # the handshake works all the same
    ("C01", {"set": CLOSED}, POSSIBLE),  # the key can be read
    ("C02", {"set": {"key_store.folder.sddl": "D:P"}}, POSSIBLE),  # the present key works, the next one will not
    ("C02", {"set": CLOSED}, OUT),
    ("C02", {"set": {"key_store.folder.sddl": "D:P"}, "at": "2036-01-01T00:00:00Z"}, LIKELY),  # what is served ran out
    ("C06", {"set": {"key_store.folder.sddl": "D:P"}, "at": "2036-01-01T00:00:00Z"}, LIKELY),  # it cannot be made anew for C02
    ("C02", {"set": {**CLOSED, "key_store.folder.sddl": "D:P(D;;FR;;;SU)(A;;0x12019f;;;WD)(A;;FA;;;BA)"}}, CERTAIN),  # somebody is denied
    ("C03", {"set": EMPTY}, POSSIBLE),  # the service still holds it
    ("C03", {"set": REFUSED_CERT}, OUT),
    ("C03", {"set": {**CLOSED, **DANGLING, "key_store.listener_key.size": 0}}, POSSIBLE),  # not this key's file, not this certificate
    ("C03", {"set": {**TIMEOUT, **EMPTY, "certificate.bindings.SelfSignedCertificate": {"path": "HKLM\\X", "kind": "absent", "value": None}}}, POSSIBLE),
    ("C05", {"set": {**OLD_STORE, **OLD_WIRE, **STOPPED}}, CERTAIN),
    ("C05", {"set": {**OLD_STORE, **STOPPED}}, OUT),  # a valid one is served
    ("C05", {"set": {**OLD_WIRE, **STOPPED}}, OUT),  # a valid one is configured
    ("C05", {"set": {**OLD_WIRE, **STOPPED, **DANGLING}}, OUT),
    ("C05", {"set": {**OLD_WIRE, **STOPPED, **TEMPLATE}}, OUT),
    ("C05", {"set": {**OLD_STORE, **OLD_WIRE}}, OUT),  # SessionEnv runs
    ("C05", {"set": {**OLD_WIRE, "services.SessionEnv.state": "unknown", "services.SessionEnv.Start.value": 4}, "status": {"certificate": "error"}}, CERTAIN),
    ("C06", {"set": {**OLD_STORE, **OLD_WIRE}}, LIKELY),
    ("C06", {"set": OLD_WIRE}, OUT),
    ("C06", {"set": {**OLD_WIRE, **DANGLING}}, OUT),
    ("C06", {"set": {**OLD_WIRE, **TEMPLATE}}, OUT),
    ("C06", {"set": {**OLD_STORE, **OLD_WIRE, **STOPPED}}, OUT),
    ("C07", {"set": {"certificate.bindings.SelfSignedCertStore.value": "My"}}, POSSIBLE),
    ("C08", {"set": {**CLOSED, **OLD_STORE, BINDING: OLD_HASH}}, CERTAIN),  # bound to one that expired
    ("C08", {"copy": BOUND, "set": CLOSED}, POSSIBLE),  # bound to one that is valid
    ("C08", {"set": {**CLOSED, **DANGLING, "probe.tls": {**NOTHING, "outcome": "closed"}}}, CERTAIN),
    ("C08", {"set": {**DANGLING, "probe.symptom": "tls_closed"}}, LIKELY),  # and yet a valid one was seen
    ("C08", {"set": {**MALFORMED, **TIMEOUT}}, None),
    ("C08", {"copy": BOUND, "set": TIMEOUT}, None),
    ("C09", {"set": {**MALFORMED, "probe.symptom": "tls_closed"}}, LIKELY),  # TLS works all the same
    ("C11", {"set": TLS12_OFF}, POSSIBLE),  # TLS 1.3 says nothing about 1.2
    ("C11", {"set": {**TLS12_OFF, "probe.tls.version": "TLSv1.2"}}, OUT),
    ("C11", {"set": CLOSED}, POSSIBLE),  # on from the next start
    *(("C11", {"unreachable": True, "set": {"probe.tls.version": version}}, LIKELY) for version in ("TLSv1", "TLSv1.1")),
    ("C14", {"set": local(LAYER, 0)}, POSSIBLE),
    ("C14", {"set": outside("failure_2", "negotiate")}, POSSIBLE),
    ("C03", {"set": {**CLOSED, "key_store.listener_key.size": 0, "key_store.foreign_files": ["f686aace6942fb7f7ceb231212eef4a4_x"]}}, CERTAIN),
    ("C05", {"set": {**OLD_STORE, **STOPPED}, "status": {"probe": "failed"}}, CERTAIN),
    ("C14", {"set": {**local(LAYER, 0), **local("MinEncryptionLevel", 1), **outside("failure_2", "negotiate")}}, CERTAIN),
    ("C17", {"set": local(DENY, 1)}, None),
    ("C17", {"set": {**policy(DENY, 1), **local(DENY, 1)}}, None),
    ("C17", {"set": policy(DENY, 0)}, None),
    ("C17", {"set": {**local(DENY, 1), REG.format(DENY, "policy", "kind"): "REG_QWORD", REG.format(DENY, "policy", "value"): 0}}, None),
    ("C15", {"set": {**local("UserAuthentication", 0), "probe.nla": "unknown"}}, LIKELY),
    *(("C15", {"set": {**local("UserAuthentication", 0), "probe.nla": nla}}, CERTAIN) for nla in ("optional", "absent")),
    ("C16", {"set": policy(DENY, 1)}, POSSIBLE),  # a listener answers all the same
    ("C16", {"set": {**TIMEOUT, **policy(DENY, 0)}}, OUT),
    ("C16", {"set": {**TIMEOUT, **local(DENY, 1)}}, OUT),
    ("C18", {"set": {"services.TermService.state": "stopped"}}, POSSIBLE),
    ("C18", {"set": TIMEOUT}, OUT),
    ("C21", {"set": local(STATION, 0)}, POSSIBLE),
    ("C21", {"set": TIMEOUT}, POSSIBLE),  # its values hold from the next start
    ("C22", {"set": ON_PUBLIC}, POSSIBLE),  # from here it is open
    ("C22", {"set": TIMEOUT}, POSSIBLE),  # another firewall may be in charge
    ("C22", {"set": {**ON_PUBLIC, **outside("connect_refused", "connect")}}, POSSIBLE),
    *(("C22", {"set": {**ON_PUBLIC, "probe.ended_at": step}}, POSSIBLE) for step in ("negotiate", "tls", "complete")),
    *((name, {"set": {**change, "probe.ended_at": step}}, POSSIBLE) for step in ("tls", "complete") for name, change in (
        ("C16", policy(DENY, 1)), ("C18", {"services.TermService.state": "stopped"}), ("C21", local(STATION, 0)), ("C51", local(DENY, 1)),
    )),
    ("C23", {"set": TIMEOUT}, LIKELY),
    *(("C23", {"set": {**TIMEOUT, **change}}, POSSIBLE) for change in (
        {"services.TermService.state": "stopped"}, local(DENY, 1), local(STATION, 0), ON_PUBLIC,
    )),
    *(("C23", {"set": TIMEOUT, "status": {subset: "error"}}, POSSIBLE) for subset in ("services", "listener", "firewall")),
    *(("C23", {"set": {**TIMEOUT, REG.format(name, "local", "kind"): "denied"}}, POSSIBLE) for name in (DENY, STATION)),
    ("C51", {"set": local(DENY, 1)}, POSSIBLE),
    ("C51", {"set": TIMEOUT}, OUT),
    ("C51", {"set": {**TIMEOUT, **policy(DENY, 1)}}, OUT),
]
# fmt: on


@pytest.mark.parametrize(("name", "case", "rank"), ALONE)
def test_one_observation_alone_decides(name: str, case: dict[str, Any], rank: Rank | None) -> None:
    found = {ranked.cause.id: ranked.rank for ranked in diagnose(host(**case), CATALOGUE.causes)}
    assert found.get(name) is rank


def value_of(facts: Facts, *names: str) -> Any:
    node: Any = facts.document
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return node


def fallen(facts: Facts) -> set[str]:
    """Name the causes that cannot be the explanation, by what was seen, in words of their own."""
    seen: set[str] = set()
    derived = facts.document["derived"]
    effective, certificate = derived.get("effective", {}), derived.get("certificate", {})
    if value_of(facts, "probe", "tls", "version") == "TLSv1.2":
        seen.add("C11")
    never_failed = derived.get("term_service_faults", {}).get("count") == 0  # one that ends and is started anew may run and answer in between
    if value_of(facts, "services", "TermService", "state") == "running" and never_failed:
        seen.add("C18")
    if value_of(facts, "services", "SessionEnv", "state") == "running":
        seen.add("C05")
    elif value_of(facts, "services", "SessionEnv", "state") is not None:
        seen.add("C06")
    deny = effective.get("fDenyTSConnections", {})
    seen |= {"C16", "C51"} if deny.get("value") == 0 else set()
    seen |= {"C51"} if deny.get("source") == "policy" else {"C16"} if deny else set()
    if certificate.get("expired") is False:
        seen |= {"C05", "C06"} if certificate["days_left"] >= 15 else {"C05"}  # one that is refused again shows before the end
    if certificate.get("binding") in ("custom", "template"):
        seen |= {"C05", "C06"}
    if certificate.get("custom_hash_set") is False:
        seen.add("C08")
    if certificate.get("custom_hash_well_formed") is True:
        seen.add("C09")
    if certificate.get("self_signed_store_right") is True:
        seen.add("C07")
    return seen


def doubted(facts: Facts) -> set[str]:
    """Name the causes that something speaks against without making them impossible, by what was seen, in words of their own."""
    seen: set[str] = set()
    derived = facts.document["derived"]
    effective = derived.get("effective", {})
    if value_of(facts, "probe", "tls", "outcome") == "ok":
        seen |= {"C01", "C03", "C07", "C14"}  # by a key that the service may hold still
        seen |= {"C02"} if derived.get("served_certificate", {}).get("expired") is False else set()  # what ran out was not made anew
    if value_of(facts, "probe", "ended_at") in ("tls", "complete"):
        seen |= NO_LISTENER | {"C22"}  # from here
    unbound = effective.get("LanAdapter", {}).get("value") == 0 and derived.get("listener_stack", {}).get("damaged_count") == 0
    if effective.get("fEnableWinStation", {}).get("value") == 1 and unbound:
        seen.add("C21")
    if effective.get("SecurityLayer", {}).get("value", 0) >= 1:
        seen.add("C14")
    if derived.get("firewall", {}).get("lets_rdp_in") is True:
        seen.add("C22")
    dropping = derived.get("firewall", {}).get("filtering") is True  # without it what nothing listens for is refused
    if derived.get("firewall", {}).get("lets_rdp_in") is False or (effective.get("fDenyTSConnections", {}).get("value") == 1 and dropping):
        seen.add("C23")
    if derived.get("tls", {}).get("tls12", {}).get("enabled") is True:
        seen.add("C11")
    if derived.get("serving_key", {}).get("network_service_reads") is True:
        seen.add("C01")
    return seen | ({"C15"} if value_of(facts, "probe", "nla") == "required" else set())


@given(states())
@settings(max_examples=120, deadline=None)
def test_what_cannot_be_does_not_stand(case: dict[str, Any]) -> None:
    facts = host(**case)
    found = standing(facts)
    assert not fallen(facts) & found.keys()
    assert not [name for name in doubted(facts) & found.keys() if found[name].rank is Rank.CERTAIN]


# What was looked at speaks against these, and no observation of ours makes them impossible.
ONLY_DOUBTED = {"C01", "C14", "C15", "C21", "C22", "C23"}


@pytest.mark.parametrize("name", sorted(LISTED - {"C17", "C28"}))
def test_every_cause_can_fall(name: str) -> None:
    # Given a host on which the cause is likely from inside, or possible from outside
    cases: list[dict[str, Any]] = [case for other, case in INSIDE if other == name]
    cases += [{"set": outside(symptom, row[0], row[1])} for symptom, row in SYMPTOMS.items() if name in row[2] | row[3]]
    cases += [{"at": "2036-01-01T00:00:00Z"}] if name == "C05" else []
    cases += [{"at": "2036-01-01T00:00:00Z", "set": {"services.SessionEnv.state": "stopped"}}] if name == "C06" else []
    cases += [{"set": {**TLS12_OFF, "probe.tls.version": "TLSv1.2"}}] if name == "C11" else []
    cases += [{"set": {"probe.nla": "required", **local("UserAuthentication", 0)}}] if name == "C15" else []
    cases += [{"set": {**outside("connect_timeout", "connect"), "firewall.active_profiles": ["public"]}}] if name == "C23" else []
    # Then some observation of the other view, or of the same, lets it fall
    ranks = [ranked.rank for case in cases for ranked in diagnose(host(**case), CATALOGUE.causes) if ranked.cause.id == name]
    assert (POSSIBLE if name in ONLY_DOUBTED else OUT) in ranks
