# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The outside view: a probe of the RDP handshake up to the challenge of CredSSP. Standard library only, Python 3.8 and newer.

Bytes become events in ``_tpkt``, ``_x224``, ``_tls_records``, ``_client_hello``, ``_credssp``, ``_ntlm`` and ``_connection`` (no socket,
no clock); ``_verdict`` and ``_sentences`` say what the records of one endpoint mean; ``_transport`` owns sockets and TLS, ``_conversation`` leads one
connection, ``driver`` decides which are made. Nothing in here knows Ansible, and nothing logs on.
"""

from __future__ import annotations

from ._document import SCHEMA
from ._errors import LocalProtocolError, ProbeInputError, RdpError, RemoteProtocolError
from ._input import DEFAULT_PORT, MAX_TRIES, Depth, Endpoint, Scope, Special, Timeouts, endpoint, parse_endpoint
from ._sentences import REACHED, SYMPTOMS
from ._verdict import DEFAULT_REQUESTS
from .driver import DEFAULT_TIMEOUTS, probe_endpoint, probe_many

__all__ = [
    "DEFAULT_PORT",
    "DEFAULT_REQUESTS",
    "DEFAULT_TIMEOUTS",
    "MAX_TRIES",
    "REACHED",
    "SCHEMA",
    "SYMPTOMS",
    "Depth",
    "Endpoint",
    "LocalProtocolError",
    "ProbeInputError",
    "RdpError",
    "RemoteProtocolError",
    "Scope",
    "Special",
    "Timeouts",
    "endpoint",
    "parse_endpoint",
    "probe_endpoint",
    "probe_many",
]
