# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What follows from raw facts: the value in force, the certificate in use, who may read the key, what the firewall lets in.

Each module here answers one question from one or two snapshot subsets. A question whose subset could not be read leaves a gap
with the subset's reason, so that whatever looks under ``derived`` finds unknown, never a default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..model import Certificate, Facts, JsonMap
from .avd import desktop_stack
from .certificate import describe_certificate, listener_certificate
from .cipher_suites import suites_left
from .client_attempt import client_attempt, client_error
from .client_settings import delegation, licence_store, saved_credential
from .clock_words import clock_apart
from .contradictions import contradictions
from .crashes import crashes
from .credssp import credssp_fix, oracle_in_force
from .events import events_seen
from .firewall import rdp_through_firewall
from .gap import Gap
from .identity import answering_computer, served_against_configured
from .key_store import folder_access, listener_key, serving_key
from .licensing import licensing_state
from .listener import effective_values, wrong_kinds
from .listener_stack import listener_stack
from .logged import events_told
from .logon import account_state, logon_rights
from .outside import seen_from_outside
from .port_asked import port_asked
from .ports import own_address, port_owner
from .redirection import redirection
from .renewal import certificate_renewal
from .sessions import connection_limit, live_sessions
from .term_service import term_service
from .tls import server_protocols
from .told_by_events import logons_refused, network_services, sessions_ended, term_service_faults
from .vantages import compare_vantages

Sources = Mapping[str, Any]  # subset name -> its data, as read from JSON
Deriver = Callable[[Sources, Mapping[str, Certificate], datetime], JsonMap]

# name under ``derived`` -> (subsets it needs, the function that answers)
DERIVERS: Mapping[str, tuple[tuple[str, ...], Deriver]] = {
    "effective": (("listener",), lambda sources, certificates, now: effective_values(sources["listener"])),
    "certificate": (("certificate",), lambda sources, certificates, now: listener_certificate(sources["certificate"], certificates, now)),
    "certificate_renewal": (
        ("certificate",),
        lambda sources, certificates, now: certificate_renewal(
            sources["certificate"], sources.get("services"), _asked_for(sources, "events", {"events": []}), certificates, now
        ),
    ),
    "key_store": (("key_store",), lambda sources, certificates, now: folder_access(sources["key_store"])),
    "listener_key": (("key_store", "certificate"), lambda sources, certificates, now: listener_key(sources["key_store"], sources["certificate"])),
    "serving_key": (("key_store", "certificate"), lambda sources, certificates, now: serving_key(sources["key_store"], sources["certificate"])),
    "credssp": (("credssp",), lambda sources, certificates, now: oracle_in_force(sources["credssp"])),
    "credssp_fix": ((), lambda sources, certificates, now: credssp_fix(sources.get("os"), sources.get("credssp"))),
    "tls": (("tls", "os"), lambda sources, certificates, now: server_protocols(sources["tls"], sources["os"])),
    "firewall": (("firewall", "listener"), lambda sources, certificates, now: rdp_through_firewall(sources["firewall"], sources["listener"])),
    "sessions": (("sessions",), lambda sources, certificates, now: live_sessions(sources["sessions"])),
    "connection_limit": (("sessions", "listener"), lambda sources, certificates, now: connection_limit(sources["sessions"], sources["listener"])),
    "listener_kinds": (("listener",), lambda sources, certificates, now: wrong_kinds(sources["listener"])),
    "listener_stack": (("listener",), lambda sources, certificates, now: listener_stack(sources["listener"])),
    "term_service": (("services",), lambda sources, certificates, now: term_service(sources["services"])),
    "ports": (
        ("ports", "listener"),
        lambda sources, certificates, now: port_owner(
            sources["ports"], sources["listener"], serves=_serves(sources, certificates, now), state=_state_of_service(sources)
        ),
    ),
    "redirection": (("listener",), lambda sources, certificates, now: redirection(sources["listener"], sources.get("ports"), sources.get("probe"))),
    "network_address": (("ports",), lambda sources, certificates, now: own_address(sources["ports"])),
    "cipher_suites": (("tls", "os"), lambda sources, certificates, now: suites_left(sources["tls"], sources["os"], _key(sources, certificates, now))),
    "licensing": (("licensing",), lambda sources, certificates, now: licensing_state(sources["licensing"])),
    "logon": (("logon",), lambda sources, certificates, now: logon_rights(sources["logon"])),
    "account": (("logon",), lambda sources, certificates, now: account_state(sources["logon"], now)),
    "avd": (("avd",), lambda sources, certificates, now: desktop_stack(sources["avd"], sources.get("sessions"))),
    "events": (("events",), lambda sources, certificates, now: events_seen(sources["events"], _probes(sources), now)),
    "logged": (("events",), lambda sources, certificates, now: events_told(sources["events"])),
    "logons_refused": (("events",), lambda sources, certificates, now: logons_refused(sources["events"], now)),
    "sessions_ended": (("events",), lambda sources, certificates, now: sessions_ended(sources["events"], now)),
    "network_services": (("events",), lambda sources, certificates, now: network_services(sources["events"], sources.get("services"), now)),
    "term_service_faults": (("events",), lambda sources, certificates, now: term_service_faults(sources["events"])),
    "crashes": (("events",), lambda sources, certificates, now: crashes(sources["events"], now)),
    "outside": (("probe",), lambda sources, certificates, now: seen_from_outside(sources["probe"])),
    "port_asked": (("probe", "listener"), lambda sources, certificates, now: port_asked(sources["probe"], sources["listener"])),
    "clock": (("probe",), lambda sources, certificates, now: clock_apart(sources["probe"], sources.get("os"))),
    "vantages": (("probe",), lambda sources, certificates, now: compare_vantages(sources["probe"], sources.get("other_probes", ()))),
    "served_against_configured": (
        ("probe", "certificate"),
        lambda sources, certificates, now: served_against_configured(sources["probe"], sources["certificate"], certificates, now),
    ),
    "answering_computer": (("probe", "os"), lambda sources, certificates, now: answering_computer(sources["probe"], sources["os"])),
    "contradictions": ((), lambda sources, certificates, now: contradictions(sources)),
    "client_attempt": (("client", "client.client_events"), lambda sources, certificates, now: client_attempt(sources["client"])),
    "client_credssp_fix": (("client",), lambda sources, certificates, now: credssp_fix(sources["client"].get("os"), None)),
    "client_error": (("client",), lambda sources, certificates, now: client_error(sources["client"])),
    "client_saved": (
        ("client", "client.client_credentials"),
        lambda sources, certificates, now: saved_credential(sources["client"], sources.get("logon"), now),
    ),
    "client_delegation": (("client", "client.client_policy"), lambda sources, certificates, now: delegation(sources["client"])),
    "client_licences": (("client", "client.client_licensing"), lambda sources, certificates, now: licence_store(sources["client"])),
    "served_certificate": (("probe",), lambda sources, certificates, now: _served(sources["probe"], certificates, now)),
}


def with_derived(facts: Facts) -> Facts:
    """Compute everything under ``derived`` afresh from the raw facts.

    :returns: facts with the new ``derived`` mapping and, for what could not be computed, gaps with the prefix ``derived.``.
    """
    document = {name: value for name, value in facts.document.items() if name != "derived"}
    gaps = {path: why for path, why in facts.gaps.items() if not path.startswith("derived.")}
    derived, missing = _derive(document, gaps, facts.certificates, facts.now)
    return replace(facts, document={**document, "derived": derived}, gaps={**gaps, **missing})


def _derive(document: JsonMap, gaps: Mapping[str, str], certificates: Mapping[str, Certificate], now: datetime) -> tuple[JsonMap, Mapping[str, str]]:
    derived: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for name, (needs, answer) in DERIVERS.items():
        lacking = [need for need in needs if not _has(document, need)]
        if lacking:
            missing[f"derived.{name}"] = gaps.get(lacking[0], f"{lacking[0]} was not reported")
            continue
        try:
            answered = answer(document, certificates, now)
        except LookupError as error:
            missing[f"derived.{name}"] = str(error.args[0]) if error.args else "the facts are incomplete"
            continue
        missing.update({f"derived.{name}.{key}": value.why for key, value in answered.items() if isinstance(value, Gap)})
        derived[name] = {key: value for key, value in answered.items() if not isinstance(value, Gap)}
    return derived, missing


def _has(document: JsonMap, need: str) -> bool:
    """Tell whether a part was read; one of the client's is named as its gap is, so that this gap says why there is no conclusion."""
    whose, dummy, part = need.rpartition(".")
    return part in (document.get(whose, {}) if whose else document)


def _probes(sources: Sources) -> list[JsonMap]:
    return [*([sources["probe"]] if "probe" in sources else []), *sources.get("other_probes", ())]


def _asked_for(sources: Sources, name: str, otherwise: JsonMap) -> JsonMap | None:
    """Return a subset; None where it could not be read, and something else where nobody asked for it."""
    return otherwise if sources.get("subsets", {}).get(name) == "not_asked" else sources.get(name)


def _state_of_service(sources: Sources) -> str | None:
    state = sources.get("services", {}).get("TermService", {}).get("state")
    return state if isinstance(state, str) else None


def _serves(sources: Sources, certificates: Mapping[str, Certificate], now: datetime) -> bool:
    """Tell whether a probe was served the certificate of this host's listener."""
    if "probe" not in sources or "certificate" not in sources:
        return False
    try:
        return served_against_configured(sources["probe"], sources["certificate"], certificates, now)["same"] is True
    except LookupError:
        return False


def _key(sources: Sources, certificates: Mapping[str, Certificate], now: datetime) -> str | None:
    """Return the kind of key that the listener's certificate has, or None where nobody knows."""
    if "certificate" not in sources:
        return None
    try:
        key = listener_certificate(sources["certificate"], certificates, now)["key"]
    except LookupError:
        return None
    return key if isinstance(key, str) else None


def _served(probe: JsonMap, certificates: Mapping[str, Certificate], now: datetime) -> JsonMap:
    """Describe the certificate that the wire showed.

    :raises LookupError: TLS was not reached, or the certificate could not be decoded.
    """
    served = (probe.get("tls") or {}).get("certificate")
    if not served:
        raise LookupError("no certificate was seen from outside")
    certificate = certificates.get(served["sha1"])
    if certificate is None:
        raise LookupError("the certificate seen from outside could not be decoded")
    return describe_certificate(certificate, now)
