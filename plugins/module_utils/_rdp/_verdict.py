# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the records of one endpoint mean. Pure: records in, verdict out.

Three words are kept apart that other probes mix up. *Accepted* is a protocol that the server chose. It is *required* only
when a request without it was refused as well. It is *refused* only when it was asked for and something weaker, or nothing,
was given. Everything else is *unknown*: a request that got no answer proves nothing.
"""

from __future__ import annotations

from typing import Dict, Final, FrozenSet, Mapping, NamedTuple, Optional, Sequence, Tuple

from ._error_codes import error_text
from ._events import Disconnect, Event, FailureCode, LegacyConfirm, NegotiationFailure, NegotiationResponse, Protocol
from ._result import ConnectionRecord, Nla, Offer, Outcome, Standing, StepName, Target, Verdict
from ._suites import LEGACY_SUITES, TLS12, VERSION_NAMES, suite_name
from ._tls_records import ALERT_NAMES

# What one probe asks, one connection each: everything, TLS alone, RDP's own security alone.
DEFAULT_REQUESTS: Final[Tuple[int, ...]] = (
    Protocol.SSL | Protocol.HYBRID | Protocol.HYBRID_EX,
    int(Protocol.SSL),
    int(Protocol.RDP),
)

_CREDSSP: Final = Protocol.HYBRID | Protocol.HYBRID_EX
_JUDGED: Final = (Protocol.RDP, Protocol.SSL, Protocol.HYBRID, Protocol.HYBRID_EX)

_SYMPTOMS: Final[Mapping[Tuple[StepName, Outcome], str]] = {
    (StepName.RESOLVE, Outcome.NOT_FOUND): "name_not_resolved",
    (StepName.RESOLVE, Outcome.TIMEOUT): "name_not_resolved",
    (StepName.CONNECT, Outcome.TIMEOUT): "connect_timeout",
    (StepName.CONNECT, Outcome.REFUSED): "connect_refused",
    (StepName.CONNECT, Outcome.RESET): "connect_refused",
    (StepName.CONNECT, Outcome.UNREACHABLE): "unreachable",
    (StepName.NEGOTIATE, Outcome.CLOSED): "closed_before_answer",
    (StepName.NEGOTIATE, Outcome.RESET): "reset_before_answer",
    (StepName.NEGOTIATE, Outcome.SILENT): "silent_before_answer",
    (StepName.NEGOTIATE, Outcome.TIMEOUT): "silent_before_answer",
    (StepName.NEGOTIATE, Outcome.NOT_RDP): "not_rdp",
    (StepName.NEGOTIATE, Outcome.OK): "legacy_answer",
    (StepName.TLS, Outcome.OK): "reached_tls",
    (StepName.TLS, Outcome.ALERT): "tls_alert",
    (StepName.TLS, Outcome.RESET): "tls_reset",
    (StepName.TLS, Outcome.CLOSED): "tls_closed",
    (StepName.TLS, Outcome.SILENT): "tls_silent",
    (StepName.TLS, Outcome.TIMEOUT): "tls_silent",
    (StepName.TLS, Outcome.CLEAR_TEXT): "tls_clear_text",
    (StepName.TLS, Outcome.NOT_TLS): "tls_not_tls",
    (StepName.TLS, Outcome.LOCAL_TLS_TOO_STRICT): "local_tls_too_strict",
    (StepName.CREDSSP, Outcome.OK): "reached_credssp",
    (StepName.CREDSSP, Outcome.SPNEGO_ONLY): "credssp_spnego_only",
    (StepName.CREDSSP, Outcome.FAILURE): "credssp_error",
    (StepName.CREDSSP, Outcome.NOT_CREDSSP): "credssp_invalid",
    (StepName.CREDSSP, Outcome.CLOSED): "credssp_closed",
    (StepName.CREDSSP, Outcome.RESET): "credssp_closed",
    (StepName.CREDSSP, Outcome.ALERT): "credssp_closed",
    (StepName.CREDSSP, Outcome.SILENT): "credssp_silent",
    (StepName.CREDSSP, Outcome.TIMEOUT): "credssp_silent",
}

_SENTENCES: Final[Mapping[str, str]] = {
    "name_not_resolved": "The name {host} could not be resolved to an address.",
    "connect_timeout": "{endpoint} did not answer the TCP connection: filtered, switched off or no route.",
    "connect_refused": "{endpoint} refused the TCP connection: nothing listens there.",
    "unreachable": "There is no route to {endpoint}.",
    "closed_before_answer": "{endpoint} accepted the connection and ended it in place of an answer to the RDP request.",
    "reset_before_answer": "{endpoint} accepted the connection and reset it before answering the RDP request.",
    "silent_before_answer": "{endpoint} accepted the connection but did not answer the RDP request in time.",
    "not_rdp": "{endpoint} answered, but not as an RDP server does.",
    "failure_1": "{endpoint} refused a request that offers TLS by saying that it requires TLS.",
    "failure_2": "{endpoint} refuses TLS: it allows only RDP's own old security.",
    "failure_3": "{endpoint} has no usable certificate for TLS.",
    "failure_4": "{endpoint} refused the request because of inconsistent flags.",
    "failure_5": "{endpoint} refused a request that offers Network Level Authentication by saying that it requires it.",
    "failure_6": "{endpoint} requires a client certificate for TLS.",
    "legacy_answer": "{endpoint} uses only RDP's own old security: TLS was offered to it and not taken.",
    "tls_closed": "{endpoint} agreed to TLS and closed the connection after the first TLS message.",
    "tls_reset": "{endpoint} agreed to TLS and reset the connection after the first TLS message.",
    "tls_alert": "{endpoint} agreed to TLS and ended the TLS handshake with {alert}.",
    "tls_silent": "{endpoint} agreed to TLS, but the TLS handshake did not finish in time.",
    "tls_clear_text": "{endpoint} agreed to TLS, but answered the TLS handshake in clear text: its certificate or key does not work.",
    "tls_not_tls": "{endpoint} agreed to TLS, but what it sent then is not valid TLS.",
    "local_tls_too_strict": "{endpoint} answered the TLS handshake with something that the TLS library here refuses; whether it works is unknown.",
    "tls13_reset": "{endpoint} ends the connection when TLS 1.3 is offered, and completes the TLS handshake when it is not.",
    "tls_old_only": "{endpoint} speaks only TLS that is out of date and that the TLS library here does not speak: {old}.",
    "reached_tls": "{endpoint} completed the RDP negotiation and the TLS handshake.",
    "reached_credssp": "{endpoint} completed the RDP negotiation and the TLS handshake, and answered CredSSP with a challenge.",
    "credssp_spnego_only": "{endpoint} completed the TLS handshake and then took no NTLM: only Kerberos is left to log on with.",
    "credssp_error": "{endpoint} completed the TLS handshake and answered CredSSP with the error code {error}.",
    "credssp_invalid": "{endpoint} completed the TLS handshake, but what it sent then is not CredSSP.",
    "credssp_closed": "{endpoint} completed the TLS handshake and ended the connection in place of an answer to CredSSP.",
    "credssp_silent": "{endpoint} completed the TLS handshake but did not answer CredSSP in time.",
    "probe_error": "The probe of {endpoint} could not be carried out here.",
}

REACHED: Final = ("reached_tls", "reached_credssp")  # everything that was asked worked

SYMPTOMS: Final[Tuple[str, ...]] = tuple(_SENTENCES)  # the closed list; a symptom without a sentence cannot be added

_NLA_SENTENCES: Final[Mapping[Nla, str]] = {
    Nla.REQUIRED: " Network Level Authentication is required.",
    Nla.OPTIONAL: " Network Level Authentication is offered but not required.",
    Nla.ABSENT: " Network Level Authentication is not available.",
    Nla.UNKNOWN: "",
}


class _Answer(NamedTuple):
    """One request that got a definite answer: exactly one of chosen and code is set."""

    requested: int
    chosen: Optional[Protocol]
    code: Optional[FailureCode]

    @property
    def offers_credssp(self) -> bool:
        return bool(self.requested & _CREDSSP)


def judge(target: Target, records: Sequence[ConnectionRecord]) -> Verdict:
    """Say what the connections to one endpoint add up to.

    :param target: used for the sentence only.
    :param records: at least one; the first decides where the handshake ended.
    """
    answers = [answer for answer in map(_definite, records) if answer is not None]
    first = records[0]
    symptom = _symptom(first, records[1:])
    nla = _nla(answers)
    return Verdict(
        protocols=_protocols(answers),
        nla=nla,
        ended_at=_ended_at(records, symptom),
        symptom=symptom,
        sentence=_sentence(target, records, symptom) + _NLA_SENTENCES[nla],
    )


def _definite(record: ConnectionRecord) -> Optional[_Answer]:
    """Return what a record proves about protocols, or None."""
    answer = record.answer
    if record.steps[-1].step is StepName.NEGOTIATE and record.last.outcome is Outcome.NOT_RDP:
        return None
    if isinstance(answer, LegacyConfirm):
        return _Answer(record.requested, Protocol.RDP, None)
    if isinstance(answer, NegotiationResponse) and answer.protocol is not None:
        return _Answer(record.requested, answer.protocol, None)
    if isinstance(answer, NegotiationFailure) and answer.failure is not None:
        return _Answer(record.requested, None, answer.failure)
    return None


def _protocols(answers: Sequence[_Answer]) -> Dict[Protocol, Standing]:
    """Say for each protocol how it stands."""
    accepted = frozenset(answer.chosen for answer in answers if answer.chosen is not None)
    if Protocol.HYBRID_EX in accepted:
        accepted |= {Protocol.HYBRID}  # HYBRID_EX is HYBRID with one more message at its end, never instead of it
    return {protocol: _standing(protocol, accepted, answers) for protocol in _JUDGED}


def _standing(protocol: Protocol, accepted: FrozenSet[Protocol], answers: Sequence[_Answer]) -> Standing:
    """Say how one protocol stands."""
    if protocol in accepted:
        return Standing.REQUIRED if _is_required(protocol, accepted, answers) else Standing.OFFERED
    if any(_refuses(protocol, answer) for answer in answers):
        return Standing.REFUSED
    if protocol is Protocol.HYBRID and _says_that_it_demands_credssp(answers):
        return Standing.REQUIRED  # though the request that offers it got no answer
    return Standing.UNKNOWN


def _refuses(protocol: Protocol, answer: _Answer) -> bool:
    """Tell whether ``answer`` gives nothing, or less, to a request that offers ``protocol``."""
    if protocol is Protocol.RDP:
        return answer.requested == 0 and answer.chosen is None
    if not answer.requested & protocol:
        return False
    return answer.chosen is None or answer.chosen < protocol


def _is_required(protocol: Protocol, accepted: FrozenSet[Protocol], answers: Sequence[_Answer]) -> bool:
    """Tell whether a protocol that was accepted is also insisted on."""
    if protocol is Protocol.RDP:
        not_allowed = any(answer.code is FailureCode.SSL_NOT_ALLOWED_BY_SERVER for answer in answers if answer.requested)
        return not_allowed and accepted == {Protocol.RDP}
    if protocol is Protocol.SSL:
        return any(answer.requested == 0 and answer.code is not None for answer in answers)
    return protocol is Protocol.HYBRID and _demands_credssp(answers)


def _lets_in_without_credssp(answers: Sequence[_Answer]) -> bool:
    """Tell whether any request ended with a protocol that knows no Network Level Authentication."""
    return any(answer.chosen is not None and not answer.chosen & _CREDSSP for answer in answers)


def _demands_credssp(answers: Sequence[_Answer]) -> bool:
    """Tell whether requests without CredSSP are refused, the one for TLS alone among them."""
    if _says_that_it_demands_credssp(answers):
        return True
    refused = [answer for answer in answers if not answer.offers_credssp and answer.code is not None and _is_about_nla(answer.code)]
    return not _lets_in_without_credssp(answers) and any(answer.requested & Protocol.SSL for answer in refused)


def _says_that_it_demands_credssp(answers: Sequence[_Answer]) -> bool:
    """Tell whether the server's own word for a refusal is that it requires CredSSP, and nothing shows the contrary."""
    said = any(answer.code is FailureCode.HYBRID_REQUIRED_BY_SERVER for answer in answers if not answer.offers_credssp)
    return said and not _lets_in_without_credssp(answers)


def _is_about_nla(code: FailureCode) -> bool:
    """Tell a refusal that can be about NLA from one that says that TLS does not work at all."""
    return code not in (FailureCode.SSL_NOT_ALLOWED_BY_SERVER, FailureCode.SSL_CERT_NOT_ON_SERVER)


def _nla(answers: Sequence[_Answer]) -> Nla:
    """Say whether Network Level Authentication is in force."""
    with_credssp = [answer for answer in answers if answer.offers_credssp]
    accepted = any(answer.chosen is not None and answer.chosen & _CREDSSP for answer in with_credssp)
    if _says_that_it_demands_credssp(answers) or (accepted and _demands_credssp(answers)):
        return Nla.REQUIRED
    if accepted:
        return Nla.OPTIONAL if _lets_in_without_credssp(answers) else Nla.UNKNOWN
    return Nla.ABSENT if any(map(_does_without_nla, with_credssp)) else Nla.UNKNOWN


def _does_without_nla(answer: _Answer) -> bool:
    """Tell whether a request that offers CredSSP was answered by a server that has none.

    A refusal for want of a certificate, or for another reason that hides what the server would do, is not such an answer.
    """
    if answer.chosen is not None:
        return not answer.chosen & _CREDSSP
    if answer.code is FailureCode.SSL_REQUIRED_BY_SERVER:
        return not answer.requested & Protocol.SSL
    return answer.code is FailureCode.SSL_NOT_ALLOWED_BY_SERVER


def _symptom(record: ConnectionRecord, others: Sequence[ConnectionRecord]) -> str:
    """Name how the first connection ended, in the light of what a second try with another ClientHello showed."""
    step = record.last
    if step.step is StepName.NEGOTIATE and step.outcome is Outcome.FAILURE:
        return _refusal(record.answer)
    if step.step is StepName.TLS and step.outcome is not Outcome.OK:
        if _works_up_to_tls12(step.outcome, others):
            return "tls13_reset"
        if _old_hello(others) is not None:
            return "tls_old_only"
        if step.outcome in (Outcome.ALERT, Outcome.LOCAL_TLS_TOO_STRICT) and _takes_our_hello(others):
            return "local_tls_too_strict"
    return _SYMPTOMS.get((step.step, step.outcome), "probe_error")


def _works_up_to_tls12(outcome: Outcome, others: Sequence[ConnectionRecord]) -> bool:
    """Tell whether a connection that was cut at the ClientHello is not cut when TLS 1.3 is left out of the offer."""
    again = (record.tls for record in others if record.offer is Offer.UP_TO_TLS12 and record.tls is not None)
    return outcome in (Outcome.RESET, Outcome.CLOSED) and any(tls.outcome is Outcome.OK for tls in again)


def _takes_our_hello(others: Sequence[ConnectionRecord]) -> bool:
    """Tell whether the server takes a ClientHello of ours after it refused the local library's: then the offer was at fault.

    From OpenSSL 3.5 on the library's offer names the group P-256 alone (see ``_transport``), which a server that wants P-384 refuses.
    """
    return any(record.offer is Offer.OWN_HELLO and record.tls is not None and record.tls.hello is not None for record in others)


def _old_hello(others: Sequence[ConnectionRecord]) -> Optional[str]:
    """Return version and suite of a server that took only what is out of date, or None."""
    for record in others:
        hello = record.tls.hello if record.tls is not None else None
        if hello is not None and (hello.version < TLS12 or hello.suite in LEGACY_SUITES):
            return f"{VERSION_NAMES[hello.version]} with {suite_name(hello.suite)}"
    return None


def _refusal(answer: Optional[Event]) -> str:
    """Name a refusal that came in RDP's own protocol."""
    if isinstance(answer, NegotiationFailure) and answer.failure is not None:
        return f"failure_{answer.code}"
    return "closed_before_answer" if isinstance(answer, Disconnect) else "not_rdp"


def _ended_at(records: Sequence[ConnectionRecord], symptom: str) -> str:
    """Say in which step the handshake ended; ``complete`` only when every request was answered too."""
    if symptom in REACHED and all(record.answer is not None for record in records):
        return "complete"
    return records[0].last.step.value


def _sentence(target: Target, records: Sequence[ConnectionRecord], symptom: str) -> str:
    """Say it for people."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    return _SENTENCES[symptom].format(
        host=target.host, endpoint=f"{host}:{target.port}", alert=_alert(records[0]), error=_error(records[0]), old=_old_hello(records[1:]) or "old TLS"
    )


def _alert(record: ConnectionRecord) -> str:
    """Name the alert of a record."""
    number = record.tls.alert if record.tls is not None else None
    if number is None:
        return "an alert"
    return f"alert {number} ({ALERT_NAMES.get(number, 'unknown')})"


def _error(record: ConnectionRecord) -> str:
    """Name the error code in a CredSSP answer."""
    reply = record.credssp.reply if record.credssp is not None else None
    return "unknown" if reply is None or reply.error_code is None else error_text(reply.error_code)
