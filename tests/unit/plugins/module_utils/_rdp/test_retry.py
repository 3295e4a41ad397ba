# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""With which first message a failed handshake is tried again."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, Offer, Outcome, Step, StepName, Tls
from ansible_collections.rdpops.health.plugins.module_utils._rdp._retry import next_offer

USUAL, UP_TO_TLS12, OWN = Offer.USUAL, Offer.UP_TO_TLS12, Offer.OWN_HELLO
RESET, CLOSED, OK, SILENT = Outcome.RESET, Outcome.CLOSED, Outcome.OK, Outcome.SILENT


def tried(offer: Offer, tls: Tls | None) -> ConnectionRecord:
    return ConnectionRecord(0x0B, (Step(StepName.TLS, tls.outcome if tls else Outcome.TIMEOUT, 1),), None, tls, offer=offer)


def alert(number: int) -> Tls:
    return Tls(Outcome.ALERT, alert=number)


HERE = Tls(Outcome.NOT_TLS, is_refused_here=True)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        # what the server ended is asked without TLS 1.3 first, whatever way it ended it
        ([Tls(RESET)], UP_TO_TLS12),
        ([Tls(CLOSED)], UP_TO_TLS12),
        ([alert(40)], UP_TO_TLS12),
        ([alert(80)], UP_TO_TLS12),
        # what the library here refused is asked with a message of ours
        ([HERE], OWN),
        ([Tls(Outcome.LOCAL_TLS_TOO_STRICT, is_refused_here=True)], OWN),
        # nothing to learn
        ([Tls(OK)], None),
        ([Tls(SILENT)], None),
        ([Tls(Outcome.NOT_TLS)], None),
        ([Tls(Outcome.CLEAR_TEXT)], None),
        ([None], None),
        # it works without TLS 1.3: once more, to be sure that this makes the difference
        ([Tls(RESET), Tls(OK)], USUAL),
        ([alert(40), Tls(OK)], USUAL),
        # it does not: perhaps it speaks only what no library speaks any more
        ([Tls(RESET), Tls(CLOSED)], OWN),
        ([alert(40), alert(70)], OWN),
        ([Tls(RESET), HERE], OWN),
        ([alert(80), alert(80)], None),
        ([Tls(RESET), Tls(SILENT)], None),
        ([Tls(RESET), None], None),
    ],
)
def test_the_next_offer(seen: list[Tls | None], expected: Offer | None) -> None:
    assert next_offer([tried(offer, tls) for offer, tls in zip((USUAL, UP_TO_TLS12), seen, strict=False)]) == expected


def test_three_connections_go_into_tls_at_most() -> None:
    endings = [None, HERE, alert(40), *(Tls(outcome) for outcome in Outcome)]
    for ways in itertools.product(endings, repeat=4):
        records = [tried(USUAL, ways[0])]
        for way in ways[1:]:
            offer = next_offer(records)
            if offer is None:
                break
            records.append(tried(offer, way))
        assert len(records) <= 3
        assert [record.offer for record in records[1:]].count(OWN) <= 1
