# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The style sheet: readable in light and dark, on paper, on a phone, and asking the network for nothing."""

from __future__ import annotations

import re

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_page import style_sheet
from ansible_collections.rdpops.health.plugins.plugin_utils._report.looked_up import ENDINGS

LEAST_CONTRAST = 4.5  # WCAG 2.2 AA for text of normal size
TONES = ("ok", "bad", "warn", "unknown")
PAIRS = [
    *((text, ground) for text in ("ink", "soft", "accent") for ground in ("page", "card", "sunk")),
    *((tone, ground) for tone in TONES for ground in ("page", "card", f"{tone}-tint")),
    ("card", "ink"),  # the tag of a certain cause
]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))


def palettes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", style_sheet(), re.DOTALL)
    return {"light": colours(light), "dark": {**colours(light), **colours(dark)}}


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    palette = palettes()[scheme]
    assert contrast(palette[text], palette[ground]) >= LEAST_CONTRAST


def test_both_schemes_have_every_colour() -> None:
    light, dark = (colours(block) for block in re.findall(r":root \{(.*?)\}", style_sheet(), re.DOTALL))
    assert light.keys() == dark.keys()


def test_no_colour_is_used_outside_the_palette() -> None:
    rules = re.sub(r":root \{.*?\}", "", style_sheet(), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])|rgba?\(|hsla?\(", rules) == []
    assert set(re.findall(r"var\(--([\w-]+)\)", rules)) <= palettes()["light"].keys() | {"sans", "mono"}


def test_nothing_is_fetched_and_the_sheet_cannot_end_its_element() -> None:
    assert not re.search(r"url\(|@import|@font-face|<", style_sheet())


def test_the_track_has_a_column_for_every_stop() -> None:
    # One column too few puts the last stop on a line of its own, and the line that leads to it off the page
    (columns,) = re.findall(r"^\.track \{.*?repeat\((\d+),", style_sheet(), re.MULTILINE)
    assert int(columns) == len(ENDINGS)


@pytest.mark.parametrize("part", ["@media print", "prefers-color-scheme: dark", "max-width", ":focus-visible", ".skip:focus"])
def test_every_reader_is_thought_of(part: str) -> None:
    assert part in style_sheet()


def test_the_name_of_the_side_that_looks_is_not_broken() -> None:
    # Beside a long name of a host in a narrow column "controller" gave way first, and broke before its last letter
    (side,) = re.findall(r"^\.sides span:first-child \{(.*?)\}", style_sheet(), re.MULTILINE)
    assert "flex: none" in side
    assert "max-width: 50%" in side
