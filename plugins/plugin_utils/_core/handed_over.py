# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What those who are asked for help will want to know, in sentences: numbers, names of logs and times in UTC that mean the same to everybody. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .clock import format_time
from .model import Facts, JsonMap, RankedCause
from .number_text import number_text
from .paths import known
from .sentences import fill, show
from .system_name import system_name
from .unusual_events import LoggedEvent, unusual_events

KINDS = ("system", "times", "error_code", "probe", "vantages", "certificates", "events", "client", "considered", "not_seen", "bundle")
MOST = 12  # entries of a list inside a sentence; all of it is in the block that is handed over
NOBODY_WANTED = ("not asked", "was not read", "does not apply")  # in a gap: nothing stood in the way
# bits of a request (MS-RDPBCGR 2.2.1.1.1)
_REQUESTS = ((1, "SSL"), (2, "HYBRID"), (4, "RDSTLS"), (8, "HYBRID_EX"), (16, "RDSAAD"))
_VIEWED = (("answers_from", "answers from"), ("cut_from", "does not from"), ("stalled_from", "stalls from"))


def evidence(facts: Facts, causes: Sequence[RankedCause]) -> Iterator[tuple[str, str]]:
    """Yield (kind, sentence), in the order of ``KINDS``."""
    document = facts.document
    if "os" in document:
        named = " ".join(part for part in (system_name(document["os"]), known(facts, "os.display_version")) if part) or "(unknown)"
        yield "system", f"{named}, " + fill("build {os.build}.{os.ubr}, started {os.booted_at}", facts)
    yield "times", f"judged {format_time(facts.now)}" + (fill(", probed {probe.probed_at}", facts) if "probe" in document else "")
    if known(facts, "client.error_code.given"):
        yield "error_code", fill("the client showed {client.error_code.given}: {client.error_code.meaning}", facts)
    if "probe" in document:
        yield "probe", _transcript(document["probe"])
    vantages = "; ".join(f"{words} {show(found)}" for name, words in _VIEWED if (found := known(facts, f"derived.vantages.{name}")))
    if vantages and "other_probes" in document:
        yield "vantages", vantages
    certificates = "; ".join(_certificates(facts))
    if certificates:
        yield "certificates", certificates
    logged = events_of(facts)
    if logged:
        yield "events", "; ".join(map(event_text, logged[:MOST])) + (f"; and {len(logged) - MOST} more" if len(logged) > MOST else "")
    if known(facts, "derived.client_attempt.server") is not None:
        told = "the client's last attempt: connected {derived.client_attempt.connected}, logged on {derived.client_attempt.logged_on}"
        yield "client", fill(told + ", code {derived.client_attempt.code}", facts)
    considered = [f"{cause.cause.id} {cause.cause.title} ({cause.rank.value.replace('_', ' ')})" for cause in causes]
    if considered:
        yield "considered", "causes that were considered: " + "; ".join(considered[:MOST])
    if reasons := not_seen(facts):
        yield "not_seen", "could not be looked at: " + "; ".join(reasons[:MOST])
    yield "bundle", "everything that was seen, as one file: run again with rdp_health_save_bundles and rdp_health_redact_bundles"


def requested(number: int) -> str:
    """Return which protocols a request offered, by the names that the protocol gives them; none of them is RDP's own security."""
    return " + ".join(name for bit, name in _REQUESTS if number & bit) or "RDP"


def connection_text(connection: JsonMap) -> str:
    """Say one connection of a probe: what was asked for, what was answered, and each step."""
    answer = connection.get("answer") or {}
    name = answer.get("code_name") or answer.get("selected_name")
    answered = f", answered {answer['kind']}{f' {name}' if name else ''}" if answer else ""
    steps = ", ".join(f"{step['step']} {step['outcome']} {step['ms']:.0f} ms" for step in connection["steps"])
    return f"asked for {requested(connection['requested'])}{answered}: {steps}"


def events_of(facts: Facts) -> list[LoggedEvent]:
    """Return the events of the host that are not ordinary, the latest first."""
    document = facts.document
    if "events" not in document:
        return []
    probes = [probe for probe in (document.get("probe"), *document.get("other_probes", ())) if probe]
    return unusual_events(document["events"], document.get("derived", {}).get("events", {}), probes)


def event_text(event: LoggedEvent) -> str:
    """Say one event: where it stands, its number, how often, when last, and the codes that it carries."""
    place = event.log if event.provider in event.log else f"{event.log}, {event.provider}"
    codes = f", with {', '.join(number_text(code) for code in event.codes[:MOST])}" if event.codes else ""
    often = "once" if event.count == 1 else f"{event.count} times"
    return f"{place} {event.number}: {often}, last {event.last or 'at a time that cannot be read'}{codes}"


def not_seen(facts: Facts) -> list[str]:
    """Return why parts that somebody asked for could not be looked at, each reason once."""
    whole = (why for path, why in facts.gaps.items() if "." not in path)
    return list(dict.fromkeys(why for why in whole if not any(word in why for word in NOBODY_WANTED)))


def _transcript(probe: JsonMap) -> str:
    where = f"{probe['target']['host']}:{probe['target']['port']} from {probe['vantage']}, {probe['symptom']}"
    return "; ".join([where, *map(connection_text, probe["connections"][:MOST])])


def _certificates(facts: Facts) -> Iterator[str]:
    for name, path in (("on the wire", "derived.served_certificate.sha1"), ("configured", "derived.certificate.thumbprint")):
        if thumbprint := known(facts, path):
            yield f"{name} {show(thumbprint)}"
