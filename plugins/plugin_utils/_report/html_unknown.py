# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is not known of one host: the subject in words, why nobody could look, and the places in small print."""

from __future__ import annotations

from collections.abc import Iterable

from .._core.model import JsonMap
from .html_parts import folded, heading, identifier, listed, sentence_case
from .markup import Markup, el, group
from .words import SUBJECT

PLACES_SHOWN = 6  # in the open; more are folded away, a log that was cut short has seventy
_ANYTHING = "parts of the facts"
_INSIDE = frozenset(
    {"os", "listener", "services", "certificate", "key_store", "tls", "credssp", "logon", "firewall", "ports", "sessions", "licensing", "time", "events"}
)
# what is not read of every host
_INSIDE_TOO = _INSIDE | {"azure", "avd", "client_cache", "client_licensing", "client_credentials", "client_policy", "client_events"}


def unknown_part(unknown: list[JsonMap], level: int) -> Markup:
    """Return what is not known, one entry per subject; nothing where everything is.

    :param unknown: of a host's report: places with the reason that they share.
    """
    if not unknown:
        return group()
    by_subject: dict[str, list[tuple[str, list[str]]]] = {}
    for entry in unknown:
        places = entry["what"].split(", ")
        by_subject.setdefault(_subject(places), []).append((entry["why"], places))
    items = [group(el("strong", sentence_case(subject)), [_reason(why, places) for why, places in reasons]) for subject, reasons in by_subject.items()]
    return el("section", heading(level, "Not known"), listed(items, "unknowns"), class_="part")


def _subject(places: Iterable[str]) -> str:
    tops = [place.partition(".")[0] for place in places]
    whole = _INSIDE.issubset(tops)
    told = ["all that is read inside the host"] if whole else []
    named = [SUBJECT[top] for top in tops if top in SUBJECT and not (whole and top in _INSIDE_TOO)]
    return ", ".join(dict.fromkeys([*told, *named])) or _ANYTHING


def _reason(why: str, places: list[str]) -> Markup:
    shown = el("span", [group(", " if number else None, identifier(place, "path")) for number, place in enumerate(places)], class_="places")
    if len(places) > PLACES_SHOWN:
        return group(el("small", sentence_case(why)), folded(f"{len(places)} places in the facts", shown))
    return el("small", sentence_case(why), " ", shown)
