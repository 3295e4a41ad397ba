# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What of a plan may be carried out: the domains that were opened, and what somebody has agreed to.

A plan says what would be right; it is the same for everybody. What is left out here is told with the consent that it lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .model import Operation, Refusal

# What nobody opens by a default: people's sessions and saved credentials are reached through their own modules alone.
DOMAINS = ("certificate", "key_store", "services", "firewall", "listener", "credssp", "tls")
ALL_DOMAINS = (*DOMAINS, "credentials", "sessions", "client")


@dataclass(frozen=True)
class Consents:
    """What somebody has agreed to for this run.

    :ivar domains: what may be touched at all.
    :ivar session_disconnect: a restart of TermService may disconnect people.
    :ivar irreversible: operations that cannot be undone: a credential removed, a session logged off.
    """

    domains: frozenset[str] = frozenset(DOMAINS)
    session_disconnect: bool = False
    irreversible: bool = False

    def words(self) -> list[str]:
        """Return what was agreed to in the words of the target."""
        return [name for name in ("session_disconnect", "irreversible") if getattr(self, name)]


BY_KIND: Mapping[str, str] = {
    "certificate_binding": "certificate",
    "certificate_remove": "certificate",
    "file_acl": "key_store",
    "file_isolate": "key_store",
    "file_remove": "client",
    "firewall_rule": "firewall",
    "credential_remove": "credentials",
    "session_logoff": "sessions",
    "registry_key": "client",
}
BY_CONDITION: Mapping[str, str] = {"listener_certificate": "certificate", "service_state": "services", "port_listening": "listener"}
CERTIFICATE_VALUES = frozenset({"selfsignedcertificate", "selfsignedcertstore"})


def domain_of(operation: Operation) -> str:
    """Name the domain that an operation belongs to."""
    target = operation.target
    if operation.kind == "wait_until":
        return BY_CONDITION[target["condition"]]
    if operation.kind == "service":
        return "certificate" if is_restart(operation) and target["service"] == "SessionEnv" else "services"
    if operation.kind in BY_KIND:
        return BY_KIND[operation.kind]
    key = str(target["key"]).casefold()
    if operation.kind == "key_acl":
        return "client" if "mslicensing" in key else "key_store"
    if "schannel" in key:
        return "tls"
    if "credssp" in key or key.endswith("\\lsa"):
        return "credssp"
    return "certificate" if str(target["value"]).casefold() in CERTIFICATE_VALUES else "listener"


def is_restart(operation: Operation) -> bool:
    """Tell whether an operation restarts a service."""
    return operation.kind == "service" and "restarted" in operation.ensure


def permitted(operations: Iterable[Operation], consents: Consents) -> tuple[tuple[Operation, ...], tuple[Refusal, ...]]:
    """Split operations in those that may be carried out and what is left out, each with the consent that is lacking.

    Restarts and waits stand for the changes before them, whatever their domain: they go where all the changes went.
    """
    wanted = tuple(operations)
    changes = [operation for operation in wanted if not _follows(operation)]
    open_changes = [operation for operation in changes if _closed_domain(operation, consents) is None]
    allowed: list[Operation] = []
    refusals: list[Refusal] = []
    for operation in wanted:
        closed = _closed_domain(operation, consents)
        if changes and _follows(operation):
            if not open_changes:
                continue  # what it would have followed is refused, and says so
            closed = None
        refusal = closed or _lacking(operation, consents)
        if refusal is None:
            allowed.append(operation)
        else:
            refusals.append(refusal)
    return tuple(allowed), tuple(dict.fromkeys(refusals))


def _follows(operation: Operation) -> bool:
    return operation.kind == "wait_until" or is_restart(operation)


def _closed_domain(operation: Operation, consents: Consents) -> Refusal | None:
    domain = domain_of(operation)
    if domain in consents.domains:
        return None
    return Refusal(domain, f"{domain} is not among the domains that this run may touch", "add it to rdp_health_domains", "needs_consent")


def _lacking(operation: Operation, consents: Consents) -> Refusal | None:
    if is_restart(operation):
        term_service = operation.target["service"] == "TermService"
        return _restart_refusal(operation) if term_service and not consents.session_disconnect else None
    if not operation.reversible and not consents.irreversible:
        return Refusal(operation.kind, f"{operation.kind} cannot be undone", "agree to it with rdp_health_allow_irreversible", "needs_consent")
    return None


def _restart_refusal(operation: Operation) -> Refusal | None:
    sessions = operation.expect.get("active_sessions")
    if sessions == 0:
        return None
    who = "an unknown number of people" if sessions is None else "1 person" if sessions == 1 else f"{sessions} people"
    because = f"the change takes effect when TermService restarts, and that disconnects {who}"
    return Refusal("restart_term_service", because, "agree to it with rdp_health_allow_session_disconnect, or restart it when nobody works", "needs_consent")
