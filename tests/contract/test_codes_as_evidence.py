# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What rdp_error says of a code and what the diagnosis makes of it agree: one table, read by the one, held to the evidence of the other."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.codes import POINTERS, load_codes
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose

from tests.support.host_states import CATALOGUE, host

TABLES = load_codes().causes
ROWS = [(table, number, causes) for table in POINTERS for number, causes in TABLES[table].items() if causes]
ORDER = "how a host ends a session in order, too: what went wrong stands in the extended code"
LOGON = "whether the account, its password or the way it is sent is at fault, the client does not pass on"
LICENCES = "the extended code beside it says what was wrong with the licence, and is evidence"
TRUST = "said of a certificate in between as well as of a list of roots on the client"
# Codes that name no cause by themselves, and why.
SAYS_NOTHING: dict[tuple[str, int], str] = {
    ("disconnect", 0x3): ORDER,
    ("disconnect", 0x704): "a time limit of anything from the connection to licensing",
    ("disconnect", 0x807): LOGON,
    ("disconnect", 0x808): LICENCES,
    ("disconnect", 0x904): "the socket went away before anybody gave a verdict",
    ("disconnect", 0x908): LICENCES,
    ("status", 0x80070005): "access to anything",
    ("status", 0x80090304): "the authority of the host, or an internal error of TLS",
    ("status", 0x8009030C): LOGON,
    ("status", 0x80090325): TRUST,
    ("status", 0x80090327): TRUST,
    ("status", 0xC000006D): LOGON,
}


def named_by(table: str, number: int) -> list[str]:
    """Return the causes of a host of which nothing is known but this code."""
    error = f"extended 0x{number:X}" if table == "extended" else f"0x{number:X}"
    return [ranked.cause.id for ranked in diagnose(host(unreachable=True, status={"probe": "failed"}, error=error), CATALOGUE.causes)]


@pytest.mark.parametrize(("table", "number", "causes"), ROWS, ids=[f"{table} 0x{number:X}" for table, number, dummy in ROWS])
def test_a_code_is_evidence_of_the_causes_that_are_told_for_it(table: str, number: int, causes: tuple[str, ...]) -> None:
    """Given a code alone, then the diagnosis names the first cause of its row, and none that the row has not; or none at all, for a reason."""
    named = named_by(table, number)
    if (table, number) in SAYS_NOTHING:
        assert named == []
        return
    assert causes[0] in named
    assert set(named) <= set(causes)


def test_the_codes_that_say_nothing_are_few_and_there() -> None:
    assert SAYS_NOTHING.keys() <= {(table, number) for table, number, dummy in ROWS}
    single = {(table, number) for table, number, causes in ROWS if len(causes) == 1}
    assert single & SAYS_NOTHING.keys() == {("disconnect", 0x3)}


@pytest.mark.parametrize(
    ("error", "cause"),
    [("0xC000006D/0xC0000234", "C33"), ("0xC000006E 0xC0000072", "C33"), ("0xC000006D/0xC000015B", "C32"), ("0x904/0x80090302", "C26")],
)
def test_a_sub_status_is_evidence_as_the_status_is(error: str, cause: str) -> None:
    ranked = diagnose(host(unreachable=True, status={"probe": "failed"}, error=error), CATALOGUE.causes)
    assert cause in [item.cause.id for item in ranked]
    assert "C62" not in [item.cause.id for item in ranked]
