# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that the lab's tests share, and the reason by which they are skipped where no lab host can be had.

With ``RDPOPS_LAB=required`` a lab that cannot be had is a failure: so it is where everything it needs should be there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.lab.host import LabHost, lab_host, missing_part


@pytest.fixture(scope="session")
def lab() -> None:
    """Skip by name, or fail, unless lab hosts can be had here."""
    reason = missing_part()
    if reason and os.environ.get("RDPOPS_LAB") == "required":
        pytest.fail(f"the lab is required here: {reason}")
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def host(lab: None) -> Iterator[LabHost]:
    """One host, reached over HTTPS, for tests that change nothing on it."""
    with lab_host("one", "oracle", https=True) as found:
        yield found
