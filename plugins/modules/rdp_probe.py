#!/usr/bin/python
# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rdp_probe
short_description: Says what happens in the RDP handshake of one or more endpoints
version_added: 0.1.0
description:
  - Connects to Remote Desktop endpoints from the machine on which the module runs and records every step of the handshake, with its outcome and
    how long it took - name resolution, TCP, RDP negotiation and TLS with the certificate of the server.
  - Says for each security protocol whether it is required, offered, refused or unknown, and whether Network Level Authentication is in force.
  - Never logs on and needs no credentials. Sends no user name.
  - Makes at most three connections to an endpoint, one after another with a pause between them, because RDP servers have short queues and guards
    against floods. Each connection leaves a trace in the log of a Windows host, as every aborted connection does.
  - What the network or the server does is a result, never a failed task, unless O(fail_on_unreachable) asks for that.
options:
  endpoints:
    description:
      - The endpoints to probe. Several are probed at the same time; one that is named twice is probed once.
      - Mutually exclusive with O(host).
    type: list
    elements: dict
    suboptions:
      host:
        description:
          - Name or address of the endpoint.
        type: str
        required: true
      port:
        description:
          - TCP port of the endpoint.
        type: int
        default: 3389
  host:
    description:
      - Name or address of the only endpoint to probe.
    type: str
  port:
    description:
      - TCP port that goes with O(host).
    type: int
    default: 3389
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
  vantage:
    description:
      - A name for the place from which this probe looks. It is repeated in the result, so that results from several places can be told apart.
    type: str
    default: controller
  fail_on_unreachable:
    description:
      - Whether the task fails when at least one endpoint could not be reached over TCP, that is when RV(probes[].ended_at) is V(resolve) or V(connect).
      - The results are returned in that case too.
    type: bool
    default: false
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: posix
requirements:
  - Python 3.8 or newer with its ssl module where the module runs
notes:
  - Delegate the task to look from another place, for example from a jump host.
  - TLS is not verified, on purpose. The certificate is returned as it was sent; judging it is not the task of this module.
  - Has run against xrdp and against recorded answers of Windows hosts, not against a live Windows host.
seealso:
  - module: rdpops.health.win_rdp_info
author:
  - rdpops.health contributors (@rdpops)
"""

EXAMPLES = r"""
- name: Probe the host of the inventory from the controller
  rdpops.health.rdp_probe:
    host: "{{ ansible_host | default(inventory_hostname) }}"
  delegate_to: localhost
  register: seen

- name: Say in one sentence what happened
  ansible.builtin.debug:
    msg: "{{ seen.probe.sentence }}"

- name: Probe two endpoints from a jump host
  rdpops.health.rdp_probe:
    endpoints:
      - host: 192.0.2.10
      - host: rds02.example.com
        port: 3390
    connect_timeout: 3
    vantage: jump host
  delegate_to: jump01
  register: from_inside

- name: Stop when the port is closed or filtered
  rdpops.health.rdp_probe:
    host: rds01.example.com
    fail_on_unreachable: true
  delegate_to: localhost
"""

RETURN = r"""
probe:
  description: The result for the endpoint. Present when exactly one endpoint was asked for.
  returned: when there is one endpoint
  type: dict
  sample: {"symptom": "connect_refused", "sentence": "192.0.2.10:3389 refused the TCP connection - nothing listens there."}
probes:
  description: One result for each endpoint, in the order in which they were given.
  returned: always
  type: list
  elements: dict
  contains:
    schema:
      description: Name and version of the form of this document.
      returned: always
      type: str
      sample: rdpops.health/probe/1
    target:
      description:
        - Whom the probe asked.
        - C(host) and C(port) as given, C(addresses) that the name resolved to, C(address) that was connected to or tried last.
      returned: always
      type: dict
      sample: {"host": "rds01.example.com", "port": 3389, "address": "192.0.2.10", "addresses": ["192.0.2.10"]}
    vantage:
      description: The place from which the probe looked, as given in O(vantage).
      returned: always
      type: str
      sample: controller
    probed_at:
      description: When the probe began, UTC.
      returned: always
      type: str
      sample: "2026-11-20T08:15:30Z"
    connections:
      description: One entry for each connection, in order.
      returned: always
      type: list
      elements: dict
      contains:
        requested:
          description: The protocols that were offered, as bits - 1 TLS, 2 CredSSP, 8 CredSSP with early user authorization; 0 is RDP's own security.
          returned: always
          type: int
          sample: 11
        steps:
          description:
            - The steps of this connection, the last one being the one in which it ended.
            - C(step) is V(resolve), V(connect), V(negotiate) or V(tls).
            - C(outcome) is V(ok), V(not_found), V(timeout), V(refused), V(reset), V(closed), V(unreachable), V(failure), V(not_rdp), V(alert),
              V(silent), V(clear_text), V(not_tls), V(local_tls_too_strict) or V(error).
            - C(ms) is how long it took, C(detail) a few plain words.
          returned: always
          type: list
          elements: dict
          sample: [{"step": "negotiate", "outcome": "failure", "ms": 1.9, "detail": "SSL_CERT_NOT_ON_SERVER"}]
        answer:
          description:
            - What the server answered, or null when it did not.
            - C(kind) is V(response), V(failure), V(legacy), V(disconnect) or V(other).
          returned: always
          type: dict
          sample:
            kind: response
            selected: 8
            selected_name: HYBRID_EX
            flags: 31
            flag_names:
              - EXTENDED_CLIENT_DATA_SUPPORTED
              - DYNVC_GFX_PROTOCOL_SUPPORTED
              - NEGRSP_FLAG_RESERVED
              - RESTRICTED_ADMIN_MODE_SUPPORTED
              - REDIRECTED_AUTHENTICATION_MODE_SUPPORTED
            code:
            code_name:
    protocols:
      description: How each security protocol stands - V(required), V(offered), V(refused) or V(unknown).
      returned: always
      type: dict
      sample: {"rdp": "refused", "ssl": "refused", "hybrid": "required", "hybrid_ex": "offered"}
    nla:
      description: Whether Network Level Authentication is V(required), V(optional), V(absent) or V(unknown).
      returned: always
      type: str
      sample: required
    tls:
      description: The TLS handshake. The certificate is DER in base64 with its SHA-1 and SHA-256 thumbprints.
      returned: always
      type: dict
      contains:
        outcome:
          description: As in C(steps), or V(not_reached).
          returned: always
          type: str
          sample: ok
        version:
          description: The version that both sides agreed on, or null.
          returned: always
          type: str
          sample: TLSv1.3
        cipher:
          description: The cipher suite that both sides agreed on, or null.
          returned: always
          type: str
          sample: TLS_AES_256_GCM_SHA384
        alert:
          description: The number of the alert that ended the handshake, or null.
          returned: always
          type: int
          sample: 40
        certificate:
          description: The certificate of the server, or null.
          returned: always
          type: dict
          sample:
            der: MIIC...
            sha1: 0123456789ABCDEF0123456789ABCDEF01234567
            sha256: 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
    ended_at:
      description:
        - The step in which the handshake ended - V(resolve), V(connect), V(negotiate), V(tls) or V(complete).
        - V(complete) means that TLS was reached and that every request got an answer.
      returned: always
      type: str
      sample: complete
    symptom:
      description: One word for what happened, for example V(connect_timeout), V(failure_3), V(tls_reset) or V(reached_tls).
      returned: always
      type: str
      sample: reached_tls
    sentence:
      description: The same for people.
      returned: always
      type: str
      sample: "rds01.example.com:3389 completed the RDP negotiation and the TLS handshake. Network Level Authentication is required."
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._rdp import ProbeInputError, Timeouts, probe_many

_UNREACHED = ("resolve", "connect")


def argument_spec() -> dict[str, Any]:  # Any: the argument specification is Ansible's own form
    """Return the options of the module."""
    return {
        "endpoints": {
            "type": "list",
            "elements": "dict",
            "options": {"host": {"type": "str", "required": True}, "port": {"type": "int", "default": 3389}},
        },
        "host": {"type": "str"},
        "port": {"type": "int", "default": 3389},
        "connect_timeout": {"type": "float", "default": 5},
        "negotiate_timeout": {"type": "float", "default": 5},
        "tls_timeout": {"type": "float", "default": 10},
        "vantage": {"type": "str", "default": "controller"},
        "fail_on_unreachable": {"type": "bool", "default": False},
    }


def run_probes(params: dict[str, Any]) -> dict[str, Any]:  # Any: options in, JSON documents out
    """Return what the module returns.

    :raises ProbeInputError: for options that make no sense.
    """
    timeouts = Timeouts(params["connect_timeout"], params["negotiate_timeout"], params["tls_timeout"])
    endpoints = params["endpoints"] if params["endpoints"] is not None else [{"host": params["host"], "port": params["port"]}]
    probes = probe_many(endpoints, timeouts=timeouts, vantage=params["vantage"])
    result: dict[str, Any] = {"changed": False, "probes": probes}
    if len(probes) == 1:
        result["probe"] = probes[0]
    return result


def unreached(probes: list[dict[str, Any]]) -> str:
    """Return one sentence about the endpoints that could not be reached over TCP, or nothing."""
    found = [probe for probe in probes if probe["ended_at"] in _UNREACHED]
    if not found:
        return ""
    more = f" {len(found) - 1} more could not be reached either." if len(found) > 1 else ""
    return found[0]["sentence"] + more


def main() -> None:
    """Probe and answer."""
    module = AnsibleModule(
        argument_spec=argument_spec(),
        mutually_exclusive=[("endpoints", "host")],
        required_one_of=[("endpoints", "host")],
        supports_check_mode=True,
    )
    try:
        result = run_probes(module.params)
    except ProbeInputError as error:
        module.fail_json(msg=str(error))
    message = unreached(result["probes"])
    if message and module.params["fail_on_unreachable"]:
        module.fail_json(msg=message, **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
