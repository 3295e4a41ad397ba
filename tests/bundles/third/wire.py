# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the probe records when it talks to a host. The records are written here; what they mean is left to the probe's own code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.rdpops.health.plugins.module_utils._rdp._document import to_json
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import CredSspReply, Event, Mechanism, NegotiationFailure, NegotiationResponse
from ansible_collections.rdpops.health.plugins.module_utils._rdp._ntlm import Challenge
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import (
    Clock,
    ConnectionRecord,
    CredSsp,
    Offer,
    Outcome,
    ProbeResult,
    Step,
    StepName,
    Target,
    Tls,
)
from ansible_collections.rdpops.health.plugins.module_utils._rdp._verdict import judge

from .identity import Identity
from .values import number_of, stamp

FULL, TLS_ALONE, OLD = 0x0B, 0x01, 0x00
NTLM_FLAGS = 0xE2898235
_CHOSEN = {0: "RDP", 1: "SSL", 2: "HYBRID", 8: "HYBRID_EX"}
_REFUSALS = {1: "SSL_REQUIRED_BY_SERVER", 2: "SSL_NOT_ALLOWED_BY_SERVER", 3: "SSL_CERT_NOT_ON_SERVER", 5: "HYBRID_REQUIRED_BY_SERVER"}
_ALERTS = {40: "handshake_failure", 70: "protocol_version", 80: "internal_error"}


@dataclass(frozen=True)
class End:
    """How one step ended, other than well."""

    outcome: Outcome
    detail: str = ""
    ms: float = 0.0
    alert: int | None = None


CLOSED = End(Outcome.CLOSED, "without a byte")
RESET = End(Outcome.RESET, "ECONNRESET")
SILENT = End(Outcome.SILENT, "without a byte", 10000.4)
TIMEOUT = End(Outcome.TIMEOUT, "no answer", 5004.1)
REFUSED = End(Outcome.REFUSED, "ECONNREFUSED")
UNREACHABLE = End(Outcome.UNREACHABLE, "EHOSTUNREACH", 3062.7)
NTLM_BLOCKED = End(Outcome.FAILURE, "CredSSP version 6, error 0xC0000418 (STATUS_NTLM_BLOCKED)")
SPEAKS_SSH = End(Outcome.NOT_RDP, "looks like SSH")
SPEAKS_HTTP = End(Outcome.NOT_RDP, "looks like HTTP")


def alert(number: int) -> End:
    """Return the end of a handshake by an alert."""
    return End(Outcome.ALERT, f"alert {number} {_ALERTS[number]}", alert=number)


class Line:
    """The way to one host, and the host as it answers there.

    :ivar certificate: DER of what is shown.
    :ivar speaks: the host that answers; another one than the host asked for where a name leads astray.
    """

    def __init__(self, who: Identity, certificate: bytes, *, slow: float = 1.0) -> None:
        self.who = self.speaks = who
        self.certificate = certificate
        self.chain: tuple[bytes, ...] = ()
        self.slow = slow
        self.version = 6
        self.windows = (10, 0, who.release.build, 15)
        self.wire = who.release.wire
        self.chosen = 8
        self.flags = 0x1F
        self.error: int | None = None
        self._asked = 0

    def _ms(self, low: float, high: float) -> float:
        self._asked += 1
        return round(self.slow * (low + (high - low) * number_of(self.who.ident, "ms", self._asked, below=1000) / 1000), 2)

    def _ended(self, step: StepName, end: End, low: float, high: float) -> Step:
        return Step(step, end.outcome, end.ms or self._ms(low, high), end.detail)

    def _open(self, *, first: bool) -> list[Step]:
        steps = [Step(StepName.RESOLVE, Outcome.OK, self._ms(0.2, 4), "1 address")] if first else []
        return [*steps, Step(StepName.CONNECT, Outcome.OK, self._ms(0.4, 3))]

    def unconnected(self, end: End) -> ConnectionRecord:
        """Return a connection that never stood."""
        resolve = Step(StepName.RESOLVE, Outcome.OK, self._ms(0.2, 4), "1 address")
        return ConnectionRecord(FULL, (resolve, self._ended(StepName.CONNECT, end, 0.3, 2)))

    def unanswered(self, requested: int, end: End, *, first: bool = False) -> ConnectionRecord:
        """Return a connection that ended before an answer in RDP's own protocol."""
        return ConnectionRecord(requested, (*self._open(first=first), self._ended(StepName.NEGOTIATE, end, 1, 9)))

    def refusal(self, requested: int, code: int, *, first: bool = False) -> ConnectionRecord:
        """Return a request that was refused with a code."""
        steps = (*self._open(first=first), Step(StepName.NEGOTIATE, Outcome.FAILURE, self._ms(1, 9), _REFUSALS[code]))
        return ConnectionRecord(requested, steps, NegotiationFailure(code))

    def _agreed(self, selected: int, *, first: bool) -> tuple[list[Step], Event]:
        steps = [*self._open(first=first), Step(StepName.NEGOTIATE, Outcome.OK, self._ms(1, 9), f"chose {_CHOSEN[selected]}")]
        return steps, NegotiationResponse(self.flags, selected)

    def agreement(self, requested: int, selected: int) -> ConnectionRecord:
        """Return a request that was granted and not gone on with."""
        steps, answer = self._agreed(selected, first=False)
        return ConnectionRecord(requested, tuple(steps), answer)

    def cut(self, end: End, *, offer: Offer = Offer.USUAL, first: bool = False) -> ConnectionRecord:
        """Return a connection that ended in the TLS handshake."""
        steps, answer = self._agreed(self.chosen, first=first)
        steps.append(self._ended(StepName.TLS, end, 2, 30))
        return ConnectionRecord(FULL, tuple(steps), answer, Tls(end.outcome, alert=end.alert), None, offer)

    def through(self, *, offer: Offer = Offer.USUAL, first: bool = False, end: End | None = None) -> ConnectionRecord:
        """Return a connection through TLS, and through CredSSP unless it ended there."""
        steps, answer = self._agreed(self.chosen, first=first)
        steps.append(Step(StepName.TLS, Outcome.OK, self._ms(9, 45)))
        wire = ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384") if offer is Offer.UP_TO_TLS12 else self.wire
        tls = Tls(Outcome.OK, *wire, None, self.certificate, (self.certificate, *self.chain))
        reply, credssp = None, CredSsp(Outcome.ERROR)
        if end is not None:
            steps.append(self._ended(StepName.CREDSSP, end, 2, 20))
            if self.error is not None:
                reply = CredSspReply(self.version, self.error, Mechanism.NONE)
            credssp = CredSsp(end.outcome, reply)
        else:
            steps.append(Step(StepName.CREDSSP, Outcome.OK, self._ms(1, 9), f"CredSSP version {self.version}, NTLM challenge"))
            credssp = CredSsp(Outcome.OK, CredSspReply(self.version, None, Mechanism.NTLM, self._challenge()), self._clock())
        return ConnectionRecord(FULL, tuple(steps), answer, tls, credssp, offer)

    def _clock(self) -> Clock:
        late = (number_of(self.who.ident, "clock", below=1400) - 700) / 1000
        return Clock(self.speaks.skew + late, round(self._ms(1, 9) / 2000, 6))

    def _challenge(self) -> Challenge:
        host = self.speaks
        texts = [(2, host.netbios_domain), (1, host.name.upper()[:15]), (4, host.domain or host.name), (3, host.fqdn)]
        pairs = [(number, text.encode("utf-16-le")) for number, text in [*texts, *([(5, host.domain)] if host.domain else [])]]
        return Challenge(NTLM_FLAGS, host.netbios_domain, self.windows, tuple(pairs))

    def result(self, records: Sequence[ConnectionRecord], vantage: str = "controller", *, address: str = "", at: datetime | None = None) -> dict[str, Any]:
        """Return the document of a probe that made these connections."""
        where = address or self.who.address
        target = Target(self.who.target, self.who.port, where, (where,))
        probed = at or self.who.when - timedelta(seconds=20 + number_of(self.who.ident, vantage, below=200))
        return to_json(ProbeResult(target, vantage, stamp(probed), tuple(records), judge(target, records, records[:1]), attempts=(records[0],)))

    # What a probe of the usual depth makes of a host, from the first connection to the last.

    def healthy(self) -> list[ConnectionRecord]:
        """Network Level Authentication required, and everything works."""
        return [self.through(first=True), self.refusal(TLS_ALONE, 5), self.refusal(OLD, 5)]

    def unconnectable(self, end: End = TIMEOUT) -> list[ConnectionRecord]:
        return [self.unconnected(end)]

    def broken_tls(self, end: End = CLOSED) -> list[ConnectionRecord]:
        """Agrees to TLS and cuts every handshake, whatever is offered."""
        cuts = [self.cut(end, first=True), self.cut(end, offer=Offer.UP_TO_TLS12), self.cut(end, offer=Offer.OWN_HELLO)]
        return [*cuts, self.refusal(TLS_ALONE, 5)]

    def silent_tls(self) -> list[ConnectionRecord]:
        return [self.cut(SILENT, first=True), self.refusal(TLS_ALONE, 5), self.refusal(OLD, 5)]

    def only_old(self) -> list[ConnectionRecord]:
        """Nothing but RDP's own security."""
        return [self.refusal(FULL, 2, first=True), self.refusal(TLS_ALONE, 2), self.agreement(OLD, 0)]

    def without_nla(self) -> list[ConnectionRecord]:
        return [self.through(first=True), self.agreement(TLS_ALONE, 1), self.refusal(OLD, 1)]

    def cuts_at_once(self, end: End = CLOSED) -> list[ConnectionRecord]:
        return [self.unanswered(FULL, end, first=True), self.unanswered(TLS_ALONE, end), self.unanswered(OLD, end)]

    def foreign(self, end: End) -> list[ConnectionRecord]:
        return [self.unanswered(FULL, end, first=True)]

    def only_without_tls13(self, end: End = RESET) -> list[ConnectionRecord]:
        return [self.cut(end, first=True), self.through(offer=Offer.UP_TO_TLS12), self.cut(end), self.refusal(TLS_ALONE, 5)]

    def at_times(self) -> list[ConnectionRecord]:
        """Cut before an answer the first time, answered later."""
        return [self.unanswered(FULL, CLOSED, first=True), self.refusal(TLS_ALONE, 5), self.refusal(OLD, 5), self.through()]

    def ends_in_credssp(self, end: End, error: int | None = None) -> list[ConnectionRecord]:
        self.error = error
        return [self.through(first=True, end=end), self.refusal(TLS_ALONE, 5), self.refusal(OLD, 5)]
