# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What several vantage points saw of one endpoint, side by side: what differs between them lies on the way, not on the host."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model import JsonMap
from .outside import seen_from_outside

DROPPED = frozenset({"connect_timeout", "unreachable"})  # nothing came back at all
STALLED = frozenset({"tls_silent", "tls_stalled"})  # small packets passed, the first large one did not
# What only an RDP server says: it chose a protocol that runs over TLS, or its own, or it refused with a code of its own. A port that takes the
# connection and then hangs up or speaks another language may be a box on the way, or another program.
AFTER_ANSWER = ("tls", "credssp", "complete")
ANSWERS_OF_RDP = ("legacy_answer", "failure_")


def compare_vantages(probe: JsonMap, others: Sequence[JsonMap]) -> JsonMap:
    """Compare the probe with those of other vantage points.

    :param probe: the one that everything else is judged by.
    :param others: probes of the same host from elsewhere; often none.
    :returns: ``count`` of all of them; the names of those that it ``answers_from``, is ``cut_from``, ``dropped_from`` and ``stalled_from``,
        where one that did not settle it is in none; whether it ``answers_differently``, is ``dropped_differently`` (an RDP server to one and
        dropped from another) and ``stalled_differently``; whether a vantage point other than the first ``connected_elsewhere``, to an RDP
        server and not only to a port; and the number of different ``certificates`` that were seen.
    """
    seen = [probe, *others]
    answers = [(one, seen_from_outside(one)["answers"]) for one in seen]
    answering = _names(one for one, answered in answers if answered is True)
    cut = _names(one for one, answered in answers if answered is False)
    dropped = _names(one for one in seen if one["symptom"] in DROPPED)
    stalled = _names(one for one in seen if one["symptom"] in STALLED)
    return {
        "count": len(seen),
        "answers_from": answering,
        "cut_from": cut,
        "dropped_from": dropped,
        "stalled_from": stalled,
        "answers_differently": bool(answering and cut),
        "dropped_differently": bool(dropped) and any(map(_connected, seen)),
        "stalled_differently": bool(answering and stalled),
        "connected_elsewhere": any(map(_connected, others)),
        "certificates": len({_thumbprint(one) for one in seen} - {None}),
    }


def _connected(probe: JsonMap) -> bool:
    """Tell whether an RDP server answered there."""
    return probe["ended_at"] in AFTER_ANSWER or str(probe["symptom"]).startswith(ANSWERS_OF_RDP)


def _names(probes: Iterable[JsonMap]) -> list[str]:
    return [one["vantage"] for one in probes]


def _thumbprint(probe: JsonMap) -> str | None:
    certificate = (probe.get("tls") or {}).get("certificate") or {}
    found: str | None = certificate.get("sha1")
    return found
