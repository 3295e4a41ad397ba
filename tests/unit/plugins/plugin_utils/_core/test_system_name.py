# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The system by its name: Windows 11 tells its build alone."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.system_name import system_name


@pytest.mark.parametrize(
    ("product", "build", "name"),
    [
        ("Windows 10 Enterprise", 26100, "Windows 11 Enterprise"), ("Windows 10 Pro", 22000, "Windows 11 Pro"), ("Windows 10", 22631, "Windows 11"),
        ("Windows 10 Pro", 21999, "Windows 10 Pro"), ("Windows 10 Pro", 19045, "Windows 10 Pro"), ("Windows 10 Pro", None, "Windows 10 Pro"),
        ("Windows Server 2025 Standard", 26100, "Windows Server 2025 Standard"), ("Windows 100", 26100, "Windows 100"), ("", 26100, ""),
        (None, 26100, None), (7, 26100, None),
    ],
)  # fmt: skip
def test_names(product: object, build: int | None, name: str | None) -> None:
    assert system_name({"product_name": product, "build": build}) == name


def test_what_was_not_told_has_no_name() -> None:
    assert system_name({}) is None
