# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_rdp_cert: which certificate the listener serves, and that it can serve it. No certificate is ever deleted from My."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..derived.certificate import thumbprint_of
from ..model import Facts, JsonMap, Operation, Refusal
from ..operations import Proposal, certificate_binding, certificate_binding_absent, certificate_remove
from ..paths import look_up
from ..predict import predict
from ..remedies.certificate import regenerate_self_signed, set_self_signed_store, start_session_env
from ..remedies.key_store import restore_key_file_access
from ..remedies.session_env import retry
from ..vocabulary import STORE
from . import Extras, Goal, cannot_look, goal_of, only
from .key_access import BY_HAND, key_access
from .usable import described, entry_in_my, faults_of, name_warning

SUBSETS = ("os", "services", "certificate", "key_store")
EARLY_WARNING_DAYS = 14  # what is left when somebody should know; nothing is changed for it
RETRY = "lets SessionEnv look at the certificate of the listener again; no session is cut off"
BOUND = "the listener serves this certificate from the next connection on"
UNBOUND = "the listener serves its template or self-signed certificate again"


@dataclass(frozen=True)
class Wish:
    """What somebody wants.

    :ivar state: healthy, bound, self_signed or unbound.
    :ivar thumbprint: 40 upper-case hex digits; needed for bound.
    :ivar days_before_expiry: how many days the certificate has to be valid for still.
    :ivar wait: seconds to wait for a new certificate.
    :ivar allow_connection_broker: somebody answers for this host's role in the deployment.
    :ivar key_is_readable: somebody answers for the rights on a key whose file cannot be looked up.
    """

    state: str = "healthy"
    thumbprint: str | None = None
    days_before_expiry: int = 0
    wait: int = 30
    allow_connection_broker: bool = False
    key_is_readable: bool = False


def propose(facts: Facts, wish: Wish) -> Goal:
    """Say what is to do so that the listener's certificate is as somebody wants it."""
    certificate = look_up(facts.document, facts.gaps, "derived.certificate")
    if not certificate.known:
        return Goal(met=False, against=(cannot_look("the certificate of the listener", certificate.why),), answer={"certificate": described(facts)})
    made = STATES[wish.state](facts, wish, certificate.value)
    warnings = (*made.warnings, *_early_warning(certificate.value))
    return replace(made, proposal=_waiting(made.proposal, wish.wait), answer={"certificate": described(facts)}, warnings=warnings)


def _healthy(facts: Facts, wish: Wish, certificate: JsonMap) -> Goal:
    if certificate["custom_hash_set"] and not (certificate["custom_hash_well_formed"] and certificate["custom_hash_resolves"]):
        return _without_hash(facts, wish)
    if certificate["binding"] == "self_signed" or certificate["binding"] == "none":
        return _own_certificate(facts, wish)
    if certificate["binding"] == "template":
        return goal_of(() if _is_fine(facts, wish) else (regenerate_self_signed(facts),))
    return _bound_to(facts, wish, str(certificate["thumbprint"]))


def _bound(facts: Facts, wish: Wish, dummy: JsonMap) -> Goal:
    return _bound_to(facts, wish, str(wish.thumbprint))


def _bound_to(facts: Facts, wish: Wish, thumbprint: str) -> Goal:
    """Have one certificate served; what is bound already is looked at in the same way."""
    entry = entry_in_my(facts, thumbprint)
    if isinstance(entry, Refusal):
        return goal_of((), (entry,))
    binding = facts.document["certificate"]["bindings"]["SSLCertificateSHA1Hash"]
    is_bound = thumbprint_of(binding) == thumbprint
    access = key_access(facts, entry)
    against = [*faults_of(facts, entry, wish.days_before_expiry), *([access.refusal] if access.refusal else [])]
    warnings = [text for text in [name_warning(facts, facts.certificates[thumbprint]) if thumbprint in facts.certificates else None] if text]
    if access.readable is None and is_bound:
        warnings.append(f"whether NETWORK SERVICE may read the private key is not known: {access.why}")
    elif access.readable is None and not wish.key_is_readable:
        because = f"whether NETWORK SERVICE may read the private key of {thumbprint} is not known: {access.why}"
        against.append(Refusal("bind", because, BY_HAND, "cannot_look"))
    changes = [access.grant] if access.grant else []
    if not is_bound:
        against += _role(facts, wish)
        changes.append(certificate_binding(binding, thumbprint, why=BOUND))
    follow = retry(facts, why=RETRY) if changes else ()
    return goal_of([only(*changes, *follow)], against, Extras(warnings=tuple(warnings)))


def _unbound(facts: Facts, wish: Wish, certificate: JsonMap) -> Goal:
    return _without_hash(facts, wish) if certificate["custom_hash_set"] else goal_of(())


def _self_signed(facts: Facts, wish: Wish, certificate: JsonMap) -> Goal:
    policy = look_up(facts.document, facts.gaps, "certificate.bindings.CertTemplateName")
    if policy.known and policy.value["kind"] != "absent":
        because = f"a Group Policy has the listener enrol a certificate of its own ({policy.value['path']}, CertTemplateName)"
        instead = 'change the policy Remote Desktop Session Host > Security > "Server authentication certificate template"'
        return goal_of((), (Refusal("self_signed", because, instead, "policy_owns"),))
    if certificate["custom_hash_set"]:
        return _without_hash(facts, wish)
    if certificate["binding"] == "template":
        because = "the listener serves a template certificate although no policy asks for one any more"
        return goal_of((), (Refusal("self_signed", because, "find out who enrolled it; it is reported, not removed", "by_hand"),))
    return _own_certificate(facts, wish)


def _without_hash(facts: Facts, wish: Wish) -> Goal:
    """Take the explicit hash off, and see to it that what serves then can be served."""
    binding = look_up(facts.document, facts.gaps, "certificate.bindings.SSLCertificateSHA1Hash")
    taken_off = certificate_binding_absent(binding.value, why=UNBOUND)
    later = predict(facts, (taken_off,))
    first = only(taken_off, *retry(facts, why=RETRY))
    after = look_up(later.document, later.gaps, "derived.certificate")
    if not after.known:  # a store that is closed, or too long to be listed
        return goal_of((), (cannot_look("the certificate that would be served then", after.why),))
    rest = () if after.value["binding"] == "template" else _remedies(later, wish)
    return goal_of((first, *rest), _role(facts, wish))


def _own_certificate(facts: Facts, wish: Wish) -> Goal:
    warnings: tuple[str, ...] = ()
    if look_up(facts.document, facts.gaps, "derived.certificate.expired").known is False and not _needs_new(facts, wish):
        warnings = ("the certificate could not be decoded, so nobody knows how long it is valid",)
    return goal_of(_remedies(facts, wish), (), Extras(warnings=warnings))


def _remedies(facts: Facts, wish: Wish) -> list[Proposal]:
    """Return what the remedies of the self-signed certificate propose, in their order."""
    readable = look_up(facts.document, facts.gaps, "derived.listener_key.network_service_reads")
    proposals = [restore_key_file_access(facts)] if readable.value is False else []
    proposals.append(set_self_signed_store(facts))
    if _needs_new(facts, wish):
        proposals.append(_removed(facts, wish))
        proposals += [start_session_env(facts), regenerate_self_signed(facts)]
    else:
        proposals.append(start_session_env(facts))
    return proposals


def _needs_new(facts: Facts, wish: Wish) -> bool:
    return not _is_fine(facts, wish) or _key_is_gone(facts)


def _is_fine(facts: Facts, wish: Wish) -> bool:
    certificate = look_up(facts.document, facts.gaps, "derived.certificate").value
    left = certificate.get("days_left")
    return bool(certificate["in_store"]) and bool(certificate["has_private_key"]) and not certificate.get("expired") and not _ends_soon(left, wish)


def _ends_soon(days_left: int | None, wish: Wish) -> bool:
    return days_left is not None and days_left < wish.days_before_expiry


def _key_is_gone(facts: Facts) -> bool:
    key = look_up(facts.document, facts.gaps, "derived.listener_key")
    return key.known and (key.value.get("file_exists") is False or key.value.get("file_empty") is True)


def _removed(facts: Facts, wish: Wish) -> Proposal:
    """Take a certificate out of the store Remote Desktop that SessionEnv would keep: one whose key is gone, or that is valid for a while still."""
    certificate = look_up(facts.document, facts.gaps, "derived.certificate").value
    soon = _ends_soon(certificate.get("days_left"), wish) and not certificate.get("expired")
    if not certificate["in_store"] or not (_key_is_gone(facts) or soon or not certificate["has_private_key"]):
        return Proposal()
    if certificate["store"] != STORE:
        because = f"the listener's own certificate lies in the store {certificate['store']}, from which nothing is ever deleted"
        return Proposal(refusals=(Refusal("regenerate", because, "look who put it there", "by_hand"),))
    why = "SessionEnv makes a new certificate once this one is out of the store; a copy of it is in the journal"
    return only(certificate_remove(STORE, certificate["thumbprint"], why=why))


def _role(facts: Facts, wish: Wish) -> tuple[Refusal, ...]:
    """Refuse to touch the binding of a host that may be an RD Connection Broker: there the deployment hands certificates out."""
    system = look_up(facts.document, facts.gaps, "os.product_type")
    if wish.allow_connection_broker or (system.known and system.value == "WinNT"):
        return ()  # a client edition cannot hold the role
    because = "whether this server is an RD Connection Broker cannot be seen by this version, and on one the deployment hands out the certificates"
    return (Refusal("binding", because, "say allow_connection_broker: true where it is none, or where it is meant", "needs_consent"),)


def _early_warning(certificate: JsonMap) -> tuple[str, ...]:
    left = certificate.get("days_left")
    if not isinstance(left, int) or left > EARLY_WARNING_DAYS:
        return ()
    return (f"the certificate that the listener is set to serve {'expires in ' + str(left) + ' days' if left >= 0 else 'has expired'}",)


def _waiting(proposal: Proposal, seconds: int) -> Proposal:
    def bounded(operation: Operation) -> Operation:
        return replace(operation, target={**operation.target, "seconds": seconds}) if operation.kind == "wait_until" else operation

    return replace(proposal, operations=tuple(bounded(operation) for operation in proposal.operations))


STATES: Mapping[str, Callable[[Facts, Wish, JsonMap], Goal]] = {
    "healthy": _healthy,
    "bound": _bound,
    "self_signed": _self_signed,
    "unbound": _unbound,
}
