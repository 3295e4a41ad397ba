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
        # a name as people write it, and as certificates have to carry it
        ("bücher.example", ["xn--bcher-kva.example"], None, True),
        ("xn--bcher-kva.example", ["bücher.example"], None, True),
        ("BÜCHER.example.", ["xn--BCHER-kva.EXAMPLE"], None, True),
        ("bücher\u3002example", ["xn--bcher-kva.example"], None, True),
        ("a.bücher.example", ["*.xn--bcher-kva.example"], None, True),
        ("bucher.example", ["xn--bcher-kva.example"], None, False),
        ("rds_01", ["RDS_01"], None, True),
        ("x" * 70, ["X" * 70], None, True),  # too long for IDNA, and still the same
        # a zone is no part of an address that others could know
        ("fe80::5%eth0", ["fe80::5"], None, True),
        ("fe80::5%3", ["fe80::6"], None, False),
    ],
)
def test_names(name: str, alternatives: list[str], common: str | None, expected: bool) -> None:
    assert matches(name, alternatives, common) is expected
