# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything that those who are asked for help will want, as one block of lines that can be copied into a case.

Settings and what was concluded from them are written out by their path, so that each line can be looked up; secrets are in no facts. Whoever writes
the lines down takes names of accounts out of them, bounds them, and makes visible what would act. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any  # Any: values of the facts

from .clock import format_time
from .handed_over import connection_text, event_text, events_of, not_seen
from .model import Facts, Finding, JsonMap, Outcome, RankedCause
from .paths import is_registry_value, known
from .sentences import show
from .system_name import system_name

LINES_LIMIT = 600  # a host with everything that is packed makes about 300
SHOWN_EVENTS = 60
SERVICES = ("TermService", "SessionEnv", "UmRdpService")
# Parts of the facts that are written out, in this order; of a registry value only what stands there.
SETTINGS = (
    "derived.effective", "listener.values", "certificate.bindings", "derived.certificate", "derived.listener_key",
    "derived.serving_key", "derived.served_against_configured",
    "tls.protocols", "tls.fips", "derived.tls", "derived.cipher_suites", "credssp", "derived.credssp", "derived.firewall", "derived.ports",
    "derived.listener_stack", "derived.licensing", "derived.sessions", "derived.connection_limit",
)  # fmt: skip
_LEFT_OUT = ("wrong_kind",)  # a check says so where it matters
CODED = frozenset({226, 1007, 1015, 1017, 1026})  # events of a client whose numbers are codes; others hold names, which may be digits too
CLIENT = ("derived.client_error", "derived.client_attempt", "derived.client_delegation", "client.tls.protocols", "client.tls.fips")
VANTAGES = ("derived.vantages",)


def pack(facts: Facts, findings: Iterable[Finding], causes: Sequence[RankedCause]) -> Iterator[str]:
    """Yield the lines of the block; an empty one parts two sections, and a section begins with ``==``."""
    sections = ((title, list(lines)) for title, lines in _sections(facts, findings, causes))
    told = chain.from_iterable(("", f"== {title}", *lines) for title, lines in sections if lines)
    yield from islice(told, 1, LINES_LIMIT)
    if next(told, None) is not None:
        yield f"(cut after {LINES_LIMIT} lines; the saved bundle holds the rest)"


def _sections(facts: Facts, findings: Iterable[Finding], causes: Sequence[RankedCause]) -> Iterator[tuple[str, Iterable[str]]]:
    yield "What was looked at", _views(facts)
    yield "Error code", _error(facts)
    yield "Systems", _systems(facts)
    for probe in (facts.document.get("probe"), *facts.document.get("other_probes", ())):
        if probe:
            yield f"Probe from {probe['vantage']}", _probe(probe)
    yield "Clocks", _written(facts, ("derived.clock",))
    yield "Certificate on the wire", _written(facts, ("derived.served_certificate",))
    if facts.document.get("other_probes"):
        yield "Vantage points compared", _written(facts, VANTAGES)
    yield "Services", _written(facts, tuple(f"services.{name}" for name in SERVICES))
    yield "Settings of the host", _written(facts, SETTINGS)
    yield "Events that are not ordinary, the latest first (times in UTC)", [event_text(event) for event in events_of(facts)[:SHOWN_EVENTS]]
    yield "Logs that were read", _logs(facts)
    yield "Client", _written(facts, CLIENT)
    yield "Client, its log of attempts (times in UTC)", _attempts(facts)
    yield "Causes that were considered", _causes(causes)
    yield "Checks that fail", [f"{finding.check.id}: {finding.reason}" for finding in findings if finding.outcome is Outcome.FAIL]
    yield "Could not be looked at", not_seen(facts)


def _views(facts: Facts) -> Iterator[str]:
    yield f"host {facts.host}, judged {format_time(facts.now)}"
    views = facts.document.get("views", {})
    yield "views: " + ", ".join(f"{name.replace('_', ' ')} {str(status).replace('_', ' ')}" for name, status in views.items())


def _error(facts: Facts) -> Iterator[str]:
    code = known(facts, "client.error_code")
    if isinstance(code, Mapping):
        numbers = [f"0x{number:X} ({number})" for number in (code.get("code"), code.get("extended")) if isinstance(number, int)]
        yield f"the client showed {' with '.join(numbers)}: {code.get('meaning', '')} {code.get('extended_meaning', '')}".rstrip()


def _systems(facts: Facts) -> Iterator[str]:
    for side, place in (("host", "os"), ("client", "client.os")):
        system = known(facts, place)
        if isinstance(system, Mapping):
            named = " ".join(str(part) for part in (system_name(system), system.get("display_version")) if part)
            yield f"{side}: {named or '(unknown)'}, build {system.get('build')}.{system.get('ubr')}, started {system.get('booted_at')}"
            yield from (f"{side}: {line}" for line in _flat("domain", system.get("domain")))
            yield from (f"{side}: {line}" for line in _flat("pending_reboot", system.get("pending_reboot")))


def _probe(probe: JsonMap) -> Iterator[str]:
    target = probe["target"]
    yield f"{target['host']}:{target['port']} ({target['address']}) at {probe['probed_at']}: {probe['symptom']}, ended at {probe['ended_at']}"
    yield probe["sentence"]
    yield from map(connection_text, probe["connections"])
    yield from (f"{step['step']} {step['outcome']}: {step['detail']}" for one in probe["connections"] for step in one["steps"] if step["detail"])
    tls = {name: value for name, value in probe["tls"].items() if name not in ("certificate", "chain")}
    for name, value in (("tls", tls), ("protocols", probe["protocols"]), ("nla", probe["nla"]), ("credssp", probe["credssp"]), ("clock", probe["clock"])):
        yield from _flat(name, value)
    certificate = probe["tls"]["certificate"]
    if certificate:
        yield f"certificate sha1 {certificate['sha1']}, sha256 {certificate['sha256']}"
    for step in probe["latency"]["steps"]:
        times = "/".join("-" if step[name] is None else f"{step[name]:.0f}" for name in ("min_ms", "median_ms", "max_ms"))
        yield f"latency {step['step']}: tried {step['tried']}, lost {step['lost']}, failed {step['failed']}, {times} ms (least, median, most)"
    yield from _flat("retried", probe["retried"])


def _written(facts: Facts, places: Iterable[str]) -> Iterator[str]:
    for place in places:
        value = known(facts, place)
        if value is not None:
            yield from _flat(place, value)


def _flat(place: str, value: Any) -> Iterator[str]:
    """Yield the leaves below a place; a registry value is one of them, and an absent one is left out."""
    if is_registry_value(value):
        if value["kind"] != "absent":
            yield f"{place} = {'(access denied)' if value['kind'] == 'denied' else show(value['value'], place)} [{value['kind']}]"
    elif isinstance(value, Mapping) and {"value", "set_by"} <= value.keys():  # a setting that was concluded
        yield f"{place} = {show(value['value'], place)} ({value['set_by']})"
    elif isinstance(value, Mapping):
        for name, below in value.items():
            if name not in _LEFT_OUT:
                yield from _flat(f"{place}.{name}", below)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for number, item in enumerate(value[:32]):
            yield from _flat(f"{place}[{number}]", item)
    elif isinstance(value, list):
        yield f"{place} = {', '.join(show(item, place) for item in value) or 'none'}"
    elif value is not None:
        yield f"{place} = {show(value, place)}"


def _logs(facts: Facts) -> Iterator[str]:
    events = facts.document.get("events")
    if events is None:
        return
    yield f"the last {events['hours']} hours, at most {events['newest']} of each kind{', cut short' if events['truncated'] else ''}"
    for name, channel in events["channels"].items():
        on = "off" if channel["Enabled"].get("value") == 0 else "on"
        state = f"{on}, reaches back to {channel['oldest'] or '(nothing)'}" if channel["exists"] else "not there"
        yield f"{name}: {state}{', ' + channel['kind'] if channel['kind'] else ''}"


def _attempts(facts: Facts) -> Iterator[str]:
    events = known(facts, "client.client_events.events") or []
    for event in events[:SHOWN_EVENTS]:
        coded = event["properties"] if event["id"] in CODED else ()
        numbers = ", ".join(text for text in coded if text.lstrip("-").isdigit() or text[:2] == "0x")
        yield f"{event['time']} {event['id']}" + (f" ({numbers})" if numbers else "")


def _causes(causes: Iterable[RankedCause]) -> Iterator[str]:
    for ranked in causes:
        yield f"{ranked.cause.id} {ranked.cause.title}: {ranked.rank.value.replace('_', ' ')}"
        for sign, pieces in (("for", ranked.evidence_for), ("against", ranked.evidence_against)):
            yield from (f"  {sign}: {piece.text}" for piece in pieces)
