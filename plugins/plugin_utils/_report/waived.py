# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waivers in the reports: what accepts a finding, what each waiver did on a host, and what they did for the fleet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timezone
from typing import Any

from .._core.model import JsonMap, Waiver, WaiverState, WaiverUse
from .bounded import bounded_text

TEXT_LIMIT = 500  # characters of a reason, which the schema of waivers allows
NAME_LIMIT = 100
STATES = tuple(state.value for state in WaiverState)
NAMED = 5  # in a sentence
FLEET_HOSTS = 3  # hosts of a run, from which on a waiver for all of them is worth a look; no single host can see it
_TROUBLE: Mapping[str, str] = {
    "too_wide": "Waivers that name neither hosts nor checks, and waive nothing",
    "expired": "Waivers that have ended",
    "expiring": "Waivers that end soon",
    "unused": "Waivers that none of these hosts needs",
    "everywhere": "Waivers that hold for every host of this run",
}
IN_FORCE = (WaiverState.IN_FORCE.value, WaiverState.EXPIRING.value)


@dataclass(frozen=True)
class WaiverLine:
    """What the fleet keeps of one waiver on one host."""

    id: str
    owner: str
    ticket: str
    expires_at: str
    state: str
    waived: int
    open: int


def waiver_block(waiver: Waiver) -> dict[str, Any]:
    """Return who accepts a finding, why, and until when.

    Nothing is withheld: an owner whom nobody can ask is none. These words come from the people of this inventory, not from a host.
    """
    moment = waiver.expires.astimezone(timezone.utc).replace(tzinfo=None)
    return {
        **{name: bounded_text(getattr(waiver, name), NAME_LIMIT) for name in ("id", "owner", "ticket")},
        "reason": bounded_text(waiver.reason, TEXT_LIMIT),
        "expires_at": moment.isoformat(timespec="seconds") + "Z",
    }


def uses_block(uses: Iterable[WaiverUse]) -> list[dict[str, Any]]:
    """Return what the waivers that hold for a host did there."""
    return [{**waiver_block(use.waiver), "state": use.state.value, "waived": use.waived, "open": use.open} for use in uses]


def lines_of(report: JsonMap) -> tuple[WaiverLine, ...]:
    """Return what the fleet keeps of the waivers of a host report.

    :raises ValueError, LookupError, TypeError: the report has another shape.
    """
    lines = []
    for use in report.get("waivers", ()):  # reports of earlier versions know none
        if use["state"] not in STATES:
            raise ValueError("the state of a waiver is not a known word")
        texts = {name: bounded_text(use[name], NAME_LIMIT) for name in ("id", "owner", "ticket", "expires_at")}
        lines.append(WaiverLine(**texts, state=use["state"], waived=int(use["waived"]), open=int(use["open"])))
    return tuple(lines)


def fleet_waivers(hosts: Iterable[Iterable[WaiverLine]]) -> list[dict[str, Any]]:
    """Sum up the waivers that held for any of the hosts, in order of their ids.

    ``unused`` is one that is in force and accepts nothing on any of these hosts, all of which could be looked at.
    """
    met: dict[str, list[WaiverLine]] = {}
    for lines in hosts:
        for line in lines:
            met.setdefault(line.id, []).append(line)
    return [_summed(lines) for dummy, lines in sorted(met.items())]


def waiver_notes(waivers: Iterable[JsonMap], hosts: int) -> list[str]:
    """Return a sentence for each kind of trouble with waivers that somebody should look at, with the first few names.

    :param hosts: how many hosts the run has.
    """
    named: dict[str, list[str]] = {}
    for waiver in waivers:
        name = f"{waiver['id']} ({waiver['owner']})"
        named.setdefault(waiver["state"], []).append(name)
        if waiver["state"] in IN_FORCE and waiver["hosts"] == hosts >= FLEET_HOSTS:
            named.setdefault("everywhere", []).append(name)
    return [f"{words}: {', '.join(named[state][:NAMED])}{_more(named[state])}." for state, words in _TROUBLE.items() if state in named]


def _more(names: list[str]) -> str:
    return f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""


def _summed(lines: list[WaiverLine]) -> dict[str, Any]:
    # Hosts may be judged at different times, saved ones above all: the state is that which most needs somebody's eye
    first = min(lines, key=lambda line: _URGENCY[line.state])
    used = sum(line.waived > 0 for line in lines if line.state in IN_FORCE)
    unused = first.state in IN_FORCE and not used and not any(line.open for line in lines)
    return {
        "id": first.id,
        "owner": first.owner,
        "ticket": first.ticket,
        "expires_at": first.expires_at,
        "state": "unused" if unused else first.state,
        "hosts": len(lines),
        "used_by": used,
    }


_URGENCY: Mapping[str, int] = {name: place for place, name in enumerate(("too_wide", "expired", "expiring", "in_force", "not_begun"))}
