# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Predict the facts after a plan: the operations applied to a copy of what was seen.

A prediction is labelled as one wherever it is shown. The outside view is dropped from it: nobody knows what the endpoint will
answer until it is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from .clock import shifted
from .derived import with_derived
from .derived.certificate import listener_certificate
from .model import Certificate, Facts, JsonMap, Operation
from .paths import is_registry_value, look_up

RENEWED = "0" * 40  # stands for the thumbprint of a certificate that does not exist yet
SELF_SIGNED_DAYS = 183  # what captured certificates of current Windows hosts are valid for
OUTDATED = frozenset({"derived", "probe", "other_probes", "served_name"})  # what is computed afresh, and what was seen from outside
START_MODES = {"automatic": 2, "manual": 3, "disabled": 4}
CREDENTIAL_TYPES = {1: "generic", 2: "domain_password"}  # the numbers of wincred.h, and the words of the reader


def predict(facts: Facts, operations: Iterable[Operation]) -> Facts:
    """Apply operations to a copy of the facts.

    :returns: new facts, derived afresh; the probe is a gap. Operations of an unknown kind change nothing.
    """
    document: dict[str, Any] = {name: _copied(value) for name, value in facts.document.items() if name not in OUTDATED}
    certificates = dict(facts.certificates)
    for operation in operations:
        apply = APPLY.get(operation.kind)
        if apply is not None:
            apply(operation, document, certificates, facts)
    gaps = {**facts.gaps, "probe": "the endpoint has to be asked again after the change"}
    if RENEWED in certificates and not _key_is_there(facts):
        document.pop("key_store", None)
        gaps["key_store"] = "the new key has to be looked at after the change"
    return with_derived(replace(facts, document=document, gaps=gaps, certificates=certificates))


def _key_is_there(facts: Facts) -> bool:
    found = look_up(facts.document, facts.gaps, "derived.listener_key")
    return not found.known or (found.value["file_exists"] and not found.value["file_empty"])


def _copied(node: Any) -> Any:
    """Copy a JSON value; several times as fast as ``copy.deepcopy``, which has to look for shared and circular parts."""
    if isinstance(node, dict):
        return {name: _copied(value) for name, value in node.items()}
    return [_copied(value) for value in node] if isinstance(node, list) else node


def _set_registry_value(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    for node in nodes_of(operation.target, document):
        node.update(kind=operation.ensure["kind"], value=operation.ensure["value"])


def nodes_of(target: JsonMap, document: Any) -> Iterator[dict[str, Any]]:
    """Yield every place of a document that holds one registry value; keys and names are the same in any case, as they are to Windows."""
    key, name = str(target["key"]).casefold(), str(target["value"]).casefold()
    for names, node in registry_values(document):
        if str(node["path"]).casefold() == key and name in (part.casefold() for part in names[-2:]):
            yield node


def registry_values(node: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if is_registry_value(node):
        yield names, node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from registry_values(value, (*names, name))
    elif isinstance(node, list):
        for value in node:
            yield from registry_values(value, names)


def _set_service(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    service = service_of(operation.target, document.get("services", {}))
    if service is None:
        return
    if "start" in operation.ensure:
        service["Start"].update(kind="REG_DWORD", value=START_MODES[operation.ensure["start"]])
    if "state" in operation.ensure:
        service["state"] = operation.ensure["state"]


def service_of(target: JsonMap, services: Mapping[str, Any]) -> Any:
    """Return what is known of the service of an operation, or None."""
    wanted = str(target["service"]).casefold()
    return next((found for name, found in services.items() if name.casefold() == wanted), None)


def _set_acl(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    store = document.get("key_store")
    if store is None:
        return
    for path, held in objects_with_acl(store):
        if path.casefold() == operation.target["path"].casefold():
            held["sddl"] = operation.ensure["sddl"]


def objects_with_acl(store: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and facts of everything in the key store whose access list was looked at: the folder and the keys known by name."""
    folder = store["folder"]
    yield folder["path"], folder
    for key in (store["listener_key"], *store.get("bound_keys", {}).get("items", ())):
        if key["file_name"] is not None:
            yield f"{folder['path']}\\{key['file_name']}", key


def _switch_rule(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    for rule in document.get("firewall", {}).get("rules", []):
        if rule["id"].casefold() == operation.target["rule"].casefold() and rule["hive"] == "local":
            word = "TRUE" if operation.ensure["active"] else "FALSE"
            rule["text"] = re.sub(r"(^|\|)Active=(?:TRUE|FALSE)(?=\||$)", rf"\1Active={word}", rule["text"], flags=re.IGNORECASE)


def _remove_certificate(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    store = document.get("certificate", {}).get("stores", {}).get(operation.target["store"])
    if store is not None:
        store["certificates"] = [entry for entry in store["certificates"] if entry["thumbprint"] != operation.target["thumbprint"]]


def _isolate_key(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    store = document.get("key_store")
    if store is None:
        return
    name = operation.target["path"].rpartition("\\")[2].casefold()
    if name == (store["listener_key"]["file_name"] or "").casefold():
        store["listener_key"].update(exists=False, size=None, sddl=None)
    if store["foreign_files"] is not None:
        store["foreign_files"] = [foreign for foreign in store["foreign_files"] if foreign.casefold() != name]


def _remove_credential(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    held = document.get("client_credentials")
    if held is not None:
        gone = (operation.target["name"], CREDENTIAL_TYPES[operation.target["type"]])
        held["credentials"] = [entry for entry in held["credentials"] if (entry["target"], entry["type"]) != gone]


def _log_off(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    held = document.get("sessions")
    if held is not None:
        held["sessions"] = [session for session in held["sessions"] if session["id"] != operation.target["session"]]


def _renew_certificate(operation: Operation, document: dict[str, Any], certificates: dict[str, Certificate], facts: Facts) -> None:
    if operation.target["condition"] != "listener_certificate" or "certificate" not in document:
        return
    data, key = document["certificate"], document.get("key_store", {}).get("listener_key")
    key_unusable = key is not None and (not key["exists"] or key["size"] == 0)
    if _is_served(data, certificates, facts.now) and not key_unusable:
        return
    data["bindings"]["SelfSignedCertificate"].update(kind="REG_BINARY", value="AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    data["stores"]["remote_desktop"]["certificates"].append({"thumbprint": RENEWED, "der": "", "has_private_key": True, "key_provider": None})
    name = "CN=" + str(document.get("os", {}).get("computer_name", facts.host))
    ends = shifted(facts.now, SELF_SIGNED_DAYS)
    certificates[RENEWED] = Certificate(RENEWED, "", name, name, facts.now, ends, self_signed=True, key="RSA-2048", signature="sha256")


def _is_served(data: JsonMap, certificates: Mapping[str, Certificate], now: datetime) -> bool:
    """Tell whether there is nothing to renew: a valid certificate is there, SessionEnv does not make it, or nobody knows."""
    try:
        state = listener_certificate(data, certificates, now)
    except LookupError:
        return True
    usable = state["in_store"] and state["has_private_key"] and not state.get("expired", True)
    return bool(usable) or state["binding"] not in ("self_signed", "none")


Apply = Callable[[Operation, dict[str, Any], dict[str, Certificate], Facts], None]
APPLY: Mapping[str, Apply] = {
    "registry_value": _set_registry_value,
    "certificate_binding": _set_registry_value,
    "certificate_remove": _remove_certificate,
    "service": _set_service,
    "file_acl": _set_acl,
    "file_isolate": _isolate_key,
    "credential_remove": _remove_credential,
    "session_logoff": _log_off,
    "firewall_rule": _switch_rule,
    "wait_until": _renew_certificate,
}
