# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does a certificate stand for a name?"""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._x509 import matches


@pytest.mark.parametrize(
    ("name", "alternatives", "common", "expected"),
    [
        ("rds.example.com", ["rds.example.com"], None, True),
        ("RDS.example.com.", ["rds.EXAMPLE.com"], None, True),
        ("rds.example.com", ["other.example.com"], "rds.example.com", False),  # the common name does not count beside others
        ("rds", [], "rds", True),
        ("rds", [], None, False),
        ("a.example.com", ["*.example.com"], None, True),
        ("a.b.example.com", ["*.example.com"], None, False),
        ("example.com", ["*.example.com"], None, False),
        ("example.com", ["*.com"], None, False),
        (".example.com", ["*.example.com"], None, False),
        ("192.0.2.5", ["192.0.2.5"], None, True),
        ("2001:db8:0::5", ["2001:db8::5"], None, True),
        ("192.0.2.5", ["*.0.2.5"], None, False),
        ("192.0.2.5", ["rds"], None, False),
        ("rds", ["rds", "192.0.2.5"], None, True),
    ],
)
def test_names(name: str, alternatives: list[str], common: str | None, expected: bool) -> None:
    assert matches(name, alternatives, common) is expected
