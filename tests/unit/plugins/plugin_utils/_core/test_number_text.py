# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Numbers for people: codes in hexadecimal, ports, builds and counts in decimal."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.number_text import number_text


@pytest.mark.parametrize(
    ("number", "path", "text"),
    [
        (0x80070005, "derived.events.codes_rcm_1057", "0x80070005"), (0x8009030D, "", "0x8009030D"), (0xFFFFFFFF, "", "0xFFFFFFFF"),
        (0x7FFFFFFF, "", "2147483647"), (0x100000000, "", "4294967296"), (-1, "derived.client_error.code", "-1"),
        (516, "derived.client_error.code", "0x204"), (0, "derived.client_error.extended", "0x0"), (516, "derived.client_attempt.code", "0x204"),
        (7, "client.error_code.extended", "0x7"),
        (3389, "derived.effective.PortNumber.value", "3389"), (26100, "os.build", "26100"), (3, "derived.events.rcm_1057", "3"),
        (26100, "client.os.build", "26100"),
    ],
)  # fmt: skip
def test_codes_are_hexadecimal_and_counts_are_not(number: int, path: str, text: str) -> None:
    assert number_text(number, path) == text
