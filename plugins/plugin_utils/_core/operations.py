# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Build operations: one function per kind of the closed vocabulary that a remedy may use.

An operation says the goal (``ensure``) and the state it assumes (``expect``). No command text, no expression, ever.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .model import JsonMap, Operation, Refusal, RestartClass, Risk
from .paths import dword
from .vocabulary import KINDS, Kind, assumes, fits

RESTART_ORDER = tuple(RestartClass)


@dataclass(frozen=True)
class Proposal:
    """What a remedy asks for on one host: operations in order, and what it will not do."""

    operations: tuple[Operation, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def registry_value(found: JsonMap, name: str, *, kind: str, value: Any, restart: RestartClass, why: str) -> Operation:
    """Set one registry value.

    :param found: the value as the snapshot has it: ``{path, kind, value}``.
    """
    return Operation(
        id="",
        kind="registry_value",
        target={"key": found["path"], "value": name},
        ensure={"kind": kind, "value": value},
        expect={"kind": found["kind"], "value": found["value"]},
        reversible=True,
        risk=Risk.LOW,
        restart=restart,
        why=why,
    )


def registry_value_absent(found: JsonMap, name: str, *, restart: RestartClass, why: str) -> Operation:
    """Remove one registry value, so that the built-in default holds again."""
    return registry_value(found, name, kind="absent", value=None, restart=restart, why=why)


def service(name: str, *, ensure: JsonMap, expect: JsonMap, restart: RestartClass, risk: Risk, why: str) -> Operation:
    """Set start mode or state of a service. A restart itself cannot be undone; a start mode can."""
    return Operation("", "service", {"service": name}, ensure, expect, reversible="restarted" not in ensure, risk=risk, restart=restart, why=why)


DISABLED = 4
START_NAMES = {2: "automatic", 3: "manual", 4: "disabled"}


def start_service(name: str, found: JsonMap, *, why: str, start: str | None = None) -> Operation:
    """Start a service, with its start mode back to manual where it was disabled.

    :param found: the service as the snapshot has it: ``{state, Start, ...}``.
    :param start: the start mode that is wanted by name, whatever it was.
    """
    ensure: dict[str, Any] = {"state": "running"}
    if start is not None or dword(found["Start"]) == DISABLED:
        ensure["start"] = start or "manual"  # what Windows ships for the Remote Desktop services
    expect = {"state": found["state"], "start": start_of(found)}
    return service(name, ensure=ensure, expect=expect, restart=RestartClass.NONE, risk=Risk.LOW, why=why)


def set_start_mode(name: str, found: JsonMap, *, why: str, start: str = "manual") -> Operation:
    """Set the start mode of a running service; the service itself is left alone."""
    ensure, expect = {"start": start}, {"state": found["state"], "start": start_of(found)}
    return service(name, ensure=ensure, expect=expect, restart=RestartClass.NONE, risk=Risk.LOW, why=why)


def start_of(found: JsonMap) -> Any:
    """Return the start mode of a service in the words of the vocabulary; what is no known number comes back as it is."""
    start = dword(found["Start"])
    return found["Start"]["value"] if start is None else START_NAMES.get(start, start)


def restart_service(name: str, *, restart: RestartClass, why: str) -> Operation:
    """Restart a running service that serves nobody directly; it cannot be undone and says so."""
    return service(name, ensure={"restarted": True}, expect={"state": "running"}, restart=restart, risk=Risk.LOW, why=why)


def restart_term_service(sessions: int | None, *, why: str) -> Operation:
    """Restart the listener's service.

    :param sessions: how many people it would disconnect, counted again on the target just before; None where nobody knows.
    """
    expect: dict[str, Any] = {"state": "running"} if sessions is None else {"state": "running", "active_sessions": sessions}
    return service("TermService", ensure={"restarted": True}, expect=expect, restart=RestartClass.TERM_SERVICE, risk=Risk.RESTARTS_LISTENER, why=why)


def file_acl(path: str, *, sddl: str, found: str | None, why: str) -> Operation:
    """Set the discretionary list of one file or one folder object, nothing below it."""
    return Operation("", "file_acl", {"path": path}, {"sddl": sddl}, {"sddl": found}, reversible=True, risk=Risk.LOW, restart=RestartClass.SESSION_ENV, why=why)


def certificate_binding(found: JsonMap, thumbprint: str, *, why: str) -> Operation:
    """Tell the listener to serve the certificate with this thumbprint out of the machine's own store.

    :param found: the binding as the snapshot has it.
    """
    hash_value = {"kind": "REG_BINARY", "value": base64.b64encode(bytes.fromhex(thumbprint)).decode("ascii")}
    return replace(certificate_binding_absent(found, why=why), ensure=hash_value)


def certificate_binding_absent(found: JsonMap, *, why: str) -> Operation:
    """Take the explicit certificate hash off the listener, so that the self-signed or template certificate serves again."""
    return Operation(
        id="",
        kind="certificate_binding",
        target={"key": found["path"], "value": "SSLCertificateSHA1Hash"},
        ensure={"kind": "absent", "value": None},
        expect={"kind": found["kind"], "value": found["value"]},
        reversible=True,
        risk=Risk.LOW,
        restart=RestartClass.SESSION_ENV,
        why=why,
    )


def certificate_remove(store: str, thumbprint: str, *, why: str) -> Operation:
    """Take one certificate out of one store; a copy of it is journaled first."""
    return Operation(
        id="",
        kind="certificate_remove",
        target={"store": store, "thumbprint": thumbprint},
        ensure={"present": False},
        expect={"present": True},
        reversible=True,
        risk=Risk.LOW,
        restart=RestartClass.SESSION_ENV,
        why=why,
    )


def file_isolate(path: str, size: int | None, *, why: str) -> Operation:
    """Move one key file into the journal's folder on its own volume; it is neither read nor copied."""
    present: dict[str, Any] = {"present": True} if size is None else {"present": True, "size": size}
    return Operation("", "file_isolate", {"path": path}, {"present": False}, present, reversible=True, risk=Risk.LOW, restart=RestartClass.SESSION_ENV, why=why)


def credential_remove(name: str, number: int, last_written: str, *, why: str) -> Operation:
    """Remove one saved credential of the running user; nobody can bring it back.

    :param number: type of the credential in wincred.h: 1 generic, 2 domain password.
    """
    target, expect = {"name": name, "type": number}, {"present": True, "last_written": last_written}
    return Operation("", "credential_remove", target, {"present": False}, expect, reversible=False, risk=Risk.LOW, restart=RestartClass.NONE, why=why)


def firewall_rule_active(rule_id: str, *, expect_active: bool, why: str) -> Operation:
    """Switch one built-in rule on, on the profiles it already names."""
    return Operation(
        id="",
        kind="firewall_rule",
        target={"rule": rule_id},
        ensure={"active": True},
        expect={"active": expect_active},
        reversible=True,
        risk=Risk.LOW,
        restart=RestartClass.NONE,
        why=why,
    )


def wait_until(condition: str, *, ensure: JsonMap, why: str, seconds: int = 30) -> Operation:
    """Wait, within a bound, until the host shows what the operations before this one were for."""
    return Operation(
        "", "wait_until", {"condition": condition, "seconds": seconds}, ensure, {}, reversible=True, risk=Risk.LOW, restart=RestartClass.NONE, why=why
    )


def is_allowed(operation: Operation) -> bool:
    """Tell whether an operation is one of the vocabulary and touches only what this collection ever touches."""
    kind = KINDS.get(operation.kind)
    return kind is not None and fits(kind, operation.target) and kind.ensure(operation.ensure) and assumes(kind, operation.expect)


def off_the_list(operation: Operation) -> Refusal:
    """Refuse an operation that is not allowed: a host whose facts name such a place is not as any host is documented."""
    where = ", ".join(str(value)[:120] for value in operation.target.values())
    return Refusal(operation.kind, f"{where} is not a place that this collection ever changes", "look at the host: its facts are not as documented", "by_hand")


class OperationError(ValueError):
    """A document that is no operation of the vocabulary; the message is one sentence."""


FIELDS = frozenset({"id", "kind", "target", "ensure", "expect", "reversible", "risk", "restart"})
_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def read_operation(document: object) -> Operation:
    """Read one operation that came from outside: a reviewed plan, a task, a journal.

    :param document: a JSON object with the fields of :class:`Operation`; ``why`` may be left out.
    :raises OperationError: it is none, or it touches what is never touched.
    """
    if not isinstance(document, Mapping) or not FIELDS <= set(document) <= FIELDS | {"why"}:
        raise OperationError(f"an operation has the fields {', '.join(sorted(FIELDS))}, and why, and no others")
    name = document["id"]
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise OperationError("the id of an operation is a word of letters, digits, point and hyphen, at most 64 long")
    if not all(isinstance(document[part], Mapping) for part in ("target", "ensure", "expect")):
        raise OperationError(f"operation {name}: target, ensure and expect are objects")
    kind = KINDS.get(document["kind"]) if isinstance(document["kind"], str) else None
    if kind is None:
        raise OperationError(f"operation {name}: unknown kind {str(document['kind'])[:60]!r}, expected one of {', '.join(KINDS)}")
    return _checked(name, kind, document)


def _checked(name: str, kind: Kind, document: JsonMap) -> Operation:
    if not fits(kind, document["target"]):
        where = ", ".join(str(value)[:120] for value in document["target"].values())
        raise OperationError(f"operation {name}: {document['kind']} never touches {' '.join(where.split())}")
    if not kind.ensure(document["ensure"]):
        raise OperationError(f"operation {name}: the goal is not of the form that {document['kind']} has")
    if not set(document["expect"]) <= kind.expect:
        raise OperationError(f"operation {name}: expect knows {', '.join(sorted(kind.expect)) or 'nothing'}")
    if not assumes(kind, document["expect"]):
        raise OperationError(f"operation {name}: expect says nothing of {kind.assumed}, and nothing is changed that was not looked at")
    try:
        risk, restart = Risk(document["risk"]), RestartClass(document["restart"])
    except ValueError as error:
        raise OperationError(f"operation {name}: {error}") from error
    if risk is Risk.MAY_CUT_CONNECTION:
        raise OperationError(f"operation {name}: may_cut_connection: the way Ansible itself came in is not touched by this version")
    reversible = kind.reversible and "restarted" not in document["ensure"]
    if document["reversible"] is not reversible:
        raise OperationError(f"operation {name}: reversible is {str(reversible).lower()} for this, whatever the plan says")
    parts = {part: dict(document[part]) for part in ("target", "ensure", "expect")}
    return Operation(name, document["kind"], **parts, reversible=reversible, risk=risk, restart=restart, why=str(document.get("why", "")))


def to_document(operation: Operation) -> dict[str, Any]:
    """Turn an operation into the document that travels: plain JSON, with ``why`` left to the controller."""
    plain = {part: dict(getattr(operation, part)) for part in ("target", "ensure", "expect")}
    words = {"reversible": operation.reversible, "risk": operation.risk.value, "restart": operation.restart.value}
    return {"id": operation.id, "kind": operation.kind, **plain, **words}
