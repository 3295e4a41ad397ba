# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run gives away about a host that nobody knows the cause for, without names where the run takes them out of its bundles.

It is judged anew from the redacted bundle, so that no sentence of the report can bring a name along. That happens for such hosts alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any  # Any: decoded codes are JSON documents

from .._core.enforced import Look
from .._report.write import ReportError
from .bundles import RUN_KEY, redacted_document
from .look import Seen
from .vantage import Elsewhere

Judge = Callable[[str, Seen, Mapping[str, Any] | None], Look]
WITHHELD = "(redacted)"
NOT_PACKED = "Nothing is packed: names cannot be taken out of what was seen of this host."


def packed_without_names(host: str, look: Look, seen: Seen, error: Mapping[str, Any] | None, judge: Judge) -> tuple[str, ...]:
    """Return the lines that a report packs, without names; none where it packs nothing.

    :param error: the decoded error code of the client, or None.
    :param judge: judges a host by its name, by what was seen of it and by the code.
    """
    if look.judgement.escalation is None or not look.judgement.escalation.ask:
        return ()
    try:
        document = redacted_document(host, seen, RUN_KEY)
        clean_seen = replace(
            seen,
            snapshot=document["snapshot"],
            unreachable=WITHHELD if seen.unreachable else None,
            probe=document["probe"],
            probe_missing=WITHHELD if seen.probe_missing else None,
            client=document["client"],
            client_missing=WITHHELD if seen.client_missing else None,
            elsewhere=Elsewhere(tuple(document.get("other_probes", ())), WITHHELD if seen.elsewhere.missing else None),
        )
        again = judge(document["host"], clean_seen, None if error is None else {**error, "given": numbers_of(error)})
    except (ReportError, KeyError, TypeError, ValueError):  # its message may name the host
        return (NOT_PACKED,)
    # Waivers name hosts and do not fit a pseudonym: what they accept is packed too, and only a host that fails is packed at all.
    return again.judgement.escalation.pack if again.judgement.escalation else (NOT_PACKED,)


def numbers_of(error: Mapping[str, Any]) -> str:
    """Return a decoded code as numbers alone: what a person typed around them may hold names."""
    return "/".join(f"0x{number:X}" for number in (error["code"], error["extended"]) if number is not None)
