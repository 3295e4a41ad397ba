# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The outside view: a probe of the RDP handshake up to TLS. Standard library only, Python 3.8 and newer.

Bytes become events in ``_tpkt``, ``_x224``, ``_tls_records`` and ``_connection`` (no socket, no clock); ``_verdict`` says what
the records of one endpoint mean; ``driver`` owns sockets, TLS and time. Nothing in here knows Ansible.
"""

from __future__ import annotations

from ._errors import LocalProtocolError, ProbeInputError, RdpError, RemoteProtocolError
from ._input import DEFAULT_PORT, Endpoint, Timeouts, endpoint, parse_endpoint
from ._result import SCHEMA
from ._verdict import DEFAULT_REQUESTS, SYMPTOMS
from .driver import DEFAULT_TIMEOUTS, probe_endpoint, probe_many

__all__ = [
    "DEFAULT_PORT",
    "DEFAULT_REQUESTS",
    "DEFAULT_TIMEOUTS",
    "SCHEMA",
    "SYMPTOMS",
    "Endpoint",
    "LocalProtocolError",
    "ProbeInputError",
    "RdpError",
    "RemoteProtocolError",
    "Timeouts",
    "endpoint",
    "parse_endpoint",
    "probe_endpoint",
    "probe_many",
]
