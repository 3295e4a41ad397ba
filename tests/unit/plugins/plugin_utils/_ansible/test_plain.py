# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nothing but plain types crosses into the core."""

from __future__ import annotations

from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.plain import as_plain_mapping, one_line, to_plain


class Tagged(str):
    """Stands for the subclasses in which Ansible wraps values."""

    __slots__ = ()


class TaggedDict(dict[str, Any]):
    """The same for mappings."""


def test_subclasses_become_plain_at_every_depth() -> None:
    plain = to_plain(TaggedDict(a=[Tagged("x"), TaggedDict(b=1)]))
    assert plain == {"a": ["x", {"b": 1}]}
    assert (type(plain), type(plain["a"][0]), type(plain["a"][1])) == (dict, str, dict)


def test_what_is_no_mapping_is_none() -> None:
    assert as_plain_mapping([1]) is None
    assert as_plain_mapping(None) is None


def test_a_foreign_text_becomes_one_bounded_printable_line() -> None:
    assert one_line("a\n\tb\x1b[31m\u202e c") == "a b [31m c"
    assert len(one_line("x" * 1000, 300)) == 300
