# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make characters that would act visible instead: controls, terminal escapes, and marks that turn the direction of text."""

from __future__ import annotations

SHOWN_LIMIT = 4000  # characters; a report's own limit is half of it, so this only meets documents that this room did not write

# Letters of right-to-left scripts stay; only what reorders or hides its neighbours is shown by number.
_DIRECTION_AND_HIDDEN = (0x061C, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
_TABLE: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"},  # control pictures: ␀, ␛
    0x7F: "\u2421",
    **{code: f"⟨U+{code:04X}⟩" for code in (*range(0x80, 0xA0), *_DIRECTION_AND_HIDDEN)},
    **{code: "\ufffd" for code in range(0xD800, 0xE000)},
}


def visible(value: object) -> str:
    """Return ``value`` as bounded text in which no character does anything but be seen."""
    text = value if isinstance(value, str) else str(value)
    if len(text) > SHOWN_LIMIT:
        text = f"{text[:SHOWN_LIMIT]} … (cut, {len(text):,} characters)"
    return text if text.isascii() and text.isprintable() else text.translate(_TABLE)
