# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Remedies: nothing where nothing is wrong, refusals where nobody could look."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.remedies import ORDER, REMEDIES
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.host_states import host, states

RULES = {"never_weaker", "policy_owns", "needs_consent", "cannot_look", "by_hand"}


@pytest.mark.parametrize("name", [name for name in ORDER if name not in ("regenerate_self_signed", "restore_key_folder_access")])
def test_a_remedy_finds_nothing_to_do_on_a_healthy_host(name: str) -> None:
    assert REMEDIES[name](host()).operations == ()


@pytest.mark.parametrize("name", ORDER)
def test_who_has_seen_nothing_does_nothing(name: str) -> None:
    facts = build_facts("rds01", host().now, unreachable="no way in")
    proposal = REMEDIES[name](facts)
    assert proposal.operations == ()
    assert [(refusal.remedy, refusal.rule) for refusal in proposal.refusals] == [(name, "cannot_look")]


@given(states(), st.sampled_from(ORDER))
@settings(max_examples=80, deadline=None)
def test_a_refusal_is_whole_sentences_of_a_known_rule(case: dict[str, Any], name: str) -> None:
    for refusal in REMEDIES[name](host(**case)).refusals:
        assert refusal.rule in RULES
        assert refusal.because
        assert refusal.instead


def test_sessionenv_is_started_after_the_lists_are_put_back_and_before_termservice() -> None:
    order = list(ORDER)
    early = ("restore_key_folder_access", "restore_key_file_access", "set_self_signed_store", "unbind_custom_certificate")
    assert [name for name in order if name in early] == list(early)
    assert (
        order.index("unbind_custom_certificate") < order.index("start_session_env") < order.index("regenerate_self_signed") < order.index("start_term_service")
    )
    assert order[-2:] == ["remove_encryption_oracle", "switch_on_tls12"]  # what needs a reboot comes last
