# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every event that is read on a host or a client, and every one that is counted, has a row in the table that explains events."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.codes import load_codes
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.events import WATCHED

from tests.conftest import ROOT

READER = (ROOT / "plugins" / "module_utils" / "_RdpEvents.psm1").read_text(encoding="utf-8")
PREFIXES = ("Microsoft-Windows-", "TerminalServices-", "RemoteDesktopServices-")
OTHER_NAMES = {"security-auditing": "security", "clientactivexcore": "rdpclient"}  # people look such events up by their log


def source_of(provider: str) -> str:
    for prefix in PREFIXES:
        provider = provider.removeprefix(prefix)
    return OTHER_NAMES.get(provider.casefold(), provider.casefold())


def asked_for() -> Iterator[tuple[str, int]]:
    """Yield provider and id of everything that the rows of the reader name."""
    values: dict[str, str] = {}
    for name, value in re.findall(r"^\$script:([a-z]+) = ['\"]([^'\"]*)['\"]", READER, flags=re.MULTILINE):
        values[name] = expanded(value, values)
    block = READER[READER.index("$script:rows") : READER.index("Function Get-RdpEventQuery")]
    for row in re.findall(r"^[^|\n]+\|[^|\n]+\|[0-9 -]+", expanded(block, values), flags=re.MULTILINE):
        dummy, provider, ids = row.split("|")
        for part in ids.split():
            first, dummy, last = part.partition("-")
            yield from ((source_of(provider), number) for number in range(int(first), int(last or first) + 1))


def expanded(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{?([a-z]+)\}?", lambda found: values.get(found[1], found[0]), text)


READ = sorted(set(asked_for()))
COUNTED = sorted({(source_of(watched.provider), number) for watched in WATCHED.values() for number in watched.ids})


def test_the_rows_of_the_reader_are_understood() -> None:
    assert {("schannel", 36888), ("rdpcorets", 131), ("rdpclient", 1026), ("security", 4740), ("service control manager", 7034)} <= set(READ)
    assert len(READ) > 100


@pytest.mark.parametrize(("source", "number"), sorted({*READ, *COUNTED}))
def test_it_has_a_row(source: str, number: int) -> None:
    assert source in {code.source for code in load_codes().codes["events"].get(number, ())}
