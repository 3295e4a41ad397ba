# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sentences: look-ups only, bounded, printable; nothing in a value or a text is evaluated."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.sentences import MAX_SHOWN_CHARACTERS, fill, show
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.host_states import document


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "absent"), (True, "yes"), (False, "no"), (0, "0"), ("x", "x"), ([1, "b"], "1, b"), ([], "none"), ("a\x1b[2Jb\n", "a?[2Jb?"), ("\u202egnp", "?gnp")],
)
def test_values_in_words(value: object, shown: str) -> None:
    assert show(value) == shown


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("derived.firewall.allowed_profiles", [], "none"), ("derived.firewall.blocked_by", None, "none"), ("ports.items", [], "none"),
        ("derived.effective.MaxInstanceCount.value", None, "absent"), ("credssp.AllowEncryptionOracle.value", None, "absent"),
        ("services.SessionEnv.state", None, "absent"), ("derived.outside.answers", False, "no"), ("derived.events.rcm_1057", 0, "0"),
    ],
)  # fmt: skip
def test_what_names_nothing_is_told_from_what_is_not_there(path: str, value: object, shown: str) -> None:
    assert show(value, path) == shown


@pytest.mark.parametrize(("count", "told"), [(0, "0 times"), (1, "once"), (2, "2 times"), (11, "11 times"), (None, "absent times")])
def test_one_time_is_once(count: int | None, told: str) -> None:
    assert fill("refused ({events.count} times), {events.count} timesaving", document(events={"count": count})) == f"refused ({told}), {show(count)} timesaving"


def test_codes_are_written_as_people_look_them_up() -> None:
    facts = document(derived={"client_error": {"code": 516, "extended": 7}}, codes=[0x8009030D, 40], port=3389)
    assert fill("{derived.client_error.code}/{derived.client_error.extended} {codes} {port}", facts) == "0x204/0x7 0x8009030D, 40 3389"
    assert show([True]) == "True"


@pytest.mark.parametrize(("length", "shown"), [(199, 199), (200, 200), (201, 203), (100_000, 203)])
def test_a_long_value_is_cut(length: int, shown: int) -> None:
    assert len(show("x" * length)) == shown


@given(st.text(max_size=400))
@settings(max_examples=60)
def test_whatever_stands_there_is_one_printable_bounded_line(text: str) -> None:
    sentence = fill("a {value} b", document(value=text))
    assert sentence.isprintable()
    assert len(sentence) <= MAX_SHOWN_CHARACTERS + 7


@pytest.mark.parametrize(
    "text",
    ["{value.__class__.__mro__}", "{}", "{0}", "{value!r}", "{value:>1000000}", "{value[0]}", "{{value}}x", "%(value)s", "${value!s}", "{a b}"],
)
def test_nothing_is_a_format_string(text: str) -> None:
    # Given a text with what Python, a shell or a template would evaluate
    sentence = fill(text, document(value="secret"))
    # Then it is left as it stands, or is a look-up of a name that is not there
    assert sentence in (text, "(unknown)", "{secret}x")


def test_a_value_is_not_filled_again() -> None:
    assert fill("{a}", document(a="{b}", b="never")) == "{b}"


def test_unknown_and_denied_places_say_so() -> None:
    facts = document(d={"path": "p", "kind": "denied", "value": None})
    assert fill("{x.y} and {d.value}", facts) == "(unknown) and (unknown)"
