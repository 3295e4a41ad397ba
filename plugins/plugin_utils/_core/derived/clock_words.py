# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far the clock of the endpoint is from ours, in words, and what follows from it."""

from __future__ import annotations

from ..model import JsonMap

# from so many seconds on -> the unit that people would use, and its length
UNITS = ((2 * 86400, "days", 86400), (2 * 3600, "h", 3600), (120, "min", 60), (1, "s", 1))
BY_KERBEROS = "Kerberos refuses log-ons from 5 min on"
BY_NOBODY = "the host is in no domain, so Kerberos plays no part, but whoever compares its log with another one is misled"


def clock_apart(probe: JsonMap, system: JsonMap | None) -> JsonMap:
    """Tell the difference of the two clocks.

    :param system: data of the snapshot subset ``os``, where the host could be read; else the names in the challenge say whether there is a domain.
    :returns: ``apart`` such as "6 min behind ours", and ``matters``: who minds.
    :raises LookupError: the endpoint did not tell its time.
    """
    clock = probe.get("clock")
    if not clock:
        raise LookupError("the endpoint did not tell its time")
    skew = clock["skew_seconds"]
    return {
        "apart": f"{_spoken(abs(skew))} {'behind' if skew < 0 else 'ahead of'} ours",
        "matters": BY_KERBEROS if _is_in_domain(probe, system) else BY_NOBODY,
    }


def _spoken(seconds: float) -> str:
    for least, unit, length in UNITS:
        if seconds >= least:
            return f"{round(seconds / length)} {unit}"
    return "less than a second"


def _is_in_domain(probe: JsonMap, system: JsonMap | None) -> bool:
    if system is not None:
        return bool(system["domain"]["joined"])
    names = (probe.get("credssp") or {}).get("names") or {}
    return names.get("netbios_domain") != names.get("netbios_computer")  # a host of a workgroup names itself as its domain
