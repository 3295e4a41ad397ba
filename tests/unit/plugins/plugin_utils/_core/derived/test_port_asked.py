# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The port that was asked against the listener's own."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.port_asked import port_asked

from tests.support.host_states import host


@pytest.mark.parametrize(("asked", "same"), [(3389, True), (3390, False)])
def test_two_ports_are_compared(asked: int, same: bool) -> None:
    listener = host().document["listener"]
    assert port_asked({"target": {"port": asked}}, listener) == {"asked": asked, "listener": 3389, "same": same}


def test_a_port_that_nobody_could_read() -> None:
    closed = host(set={"listener.values.PortNumber.local.kind": "denied", "listener.values.PortNumber.local.value": None}).document["listener"]
    with pytest.raises(LookupError, match="could not be read"):
        port_asked({"target": {"port": 3389}}, closed)
