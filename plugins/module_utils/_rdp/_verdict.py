# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the records of one endpoint mean. Pure: records in, verdict out.

Three words are kept apart that other probes mix up. *Accepted* is a protocol that the server chose. It is *required* only
when a request without it was refused as well. It is *refused* only when it was asked for and something weaker, or nothing,
was given. Everything else is *unknown*: a request that got no answer proves nothing.
"""

from __future__ import annotations

from typing import Dict, Final, FrozenSet, Mapping, NamedTuple, Optional, Sequence, Tuple

from ._events import Disconnect, Event, FailureCode, LegacyConfirm, NegotiationFailure, NegotiationResponse, Protocol
from ._result import ConnectionRecord, Nla, Offer, Outcome, Standing, StepName, Target, Verdict
from ._sentences import REACHED, old_hello, sentence

# What one probe asks, one connection each: everything, TLS alone, RDP's own security alone.
DEFAULT_REQUESTS: Final[Tuple[int, ...]] = (
    Protocol.SSL | Protocol.HYBRID | Protocol.HYBRID_EX,
    int(Protocol.SSL),
    int(Protocol.RDP),
)

_CREDSSP: Final = Protocol.HYBRID | Protocol.HYBRID_EX
_JUDGED: Final = (Protocol.RDP, Protocol.SSL, Protocol.HYBRID, Protocol.HYBRID_EX)

UNSTEADY: Final = "unsteady"
_OF_THIS_SIDE: Final = frozenset((Outcome.ERROR, Outcome.NO_ROUTE))  # endings that say nothing about the server

ENDED_BY_PEER: Final = frozenset((Outcome.RESET, Outcome.CLOSED, Outcome.ALERT))  # a handshake that the server itself put an end to

# Each pair of a step and an ending that it can have (``_outcomes.ENDINGS``), but for a refusal in RDP's own protocol.
_SYMPTOMS: Final[Mapping[Tuple[StepName, Outcome], str]] = {
    (StepName.RESOLVE, Outcome.NOT_FOUND): "name_not_resolved",
    (StepName.RESOLVE, Outcome.FAILURE): "name_service_failed",
    (StepName.RESOLVE, Outcome.TIMEOUT): "name_service_failed",
    (StepName.RESOLVE, Outcome.ERROR): "probe_error",
    (StepName.CONNECT, Outcome.TIMEOUT): "connect_timeout",
    (StepName.CONNECT, Outcome.REFUSED): "connect_refused",
    (StepName.CONNECT, Outcome.RESET): "connect_refused",
    (StepName.CONNECT, Outcome.UNREACHABLE): "unreachable",
    (StepName.CONNECT, Outcome.NO_ROUTE): "no_route",
    (StepName.CONNECT, Outcome.ERROR): "probe_error",
    (StepName.NEGOTIATE, Outcome.CLOSED): "closed_before_answer",
    (StepName.NEGOTIATE, Outcome.RESET): "reset_before_answer",
    (StepName.NEGOTIATE, Outcome.REFUSED): "reset_before_answer",  # an ICMP error on a connection that stood
    (StepName.NEGOTIATE, Outcome.UNREACHABLE): "route_lost",
    (StepName.NEGOTIATE, Outcome.ERROR): "probe_error",
    (StepName.NEGOTIATE, Outcome.SILENT): "silent_before_answer",
    (StepName.NEGOTIATE, Outcome.TIMEOUT): "silent_before_answer",
    (StepName.NEGOTIATE, Outcome.NOT_RDP): "not_rdp",
    (StepName.NEGOTIATE, Outcome.OK): "legacy_answer",
    (StepName.TLS, Outcome.OK): "reached_tls",
    (StepName.TLS, Outcome.ALERT): "tls_alert",
    (StepName.TLS, Outcome.RESET): "tls_reset",
    (StepName.TLS, Outcome.CLOSED): "tls_closed",
    (StepName.TLS, Outcome.SILENT): "tls_silent",
    (StepName.TLS, Outcome.TIMEOUT): "tls_stalled",
    (StepName.TLS, Outcome.REFUSED): "tls_reset",
    (StepName.TLS, Outcome.UNREACHABLE): "route_lost",
    (StepName.TLS, Outcome.ERROR): "probe_error",
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
    (StepName.CREDSSP, Outcome.REFUSED): "credssp_closed",
    (StepName.CREDSSP, Outcome.UNREACHABLE): "route_lost",
    (StepName.CREDSSP, Outcome.ERROR): "probe_error",
}


class _Answer(NamedTuple):
    """One request that got a definite answer: exactly one of chosen and code is set."""

    requested: int
    chosen: Optional[Protocol]
    code: Optional[FailureCode]

    @property
    def offers_credssp(self) -> bool:
        return bool(self.requested & _CREDSSP)


def judge(target: Target, records: Sequence[ConnectionRecord], attempts: Sequence[ConnectionRecord] = ()) -> Verdict:
    """Say what the connections to one endpoint add up to.

    :param target: used for the sentence only.
    :param records: at least one; the first decides where the handshake ended.
    :param attempts: the first connection and its repetitions, when it was made several times; they confirm or upset what it shows. Those that
        are among the records already count once.
    """
    seen = (*records, *(attempt for attempt in attempts[1:] if not any(attempt is record for record in records[1:])))
    answers = [answer for answer in map(_definite, seen) if answer is not None]
    first = records[0]
    like_first = [record for record in seen[1:] if record.offer is Offer.USUAL and record.requested == first.requested]
    alike = [first, *like_first]
    symptom = _symptom(first, records[1:], like_first)
    protocols, nla = _protocols(answers), _nla(answers)
    return Verdict(
        protocols=protocols,
        nla=nla,
        ended_at=_ended_at(records, symptom, alike),
        symptom=symptom,
        sentence=sentence(target, records, symptom, nla, alike),
        rests_on=1 + sum(_ends_like(record, first) for record in like_first),
        protocols_rest_on={protocol: _observations(protocol, standing, answers) for protocol, standing in protocols.items()},
    )


def unjudged(target: Target, record: ConnectionRecord) -> Verdict:
    """Return the verdict that takes no judging: the probe itself could not be carried out."""
    unknown = dict.fromkeys(_JUDGED, Standing.UNKNOWN)
    said = sentence(target, [record], "probe_error", Nla.UNKNOWN)
    return Verdict(unknown, Nla.UNKNOWN, record.last.step.value, "probe_error", said, protocols_rest_on=dict.fromkeys(_JUDGED, 0))


def _ends_like(record: ConnectionRecord, first: ConnectionRecord) -> bool:
    """Tell whether a connection ended in the step in which the first did, and in the same way."""
    return (record.last.step, record.last.outcome) == (first.last.step, first.last.outcome)


def _observations(protocol: Protocol, standing: Standing, answers: Sequence[_Answer]) -> int:
    """Say on how many answers the word for a protocol rests."""
    if standing is Standing.UNKNOWN:
        return 0
    if standing is Standing.REFUSED:
        return sum(_refuses(protocol, answer) for answer in answers)
    chosen = (protocol, Protocol.HYBRID_EX) if protocol is Protocol.HYBRID else (protocol,)
    return len(answers) if standing is Standing.REQUIRED else sum(answer.chosen in chosen for answer in answers)


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


def _symptom(record: ConnectionRecord, others: Sequence[ConnectionRecord], like_first: Sequence[ConnectionRecord]) -> str:
    """Name how the first connection ended, in the light of what more tries with the same and with another ClientHello showed."""
    step = record.last
    if step.outcome not in _OF_THIS_SIDE and is_unsteady([record, *like_first]):
        return UNSTEADY
    if step.step is StepName.NEGOTIATE and step.outcome is Outcome.FAILURE:
        return _refusal(record.answer)
    if step.step is StepName.TLS and step.outcome is not Outcome.OK:
        return _tls_symptom(step.outcome, record, others, like_first) or _SYMPTOMS.get((step.step, step.outcome), "probe_error")
    return _SYMPTOMS.get((step.step, step.outcome), "probe_error")


def _tls_symptom(outcome: Outcome, record: ConnectionRecord, others: Sequence[ConnectionRecord], like_first: Sequence[ConnectionRecord]) -> Optional[str]:
    """Name what more tries make of a handshake that failed; None when they add nothing to how it ended."""
    if outcome in ENDED_BY_PEER:
        again = [another.tls.outcome if another.tls is not None else None for another in like_first]
        works = any(another.offer is Offer.UP_TO_TLS12 and another.tls is not None and another.tls.outcome is Outcome.OK for another in others)
        if works and again and ENDED_BY_PEER.issuperset(again):  # one cut alone may be chance: a box that was busy, a service that restarted
            return "tls13_alert" if outcome is Outcome.ALERT else "tls13_reset"
        if works:
            return UNSTEADY
    if _turns_the_offer_down(outcome, [record, *others, *like_first]) and old_hello(others) is not None:
        return "tls_old_only"
    is_refused_here = record.tls is not None and record.tls.is_refused_here
    is_about_us = outcome is Outcome.LOCAL_TLS_TOO_STRICT or is_refused_here or (outcome is Outcome.ALERT and not _begins_with_the_library([record, *others]))
    return "local_tls_too_strict" if is_about_us and _takes_our_hello(others) else None


def _turns_the_offer_down(outcome: Outcome, seen: Sequence[ConnectionRecord]) -> bool:
    """Tell whether it is what the library here offers that a server cannot go on with.

    One that answered that offer with a ServerHello and failed later speaks what the library speaks, and is broken. One that fell silent may be
    out of reach of large packets: the message of ours that it answers is no larger, but what it answers with may be.
    """
    return outcome is Outcome.LOCAL_TLS_TOO_STRICT or (outcome in ENDED_BY_PEER and not _begins_with_the_library(seen))


def _begins_with_the_library(seen: Sequence[ConnectionRecord]) -> bool:
    """Tell whether the server began a handshake on an offer of the TLS library here."""
    return any(record.tls.has_begun for record in seen if record.tls is not None and record.offer is not Offer.OWN_HELLO)


def _takes_our_hello(others: Sequence[ConnectionRecord]) -> bool:
    """Tell whether the server takes a ClientHello of ours after it refused the local library's: then the offer was at fault.

    From OpenSSL 3.5 on the library's offer names the group P-256 alone (see ``_transport``), which a server that wants P-384 refuses.
    """
    return any(record.offer is Offer.OWN_HELLO and record.tls is not None and record.tls.hello is not None for record in others)


def _refusal(answer: Optional[Event]) -> str:
    """Name a refusal that came in RDP's own protocol."""
    if isinstance(answer, NegotiationFailure) and answer.failure is not None:
        return f"failure_{answer.code}"
    if isinstance(answer, NegotiationFailure):
        return "failure_other"
    return "closed_before_answer" if isinstance(answer, Disconnect) else "not_rdp"


def is_unsteady(alike: Sequence[ConnectionRecord]) -> bool:
    """Tell whether connections with the same first messages ended so differently that none of them stands for the server.

    That is so when another got further than the first one, and when the first got through and another did not.

    :param alike: at least one, in the order in which they were made; what failed on this side does not count.
    """
    return first_that_differs(alike) is not None


def first_that_differs(alike: Sequence[ConnectionRecord]) -> Optional[ConnectionRecord]:
    """Return the connection that shows best that the first one does not stand for the server, or None; see :func:`is_unsteady`."""
    first = alike[0]
    others = [record for record in alike[1:] if record.last.outcome not in _OF_THIS_SIDE]
    further = max(others, key=lambda record: record.reach, default=first)
    if further.reach > first.reach:
        return further
    return next((record for record in others if not record.is_through), None) if first.is_through else None


def _ended_at(records: Sequence[ConnectionRecord], symptom: str, alike: Sequence[ConnectionRecord]) -> str:
    """Say in which step the handshake ended; ``complete`` only when every request was answered too."""
    if symptom == UNSTEADY:
        return max(alike, key=lambda record: record.reach).last.step.value  # no step is the one in which it always ends
    if symptom in REACHED and all(record.answer is not None for record in records):
        return "complete"
    return records[0].last.step.value
