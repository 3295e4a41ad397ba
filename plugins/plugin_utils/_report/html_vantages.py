# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What several vantage points saw, side by side: one row each, the step where each of them ended."""

from __future__ import annotations

from .._core.model import JsonMap
from .html_parts import SIGNS, heading, row, table, took
from .markup import Child, Markup, el, group
from .words import STEP, STEP_OUTCOME, count

_STEPS = ("resolve", "connect", "negotiate", "tls", "credssp")
_SHOWN_DIGITS = 8  # of a thumbprint: enough to see that two differ


def vantages_part(handshake: JsonMap, level: int) -> Markup:
    """Return the comparison, or nothing where only one vantage point looked."""
    vantages = handshake["vantages"]
    if not vantages:
        return group()
    prints = {one["certificate"] for one in vantages} - {None}
    rows = [_row(one, shows_print=len(prints) > 1) for one in vantages]
    heads = ("Vantage point", *(STEP[name] for name in _STEPS), *(("Certificate",) if len(prints) > 1 else ()))
    return group(
        heading(level, f"From {count(len(vantages), 'vantage point')}"),
        table("How far each vantage point came", heads, rows, class_="vantages", hide_caption=True),
    )


def _row(one: JsonMap, *, shows_print: bool) -> Markup:
    steps = {step["step"]: step for step in one["steps"]}
    cells: list[Child] = [_cell(name, steps.get(name), one["ended_at"]) for name in _STEPS]
    if shows_print:
        cells.append(el("code", one["certificate"][:_SHOWN_DIGITS], "…") if one["certificate"] else "none")
    where = one["endpoint"] + (f" ({one['address']})" if one["address"] and one["address"] != one["endpoint"] else "")
    labels = [*(STEP[name] for name in _STEPS), "Certificate"]
    return row(group(one["vantage"], el("small", where), el("small", one["sentence"])), *cells, labels=labels[: len(cells)])


def _cell(name: str, step: JsonMap | None, ended_at: str) -> Markup:
    if step is None:
        return el("span", "not used" if ended_at == "complete" else "not reached", class_="none")
    good = step["outcome"] == "ok"
    tone = "ok" if good else "bad"
    return group(el("span", el("span", SIGNS[tone], aria_hidden="true"), " ", STEP_OUTCOME[step["outcome"]], class_=tone), el("small", took(step["ms"])))
