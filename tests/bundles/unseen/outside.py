# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe reports. Only the records are made up, connection by connection; what they mean is the probe's own word."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .machine import Machine, stamp

if TYPE_CHECKING:
    from ansible_collections.rdpops.health.plugins.module_utils import _rdp
    from ansible_collections.rdpops.health.plugins.module_utils._rdp import _document, _events, _ntlm, _outcomes, _result, _verdict
else:  # a checkout is enough: no collection has to be installed
    sys.path.append(str(Path(__file__).resolve().parents[3] / "plugins" / "module_utils"))
    import _rdp
    from _rdp import _document, _events, _ntlm, _outcomes, _result, _verdict

Record, Step, Name, Word, Offer = _result.ConnectionRecord, _result.Step, _result.StepName, _result.Outcome, _result.Offer
FULL, TLS_ONLY, RDP_ONLY = _rdp.DEFAULT_REQUESTS
_OK = Word.OK
_NTLM_FLAGS = 0xE2898235  # recorded of Server 2016 and 2022
_CHOICES = {8: "HYBRID_EX", 2: "HYBRID", 1: "SSL", 0: "RDP"}
_ALERTS = {40: "handshake_failure", 70: "protocol_version", 80: "internal_error", 71: "insufficient_security"}
_DETAILS = {Word.CLOSED: "without a byte", Word.RESET: "ECONNRESET", Word.SILENT: "without a byte", Word.TIMEOUT: "no answer"}


class Look:
    """One probe of one machine from one place.

    :ivar place: the vantage point.
    :ivar slow: how slow the way there is, in percent.
    """

    def __init__(self, machine: Machine, place: str = "controller", *, port: int = 3389, slow: int = 100, asked: str = "") -> None:
        self.machine, self.place, self.port, self.slow = machine, place, port, slow
        self.asked = asked or machine.dns_name
        self._count = 0

    def ms(self, usual: float) -> float:
        """Return a time around the usual one: always the same for the same machine, place and question."""
        self._count += 1
        seed = hashlib.sha256(f"{self.machine.name} {self.place} {self._count}".encode()).digest()
        return round(usual * self.slow / 100 * (0.8 + seed[0] / 512), 2)

    def _steps(self, *more: _result.Step, first: bool) -> tuple[_result.Step, ...]:
        resolved = (Step(Name.RESOLVE, _OK, self.ms(2.6), "1 address"),) if first else ()
        return (*resolved, Step(Name.CONNECT, _OK, self.ms(1.1)), *more)

    def _chose(self, selected: int) -> _result.Step:
        return Step(Name.NEGOTIATE, _OK, self.ms(1.9), f"chose {_CHOICES[selected]}")

    def _failed(self, requested: int, code: int, *, first: bool = False) -> _result.ConnectionRecord:
        step = Step(Name.NEGOTIATE, Word.FAILURE, self.ms(1.7), _events.FailureCode(code).name)
        return Record(requested, self._steps(step, first=first), _events.NegotiationFailure(code))

    def _took(self, requested: int, selected: int, flags: int = 0x1F) -> _result.ConnectionRecord:
        return Record(requested, self._steps(self._chose(selected), first=False), _events.NegotiationResponse(flags, selected))

    def _rest(self, nla: bool) -> list[_result.ConnectionRecord]:
        if nla:
            return [self._failed(TLS_ONLY, 5), self._failed(RDP_ONLY, 5)]
        return [self._took(TLS_ONLY, 1), self._failed(RDP_ONLY, 1)]

    def _judged(self, *records: _result.ConnectionRecord, address: bool = True) -> dict[str, Any]:
        found = (self.machine.address,) if address else ()
        target = _result.Target(self.asked, self.port, self.machine.address if address else None, found)
        result = _result.ProbeResult(target, self.place, stamp(self.machine.when), records, _verdict.judge(target, records))
        return _document.to_json(result)

    def unnamed(self) -> dict[str, Any]:
        """The name has no address."""
        return self._judged(Record(FULL, (Step(Name.RESOLVE, Word.NOT_FOUND, self.ms(31.0), "EAI_NONAME"),)), address=False)

    def no_connection(self, word: str) -> dict[str, Any]:
        """TCP does not come about: timeout, refused or unreachable."""
        outcome = Word(word)
        ms = 5003.4 if outcome is Word.TIMEOUT else self.ms(1.3)
        detail = {Word.TIMEOUT: "no answer", Word.REFUSED: "ECONNREFUSED", Word.UNREACHABLE: "EHOSTUNREACH"}[outcome]
        return self._judged(Record(FULL, (Step(Name.RESOLVE, _OK, self.ms(2.6), "1 address"), Step(Name.CONNECT, outcome, ms, detail))))

    def no_answer(self, word: str, looks_like: str = "") -> dict[str, Any]:
        """TCP comes about, and no answer of RDP: closed, reset or not_rdp."""
        outcome = Word(word)
        foreign = f"looks like {looks_like}" if looks_like else "bytes of another protocol"
        detail = foreign if outcome is Word.NOT_RDP else _DETAILS[outcome]
        answer = _events.NotRdp(looks_like) if outcome is Word.NOT_RDP else None
        step = Step(Name.NEGOTIATE, outcome, self.ms(2.2), detail)
        records = [Record(FULL, self._steps(step, first=True), answer)]
        if outcome is not Word.NOT_RDP:
            again = Step(Name.NEGOTIATE, outcome, self.ms(2.1), detail)
            records += [Record(asked, self._steps(again, first=False)) for asked in (TLS_ONLY, RDP_ONLY)]
        return self._judged(*records)

    def refuses_tls(self) -> dict[str, Any]:
        """RDP's own security alone."""
        return self._judged(self._failed(FULL, 2, first=True), self._failed(TLS_ONLY, 2), self._took(RDP_ONLY, 0))

    def no_certificate(self, *, native: bool) -> dict[str, Any]:
        """Failure 3 to whatever wants TLS."""
        last = self._took(RDP_ONLY, 0) if native else self._failed(RDP_ONLY, 1)
        return self._judged(self._failed(FULL, 3, first=True), self._failed(TLS_ONLY, 3), last)

    def tls_ends(self, word: str, *, alert: int | None = None, nla: bool = True, selected: int = 8) -> dict[str, Any]:
        """TLS is agreed to and fails, whatever is offered: closed, reset, alert or silent."""
        outcome = Word(word)
        detail = f"alert {alert} {_ALERTS[alert]}" if alert is not None else _DETAILS[outcome]
        answer, tls = _events.NegotiationResponse(0x1F, selected), _result.Tls(outcome, alert=alert)
        offers = [Offer.USUAL, Offer.UP_TO_TLS12, Offer.OWN_HELLO]
        if outcome is Word.SILENT:
            offers = offers[:1]
        elif alert == 80:  # says nothing about what was offered
            offers = offers[:2]
        records = []
        for offer in offers:
            step = Step(Name.TLS, outcome, 10004.1 if outcome is Word.SILENT else self.ms(4.5), detail)
            steps = self._steps(self._chose(selected), step, first=offer is Offer.USUAL)
            records.append(Record(FULL, steps, answer, tls, offer=offer))
        return self._judged(*records, *self._rest(nla))

    def no_tls13(self, der: bytes) -> dict[str, Any]:
        """Cut whenever TLS 1.3 is offered, fine without it."""
        answer, cut = _events.NegotiationResponse(0x1F, 8), _result.Tls(Word.RESET)
        broken = [self._steps(self._chose(8), Step(Name.TLS, Word.RESET, self.ms(3.9), "ECONNRESET"), first=first) for first in (True, False)]
        steps, credssp = self._steps(self._chose(8), Step(Name.TLS, _OK, self.ms(12.8)), first=False), self._credssp(6, 0.0)
        tls = _result.Tls(_OK, "TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", certificate=der, chain=(der,))
        good = Record(FULL, (*steps, credssp[0]), answer, tls, credssp[1], Offer.UP_TO_TLS12)
        return self._judged(Record(FULL, broken[0], answer, cut), good, Record(FULL, broken[1], answer, cut), *self._rest(True))

    def whole(self, der: bytes, *, nla: bool = True, version: int = 6, skew: float = -0.1) -> dict[str, Any]:
        """Everything that is asked works."""
        step, credssp = self._credssp(version, skew)
        seen = _result.Tls(_OK, *self.machine.release.tls, certificate=der, chain=(der,))
        steps = self._steps(self._chose(8), Step(Name.TLS, _OK, self.ms(13.4)), step, first=True)
        return self._judged(Record(FULL, steps, _events.NegotiationResponse(0x1F, 8), seen, credssp), *self._rest(nla))

    def ends_in_credssp(self, der: bytes, word: str, error: int | None = None) -> dict[str, Any]:
        """TLS works, and then: closed, failure (with an error code) or spnego_only."""
        outcome, reply = Word(word), None
        if outcome is Word.FAILURE:
            reply = _events.CredSspReply(6, error, _events.Mechanism.NONE)
        elif outcome is Word.SPNEGO_ONLY:
            reply = _events.CredSspReply(6, None, _events.Mechanism.SPNEGO)
        detail = "without a byte" if reply is None else _outcomes.of_credssp(reply)[1]
        step = Step(Name.CREDSSP, outcome, self.ms(3.1), detail)
        seen = _result.Tls(_OK, *self.machine.release.tls, certificate=der, chain=(der,))
        steps = self._steps(self._chose(8), Step(Name.TLS, _OK, self.ms(13.4)), step, first=True)
        record = Record(FULL, steps, _events.NegotiationResponse(0x1F, 8), seen, _result.CredSsp(outcome, reply))
        return self._judged(record, *self._rest(True))

    def _credssp(self, version: int, skew: float) -> tuple[_result.Step, _result.CredSsp]:
        reply = _events.CredSspReply(version, None, _events.Mechanism.NTLM, _challenge(self.machine))
        step = Step(Name.CREDSSP, _OK, self.ms(1.6), f"CredSSP version {version}, NTLM challenge")
        return step, _result.CredSsp(_OK, reply, _result.Clock(skew, 0.001))


def _challenge(machine: Machine) -> _ntlm.Challenge:
    """Return what a machine tells a stranger: in a workgroup its own name stands where a domain would."""
    name, domain = machine.name, machine.domain or machine.name
    short = machine.short_domain if machine.domain else name
    tree = ((_ntlm.AV_DNS_TREE, domain),) if machine.domain else ()
    computer = f"{name}.{machine.domain}" if machine.domain else name
    names = ((_ntlm.AV_NETBIOS_DOMAIN, short), (_ntlm.AV_NETBIOS_COMPUTER, name), (_ntlm.AV_DNS_DOMAIN, domain), (_ntlm.AV_DNS_COMPUTER, computer), *tree)
    pairs = tuple((number, text.encode("utf-16-le")) for number, text in names)
    return _ntlm.Challenge(_NTLM_FLAGS, short, (10, 0, machine.release.build, 15), pairs)
