# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Requests that are made only when somebody names them."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.module_utils._rdp import Depth, Scope, Special
from ansible_collections.rdpops.health.plugins.module_utils._rdp._events import Event, LegacyConfirm, NegotiationFailure, NegotiationResponse
from ansible_collections.rdpops.health.plugins.module_utils._rdp._result import ConnectionRecord, Outcome, Standing, Step, StepName
from ansible_collections.rdpops.health.plugins.module_utils._rdp._special import answer_of, request_of
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.probe import check_probe

from tests.support.hostile_servers import Peer, answering, sending
from tests.support.probing import probed
from tests.support.rdp_bytes import CLEAR_DISCONNECT, failure, response

ALL = tuple(Special)


@pytest.mark.parametrize(
    ("special", "answer", "standing"),
    [
        (Special.RDSAAD, NegotiationResponse(0x1F, 16), Standing.OFFERED),
        (Special.RDSAAD, NegotiationResponse(0x1F, 0), Standing.REFUSED),
        (Special.RDSAAD, NegotiationFailure(2), Standing.REFUSED),
        (Special.RDSAAD, None, Standing.UNKNOWN),
        (Special.REDIRECTED_AUTHENTICATION, NegotiationResponse(0x1F, 8), Standing.OFFERED),
        (Special.REDIRECTED_AUTHENTICATION, NegotiationResponse(0x1F, 2), Standing.OFFERED),
        (Special.REDIRECTED_AUTHENTICATION, NegotiationResponse(0x1F, 1), Standing.REFUSED),
        (Special.REDIRECTED_AUTHENTICATION, LegacyConfirm(), Standing.REFUSED),
    ],
)
def test_what_an_answer_means(special: Special, answer: Event | None, standing: Standing) -> None:
    record = ConnectionRecord(request_of(special)[0], (Step(StepName.NEGOTIATE, Outcome.OK, 1),), answer)
    assert answer_of(special, record).standing is standing


def test_nobody_asks_unless_somebody_wants_it() -> None:
    with Peer(sending(failure(5))) as peer:
        probe = probed(peer, scope=Scope(Depth.FULL, tries=2))
    assert probe["also_asked"] == []


def test_they_come_last_and_change_no_other_word() -> None:
    seen: list[bytes] = []
    answers = {0x0B: response(0, 1), 1: failure(2), 0: response(0, 1), 0x10: response(16)}
    with Peer(answering(answers, seen=seen)) as peer:
        probe = probed(peer, scope=Scope(also_ask=ALL))
    check_probe(probe)
    assert [request[12:].hex() for request in seen[3:]] == ["00080010000000", "0208000b000000"]
    assert [(one["what"], one["requested"], one["flags"], one["standing"]) for one in probe["also_asked"]] == [
        ("rdsaad", 16, 0, "offered"),
        ("redirected_authentication", 11, 2, "refused"),
    ]
    with Peer(answering(answers)) as peer:
        plain = probed(peer)
    assert [probe[name] for name in ("protocols", "nla", "symptom", "rests_on")] == [plain[name] for name in ("protocols", "nla", "symptom", "rests_on")]
    assert len(probe["connections"]) == 3


def test_a_server_that_hangs_up_refuses() -> None:
    with Peer(sending(CLEAR_DISCONNECT)) as peer:
        probe = probed(peer, scope=Scope(Depth.QUICK, also_ask=ALL))
    assert {one["standing"] for one in probe["also_asked"]} == {"refused"}
    assert len(probe["connections"]) == 1
