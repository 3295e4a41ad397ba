# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Take names of hosts, people and networks out of a bundle so that it can be given away, and is still judged the same.

The same name becomes the same pseudonym within one run: a keyed hash, whose key is made for the run and kept nowhere. A certificate's
bytes name its host, so they are left out and what they say travels decoded. Names are found by the fields that hold them and then replaced
wherever they stand alone in a text; what is free text of a person or of Windows (messages, notes, texts of events) is left out.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator
from typing import Any  # Any: a bundle is a JSON document

from .._core.model import JsonMap
from .certificates import decode_certificate
from .decoded import to_decoded
from .pseudonyms import Pseudonyms

KEY_BYTES = 32
# Texts that are a name of a host or domain as a whole, or a list of such, by the field they stand in.
HOST_FIELDS = frozenset({
    "host", "computer_name", "vantage", "netbios_domain", "netbios_computer", "dns_domain", "dns_computer", "dns_tree", "address", "addresses",
    "BrokerResourceIdURI", "BrokerResourceIdURIGlobal", "san",
})  # fmt: skip
# Registry values whose text is names of hosts.
HOST_VALUES = frozenset({"NtpServer", "LicenseServers", "SpecifiedLicenseServers", "ClientAllowedNTLMServers", "servers", "CertTemplateName"})
KEPT_FIELDS = frozenset({"powershell", "tspkg_version", "eku", "schema", "kind", "status", "os_build", "version", "provider", "channel"})


def new_key() -> bytes:
    """Return the key of a run."""
    return secrets.token_bytes(KEY_BYTES)


def redact_bundle(document: JsonMap, key: bytes) -> dict[str, Any]:
    """Return a bundle without names.

    :param document: a bundle as it is saved.
    :param key: of :func:`new_key`; the same for all hosts of a run, so that a server that several of them name stays one.
    """
    bundle: dict[str, Any] = copy.deepcopy(dict(document))
    names = Pseudonyms(key)
    names.learn_hosts(_host_names(bundle))
    names.learn_users(_user_names(bundle))
    _replace_certificates(bundle, names)
    for name in ("unreachable", "note"):
        bundle[name] = None if bundle.get(name) is None else "(redacted)"
    snapshot = bundle.get("snapshot") or {}
    for subset in snapshot.get("subsets", {}).values():
        subset["message"] = subset["message"][:10] if subset["message"].startswith("0x") else ""
        if subset["data"] is not None:
            subset["data"] = _redacted(subset["data"], "", names)
    bundle["probe"] = _redacted(bundle.get("probe"), "", names)
    bundle["host"] = names.host(bundle["host"])
    return bundle


def _host_names(bundle: JsonMap) -> Iterator[str]:
    yield bundle["host"]
    for parent, field, value in _texts(bundle):
        if field in HOST_FIELDS or (field == "name" and parent == "domain"):
            yield value
        elif parent in HOST_VALUES and field in ("value", "items"):
            yield from _listed(value)
        elif field == "target":
            yield value.partition("/")[2] or value
    licensing = _data(bundle).get("licensing") or {"servers": {}}
    for side in licensing["servers"].values():
        for text in side["value"] if isinstance(side["value"], list) else [side["value"]]:
            yield from _listed(text)
    for certificate in _certificates(bundle):
        decoded = decode_certificate(certificate["der"])
        if decoded is not None:
            yield from decoded.san
            yield from (part.partition("=")[2] for name in (decoded.subject, decoded.issuer) for part in name.split(","))


def _data(bundle: JsonMap) -> dict[str, Any]:
    snapshot = bundle.get("snapshot") or {}
    return {name: subset["data"] for name, subset in snapshot.get("subsets", {}).items() if subset["data"]}


def _listed(text: object) -> list[str]:
    """Return the names of a list such as ``a.example.com,0x8 b``."""
    return [name for name in str(text or "").replace(",", " ").split() if not name.startswith("0x")]


def _user_names(bundle: JsonMap) -> Iterator[str]:
    subsets = _data(bundle)
    for session in subsets.get("sessions", {}).get("sessions", []):
        yield from (text for text in (session["user"], session["domain"]) if text)
    for credential in subsets.get("client_credentials", {}).get("credentials", []):
        yield credential["user"] or ""
    account = subsets.get("logon", {}).get("account")
    yield account["name"] if account else ""
    for parent, field, value in _texts(bundle):
        if parent == "ObjectName" and field == "value":
            yield value


def _texts(value: Any, parent: str = "", field: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield every text with the field it stands in and the field around that."""
    if isinstance(value, str):
        yield parent, field, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, field, name)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, parent, field)


def _certificates(bundle: JsonMap) -> Iterator[dict[str, Any]]:
    """Yield every object that holds the bytes of a certificate."""
    waiting: list[Any] = [bundle]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("der"), str):
                yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _replace_certificates(bundle: JsonMap, names: Pseudonyms) -> None:
    for holder in _certificates(bundle):
        decoded = decode_certificate(holder["der"])
        holder["der"] = ""
        if decoded is not None:
            holder["decoded"] = to_decoded(decoded)


def _redacted(value: Any, field: str, names: Pseudonyms) -> Any:
    if isinstance(value, dict):
        if value.get("kind") in ("REG_BINARY", "REG_NONE") and isinstance(value.get("value"), str):
            return {**value, "value": names.bytes_of(value["value"])}
        return {names.text(name) if field == "channels" else name: _field(item, name, field, names) for name, item in value.items()}
    if isinstance(value, list):
        return [_field(item, field, field, names) for item in value]
    return _field(value, field, "", names) if isinstance(value, str) else value


def _field(value: Any, field: str, parent: str, names: Pseudonyms) -> Any:
    if not isinstance(value, str) or field in KEPT_FIELDS:
        return _redacted(value, field, names) if isinstance(value, dict | list) and field not in KEPT_FIELDS else value
    if field in HOST_FIELDS or (field == "name" and parent == "domain"):
        return names.host(value)
    if field == "user" or (parent, field) in (("sessions", "domain"), ("account", "name")):
        return names.host(value)
    if (parent, field) == ("ObjectName", "value"):
        return names.account(value)
    if field == "target":
        kind, slash, name = value.rpartition("/")
        return kind + slash + names.host(name)
    if field in ("thumbprint", "sha1", "sha256"):
        return names.digest(value)
    if field in ("subject", "issuer"):
        return ",".join(f"{part.partition('=')[0]}={names.host(part.partition('=')[2])}" for part in value.split(","))
    if field == "properties":
        return value if value.lstrip("-").isdigit() or value.startswith("0x") else ""
    if field == "text":
        return names.rule(value)
    if field == "id":
        return names.rule_id(value)
    return names.text(value)


__all__ = ["new_key", "redact_bundle"]
