# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Remedies for the listener's certificate: through SessionEnv, which makes and renews it and whose restart cuts nobody off."""

from __future__ import annotations

from ..derived.certificate import SELF_SIGNED_STORE
from ..model import Facts, JsonMap, Operation, Refusal, RestartClass
from ..operations import (
    DISABLED,
    Proposal,
    certificate_binding_absent,
    certificate_remove,
    registry_value,
    restart_service,
    set_start_mode,
    start_service,
    wait_until,
)
from ..paths import dword, look_up
from .session_env import retry
from .startable import not_startable

NEW_CERTIFICATE = "the listener has a certificate that is in validity"


def start_session_env(facts: Facts) -> Proposal:
    """Start SessionEnv where it does not run, and wait for the certificate where that is what is wrong."""
    found = look_up(facts.document, facts.gaps, "services.SessionEnv")
    refused = not_startable(found, "start_session_env", "SessionEnv")
    if refused is not None:
        return refused
    state = found.value.get("state")
    if state == "running" and dword(found.value["Start"]) == DISABLED:
        why = "the service runs, and would not after the next reboot"
        return Proposal((set_start_mode("SessionEnv", found.value, why=why),))
    if state == "running":
        return Proposal()
    start = start_service("SessionEnv", found.value, why="starts the service that makes and renews the listener's certificate")
    return Proposal((start, *_wait_if_needed(facts)))


def _wait_if_needed(facts: Facts) -> tuple[Operation, ...]:
    certificate = look_up(facts.document, facts.gaps, "derived.certificate")
    if not certificate.known:
        return ()
    leads_nowhere = not (certificate.value["custom_hash_well_formed"] and certificate.value["custom_hash_resolves"])
    if certificate.value["binding"] not in ("self_signed", "none") and not leads_nowhere:
        return ()  # a hash that leads nowhere is taken off by the same plan, before SessionEnv starts
    key = look_up(facts.document, facts.gaps, "derived.listener_key")
    key_usable = not key.known or (key.value["file_exists"] and not key.value["file_empty"])
    if key_usable and certificate.value["in_store"] and not certificate.value.get("expired", False):
        return ()
    return (wait_until("listener_certificate", ensure={"valid": True}, why=NEW_CERTIFICATE),)


def regenerate_self_signed(facts: Facts) -> Proposal:
    """Let a running SessionEnv make the self-signed certificate anew; a stopped one is started by its own remedy."""
    certificate = look_up(facts.document, facts.gaps, "derived.certificate")
    state = look_up(facts.document, facts.gaps, "services.SessionEnv.state")
    if not certificate.known or not state.known:
        return Proposal(refusals=(Refusal("regenerate_self_signed", "certificate or services could not be read", "read the host first", "cannot_look"),))
    if certificate.value["binding"] not in ("self_signed", "none"):
        because = f"the listener serves a {certificate.value['binding']} certificate, which SessionEnv does not make"
        return Proposal(refusals=(Refusal("regenerate_self_signed", because, "renew that certificate where it was issued", "by_hand"),))
    if state.value != "running":
        return Proposal()
    why = "SessionEnv looks at the listener's certificate when it starts; no session is cut off"
    restart = restart_service("SessionEnv", restart=RestartClass.SESSION_ENV, why=why)
    wait = wait_until("listener_certificate", ensure={"valid": True}, why=NEW_CERTIFICATE)
    return Proposal((*_remove_unusable(facts, certificate.value), restart, wait))


def regenerate_unusable(facts: Facts) -> Proposal:
    """Make the certificate anew where the one that is there cannot be used: whatever old events say, one that serves stays."""
    certificate = look_up(facts.document, facts.gaps, "derived.certificate")
    return Proposal() if certificate.known and _serves(facts, certificate.value) else regenerate_self_signed(facts)


def _serves(facts: Facts, certificate: JsonMap) -> bool:
    key = look_up(facts.document, facts.gaps, "derived.listener_key")
    usable = not key.known or (key.value["file_exists"] and not key.value["file_empty"])
    return bool(usable and certificate["in_store"] and certificate["has_private_key"] and certificate.get("in_validity", False))


def _remove_unusable(facts: Facts, certificate: JsonMap) -> tuple[Operation, ...]:
    """Take the one certificate out of the store whose key is gone: while it is there, SessionEnv makes no other."""
    key = look_up(facts.document, facts.gaps, "derived.listener_key")
    if not certificate["in_store"] or not key.known or (key.value["file_exists"] and not key.value["file_empty"]):
        return ()
    why = "its private key is gone, so nobody can use it; SessionEnv makes a new one once it is out of the store"
    return (certificate_remove(certificate["store"], certificate["thumbprint"], why=why),)


def set_self_signed_store(facts: Facts) -> Proposal:
    """Put the name of the certificate store back."""
    found = look_up(facts.document, facts.gaps, "certificate.bindings.SelfSignedCertStore")
    if not found.known:
        return Proposal(refusals=(Refusal("set_self_signed_store", "the store's name could not be read", "read the host first", "cannot_look"),))
    why = "names the store in which the listener's certificate is looked for"
    if found.value["kind"] == "REG_SZ" and found.value["value"] == SELF_SIGNED_STORE:
        return Proposal()
    name = registry_value(found.value, "SelfSignedCertStore", kind="REG_SZ", value=SELF_SIGNED_STORE, restart=RestartClass.SESSION_ENV, why=why)
    return Proposal((name, *retry(facts, why="lets SessionEnv look for the certificate again; no session is cut off")))


def unbind_custom_certificate(facts: Facts) -> Proposal:
    """Take off an explicit certificate hash that leads nowhere. A certificate that is there is renewed where it was issued."""
    found = look_up(facts.document, facts.gaps, "certificate.bindings.SSLCertificateSHA1Hash")
    certificate = look_up(facts.document, facts.gaps, "derived.certificate")
    if not found.known or not certificate.known:
        return Proposal(refusals=(Refusal("unbind_custom_certificate", "the binding could not be read", "read the host first", "cannot_look"),))
    if found.value["kind"] == "absent":
        return Proposal()
    if certificate.value["custom_hash_resolves"]:
        because = "the bound certificate is there; clients may trust the authority that issued it, and a self-signed one would end that"
        return Proposal(refusals=(Refusal("unbind_custom_certificate", because, "renew it where it was issued and bind the new one", "by_hand"),))
    binding = certificate_binding_absent(found.value, why="the hash leads to no certificate; without it the self-signed one serves again")
    restart = retry(facts, why="lets SessionEnv make sure that there is a self-signed certificate")
    template = look_up(facts.document, facts.gaps, "certificate.bindings.TemplateCertificate")
    waits = bool(restart) and template.known and template.value["kind"] == "absent"
    wait = (wait_until("listener_certificate", ensure={"valid": True}, why=NEW_CERTIFICATE),) if waits else ()
    return Proposal((binding, *restart, *wait), (BROKER,))


BROKER = Refusal(
    "unbind_custom_certificate",
    "on an RD Connection Broker host certificates are handed out by the deployment, and this version does not see that role",
    "before it is applied somebody confirms that this host is no broker; on one, the certificate is set in the deployment",
    "needs_consent",
)
