# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Remedies that are data: what a check or cause of somebody else may ask for, which is less than our own remedies may.

Two kinds of operation, places of the allow-list alone, and a service is never stopped or disabled. Everything that guards our own
plans guards these too: the floor, the ways in, the policy that owns a value, the journal.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..below import below_the_floor
from ..model import Cause, Check, Facts, JsonMap, Operation, Refusal, RestartClass, Risk
from ..operations import OperationError, Proposal, registry_value, service, start_of
from ..paths import is_registry_value, look_up
from ..vocabulary import KINDS, fits

FIELDS: Mapping[str, frozenset[str]] = {
    "registry_value": frozenset({"kind", "target", "ensure", "found"}),
    "service": frozenset({"kind", "target", "ensure"}),
}
NEVER = frozenset({"stopped", "disabled"})


def check_operation(document: object) -> JsonMap:
    """Check one operation of a file.

    :returns: the same operation.
    :raises OperationError: one clause about what cannot stand there.
    """
    if not isinstance(document, Mapping) or document.get("kind") not in tuple(FIELDS):
        raise OperationError(f"kind must be one of {', '.join(FIELDS)}, which is all that a remedy in data may use")
    wanted = FIELDS[document["kind"]]
    if set(document) != wanted or not all(isinstance(document[part], Mapping) for part in ("target", "ensure")):
        raise OperationError(f"{document['kind']} has the fields {', '.join(sorted(wanted))}; target and ensure are mappings")
    kind, target = KINDS[document["kind"]], document["target"]
    if not all(isinstance(name, str) for name in target.values()) or not fits(kind, target):
        raise OperationError(f"{document['kind']} never touches {', '.join(str(value)[:120] for value in target.values())}")
    if not kind.ensure(document["ensure"]) or "restarted" in document["ensure"]:
        raise OperationError(f"the goal is not of the form that {document['kind']} has; a restart is said by the field restart")
    if document["kind"] == "service" and NEVER & set(document["ensure"].values()):
        raise OperationError("a remedy in data neither stops nor disables a service")
    if not isinstance(document.get("found", ""), str):
        raise OperationError("found must be the path under which the value stands in the facts")
    below = below_the_floor(_goal_alone(document))
    if below is not None:
        raise OperationError(f"its goal is one that no repair may have: {below.because}")
    return dict(document)


def _goal_alone(document: JsonMap) -> Operation:
    """Return the operation as it is before any host is known."""
    return Operation("", document["kind"], document["target"], document["ensure"], {}, True, Risk.LOW, RestartClass.NONE, "")


def propose(entry: Check | Cause, facts: Facts) -> Proposal:
    """Turn the operations of a check or cause into a proposal for this host."""
    operations: list[Operation] = []
    refusals: list[Refusal] = []
    for wanted in entry.operations:
        made = PROPOSE[wanted["kind"]](entry, wanted, facts)
        if isinstance(made, Refusal):
            refusals.append(made)
        elif made is not None:
            operations.append(made)
    return Proposal(tuple(operations), tuple(refusals))


def _registry_value(entry: Check | Cause, wanted: JsonMap, facts: Facts) -> Operation | Refusal | None:
    name, path = wanted["target"]["value"], wanted["found"]
    found = look_up(facts.document, facts.gaps, path)
    if not found.known or not is_registry_value(found.value):
        return _cannot_look(entry, name)
    if found.value["path"].casefold() != wanted["target"]["key"].casefold():
        return Refusal(entry.id, f"{path} is not read from {wanted['target']['key']}", "correct the check: it names another value", "by_hand")
    policy = look_up(facts.document, facts.gaps, f"{path.rpartition('.')[0]}.policy")
    if policy.why.startswith("access to "):
        return _cannot_look(entry, name)
    if policy.known and is_registry_value(policy.value) and policy.value["kind"] != "absent":
        because = f"a Group Policy sets {name} ({policy.value['path']}); a local value would change nothing"
        return Refusal(entry.id, because, "change the policy", "policy_owns")
    if {part: found.value[part] for part in ("kind", "value")} == dict(wanted["ensure"]):
        return None
    return registry_value(found.value, name, **wanted["ensure"], restart=entry.restart, why=entry.title)


def _service(entry: Check | Cause, wanted: JsonMap, facts: Facts) -> Operation | Refusal | None:
    name = wanted["target"]["service"]
    found = look_up(facts.document, facts.gaps, f"services.{name}")
    if not found.known or not {"state", "Start"} <= set(found.value) or found.value["Start"]["kind"] == "denied":
        return _cannot_look(entry, name)
    if found.value.get("exists") is False:
        return Refusal(entry.id, f"there is no service {name} on this host", "install the role that brings it", "by_hand")
    state = {"state": found.value["state"], "start": start_of(found.value)}
    if all(state[part] == value for part, value in wanted["ensure"].items()):
        return None
    return service(name, ensure=wanted["ensure"], expect=state, restart=entry.restart, risk=Risk.LOW, why=entry.title)


def _cannot_look(entry: Check | Cause, name: str) -> Refusal:
    return Refusal(entry.id, f"the present state of {name} could not be read", "read the host first; nothing is changed blindly", "cannot_look")


PROPOSE = {"registry_value": _registry_value, "service": _service}
