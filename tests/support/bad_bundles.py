# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bundles that must be refused: each with the word that tells a reader where to look."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from typing import Any

_LIMIT_BYTES = 4 * 1024 * 1024
_SCHEMA = '"schema": "rdpops.health/bundle/1"'


@dataclass(frozen=True)
class BadBundle:
    """Bytes that are no bundle.

    :ivar name: what is wrong, usable as a test id and a file name
    :ivar content: the bytes of the file
    :ivar must_say: part of the one sentence that refuses it: the place, or what is wrong
    :ivar about_fields: it is strict JSON, and only its fields are wrong: a JSON Schema can see that
    """

    name: str
    content: bytes
    must_say: str
    about_fields: bool = False


def good_bundle() -> dict[str, Any]:
    """Return the smallest document that is a bundle: a host that nobody could read and nobody probed."""
    return {
        "schema": "rdpops.health/bundle/1", "host": "rds01.example.com", "collected_at": "2026-11-20T08:15:30Z",
        "snapshot": None, "unreachable": "connection refused", "probe": None, "client": None, "note": None,
    }


def bad_bundles() -> list[BadBundle]:
    """Return every kind of bad bundle that a reader must survive."""
    wrong = [*_wrong_fields(), *_wrong_probes(), *_hostile_strings()]
    return [*(replace(bad, about_fields=True) for bad in wrong), *_surrogates(), *_not_bundles(), *_hostile_json()]


def _with(**changes: Any) -> bytes:
    return json.dumps({**good_bundle(), **changes}).encode()


def _without(name: str) -> bytes:
    document = good_bundle()
    del document[name]
    return json.dumps(document).encode()


def _wrong_fields() -> list[BadBundle]:
    return [
        BadBundle("host_is_a_number", _with(host=7), "host"),
        BadBundle("host_is_a_list", _with(host=["rds01"]), "host"),
        BadBundle("host_is_null", _with(host=None), "host"),
        BadBundle("host_too_long", _with(host="x" * 257), "host"),
        BadBundle("time_is_no_time", _with(collected_at="last Tuesday"), "collected_at"),
        BadBundle("time_is_a_number", _with(collected_at=1795162530), "collected_at"),
        BadBundle("snapshot_is_text", _with(snapshot="ok", unreachable=None), "snapshot"),
        BadBundle("snapshot_is_empty", _with(snapshot={}, unreachable=None), "snapshot"),
        BadBundle("snapshot_of_a_newer_schema", _with(snapshot={"schema": "rdpops.health/snapshot/2"}, unreachable=None), "snapshot/2"),
        BadBundle("neither_snapshot_nor_reason", _with(unreachable=None), "unreachable"),
        BadBundle("unreachable_is_true", _with(unreachable=True), "unreachable"),
        BadBundle("unknown_key", _with(verdict="healthy"), "verdict"),
        BadBundle("newer_schema", _with(schema="rdpops.health/bundle/2"), "bundle/2"),
        BadBundle("foreign_schema", _with(schema="example.other/thing/1"), "schema"),
        BadBundle("schema_is_a_number", _with(schema=1), "schema"),
        *(BadBundle(f"missing_{name}", _without(name), name) for name in ("schema", "host", "collected_at", "snapshot", "unreachable", "probe", "client")),
    ]


def _probe() -> dict[str, Any]:
    return {
        "schema": "rdpops.health/probe/1",
        "target": {"host": "rds01.example.com", "port": 3389, "address": "192.0.2.5", "addresses": ["192.0.2.5"]},
        "vantage": "controller", "probed_at": "2026-11-20T08:15:29Z",
        "connections": [{"requested": 11, "offer": "usual", "steps": [{"step": "connect", "outcome": "timeout", "ms": 5000.1, "detail": ""}], "answer": None}],
        "protocols": dict.fromkeys(("rdp", "ssl", "hybrid", "hybrid_ex"), "unknown"), "nla": "unknown",
        "tls": {"outcome": "not_reached", **dict.fromkeys(("version", "cipher", "alert", "certificate", "chain", "lowest", "highest", "versions"))},
        "credssp": None, "clock": None, "retried": None, "latency": {"tries": 1, "steps": []}, "signatures": [],
        "ended_at": "connect", "symptom": "connect_timeout", "sentence": "No answer.",
    }


def _with_probe(place: list[str | int], value: Any) -> bytes:
    probe = copy.deepcopy(_probe())
    inner: Any = probe
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    return _with(probe=probe)


def _wrong_probes() -> list[BadBundle]:
    return [
        BadBundle("probe_is_a_list", _with(probe=[]), "probe"),
        BadBundle("probe_with_unknown_symptom", _with_probe(["symptom"], "fine"), "symptom"),
        BadBundle("probe_with_port_as_text", _with_probe(["target", "port"], "3389"), "port"),
        BadBundle("probe_with_port_as_bool", _with_probe(["target", "port"], True), "port"),
        BadBundle("probe_with_unknown_step", _with_probe(["connections", 0, "steps", 0, "step"], "logon"), "step"),
        BadBundle("probe_with_time_as_text", _with_probe(["connections", 0, "steps", 0, "ms"], "1.2"), "ms"),
        BadBundle("probe_with_huge_number", _with_probe(["target", "port"], 2**70), "port"),
        BadBundle("probe_with_65_connections", _with_probe(["connections"], _probe()["connections"] * 65), "connections"),
        BadBundle("probe_with_unknown_key", _with_probe(["tls", "password"], "secret"), "password"),
    ]


# Text that would do something in a terminal, a template, a shell, a page or a path.
HOSTILE_TEXTS = {
    "nul": "a\x00b", "escape_sequence": "\x1b[2J\x1b]0;owned\x07", "template": "{{ lookup('pipe', 'id') }}", "shell": "$(id); `id`",
    "markup": "<script>alert(1)</script>", "path": "../../../../etc/passwd", "line_breaks": "a\r\nb\u2028c", "right_to_left": "\u202egnp.exe",
}
LONE_SURROGATE = "\ud800"  # JSON can spell it, and no file that is UTF-8 could hold it afterwards


def hostile_bundles() -> list[tuple[str, bytes]]:
    """Return bundles of the right shape whose texts are hostile: whatever happens to them, nothing may act on the text."""
    return [
        (name, _with(host=text, unreachable=text, note=text, probe={**_probe(), "sentence": text, "vantage": text}))
        for name, text in HOSTILE_TEXTS.items()
    ]


def _hostile_strings() -> list[BadBundle]:
    texts = [*HOSTILE_TEXTS.items(), ("lone_surrogate", LONE_SURROGATE)]
    return [
        *(BadBundle(f"unknown_key_{name}", _with(**{text: 1}), "unknown") for name, text in texts),
        *(BadBundle(f"schema_{name}", _with(schema=text), "schema") for name, text in texts),
    ]


def _surrogates() -> list[BadBundle]:
    return [
        BadBundle("host_with_a_lone_surrogate", _with(host=LONE_SURROGATE), "host"),
        BadBundle("note_with_a_lone_surrogate", _with(note=f"a{LONE_SURROGATE}b"), "note"),
        BadBundle("probe_with_a_lone_surrogate", _with(probe={**_probe(), "sentence": LONE_SURROGATE}), "sentence"),
    ]


def _not_bundles() -> list[BadBundle]:
    return [
        BadBundle("empty_file", b"", "JSON"),
        BadBundle("only_blanks", b" \n\t", "JSON"),
        BadBundle("plain_text", b"host: rds01\n", "JSON"),
        BadBundle("cut_off", _with()[:-20], "JSON"),
        BadBundle("two_documents", _with() + _with(), "JSON"),
        BadBundle("top_level_list", b"[]", "mapping"),
        BadBundle("top_level_null", b"null", "mapping"),
        BadBundle("top_level_text", b'"bundle"', "mapping"),
        BadBundle("empty_mapping", b"{}", "schema"),
        BadBundle("nul_bytes", b"\x00" * 64, "JSON"),
        BadBundle("raw_control_character", b'{"host": "a\x01b"}', "JSON"),
        BadBundle("not_utf_8", b'{"host": "caf\xe9"}', "UTF-8"),
        BadBundle("utf_16", json.dumps(good_bundle()).encode("utf-16"), "UTF-8"),
        BadBundle("larger_than_the_limit", _with(note="x" * _LIMIT_BYTES), "4 MiB"),
        BadBundle("larger_than_the_limit_by_blanks", _with() + b" " * _LIMIT_BYTES, "4 MiB"),
    ]


def _hostile_json() -> list[BadBundle]:
    deep = 10_000
    return [
        BadBundle("deep_lists", b"[" * deep + b"]" * deep, "deep"),
        BadBundle("deep_mappings", b'{"a":' * deep + b"1" + b"}" * deep, "deep"),
        BadBundle("deep_inside_a_field", b'{"client":' + b"[" * deep + b"]" * deep + b"}", "deep"),
        BadBundle("deep_and_never_closed", b"[" * 1_000_000, "deep"),
        BadBundle("repeated_name", f'{{{_SCHEMA}, "host": "a", "host": "b"}}'.encode(), "host"),
        BadBundle("repeated_name_inside", _with()[:-1] + b', "client": {"os": 1, "os": 2}}', "os"),
        BadBundle("not_a_number", _with()[:-1] + b', "ms": NaN}', "NaN"),
        BadBundle("infinity", _with()[:-1] + b', "ms": Infinity}', "Infinity"),
        BadBundle("minus_infinity", _with()[:-1] + b', "ms": -Infinity}', "Infinity"),
        BadBundle("float_that_overflows", _with_probe_text(b"1e999"), "ms"),
        BadBundle("number_of_10000_digits", _with_probe_text(b"9" * 10_000), "number"),
    ]


def _with_probe_text(number: bytes) -> bytes:
    # json.dumps cannot write these numbers: they are put into the text of an otherwise good document.
    return _with(probe=_probe()).replace(b"5000.1", number)
