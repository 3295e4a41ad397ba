# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The two faults that the protocol core can raise: ours or the peer's.

What a peer merely *says* (a refusal, another protocol, a close) is an event, never an exception.
"""

from __future__ import annotations


class RdpError(Exception):
    """Base of everything that this package raises on purpose."""


class LocalProtocolError(RdpError):
    """The caller misused the core: a wrong order of calls, or something that must never be sent."""


class RemoteProtocolError(RdpError):
    """The peer did something that the state table has no row for."""


class ProbeInputError(LocalProtocolError, ValueError):
    """The caller asked for a probe that cannot be made: a bad host, port or time limit."""
