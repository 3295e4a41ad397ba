# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Draw reports as HTML. Input is the canonical JSON only; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable

from .._core.model import JsonMap
from .html_done import repair_section
from .html_fleet import causes_section, fleet_header, hosts_section
from .html_host import host_body, host_head, unread_body
from .html_page import page
from .html_parts import heading
from .markup import Markup, el, group, link


def fleet_page(index: JsonMap, details: Iterable[tuple[JsonMap, JsonMap | None]]) -> str:
    """Return the page of a fleet.

    :param index: the fleet index.
    :param details: for each host drawn in detail on this page its line of the index and its report, None where that cannot be read.
        Consumed one at a time, so that only the HTML of each is kept.
    """
    articles = [_article(line, report) for line, report in details]
    sections = group(repair_section(index), causes_section(index), hosts_section(index), _details_section(articles))
    return page("Remote Desktop health", header=fleet_header(index), main=sections, document=index)


def host_page(line: JsonMap, report: JsonMap | None) -> str:
    """Return the page of one host.

    :param line: the host's line of the fleet index.
    """
    back = el("nav", link("../index.html", "← All hosts"), aria_label="Report")
    head, body = _drawn(line, report, level=1)
    return page(f"{line['name']}: Remote Desktop health", header=group(back, head), main=body, document=report or _NO_VERSIONS)


_NO_VERSIONS: JsonMap = {"collection_version": "unknown", "catalogue": {"version": "unknown", "digest": ""}, "run": {"id": "unknown"}}


def _details_section(articles: list[Markup]) -> Markup:
    if not articles:
        return group()
    return el("section", heading(2, "Hosts in detail", id="details"), articles, aria_labelledby="details")


def _article(line: JsonMap, report: JsonMap | None) -> Markup:
    name = f"host-{line['slug']}"
    head, body = _drawn(line, report, level=3)
    up = el("p", link("#hosts", "↑ All hosts"), class_="up")
    return el("article", head, body, up, id=name, class_="host", aria_labelledby=f"{name}-name")


def _drawn(line: JsonMap, report: JsonMap | None, *, level: int) -> tuple[Markup, Markup]:
    """Return head and body of a host; one whose report has another shape than published is named with the reason, and the others go on."""
    try:
        if report is not None:
            return host_head(line, report, level=level), host_body(line, report, level=level + 1)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        return host_head(line, None, level=level), unread_body(f"The report of this host cannot be drawn: {type(error).__name__}: {error}.")
    return host_head(line, None, level=level), unread_body("There is nothing to draw: no readable report of this host belongs to this run.")
