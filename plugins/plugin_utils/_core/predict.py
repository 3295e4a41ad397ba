# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Predict the facts after a plan: the operations applied to a copy of what was seen.

A prediction is labelled as one wherever it is shown. The outside view is dropped from it: nobody knows what the endpoint will
answer until it is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from .derived import with_derived
from .model import Certificate, Facts, Operation
from .paths import is_registry_value

RENEWED = "0" * 40  # stands for the thumbprint of a certificate that does not exist yet
SELF_SIGNED_DAYS = 183  # what captured certificates of current Windows hosts are valid for
START_MODES = {"automatic": 2, "manual": 3, "disabled": 4}


def predict(facts: Facts, operations: Iterable[Operation]) -> Facts:
    """Apply operations to a copy of the facts.

    :returns: new facts, derived afresh; the probe is a gap. Operations of an unknown kind change nothing.
    """
    document: dict[str, Any] = {name: _copied(value) for name, value in facts.document.items() if name not in ("derived", "probe")}
    certificates = dict(facts.certificates)
    for operation in operations:
        apply = APPLY.get(operation.kind)
        if apply is not None:
            apply(operation, document, certificates, facts)
    gaps = {**facts.gaps, "probe": "the endpoint has to be asked again after the change"}
    return with_derived(replace(facts, document=document, gaps=gaps, certificates=certificates))


def _copied(node: Any) -> Any:
    """Copy a JSON value; several times as fast as ``copy.deepcopy``, which has to look for shared and circular parts."""
    if isinstance(node, dict):
        return {name: _copied(value) for name, value in node.items()}
    return [_copied(value) for value in node] if isinstance(node, list) else node


def _set_registry_value(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    for names, node in _registry_values(document):
        if node["path"] == operation.target["key"] and operation.target["value"] in names[-2:]:
            node.update(kind=operation.ensure["kind"], value=operation.ensure["value"])


def _registry_values(node: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if is_registry_value(node):
        yield names, node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _registry_values(value, (*names, name))
    elif isinstance(node, list):
        for value in node:
            yield from _registry_values(value, names)


def _set_service(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    service = document.get("services", {}).get(operation.target["service"])
    if service is None:
        return
    if "start" in operation.ensure:
        service["Start"].update(kind="REG_DWORD", value=START_MODES[operation.ensure["start"]])
    if "state" in operation.ensure:
        service["state"] = operation.ensure["state"]


def _set_acl(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    store = document.get("key_store")
    if store is None:
        return
    target = store["folder"] if operation.target["path"] == store["folder"]["path"] else store["listener_key"]
    target["sddl"] = operation.ensure["sddl"]


def _switch_rule(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    for rule in document.get("firewall", {}).get("rules", []):
        if rule["id"] == operation.target["rule"]:
            rule["text"] = rule["text"].replace("Active=FALSE", "Active=TRUE")


def _renew_certificate(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    if operation.target["condition"] != "listener_certificate" or "certificate" not in document:
        return
    data = document["certificate"]
    data["bindings"]["SelfSignedCertificate"].update(kind="REG_BINARY", value="AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    data["stores"]["remote_desktop"]["certificates"].append({"thumbprint": RENEWED, "der": "", "has_private_key": True, "key_provider": None})
    name = "CN=" + str(document.get("os", {}).get("computer_name", facts.host))
    ends = facts.now + timedelta(days=SELF_SIGNED_DAYS)
    certificates[RENEWED] = Certificate(RENEWED, "", name, name, facts.now, ends, self_signed=True, key="RSA-2048", signature="sha256")


Apply = Callable[[Operation, dict[str, Any], dict[str, Certificate], Facts], None]
APPLY: Mapping[str, Apply] = {
    "registry_value": _set_registry_value,
    "certificate_binding": _set_registry_value,
    "service": _set_service,
    "file_acl": _set_acl,
    "firewall_rule": _switch_rule,
    "wait_until": _renew_certificate,
}


