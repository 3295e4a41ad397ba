# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which connections a probe makes, and many probes at once. Sockets are in :mod:`._transport`, one connection in :mod:`._conversation`.

A probe never raises for what the network or the peer did: every such thing is a word in the result. By default it makes one connection
per request of :data:`DEFAULT_REQUESTS`, and one more when the first was cut. A cut in TLS is looked into before the weaker requests are made,
and what the connections do not suffice for is left unknown. They come one after another with a pause between, because RDP servers have short
accept queues (2 on xrdp) and flood guards (Windows).
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Dict, Final, Iterable, List, Mapping, Tuple, Union

from ._conversation import Conversation, Plan, timed
from ._document import to_json
from ._gate import Gate
from ._input import DEFAULT_PORT, Depth, Endpoint, Scope, Timeouts, as_endpoint, endpoint, server_name
from ._result import ConnectionRecord, Offer, Outcome, ProbeResult, SpecialAnswer, Step, StepName, Support, Target
from ._retry import next_offer
from ._special import answer_of, request_of
from ._suites import TESTED_VERSIONS, TLS12
from ._transport import MAX_ADDRESSES, Address, resolve
from ._verdict import DEFAULT_REQUESTS, first_that_differs, judge, unjudged
from ._versions import agrees_to_tls, support_of

DEFAULT_TIMEOUTS: Final = Timeouts()
DEFAULT_SCOPE: Final = Scope()
PAUSE_SECONDS: Final = 0.2  # between two connections to one server; what other scanners found to be reliable
# To one endpoint, besides further tries, the versions of TLS and special requests, which only somebody who asks for them gets. Five are enough for everything.
MAX_CONNECTIONS: Final[Mapping[Depth, int]] = {Depth.QUICK: 1, Depth.STANDARD: 4, Depth.FULL: 5}
# A worker mostly waits: twice the pause for a host that answers, ten seconds for one that does not.
DEFAULT_WORKERS: Final = 64

_GIVES_UP: Final = frozenset((Outcome.SILENT, Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.NOT_RDP, Outcome.ERROR))
_CUT: Final = frozenset((Outcome.RESET, Outcome.CLOSED, Outcome.REFUSED))  # the server, or a box before it, put an end to it
_LOST: Final = frozenset((Outcome.SILENT, Outcome.TIMEOUT))  # what is worth counting over several tries

EndpointLike = Union[str, Endpoint, Tuple[str, int], Mapping[str, Any]]  # Any: JSON of the caller


def probe_endpoint(
    host: str,
    port: int = DEFAULT_PORT,
    *,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    scope: Scope = DEFAULT_SCOPE,
    vantage: str = "controller",
    pause: float = PAUSE_SECONDS,
) -> Dict[str, Any]:
    """Probe one endpoint and return the probe document.

    :param host: a name or an address.
    :param timeouts: limits per step.
    :param scope: how much is asked.
    :param vantage: a name for the place from which this runs; it is only repeated in the result.
    :param pause: seconds between two connections to the endpoint.
    :raises ProbeInputError: only for arguments that make no sense.
    """
    return _probe_document(endpoint(host, port), timeouts, scope, Gate(pause), vantage)


def probe_many(
    endpoints: Iterable[EndpointLike],
    *,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    scope: Scope = DEFAULT_SCOPE,
    vantage: str = "controller",
    pause: float = PAUSE_SECONDS,
    workers: int = DEFAULT_WORKERS,
) -> List[Dict[str, Any]]:
    """Probe several endpoints at once and return one probe document for each, in the order given.

    An endpoint that is named twice is asked once. Different names of one address are asked one after another.

    :param workers: how many endpoints are asked at the same time.
    :raises ProbeInputError: when one of the endpoints makes no sense; nothing has been sent then.
    """
    targets = [as_endpoint(value) for value in endpoints]
    gate = Gate(pause)
    unique = list(dict.fromkeys(targets))
    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(unique)))) as pool:
        found = dict(zip(unique, pool.map(lambda target: _probe_document(target, timeouts, scope, gate, vantage), unique)))
    return [found[target] for target in targets]


class _Probe:
    """The probe of one checked endpoint; connection by connection, until one more would only cost time or do harm."""

    def __init__(self, target: Endpoint, timeouts: Timeouts, scope: Scope, gate: Gate) -> None:
        self._target = target
        self._timeouts = timeouts
        self._scope = scope
        self._gate = gate
        self._addresses: List[Address] = []
        self._records: List[ConnectionRecord] = []
        self._attempts: List[ConnectionRecord] = []
        self._versions: Dict[int, Support] = {}
        self._also_asked: List[SpecialAnswer] = []

    def carry_out(self, vantage: str) -> ProbeResult:
        """Make the connections and return what they add up to."""
        probed_at = now()
        steps: List[Step] = []
        found: List[Address] = []
        resolved = timed(steps, StepName.RESOLVE, lambda: resolve(self._target, self._timeouts.connect, found))
        self._addresses = found[:MAX_ADDRESSES]
        listed = tuple(str(address[1][0]) for address in self._addresses)
        if resolved:
            self._ask(tuple(steps))
        else:
            self._records.append(ConnectionRecord(DEFAULT_REQUESTS[0], tuple(steps)))
        address = str(self._addresses[0][1][0]) if resolved else None
        asked = Target(self._target.host, self._target.port, address, listed, len(found) > MAX_ADDRESSES)
        verdict = judge(asked, self._records, self._attempts)
        return ProbeResult(asked, vantage, probed_at, tuple(self._records), verdict, self._versions, tuple(self._attempts), tuple(self._also_asked))

    def _ask(self, before: Tuple[Step, ...]) -> None:
        """Make every connection that the scope wants and that can tell something."""
        usual = Plan(DEFAULT_REQUESTS[0], goes_on=True)
        first = self._connect(usual, before)
        self._records.append(first)
        self._attempts.append(first)
        if _is_hopeless(first) and first.last.outcome not in _LOST:
            return
        for dummy_try in range(1, self._scope.tries):
            self._attempts.append(self._connect(usual))
        differs = first_that_differs(self._attempts)
        if differs is not None:
            self._records.append(differs)  # the result has to show why the first one does not count
        if all(map(_is_hopeless, self._attempts)):
            return
        if self._scope.depth is Depth.QUICK or self._ask_the_rest(usual):
            self._ask_specially()

    def _ask_the_rest(self, usual: Plan) -> bool:
        """Ask beyond the first connection; tell whether the server went on answering."""
        left = MAX_CONNECTIONS[self._scope.depth] - 1 - self._try_again(usual)
        for requested in DEFAULT_REQUESTS[1:][:left]:
            self._records.append(self._connect(Plan(requested)))
            if _is_hopeless(self._records[-1]):
                return False
        if self._was_cut_alone():
            self._records.append(self._connect(usual))
        return self._scope.depth is not Depth.FULL or self._test_versions()

    def _try_again(self, usual: Plan) -> int:
        """Try once more what failed in TLS, as long as that can tell something new; return how many connections that took."""
        tried = [self._records[0]]
        offer = next_offer(tried)
        while offer is not None and not (offer is Offer.USUAL and len(self._attempts) > 1):  # more tries of the usual are there already
            tried.append(self._connect(replace(usual, offer=offer)))
            self._records.append(tried[-1])
            offer = next_offer(tried)
        return len(tried) - 1

    def _was_cut_alone(self) -> bool:
        """Tell whether the one connection with the full offer was cut before an answer, and a weaker request was answered: that may have been chance."""
        step = self._records[0].last
        was_cut = len(self._attempts) == 1 and step.step is StepName.NEGOTIATE and step.outcome in _CUT
        return was_cut and any(record.answer is not None for record in self._records[1:])

    def _ask_specially(self) -> None:
        """Make the requests that somebody asked for by name."""
        for special in self._scope.also_ask:
            requested, flags = request_of(special)
            self._also_asked.append(answer_of(special, self._connect(Plan(requested, flags=flags))))

    def _connect(self, plan: Plan, before: Tuple[Step, ...] = ()) -> ConnectionRecord:
        """Make one connection; the later ones go to the address that the first one reached."""
        conversation = Conversation(plan, self._timeouts, server_name(self._target.host) if plan.goes_on else None)
        self._addresses = [conversation.hold(self._addresses, self._gate.turn)]
        return conversation.record(before)

    def _test_versions(self) -> bool:
        """Offer each version of TLS alone, with a ClientHello of ours: the local library does not matter. Tell whether the server went on answering."""
        usual = [record for record in self._records if record.requested == DEFAULT_REQUESTS[0]]
        first = next(filter(agrees_to_tls, usual), usual[0])
        if not agrees_to_tls(first):
            self._versions = dict.fromkeys(TESTED_VERSIONS, Support.NOT_TESTABLE)
            return True
        tested: Dict[int, ConnectionRecord] = {}
        for version in TESTED_VERSIONS:
            tested[version] = self._connect(Plan(first.requested, True, Offer.OWN_HELLO, version))
            if _is_hopeless(tested[version]):
                break
        self._versions = support_of({version: tested[version].tls if version in tested else None for version in TESTED_VERSIONS})
        asked_already = any(record.offer is Offer.OWN_HELLO for record in self._records)
        if first.tls is not None and first.tls.outcome is not Outcome.OK and not asked_already and TLS12 in tested:
            self._records.append(tested[TLS12])  # what the server takes when it may choose anything old
        return not _is_hopeless(tested[version])


def _is_hopeless(record: ConnectionRecord) -> bool:
    """Tell whether another request to the same server can only repeat this ending."""
    return record.last.step is StepName.CONNECT or (record.last.step is StepName.NEGOTIATE and record.last.outcome in _GIVES_UP)


def now() -> str:
    """Return the moment of now, as it stands in a probe document."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _probe_document(target: Endpoint, timeouts: Timeouts, scope: Scope, gate: Gate, vantage: str) -> Dict[str, Any]:
    """Probe one endpoint; a fault of ours is the result of this endpoint alone, never the end of a whole list."""
    try:
        return to_json(_Probe(target, timeouts, scope, gate).carry_out(vantage))
    except Exception as error:
        asked = Target(target.host, target.port)
        record = ConnectionRecord(DEFAULT_REQUESTS[0], (Step(StepName.RESOLVE, Outcome.ERROR, 0.0, type(error).__name__),))
        return to_json(ProbeResult(asked, vantage, now(), (record,), unjudged(asked, record)))
