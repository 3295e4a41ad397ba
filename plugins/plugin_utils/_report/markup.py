# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Build HTML from elements in which text is always escaped.

Why not Jinja2: a template can switch escaping off and mixes two languages; here there is no way to write raw text. ``str`` is escaped
wherever it is put in; only what :func:`el` built passes, and any string operation on that gives back a plain ``str``, so a slip shows
as visible tags, never as markup of a stranger.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from .visible import visible


class Markup(str):
    """HTML that :func:`el` built."""

    __slots__ = ()


Child: TypeAlias = "Markup | str | int | float | Iterable[Child] | None"
Attribute = str | int | bool | None

_VOID = frozenset({"meta", "wbr"})
_LINK_STARTS = ("#", "hosts/", "../", "https://", "http://")


def el(tag: str, *children: Child, **attributes: Attribute) -> Markup:
    """Return one element.

    :param tag: a name from our own code.
    :param children: text is escaped; elements and iterables of them are put in; None is nothing.
    :param attributes: ``class_`` stands for ``class``, ``aria_label`` for ``aria-label``; None and False leave an attribute out.
    """
    opening = f"<{tag}{''.join(_attribute(name, value) for name, value in attributes.items())}>"
    return Markup(opening if tag in _VOID else f"{opening}{_inner(children)}</{tag}>")


def group(*children: Child) -> Markup:
    """Return children side by side without an element around them."""
    return Markup(_inner(children))


def link(address: str, *children: Child, **attributes: Attribute) -> Markup:
    """Return a link; an address of another scheme than http and https (``javascript:``) is not linked, only its text is shown."""
    if not address.startswith(_LINK_STARTS):
        return el("span", *children, **attributes)
    return el("a", *children, href=address, **attributes)


def _inner(children: Iterable[Child]) -> str:
    parts: list[str] = []
    for child in children:
        if isinstance(child, Markup):
            parts.append(child)
        elif isinstance(child, str):
            parts.append(escape(visible(child)))
        elif isinstance(child, (int, float)):
            parts.append(str(child))
        elif child is not None:
            parts.append(_inner(child))
    return "".join(parts)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    shown = name.rstrip("_").replace("_", "-")
    return f" {shown}" if value is True else f' {shown}="{escape(visible(value), quote=True)}"'
