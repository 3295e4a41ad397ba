# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Test plugins of others: true, false, and for everything else a sentence."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible import asked
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.asked import ask_test

from tests.support.host_states import host


def answer(monkeypatch: pytest.MonkeyPatch, function: Any) -> tuple[bool | None, tuple[str, ...]]:
    monkeypatch.setattr(asked, "test_loader", SimpleNamespace(get=lambda name: SimpleNamespace(j2_function=function)))
    truth = ask_test("a.b.c", host())
    return truth.value, truth.unknown


@pytest.mark.parametrize("said", [True, False])
def test_what_it_says_counts(monkeypatch: pytest.MonkeyPatch, said: bool) -> None:
    assert answer(monkeypatch, lambda facts: said) == (said, ())


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (lambda facts: None, "the test a.b.c could not tell"),
        (lambda facts: 1, "the test a.b.c said int where it must say true or false"),
        (lambda facts: facts["no_such"], "the test a.b.c failed with KeyError: 'no_such'"),
        (lambda: True, "the test a.b.c failed with TypeError"),
        (lambda facts: sys.exit(3), "the test a.b.c failed with SystemExit: 3"),
    ],
)
def test_anything_else_is_unknown(monkeypatch: pytest.MonkeyPatch, function: Any, why: str) -> None:
    value, unknown = answer(monkeypatch, function)
    assert value is None
    assert unknown[0].startswith(why)


def hangs(*dummy: Any) -> None:
    threading.Event().wait(60)


def test_one_that_does_not_end_is_stopped_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a test that waits for something, when its time is up, then it is unknown, and the sentence names it; the same while it loads."""
    monkeypatch.setattr(asked, "TIME_LIMIT_SECONDS", 0.05)
    assert answer(monkeypatch, hangs) == (None, ("the test a.b.c was stopped, it did not answer within 0.05 seconds",))
    monkeypatch.setattr(asked, "test_loader", SimpleNamespace(get=hangs))
    assert ask_test("a.b.c", host()).unknown == ("the test a.b.c was stopped, it did not load within 0.05 seconds",)


def test_it_gets_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    def spoil(facts: dict[str, Any]) -> bool:
        facts["os"]["build"] = 1
        return True

    facts = host()
    monkeypatch.setattr(asked, "test_loader", SimpleNamespace(get=lambda name: SimpleNamespace(j2_function=spoil)))
    ask_test("a.b.c", facts)
    assert facts.document["os"]["build"] != 1


def test_one_that_cannot_be_loaded_or_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise SyntaxError("line\ntwo")

    monkeypatch.setattr(asked, "test_loader", SimpleNamespace(get=broken))
    assert ask_test("a.b.c", host()).unknown == ("the test a.b.c cannot be loaded: line two",)
    monkeypatch.setattr(asked, "test_loader", SimpleNamespace(get=lambda name: None))
    assert ask_test("a.b.c", host()).unknown == ("there is no test a.b.c; is its collection installed?",)
