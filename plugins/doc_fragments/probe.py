# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far and how long a probe may go: the options of rdp_probe that say so."""

from __future__ import annotations


class ModuleDocFragment:
    """The documentation; the options themselves stand in plugins/modules/rdp_probe.py."""

    DOCUMENTATION = r"""
options:
  connect_timeout:
    description:
      - Time limit in seconds for name resolution and, again, for the TCP connection.
    type: float
    default: 5
  negotiate_timeout:
    description:
      - Time limit in seconds for the RDP negotiation.
    type: float
    default: 5
  tls_timeout:
    description:
      - Time limit in seconds for the TLS handshake.
    type: float
    default: 10
  credssp_timeout:
    description:
      - Time limit in seconds for the answer of CredSSP.
    type: float
    default: 10
  depth:
    description:
      - How much is asked of each endpoint.
      - V(quick) makes one connection and says how far the handshake goes.
      - V(standard) makes three, or four when the first was cut, and says also what is required and what only offered.
      - V(full) makes up to five, and four more that say which versions of TLS the server takes, whatever the TLS library here can do.
    type: str
    choices: [quick, standard, full]
    default: standard
  tries:
    description:
      - How often the first connection is made, for the figures in RV(probes[].latency). From 1 to 20; each is one more connection.
      - When the first one is refused, or meets something that is not RDP, it stays the only one.
      - When they do not all get equally far, the symptom is V(unsteady), and C(connections) holds one that shows it.
    type: int
    default: 1
  also_ask:
    description:
      - Requests that are never made unless they are named here, one more connection each, after all the others.
      - V(rdsaad) offers log-on with Microsoft Entra ID alone (protocol bit 0x10), V(redirected_authentication) asks for Remote Credential Guard
        (flag 0x02 of the request).
      - Some servers end the connection when they see one of them; xrdp 0.9 does.
    type: list
    elements: str
    choices: [rdsaad, redirected_authentication]
    default: []
  vantage:
    description:
      - A name for the place from which this probe looks. It is repeated in the result, so that results from several places can be told apart.
    type: str
    default: controller
"""
