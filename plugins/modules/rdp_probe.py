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
    how long it took - name resolution, TCP, RDP negotiation, TLS with the certificate of the server, and the first answer of CredSSP with the names,
    the Windows build and the clock of the host.
  - Says for each security protocol whether it is required, offered, refused or unknown, and whether Network Level Authentication is in force.
  - Never logs on and needs no credentials. Sends no user name, and nothing that answers a challenge.
  - Makes three connections to an endpoint, and never more than four, one after another with a pause between them, because RDP servers have short
    queues and guards against floods. Each connection leaves a trace in the log of a Windows host, as every aborted connection does. O(depth), O(tries)
    and O(also_ask) change the number.
  - What happened once may be chance. A first connection that was cut is looked into with the fourth, and where that is a matter of TLS with the third as
    well; the weaker requests that are not made then leave their protocols V(unknown). A server is said to be unable to bear TLS 1.3 only when it ended
    the handshake twice with TLS 1.3 and completed it without; RV(probes[].rests_on) says on how many observations each word rests.
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
          - Name or address of the endpoint, without a port. An IPv6 address may stand in brackets.
        type: str
        required: true
      port:
        description:
          - TCP port of the endpoint.
        type: int
        default: 3389
  host:
    description:
      - Name or address of the only endpoint to probe, without a port. An IPv6 address may stand in brackets.
    type: str
  port:
    description:
      - TCP port that goes with O(host).
    type: int
    default: 3389
  decode:
    description:
      - Whether RV(certificates) says in words what the certificate of each endpoint contains.
      - Needs the Python package cryptography where the module runs; without it the entries are null and there is a warning.
    type: bool
    default: false
  name:
    description:
      - The name that the certificates are held against when O(decode=true). By default the host that was asked for.
    type: str
  fail_on_unreachable:
    description:
      - Whether the task fails when at least one endpoint could not be reached over TCP, that is when RV(probes[].ended_at) is V(resolve) or V(connect).
      - The results are returned in that case too.
    type: bool
    default: false
extends_documentation_fragment:
  - rdpops.health.probe
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
  - cryptography, only for O(decode=true)
notes:
  - Delegate the task to look from another place, for example from a jump host. Results from several places have the same form.
  - Handshakes that are not carried to a log-on can wear out a server. A gnome-remote-desktop 43 stopped answering for good after five or six of
    them; leave such a host out, or use O(depth=quick). xrdp, FreeRDP, weston and Windows have no such fault that is known.
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

- name: Test every version of TLS, measure ten times and read the certificate
  rdpops.health.rdp_probe:
    host: rds01.example.com
    depth: full
    tries: 10
    decode: true
    name: rds.example.com
  delegate_to: localhost
  register: thorough

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
    schema: {description: "Name and version of the form of this document.", returned: always, type: str, sample: rdpops.health/probe/1}
    target:
      description:
        - Whom the probe asked.
        - C(host) and C(port) as given, C(addresses) that the name resolved to, C(address) that was connected to or tried last.
        - At most four addresses are listed and tried; C(addresses_truncated) says whether the name has more.
      returned: always
      type: dict
      sample: {"host": "rds01.example.com", "port": 3389, "address": "192.0.2.10", "addresses": ["192.0.2.10"], "addresses_truncated": false}
    vantage: {description: "The place from which the probe looked, as given in O(vantage).", returned: always, type: str, sample: controller}
    probed_at: {description: "When the probe began, UTC.", returned: always, type: str, sample: "2026-11-20T08:15:30Z"}
    connections:
      description:
        - One entry for each connection that the words of this result rest on, in order.
        - The repetitions that O(tries) asks for are only counted, in RV(probes[].latency), and those of O(depth=full) are told in RV(probes[].tls.versions).
      returned: always
      type: list
      elements: dict
      contains:
        requested:
          description: The protocols that were offered, as bits - 1 TLS, 2 CredSSP, 8 CredSSP with early user authorization; 0 is RDP's own security.
          returned: always
          type: int
          sample: 11
        offer:
          description:
            - With what first message this connection went into TLS, or would have.
            - V(usual) is all that the TLS library has, V(up_to_tls12) the same without TLS 1.3, V(own_hello) a message that the probe wrote itself
              with versions and suites that no library offers any more; it is not carried to its end.
          returned: always
          type: str
          sample: usual
        steps:
          description:
            - The steps of this connection, the last one being the one in which it ended.
            - C(step) is V(resolve), V(connect), V(negotiate), V(tls) or V(credssp).
            - C(outcome) is V(ok), V(not_found), V(timeout), V(refused), V(reset), V(closed), V(unreachable), V(failure), V(not_rdp), V(alert),
              V(silent), V(clear_text), V(not_tls), V(not_credssp), V(spnego_only), V(local_tls_too_strict) or V(error).
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
          sample: {"kind": "failure", "code": 5, "code_name": "HYBRID_REQUIRED_BY_SERVER", "flag_names": []}
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
        outcome: {description: "As in C(steps), or V(not_reached).", returned: always, type: str, sample: ok}
        version: {description: "The version that both sides agreed on, or null.", returned: always, type: str, sample: TLSv1.3}
        cipher: {description: "The cipher suite that both sides agreed on, or null.", returned: always, type: str, sample: TLS_AES_256_GCM_SHA384}
        alert: {description: "The number of the alert that ended the handshake, or null.", returned: always, type: int, sample: 40}
        certificate:
          description: The certificate of the server, or null.
          returned: always
          type: dict
          sample: {"der": "MIIC...", "sha1": "0123456789ABCDEF0123456789ABCDEF01234567", "sha256": "0123456789ABCDEF..."}
        chain:
          description: All certificates that were sent, the server's own first; null where Python does not show them (before 3.10).
          returned: always
          type: list
          elements: dict
        lowest: {description: "The oldest version that is taken; null without O(depth=full), or where an older one is unknown.", returned: always, type: str}
        highest: {description: "The newest version that is taken; null without O(depth=full), or where a newer one is unknown.", returned: always, type: str}
        versions:
          description:
            - For each version V(accepted), V(refused), V(not_testable) or V(unknown). Each rests on one connection.
            - Null unless O(depth=full), and when the first connection got no answer that makes it worth asking.
          returned: always
          type: dict
          sample: {"TLSv1": "refused", "TLSv1.1": "refused", "TLSv1.2": "accepted", "TLSv1.3": "accepted"}
    credssp:
      description:
        - What CredSSP answered to a request for an NTLM challenge, or null when it was not reached.
        - A C(version) of 4 or less lacks the fix for CVE-2018-0886. C(mechanism) is V(ntlm), V(spnego) or V(none).
      returned: always
      type: dict
      sample: {"outcome": "ok", "version": 6, "mechanism": "ntlm", "names": {"netbios_computer": "RDS01"}, "os_build": "10.0.20348", "flags": 3800662581}
    clock:
      description: How far the clock of the host is ahead of the clock here, and how certain that is. Null when the host told no time.
      returned: always
      type: dict
      sample: {"skew_seconds": -0.418, "uncertainty_seconds": 0.001}
    retried:
      description: What was tried once more after TLS failed, why, and what came of it; or null.
      returned: always
      type: dict
      sample: {"because": "reset", "offer": "up_to_tls12", "outcome": "ok", "version": "TLSv1.2", "cipher": "ECDHE-RSA-AES256-GCM-SHA384", "alert": null}
    latency:
      description: Milliseconds of each step over O(tries) tries of the first connection, and how many got no answer (C(lost)) or failed.
      returned: always
      type: dict
      sample: {"tries": 10, "steps": [{"step": "connect", "tried": 10, "lost": 1, "failed": 0, "min_ms": 0.8, "median_ms": 0.9, "max_ms": 3.2}]}
    signatures:
      description: Hints that it is not the listener of a Windows host that answers, for example V(freerdp) or V(other_program). Never proof.
      returned: always
      type: list
      elements: str
      sample: []
    also_asked:
      description:
        - What came of the requests that O(also_ask) names, in that order; empty otherwise, and when the server had stopped answering before.
        - C(standing) is V(offered), V(refused) or V(unknown). What is offered may still be forbidden by a policy that no handshake shows.
      returned: always
      type: list
      elements: dict
      sample: [{"what": "rdsaad", "requested": 16, "flags": 0, "standing": "refused", "steps": [], "answer": {"kind": "failure", "code": 5}}]
    rests_on:
      description:
        - On how many observations a word rests. C(symptom) counts the connections with the usual first message that ended as it says, the repetitions of
          O(tries) included; C(rdp), C(ssl), C(hybrid) and C(hybrid_ex) count the answers that show how the protocol stands.
        - A word that rests on one observation says what happened once, not what happens always.
      returned: always
      type: dict
      sample: {"symptom": 1, "rdp": 1, "ssl": 1, "hybrid": 3, "hybrid_ex": 1}
    ended_at:
      description:
        - The step in which the handshake ended - V(resolve), V(connect), V(negotiate), V(tls), V(credssp) or V(complete).
        - V(complete) means that everything asked for was answered - TLS, CredSSP where the server takes it, and every request.
        - With the symptom V(unsteady) it is the step that the fullest of the connections reached.
      returned: always
      type: str
      sample: complete
    symptom:
      description:
        - One word for what happened, for example V(connect_timeout), V(failure_3), V(tls_reset), V(reached_tls) or V(reached_credssp).
        - V(name_service_failed), V(no_route), V(local_tls_too_strict) and V(probe_error) say that nobody could find out from here.
        - V(unsteady) says that connections with the same first messages did not get equally far, so that none of them stands for the host.
      returned: always
      type: str
      sample: reached_credssp
    sentence:
      description: The same for people.
      returned: always
      type: str
      sample: "rds01.example.com:3389 completed the RDP negotiation and the TLS handshake. Network Level Authentication is required."
certificates:
  description:
    - The certificate of each endpoint in words, in the order of RV(probes); null where there was none or it cannot be decoded.
    - Whether it is trusted is not said. C(self_signed) is what its signature shows, or, where that cannot be checked, what its names say.
    - C(name_matches) compares with O(name), by the alternative names or, where there are none, the common name.
  returned: when decode is true
  type: list
  elements: dict
  sample: [{"subject": "CN=rds01", "self_signed": true, "key": "RSA-2048", "signature": "sha256", "name": "rds01", "name_matches": true}]
"""

import base64
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._rdp import Depth, ProbeInputError, Scope, Special, Timeouts, probe_many
from ..module_utils._x509 import HAS_CRYPTOGRAPHY, decode

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
        "credssp_timeout": {"type": "float", "default": 10},
        "depth": {"type": "str", "choices": ["quick", "standard", "full"], "default": "standard"},
        "tries": {"type": "int", "default": 1},
        "also_ask": {"type": "list", "elements": "str", "choices": ["rdsaad", "redirected_authentication"], "default": []},
        "decode": {"type": "bool", "default": False},
        "name": {"type": "str"},
        "vantage": {"type": "str", "default": "controller"},
        "fail_on_unreachable": {"type": "bool", "default": False},
    }


def run_probes(params: dict[str, Any]) -> dict[str, Any]:  # Any: options in, JSON documents out
    """Return what the module returns.

    :raises ProbeInputError: for options that make no sense.
    """
    timeouts = Timeouts(params["connect_timeout"], params["negotiate_timeout"], params["tls_timeout"], params["credssp_timeout"])
    scope = Scope(Depth(params["depth"]), params["tries"], tuple(dict.fromkeys(map(Special, params["also_ask"]))))
    endpoints = params["endpoints"] if params["endpoints"] is not None else [{"host": params["host"], "port": params["port"]}]
    probes = probe_many(endpoints, timeouts=timeouts, scope=scope, vantage=params["vantage"])
    result: dict[str, Any] = {"changed": False, "probes": probes}
    if len(probes) == 1:
        result["probe"] = probes[0]
    if params["decode"]:
        result["certificates"] = [in_words(probe, params["name"]) for probe in probes]
    return result


def in_words(probe: dict[str, Any], name: str | None) -> dict[str, Any] | None:
    """Return what the certificate that a probe saw contains, held against a name; None when there is none or it cannot be decoded."""
    certificate = probe["tls"]["certificate"]
    return None if certificate is None else decode(base64.b64decode(certificate["der"]), name or probe["target"]["host"])


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
    if module.params["decode"] and not HAS_CRYPTOGRAPHY:
        module.warn("The Python package cryptography is not installed where rdp_probe runs, so no certificate could be decoded.")
    message = unreached(result["probes"])
    if message and module.params["fail_on_unreachable"]:
        module.fail_json(msg=message, **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
