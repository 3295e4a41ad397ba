# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Distinguished names are split where they separate, and nowhere else."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.distinguished import parts_of, replaced
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("CN=ts01.example.com", [("CN", "ts01.example.com")]),
        ("CN=Doe\\, John,OU=Sales", [("CN", "Doe, John"), ("OU", "Sales")]),
        ('CN="Doe, John", OU="a+b"', [("CN", "Doe, John"), ("OU", "a+b")]),
        ("CN=a+UID=7;O=b", [("CN", "a"), ("UID", "7"), ("O", "b")]),
        ("CN=M\\C3\\BCller\\+Sohn", [("CN", "M\u00fcller+Sohn")]),
        ("2.5.4.97=#0c03616263", [("2.5.4.97", "#0c03616263")]),
        ("no name", [("", "no name")]),
        ("CN=a\\", [("CN", "a\\")]),
        ("", [("", "")]),
    ],
)
def test_parts(name: str, parts: list[tuple[str, str]]) -> None:
    assert [(part.type, part.value) for part in parts_of(name)] == parts


def test_values_and_unknown_types_are_replaced() -> None:
    assert replaced("CN=Doe\\, John, anna=x", lambda text: f"<{len(text)}>") == "CN=\\<9\\>, <4>=\\<1\\>"


@given(st.text(max_size=60))
def test_any_text_can_be_taken_apart(text: str) -> None:
    replaced(text, str)
    assert parts_of(text)
