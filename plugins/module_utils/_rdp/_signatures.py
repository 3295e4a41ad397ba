# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hints that the answer does not come from a Windows host's own listener. Hints, never proof: each is one habit of a known product.

What was measured: xrdp 0.9.21, FreeRDP 2.11, weston 10, gnome-remote-desktop 43; recorded Windows hosts have none of these habits.
"""

from __future__ import annotations

from typing import Callable, Final, Mapping, Sequence, Tuple

from ._events import Disconnect, FailureCode, NegotiationFailure, NegotiationResponse, Protocol
from ._result import ConnectionRecord, Outcome, StepName

Records = Sequence[ConnectionRecord]
_WINPR_VERSION: Final = (6, 1, 7601, 15)  # hard-coded in WinPR; a real Windows 7 has CredSSP version 2 to 5
_FIRST_WITH_CREDSSP6: Final = 6


def signatures(records: Records) -> Tuple[str, ...]:
    """Return the words for every habit that the records show, in a fixed order."""
    return tuple(word for word, shows in _HABITS.items() if shows(records))


def _freerdp(records: Records) -> bool:
    """WinPR says that it is Windows 7 and speaks the newest CredSSP."""
    replies = [record.credssp.reply for record in records if record.credssp is not None and record.credssp.reply is not None]
    return any(r.challenge is not None and r.challenge.version == _WINPR_VERSION and r.version >= _FIRST_WITH_CREDSSP6 for r in replies)


def _clear_text(records: Records) -> bool:
    """An xrdp whose key does not work goes on in clear text."""
    return any(record.tls is not None and record.tls.outcome is Outcome.CLEAR_TEXT for record in records)


def _mcs_disconnect(records: Records) -> bool:
    """An xrdp says goodbye in MCS where a Connection Confirm is due."""
    return any(isinstance(record.answer, Disconnect) and record.answer.layer == "mcs" for record in records)


def _refuses_everything(records: Records) -> bool:
    """Requiring TLS or CredSSP of a request that offers it is no habit of Windows: an inspecting device, or FreeRDP's ``/sec:ext``."""
    answer = records[0].answer
    wanted = (FailureCode.SSL_REQUIRED_BY_SERVER, FailureCode.HYBRID_REQUIRED_BY_SERVER)
    return isinstance(answer, NegotiationFailure) and answer.failure in wanted


def _never_refuses(records: Records) -> bool:
    """Taking a request for TLS alone and answering it with RDP's own security; Windows says failure 2."""
    answers = [record.answer for record in records if record.requested == Protocol.SSL]
    return any(isinstance(answer, NegotiationResponse) and answer.selected == Protocol.RDP for answer in answers)


def _other_program(records: Records) -> bool:
    """Something else than RDP answers, by name: a web server or a reverse proxy, SSH and the like."""
    return any(step.step is StepName.NEGOTIATE and step.detail.startswith("looks like") for step in records[0].steps)


def _changes_its_mind(records: Records) -> bool:
    """Connections of one run that answer with different flags: several hosts behind one address."""
    return len({record.answer.flags for record in records if isinstance(record.answer, NegotiationResponse)}) > 1


_HABITS: Final[Mapping[str, Callable[[Records], bool]]] = {
    "freerdp": _freerdp,
    "clear_text_after_tls": _clear_text,
    "mcs_disconnect": _mcs_disconnect,
    "refuses_what_it_demands": _refuses_everything,
    "never_refuses": _never_refuses,
    "other_program": _other_program,
    "answers_differ": _changes_its_mind,
}

SIGNATURES: Final[Tuple[str, ...]] = tuple(_HABITS)  # the closed list
