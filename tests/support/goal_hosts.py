# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts and wishes for the tests of goals: the healthy base with whole subsets put in, and what a plan would make of them."""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._core.clock import format_time, parse_time
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived import with_derived
from ansible_collections.rdpops.health.plugins.plugin_utils._core.goals import Goal
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Operation
from ansible_collections.rdpops.health.plugins.plugin_utils._core.plan import assemble
from ansible_collections.rdpops.health.plugins.plugin_utils._core.predict import predict
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts

from .host_states import base_document, host

CREDENTIALS = (
    ("TERMSRV/rds01.example.com", "domain_password", 400),
    ("TERMSRV/rds02.example.com", "generic", 3),
    ("TERMSRV/192.0.2.7", "domain_password", 30),
)
LONG_NUMBER = "0" * 32 + "_3f1d2c8a-5b07-4e0a-9a41-6f2de1c08b73"


def bound_thumbprint() -> str:
    """Return the thumbprint of the certificate that the healthy base has in its store My."""
    return str(base_document()["snapshot"]["subsets"]["certificate"]["data"]["stores"]["my"]["certificates"][0]["thumbprint"])


def hash_of(thumbprint: str) -> dict[str, Any]:
    """Return the two changes by which a case binds a certificate."""
    path = "certificate.bindings.SSLCertificateSHA1Hash"
    return {f"{path}.kind": "REG_BINARY", f"{path}.value": base64.b64encode(bytes.fromhex(thumbprint)).decode("ascii")}


def with_certificate(facts: Facts, thumbprint: str, **changes: Any) -> Facts:
    """Return the facts with another decoded certificate under a thumbprint."""
    certificates = {**facts.certificates, thumbprint: replace(facts.certificates[thumbprint], **changes)}
    return with_derived(replace(facts, certificates=certificates))


def with_bound_key(facts: Facts, **key: Any) -> Facts:
    """Return the facts with the key file of the certificate in My looked at."""
    item = {
        "thumbprint": bound_thumbprint(), "container": "own", "provider_type": 1, "file_name": LONG_NUMBER, "exists": True, "size": 2301,
        "sddl": "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)", "sddl_kind": "",
    }  # fmt: skip
    store = {**facts.document["key_store"], "bound_keys": {"kind": "", "items": [{**item, **key}], "truncated": False}}
    return with_derived(replace(facts, document={**facts.document, "key_store": store}))


def bundle_with(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the healthy base as a bundle that can be replayed, with saved credentials and these changes at dotted paths."""
    document = copy.deepcopy(base_document())
    subsets = document["snapshot"]["subsets"]
    subsets["client_credentials"] = _saved(parse_time(document["collected_at"]), CREDENTIALS)
    for path, value in changes.items():
        first, *between, last = path.split(".")
        node = subsets[first]["data"]
        for name in between:
            node = node[name]
        node[last] = value
    return document


def _saved(now: datetime, credentials: Iterable[tuple[str, str, int]], *, truncated: bool = False) -> dict[str, Any]:
    entries = [
        {"target": name, "type": kind, "persist": "enterprise", "last_written": format_time(now - timedelta(days=age)), "user": None}
        for name, kind, age in credentials
    ]
    return {"status": "ok", "kind": "", "message": "", "ms": 1, "data": {"credentials": entries, "truncated": truncated}}


def client(*credentials: tuple[str, str, int], truncated: bool = False, error: str | None = None) -> Facts:
    """Return a machine with these saved credentials: name, kind, age in days."""
    document = copy.deepcopy(base_document())
    now = parse_time(document["collected_at"])
    subset = _saved(now, credentials, truncated=truncated)
    if error is not None:
        subset = {"status": "error", "kind": "needs_interactive_logon", "message": error, "ms": 1, "data": None}
    document["snapshot"]["subsets"]["client_credentials"] = subset
    return build_facts("test", now, snapshot=document["snapshot"])


def kinds(goal: Goal) -> list[str]:
    """Return the operations of a goal in a few letters each: kind, and what of it tells them apart."""
    return [_short(operation) for operation in goal.proposal.operations]


def _short(operation: Operation) -> str:
    target, ensure = operation.target, operation.ensure
    if operation.kind == "registry_value":
        return f"{target['value']}={ensure['value'] if ensure['kind'] != 'absent' else 'absent'}"
    if operation.kind == "service":
        return f"{target['service']}:{','.join('restarted' if word is True else str(word) for word in ensure.values())}"
    if operation.kind == "certificate_binding":
        return f"bind:{ensure['kind']}"
    return operation.kind


def after(facts: Facts, goal: Goal) -> Facts:
    """Return the facts as they would be after the plan for a goal."""
    return predict(facts, assemble(facts, [goal.proposal], lifted=goal.lifted, meant=goal.meant).operations)


__all__ = ["after", "bound_thumbprint", "client", "hash_of", "host", "kinds", "with_bound_key", "with_certificate"]
