# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Facts that cannot both be true of one host at one time. They are told side by side, and nobody decides here which of them is right.

Two views may be of two moments, of two machines behind one name, or one of them is mistaken. What only one view knows contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any  # Any: a value of the facts

from ..model import JsonMap
from .client_attempt import client_attempt
from .firewall import rdp_through_firewall
from .gap import Gap
from .listener import effective_values
from .outside import seen_from_outside
from .ports import port_owner

Sources = Mapping[str, Any]
Pair = tuple[bool, str]  # whether the two contradict each other, and the sentence that tells both
BESIDE_THE_RULES = (
    "no rule of Windows Firewall lets Remote Desktop in, and from outside it answers: another firewall is in charge, a rule of IPsec or of another filter lets"
    " this way in, the rules were changed and do not hold yet, or another machine answered"
)


def contradictions(sources: Sources) -> JsonMap:
    """Compare what the views say.

    :param sources: the facts of one host.
    :returns: ``comparable`` (whether two sides were asked for), ``compared`` (pairs of which both sides are known), ``count`` of those that
        contradict each other, their ``sentences``, and in ``told`` the first of them and how many more there are; under ``answers_anyway`` those of
        an endpoint that answers although the host says that it cannot: then what was read and what was probed are two machines, or two moments.
    """
    asked = {"comparable": _two_sides_were_asked(sources)}
    pairs = [(compare, pair) for compare in COMPARISONS for pair in _settled(compare, sources)]
    if not pairs:
        return {**asked, **dict.fromkeys(("compared", "count", "sentences", "told", "answers_anyway"), Gap("nothing is known from two sides"))}
    told = [(compare, sentence) for compare, (contradict, sentence) in pairs if contradict]
    anyway = [sentence for compare, sentence in told if compare in (_answering, _unheard)]
    sentences = [sentence for dummy, sentence in told]
    return {**asked, "compared": len(pairs), "count": len(told), "sentences": sentences, "told": _first_and_rest(sentences), "answers_anyway": anyway}


def _first_and_rest(sentences: list[str]) -> str:
    rest = f" (and {len(sentences) - 1} more)" if len(sentences) > 1 else ""
    return "".join(sentences[:1]) + rest


def _two_sides_were_asked(sources: Sources) -> bool:
    """Tell whether there was anything to compare with: the host with the wire, or a typed code with the client's log."""
    views, client = sources["views"], sources.get("client", {})
    client_was_asked = views["client_machine"] != "not_asked"
    return "not_asked" not in (views["inside"], views["outside"]) or ("error_code" in client and client_was_asked)


def _settled(compare: Callable[[Sources], Iterator[Pair]], sources: Sources) -> list[Pair]:
    try:
        return list(compare(sources))
    except LookupError:  # one side is not known: that is no contradiction
        return []


def _answering(sources: Sources) -> Iterator[Pair]:
    """Compare an endpoint that answers with a host on which nothing should."""
    answers = seen_from_outside(sources["probe"])["answers"]
    if isinstance(answers, Gap) or not _same_port(sources):
        return
    denied = effective_values(sources.get("listener", {})).get("fDenyTSConnections", {}).get("value")
    if denied is not None:
        yield answers and denied == 1, "the host is set to refuse connections (fDenyTSConnections 1), and from outside Remote Desktop answers"
    service = sources.get("services", {}).get("TermService", {})
    if "state" in service:
        yield answers and service["state"] == "stopped", "TermService is stopped, and from outside Remote Desktop answers"


def _unheard(sources: Sources) -> Iterator[Pair]:
    """Compare an endpoint that answers with the host's own list of listeners."""
    listening = port_owner(sources["ports"], sources["listener"])["listening"]
    answers = seen_from_outside(sources["probe"])["answers"]
    if not isinstance(answers, Gap) and _same_port(sources):
        yield answers and not listening, "on the host nothing listens on the port, and from outside Remote Desktop answers"


def _refusing(sources: Sources) -> Iterator[Pair]:
    """Compare a refused connection with the host's own list of listeners."""
    listening = port_owner(sources["ports"], sources["listener"])["listening"]
    if _same_port(sources):
        refused = sources["probe"]["symptom"] == "connect_refused"
        yield refused and listening, "on the host somebody listens on the port, and from outside the connection is refused"


def _owning(sources: Sources) -> Iterator[Pair]:
    """Compare the state of TermService with the process that holds the port."""
    owner = port_owner(sources["ports"], sources["listener"])["owner_is_term_service"]
    state = sources["services"]["TermService"]["state"]
    if not isinstance(owner, Gap):
        yield owner and state == "stopped", "TermService is stopped, and its process holds the port"


def _passing(sources: Sources) -> Iterator[Pair]:
    """Compare an endpoint that answers with the rules of Windows Firewall. What else may let it in is told, for the rules are not all that counts."""
    lets_in = rdp_through_firewall(sources["firewall"], sources["listener"])["lets_rdp_in"]
    answers = seen_from_outside(sources["probe"])["answers"]
    if not (isinstance(lets_in, Gap) or isinstance(answers, Gap)) and _same_port(sources):
        yield answers and lets_in is False, BESIDE_THE_RULES


def _authenticating(sources: Sources) -> Iterator[Pair]:
    """Compare the setting of Network Level Authentication with the negotiation."""
    required = seen_from_outside(sources["probe"])["nla_required"]
    setting = effective_values(sources["listener"])["UserAuthentication"]["value"]
    if not isinstance(required, Gap) and _same_port(sources):
        words = "demands" if setting == 1 else "does not demand"
        yield required != (setting == 1), f"the host's settings say that it {words} Network Level Authentication, and from outside it is the other way round"


def _complaining(sources: Sources) -> Iterator[Pair]:
    """Compare the code that somebody typed with the one in the client's log."""
    client = sources["client"]
    attempt = client_attempt(client)
    typed = client["error_code"]["code"]
    if attempt["this_host"] and None not in (typed, attempt["code"]):
        logged = f"0x{attempt['code']:X}"
        yield typed != attempt["code"], f"somebody typed the code 0x{typed:X}, and the client's log ends its last attempt with {logged}"


def _same_port(sources: Sources) -> bool:
    """Tell whether the probe asked the port that the listener is set to, as far as that is known."""
    port = effective_values(sources.get("listener", {})).get("PortNumber", {}).get("value")
    return bool(port is None or port == sources["probe"]["target"]["port"])


COMPARISONS: tuple[Callable[[Sources], Iterator[Pair]], ...] = (_answering, _unheard, _refusing, _owning, _passing, _authenticating, _complaining)
