# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Take names of hosts, people and networks out of a bundle so that it can be given away, and is still judged the same.

The same name becomes the same pseudonym within one run: a keyed hash, whose key is made for the run and kept nowhere. A certificate's
bytes name its host, so they are left out and what they say travels decoded. Names are found by the fields that hold them and then replaced
wherever they stand alone in a text; what is free text of a person or of Windows (messages, notes, texts of events) is left out.
"""

from __future__ import annotations

import copy
import re
import secrets
from collections.abc import Iterator
from typing import Any  # Any: a bundle is a JSON document

from .._core.model import JsonMap
from .certificates import decode_certificate
from .decoded import to_decoded
from .distinguished import parts_of
from .event_fields import personal_places
from .pseudonyms import Pseudonyms
from .redaction_rules import HOST_FIELDS, LIMIT, LIMITS, LISTS_OF_HOSTS, NUMBER, RULES, TIME, event_properties, host_list, listed_hosts

KEY_BYTES = 32
_CODE = re.compile(r"0x[0-9A-Fa-f]{1,8}(?![0-9A-Za-z])")  # an error code at the beginning of a message
_BYTES = ("REG_BINARY", "REG_NONE", "REG_DWORD", "REG_QWORD")  # kinds whose text is base64; a number whose length does not fit travels so too
NO_VIEWS = frozenset({"schema", "host", "collected_at", "snapshot", "unreachable", "client", "note"})  # of a bundle: what is treated by itself, or names nobody
Way = tuple[str, ...]


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
    _replace_certificates(bundle)
    for name in ("unreachable", "note"):
        bundle[name] = None if bundle.get(name) is None else "(redacted)"
    client = bundle.get("client") or {}
    for snapshot in (bundle.get("snapshot"), client.get("snapshot")):
        if snapshot:
            _redact_snapshot(snapshot, names)
    for holder in (bundle, client):
        for view in holder.keys() - NO_VIEWS:
            holder[view] = _redacted(holder[view], (view,), names)
        if "host" in holder:
            holder["host"] = names.host(holder["host"])
    return bundle


def _redact_snapshot(snapshot: dict[str, Any], names: Pseudonyms) -> None:
    for name, subset in snapshot["subsets"].items():
        code = _CODE.match(subset["message"])
        subset["message"] = code[0] if code else ""
        subset["data"] = _redacted(subset["data"], (name,), names)
    snapshot["reader"] = _redacted(snapshot["reader"], ("reader",), names)


def _host_names(bundle: JsonMap) -> Iterator[str]:
    for way, value in _texts(bundle):
        field, pair = way[-1], way[-2:]
        if field in HOST_FIELDS or pair == ("domain", "name"):
            yield value
        elif _holds_hosts(way):
            yield from listed_hosts(value)
        elif field == "target":
            yield value.partition("/")[2] or value
        elif field in ("subject", "issuer"):
            yield from (part.value for part in parts_of(value))
    for certificate in _certificates(bundle):
        decoded = decode_certificate(certificate["der"])
        if decoded is not None:
            yield from decoded.san
            yield from (part.value for name in (decoded.subject, decoded.issuer) for part in parts_of(name))
    for place, value in _event_names(bundle):
        if place in ("host", "domain", "address"):
            yield from (part.value for part in parts_of(value)) if "=" in value else (value,)


def _user_names(bundle: JsonMap) -> Iterator[str]:
    for way, value in _texts(bundle):
        if way[-1] == "user" or way[-2:] in (("sessions", "domain"), ("account", "name"), ("ObjectName", "value"), ("break_glass", "owner")):
            yield value
    for place, value in _event_names(bundle):
        if place in ("user", "account"):
            yield value


def _event_names(bundle: JsonMap) -> Iterator[tuple[str, str]]:
    """Yield what stands at the places of events that name somebody, with the kind of the place."""
    for event in _holders(bundle, "properties"):
        places = personal_places(str(event.get("provider")), event["id"]) if isinstance(event.get("id"), int) else {}
        yield from ((kind, text) for place, text in enumerate(event["properties"]) if (kind := places.get(place)) and isinstance(text, str))


def _holds_hosts(way: Way) -> bool:
    """Tell whether a text is a name, or a list of names, in a registry value or an answer, whichever side of a policy it is on."""
    within = [name for name in way[-3:-1] if name not in ("local", "policy")]
    return way[-1] in ("value", "items") and bool(within) and within[-1] in LISTS_OF_HOSTS


def _texts(value: Any, way: Way = ("", "")) -> Iterator[tuple[Way, str]]:
    """Yield every text with the fields that lead to it."""
    if isinstance(value, str):
        yield way, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, (*way, str(name)))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, way)


def _holders(bundle: JsonMap, name: str) -> Iterator[dict[str, Any]]:
    """Yield every object that has a field of this name."""
    waiting: list[Any] = [bundle]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if name in value:
                yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _certificates(bundle: JsonMap) -> Iterator[dict[str, Any]]:
    """Yield every object that holds the bytes of a certificate."""
    return (holder for holder in _holders(bundle, "der") if isinstance(holder["der"], str))


def _replace_certificates(bundle: JsonMap) -> None:
    for holder in _certificates(bundle):
        decoded = decode_certificate(holder["der"])
        holder["der"] = ""
        if decoded is not None:
            holder["decoded"] = to_decoded(decoded)


def _redacted(value: Any, way: Way, names: Pseudonyms) -> Any:
    if isinstance(value, dict):
        if value.get("kind") in _BYTES and isinstance(value.get("value"), str):
            value = {**value, "value": names.bytes_of(value["value"])}
            return {name: item if name == "value" else _redacted(item, (*way, name), names) for name, item in value.items()}
        if isinstance(value.get("properties"), list) and "provider" in value:
            value = {**value, "properties": event_properties(names, value)}
            return {name: item if name == "properties" else _redacted(item, (*way, name), names) for name, item in value.items()}
        return {names.text(name) if way[-1] == "channels" else name: _redacted(item, (*way, name), names) for name, item in value.items()}
    if isinstance(value, list):
        return [_redacted(item, way, names) for item in value]
    return _leaf(value, ("", *way), names)[: LIMITS.get(way[-1], LIMIT)] if isinstance(value, str) else value


def _leaf(text: str, way: Way, names: Pseudonyms) -> str:
    if _holds_hosts(way):
        return host_list(names, text)
    rule = RULES.get((way[-2], way[-1])) or RULES.get(way[-1])
    if rule is not None:
        return rule(names, text)
    # A number in a registry value or a time is no name, whatever people are called.
    is_plain = TIME.fullmatch(text) or (way[-1] == "value" and NUMBER.fullmatch(text))
    return text if is_plain else names.text(text)


__all__ = ["new_key", "redact_bundle"]
