# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shell of every page: head, style sheet, skip link, footer. A page is one file and asks the network for nothing."""

from __future__ import annotations

import pkgutil
from functools import cache

from .._core.model import JsonMap
from .html_parts import facts_list, heading
from .markup import Child, Markup, el, group
from .words import RAN_WHERE

# Should an escape ever be missing, the browser still runs and fetches nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@cache
def style_sheet() -> str:
    """Return the style sheet that lies beside this file.

    :raises FileNotFoundError: the installation is incomplete.
    """
    content = pkgutil.get_data(__package__, "style.css")
    if content is None:
        raise FileNotFoundError("style.css is missing beside html_page.py: install the collection again")
    return content.decode("utf-8")


def page(title: str, *, header: Child, main: Child, document: JsonMap) -> str:
    """Return a whole page.

    :param document: the report whose versions the footer names.
    """
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="robots", content="noindex, nofollow"),
        el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        el("title", title),
        el("style", _trusted_css()),
    )
    body = el(
        "body",
        el("a", "Skip to the content", href="#content", class_="skip"),
        el("header", header, class_="top"),
        el("main", main, id="content", tabindex=-1),
        _footer(document),
    )
    return f"<!DOCTYPE html>\n{el('html', head, body, lang='en')}\n"


def _trusted_css() -> Markup:
    # The one text that is not escaped: our own file, in which "<" does not occur (a test holds that).
    return Markup(style_sheet())


def _footer(document: JsonMap) -> Markup:
    return el(
        "footer",
        heading(2, "What this report is worth"),
        el("p", el("strong", RAN_WHERE), " ", _WORTH),
        el("p", _CERTAINTY),
        facts_list(
            [
                ("Collection", f"rdpops.health {document['collection_version']}"),
                ("Catalogue", group(f"version {document['catalogue']['version']}, ", el("code", document["catalogue"]["digest"][:16]))),
                ("Run", el("code", document["run"]["id"])),
            ]
        ),
    )


_WORTH = (
    "What was read from a host and what its endpoint answered is shown as it came. What it means, and what a repair would do, is worked "
    "out from documentation and from tests without Windows: read the plan before you carry it out, and try it on one host first."
)
_CERTAINTY = (
    "'Certain' means two independent observations for a cause, at least one of them strong, and none against it. What could not be looked at is reported as "
    "unknown and never counts as healthy. Predicted outcomes are predictions."
)
