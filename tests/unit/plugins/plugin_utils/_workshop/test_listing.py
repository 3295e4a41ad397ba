# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The list of facts: every path that a condition may look at, and what nobody knows, with the reason."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.plugin_utils._core.paths import look_up
from ansible_collections.rdpops.health.plugins.plugin_utils._workshop.listing import LONGEST, lines_of, paths_of

from tests.support.host_states import document, host


def test_every_path_that_is_listed_can_be_looked_up() -> None:
    facts = host()
    paths = list(paths_of(facts.document))
    assert len(paths) > 500
    assert all(look_up(facts.document, facts.gaps, path).value == value for path, value in paths)


def test_what_follows_and_what_nobody_knows_is_listed() -> None:
    lines = lines_of(host(status={"firewall": "denied"}))
    assert lines == sorted(lines)
    assert "derived.effective.PortNumber.value = 3389" in lines
    assert "firewall unknown: access to firewall was denied: as the case wants it" in lines
    assert "client unknown: the client view was not asked for" in lines


def test_a_part_is_enough() -> None:
    lines = lines_of(host(), "PORTNUMBER")
    assert "listener.values.PortNumber.local.value = 3389" in lines
    assert all("portnumber" in line.casefold() for line in lines)


def test_a_denied_value_is_no_value() -> None:
    (line,) = lines_of(document(a={"path": "HKLM\\X", "value": None, "kind": "denied"}))
    assert line == "a unknown: access to HKLM\\X was denied"


def test_a_long_value_is_cut() -> None:
    (line,) = lines_of(document(a="x" * 1000))
    assert line == f'a = "{"x" * (LONGEST - 1)} ... (1002 characters)'
    assert lines_of(document(a={})) == ["a = {}"]
