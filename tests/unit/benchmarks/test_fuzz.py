# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The fuzzer: its first cases are fine, and a limit on bytes that is gone does not go unseen."""

from __future__ import annotations

import contextlib

import pytest
from ansible_collections.rdpops.health.benchmarks import fuzz

TARGETS = {target.name: target for target in fuzz.targets()}


@pytest.mark.parametrize("name", TARGETS)
def test_the_first_cases_break_no_rule(name: str) -> None:
    for case in TARGETS[name].corpus:
        fuzz.one_case(TARGETS[name], case, None)


@pytest.mark.parametrize(("name", "limit"), [("endless hello", "TLS_LIMIT_BYTES"), ("endless credssp", "CREDSSP_LIMIT_BYTES")])
def test_a_limit_on_bytes_is_reached_and_is_missed_when_it_is_gone(monkeypatch: pytest.MonkeyPatch, name: str, limit: str) -> None:
    monkeypatch.setattr(fuzz._conversation, limit, 2**40)
    missed = 0
    for case in TARGETS[name].corpus:
        with contextlib.suppress(fuzz.LocalProtocolError, fuzz.RemoteProtocolError):
            try:
                TARGETS[name].parse(case)
            except AssertionError as error:
                assert "nobody called it enough" in str(error)
                missed += 1
    assert missed
