# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe reports: the few ways in which a handshake goes.

Only the records are made up here, connection by connection. What they mean and how that is written is the probe's own doing, so that a
bundle of the demo can never say what the probe would not.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .machine import Machine

if TYPE_CHECKING:
    from ansible_collections.rdpops.health.plugins.module_utils import _rdp
    from ansible_collections.rdpops.health.plugins.module_utils._rdp import _document, _events, _ntlm, _result, _verdict
else:  # a checkout is enough to make the bundles: no collection has to be installed
    sys.path.append(str(Path(__file__).resolve().parents[2] / "plugins" / "module_utils"))
    import _rdp
    from _rdp import _document, _events, _ntlm, _result, _verdict

FULL_OFFER, TLS_ONLY, RDP_ONLY = _rdp.DEFAULT_REQUESTS
_WINDOWS_FLAGS = 0x1F  # every current Windows answers with all five
_NTLM_FLAGS = 0xE2898235  # recorded of Server 2016 and 2022
_NTLM_REVISION = 15
_CREDSSP_VERSION = 6
_CLOCK = _result.Clock(-0.083, 0.001)  # domain members agree to a fraction of a second

_HYBRID_EX, _SSL = (_events.NegotiationResponse(_WINDOWS_FLAGS, selected) for selected in (8, 1))
_OK = _result.Outcome.OK
Step = _result.Step
Name = _result.StepName


def timed_out(machine: Machine, probed_at: str) -> dict[str, Any]:
    """Return the probe of a port that never answers the first packet."""
    steps = (Step(Name.RESOLVE, _OK, 3.41, "1 address"), Step(Name.CONNECT, _result.Outcome.TIMEOUT, 5003.87, "no answer"))
    return _judged(machine, probed_at, _result.ConnectionRecord(FULL_OFFER, steps))


def ended_in_tls(machine: Machine, probed_at: str, outcome: str) -> dict[str, Any]:
    """Return the probe of a host that negotiates and then gives up right after the ClientHello, whatever is offered in it.

    :param outcome: `closed` (the host ended the connection in order) or `reset`
    """
    word = _result.Outcome(outcome)
    detail = {"closed": "without a byte", "reset": "ECONNRESET"}[outcome]
    first = _arrived(2.96, 1.18, 2.07, Step(Name.TLS, word, 4.63, detail))
    again = (Step(Name.CONNECT, _OK, 1.09), Step(Name.NEGOTIATE, _OK, 1.94, "chose HYBRID_EX"), Step(Name.TLS, word, 4.41, detail))
    records = [_result.ConnectionRecord(FULL_OFFER, first, _HYBRID_EX, _result.Tls(word))]
    for offer in (_result.Offer.UP_TO_TLS12, _result.Offer.OWN_HELLO):
        records.append(_result.ConnectionRecord(FULL_OFFER, again, _HYBRID_EX, _result.Tls(word), offer=offer))
    return _judged(machine, probed_at, *records, *_refusals()[:1])  # four connections, and no more


def completed(machine: Machine, probed_at: str, *, der: bytes, nla: str) -> dict[str, Any]:
    """Return the probe of a host whose handshake goes as far as the probe asks.

    :param nla: `required` or `optional`
    """
    steps = _arrived(2.38, 0.94, 1.86, Step(Name.TLS, _OK, 13.72), Step(Name.CREDSSP, _OK, 1.57, f"CredSSP version {_CREDSSP_VERSION}, NTLM challenge"))
    tls = _result.Tls(_OK, *machine.release.tls, certificate=der, chain=(der,))
    reply = _events.CredSspReply(_CREDSSP_VERSION, None, _events.Mechanism.NTLM, _challenge(machine))
    credssp = _result.CredSsp(_OK, reply, _CLOCK)
    first = _result.ConnectionRecord(FULL_OFFER, steps, _HYBRID_EX, tls, credssp)
    return _judged(machine, probed_at, first, *(_refusals() if nla == "required" else _tls_accepted()))


def _challenge(machine: Machine) -> _ntlm.Challenge:
    """Return what this machine tells a stranger: in a workgroup its own name stands where a domain would."""
    name = machine.computer_name
    computer = f"{name}.{machine.domain}" if machine.domain else name
    domain, short = machine.domain or name, machine.short_domain if machine.domain else name
    tree = ((_ntlm.AV_DNS_TREE, domain),) if machine.domain else ()
    names = ((_ntlm.AV_NETBIOS_DOMAIN, short), (_ntlm.AV_NETBIOS_COMPUTER, name), (_ntlm.AV_DNS_DOMAIN, domain), (_ntlm.AV_DNS_COMPUTER, computer), *tree)
    pairs = tuple((number, text.encode("utf-16-le")) for number, text in names)
    return _ntlm.Challenge(_NTLM_FLAGS, short, (10, 0, machine.release.build, _NTLM_REVISION), pairs)


def _arrived(resolve: float, connect: float, negotiate: float, *more: _result.Step) -> tuple[_result.Step, ...]:
    first = (Step(Name.RESOLVE, _OK, resolve, "1 address"), Step(Name.CONNECT, _OK, connect))
    return (*first, Step(Name.NEGOTIATE, _OK, negotiate, "chose HYBRID_EX"), *more)


def _refused(requested: int, code: int, ms: tuple[float, float]) -> _result.ConnectionRecord:
    # Only the first connection resolves the name: the others go to the address that it reached.
    steps = (Step(Name.CONNECT, _OK, ms[0]), Step(Name.NEGOTIATE, _result.Outcome.FAILURE, ms[1], _events.FailureCode(code).name))
    return _result.ConnectionRecord(requested, steps, _events.NegotiationFailure(code))


def _refusals() -> list[_result.ConnectionRecord]:
    # A host that requires NLA refuses anything less with failure 5.
    return [_refused(TLS_ONLY, 5, (1.02, 1.71)), _refused(RDP_ONLY, 5, (0.97, 1.66))]


def _tls_accepted() -> list[_result.ConnectionRecord]:
    # SecurityLayer 2 without NLA: TLS alone is enough, native RDP is not.
    steps = (Step(Name.CONNECT, _OK, 1.04), Step(Name.NEGOTIATE, _OK, 1.69, "chose SSL"))
    return [_result.ConnectionRecord(TLS_ONLY, steps, _SSL), _refused(RDP_ONLY, 1, (0.99, 1.63))]


def _judged(machine: Machine, probed_at: str, *records: _result.ConnectionRecord) -> dict[str, Any]:
    """Return the document that the probe makes of these records."""
    target = _result.Target(machine.dns_name, 3389, machine.address, (machine.address,))
    verdict = _verdict.judge(target, records)
    return _document.to_json(_result.ProbeResult(target, "controller", probed_at, records, verdict))
