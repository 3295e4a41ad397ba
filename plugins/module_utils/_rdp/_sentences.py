# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The closed list of symptoms, and each of them in plain words for people."""

from __future__ import annotations

from typing import Final, Mapping, Optional, Sequence, Tuple

from ._error_codes import error_text
from ._events import NegotiationFailure
from ._result import ConnectionRecord, Nla, Target
from ._suites import LEGACY_SUITES, TLS12, VERSION_NAMES, suite_name
from ._tls_records import ALERT_NAMES

_SENTENCES: Final[Mapping[str, str]] = {
    "name_not_resolved": "The name {host} could not be resolved to an address.",
    "name_service_failed": "The name service here did not say whether {host} has an address; the host itself was not asked.",
    "connect_timeout": "{endpoint} did not answer the TCP connection: filtered, switched off or no route.",
    "connect_refused": "{endpoint} refused the TCP connection: nothing listens there.",
    "unreachable": "There is no route to {endpoint}.",
    "no_route": "There is no way from here to {endpoint}; the host itself was not asked.",
    "route_lost": "The route to {endpoint} was lost in the middle of the handshake.",
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
    "failure_other": "{endpoint} refused the request with failure code {code}, which has no meaning here.",
    "legacy_answer": "{endpoint} uses only RDP's own old security: TLS was offered to it and not taken.",
    "tls_closed": "{endpoint} agreed to TLS and closed the connection after the first TLS message.",
    "tls_reset": "{endpoint} agreed to TLS and reset the connection after the first TLS message.",
    "tls_alert": "{endpoint} agreed to TLS and ended the TLS handshake with {alert}.",
    "tls_silent": "{endpoint} agreed to TLS and did not send one byte in answer to the first TLS message.",
    "tls_stalled": "{endpoint} agreed to TLS and began the TLS handshake, but did not finish it in time.",
    "tls_clear_text": "{endpoint} agreed to TLS, but answered the TLS handshake in clear text: its certificate or key does not work.",
    "tls_not_tls": "{endpoint} agreed to TLS, but what it sent then is not valid TLS.",
    "local_tls_too_strict": "{endpoint} answered the TLS handshake with something that the TLS library here refuses; whether it works is unknown.",
    "tls13_reset": "{endpoint} ends the connection when TLS 1.3 is offered, and completes the TLS handshake when it is not.",
    "tls13_alert": "{endpoint} ends the TLS handshake with {alert} when TLS 1.3 is offered, and completes it when it is not.",
    "unsteady": "{endpoint} does not do the same each time: {through} of {number} connections with the same first messages got through; it is not settled.",
    "tls_old_only": "{endpoint} speaks only TLS that is out of date and that the TLS library here does not speak: {old}.",
    "reached_tls": "{endpoint} completed the RDP negotiation and the TLS handshake.",
    "reached_credssp": "{endpoint} completed the RDP negotiation and the TLS handshake, and answered CredSSP with a challenge.",
    "credssp_spnego_only": "{endpoint} completed the TLS handshake and then took no NTLM: only Kerberos is left to log on with.",
    "credssp_error": "{endpoint} completed the TLS handshake and answered CredSSP with {error}.",
    "credssp_invalid": "{endpoint} completed the TLS handshake, but what it sent then is not CredSSP.",
    "credssp_closed": "{endpoint} completed the TLS handshake and ended the connection in place of an answer to CredSSP.",
    "credssp_silent": "{endpoint} completed the TLS handshake but did not answer CredSSP in time.",
    "probe_error": "The probe of {endpoint} could not be carried out here.",
}

REACHED: Final = ("reached_tls", "reached_credssp")  # everything that was asked worked

SYMPTOMS: Final[Tuple[str, ...]] = tuple(_SENTENCES)  # a symptom without a sentence cannot be added

_NLA_SENTENCES: Final[Mapping[Nla, str]] = {
    Nla.REQUIRED: " Network Level Authentication is required.",
    Nla.OPTIONAL: " Network Level Authentication is offered but not required.",
    Nla.ABSENT: " Network Level Authentication is not available.",
    Nla.UNKNOWN: "",
}


def sentence(target: Target, records: Sequence[ConnectionRecord], symptom: str, nla: Nla, alike: Sequence[ConnectionRecord] = ()) -> str:
    """Say it for people.

    :param records: at least one; the first is the one that the symptom speaks of.
    :param alike: every connection with the same first messages as the first, itself among them.
    """
    host = f"[{target.host}]" if ":" in target.host else target.host
    said = _SENTENCES[symptom].format(
        host=target.host,
        endpoint=f"{host}:{target.port}",
        alert=_alert(records[0]),
        error=_error(records[0]),
        code=_code(records[0]),
        old=old_hello(records[1:]) or "old TLS",
        through=sum(record.is_through for record in alike),
        number=len(alike),
    )
    return said + _NLA_SENTENCES[nla]


def _alert(record: ConnectionRecord) -> str:
    """Name the alert of a record."""
    number = record.tls.alert if record.tls is not None else None
    if number is None:
        return "an alert"
    return f"alert {number} ({ALERT_NAMES.get(number, 'unknown')})"


def _error(record: ConnectionRecord) -> str:
    """Name the refusal in a CredSSP answer."""
    reply = record.credssp.reply if record.credssp is not None else None
    if reply is not None and reply.is_rejected:
        return "a negotiation that rejects what was offered"
    return "the error code " + ("unknown" if reply is None or reply.error_code is None else error_text(reply.error_code))


def _code(record: ConnectionRecord) -> str:
    """Return the number of a refusal in RDP's own protocol."""
    return str(record.answer.code) if isinstance(record.answer, NegotiationFailure) else "unknown"


def old_hello(others: Sequence[ConnectionRecord]) -> Optional[str]:
    """Return version and suite of a server that took only what is out of date, or None."""
    for record in others:
        hello = record.tls.hello if record.tls is not None else None
        if hello is not None and (hello.version < TLS12 or hello.suite in LEGACY_SUITES):
            return f"{VERSION_NAMES[hello.version]} with {suite_name(hello.suite)}"
    return None
