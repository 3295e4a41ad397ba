# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every event that is read on a host or a client, and every one that is counted, has a row in the table that explains events."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.codes import load_codes
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.events import WATCHED

from tests.support.reader_queries import queries_of_the_reader

PREFIXES = ("Microsoft-Windows-", "TerminalServices-", "RemoteDesktopServices-")
OTHER_NAMES = {"security-auditing": "security", "clientactivexcore": "rdpclient"}  # people look such events up by their log


def source_of(provider: str) -> str:
    for prefix in PREFIXES:
        provider = provider.removeprefix(prefix)
    return OTHER_NAMES.get(provider.casefold(), provider.casefold())


READ = sorted({(source_of(query.provider), number) for query in queries_of_the_reader() for number in query.numbers})
COUNTED = sorted({(source_of(watched.provider), number) for watched in WATCHED.values() for number in watched.ids})


def test_the_rows_of_the_reader_are_understood() -> None:
    assert {("schannel", 36888), ("rdpcorets", 131), ("rdpclient", 1026), ("security", 4740), ("service control manager", 7034)} <= set(READ)
    assert len(READ) > 100


@pytest.mark.parametrize(("source", "number"), sorted({*READ, *COUNTED}))
def test_it_has_a_row(source: str, number: int) -> None:
    assert source in {code.source for code in load_codes().codes["events"].get(number, ())}
