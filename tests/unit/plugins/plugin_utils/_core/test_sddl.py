# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Security descriptors compared by meaning."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.sddl import (
    ADMINISTRATORS,
    ALIASES,
    EVERYONE,
    FILE_ALL_ACCESS,
    NETWORK_SERVICE,
    NETWORK_SERVICE_TOKEN,
    RIGHTS,
    SYSTEM,
    TERM_SERVICE,
    SddlError,
    can_read,
    granted,
    has_rights,
    parse_dacl,
)
from hypothesis import given, settings
from hypothesis import strategies as st

KEY = "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)"
FOLDER = "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"


def reads(sddl: str) -> bool:
    return can_read(parse_dacl(sddl), NETWORK_SERVICE_TOKEN)


def test_documented_defaults() -> None:
    key, folder = parse_dacl(KEY), parse_dacl(FOLDER)
    assert key.protected
    assert folder.protected
    assert reads(KEY)
    assert has_rights(key, SYSTEM, FILE_ALL_ACCESS)
    assert has_rights(folder, EVERYONE, 0x12019F)
    assert not has_rights(folder, EVERYONE, 0x1201BF)
    assert has_rights(folder, ADMINISTRATORS, FILE_ALL_ACCESS)


@pytest.mark.parametrize(
    "sddl",
    ["D:(A;;FR;;;S-1-5-20)(A;;FA;;;SY)", "D:P(A;;GR;;;NS)", "D:(A;;0x120089;;;NS)", "D:(A;;0x1;;;NS)", "D:(A;;CC;;;NS)", "D:AI(A;ID;FA;;;NS)",
     "D:(A;;GA;;;NS)", "D:(A;;FR;;;WD)", "D:(A;;FR;;;AU)", "D:(A;;FR;;;SU)", "D:(A;;FR;;;BU)", f"D:(A;;FR;;;{TERM_SERVICE})",
     "D:(A;;FR;;;NS)(D;;FR;;;NS)", "D:(D;;FR;;;BA)(A;;FR;;;NS)", "D:(D;;WD;;;NS)(A;;FA;;;NS)", "D:(A;;FR;;;NS)S:(AU;FA;FA;;;WD)", "O:BAD:(A;;FR;;;NS)",
     "D:(D;IO;FA;;;NS)(A;;FR;;;NS)", "D:(D;OICIIO;FA;;;NS)(A;;FR;;;NS)"],
)  # fmt: skip
def test_network_service_reads(sddl: str) -> None:
    assert reads(sddl)


@pytest.mark.parametrize(
    "sddl",
    ["D:", "D:P", "D:(A;;FA;;;SY)(A;;FA;;;BA)", "D:(A;;FW;;;NS)", "D:(A;IO;FA;;;NS)", "D:(A;OIIO;FA;;;NS)", "D:(D;;FR;;;NS)(A;;FR;;;NS)",
     "D:(D;;0x1;;;WD)(A;;FR;;;NS)", "D:(A;;FR;;;LS)", "D:(A;;FR;;;S-1-5-80-1-2-3-4-5)", "D:(A;;FR;;;CO)", "D:(A;;FR;;;OW)", "D:(A;;;;;NS)",
     "D:(A;;FR;;;S-1-5-200)", "D:(A;;FX;;;NS)"],
)  # fmt: skip
def test_network_service_does_not_read(sddl: str) -> None:
    assert not reads(sddl)


@pytest.mark.parametrize(
    "sddl",
    ["", "O:SYG:SY", "nonsense", "D:NO_ACCESS_CONTROL", "D:(OA;;FR;;;NS)", "D:(A;;FR;;NS)", "D:(A;;ZZ;;;NS)", "D:(A;;FRF;;;NS)", "D:(A;;0xzz;;;NS)",
     'D:(A;;FA;;;SY)(XA;;FX;;;WD;(@User.Title=="PM"))(D;;FA;;;NS)', "D:(A;;FR;;;NS)junk", "D:(AU;SA;FA;;;WD)", "D:((A;;FR;;;NS))", "D:()"],
)  # fmt: skip
def test_what_cannot_be_read_as_a_whole_is_refused(sddl: str) -> None:
    with pytest.raises(SddlError):
        parse_dacl(sddl)


def test_a_hostile_text_is_told_in_part() -> None:
    with pytest.raises(SddlError) as caught:
        parse_dacl("D:(" + "A" * 10_000 + ")")
    assert len(str(caught.value)) < 200


def test_entries_keep_what_they_say() -> None:
    inherited, own = parse_dacl("D:AI(A;ID;FR;;;NS)(D;OICI;FW;;;WD)").entries
    assert (inherited.allows, inherited.mask, inherited.sid, inherited.inherited) == (True, 0x120089, NETWORK_SERVICE, True)
    assert (own.allows, own.mask, own.sid, own.inherited) == (False, 0x120116, EVERYONE, False)


def test_the_tables() -> None:
    # Values of winnt.h and of the SDDL pages of Win32
    assert RIGHTS["FA"] == RIGHTS["GA"] == 0x1F01FF
    assert RIGHTS["FR"] == RIGHTS["GR"] == 0x120089
    assert RIGHTS["FW"] == RIGHTS["GW"] == 0x120116
    assert RIGHTS["FX"] == RIGHTS["GX"] == 0x1200A0
    assert [RIGHTS[name] for name in ("CC", "DC", "LC", "SW", "RP", "WP", "DT", "LO", "CR")] == [1 << bit for bit in range(9)]
    assert [RIGHTS[name] for name in ("SD", "RC", "WD", "WO")] == [1 << bit for bit in range(16, 20)]
    assert {name: ALIASES[name] for name in ("SY", "BA", "NS", "LS", "WD", "AU", "SU", "BU", "CO", "OW", "AN", "IU", "NU", "BG", "PU")} == {
        "SY": "S-1-5-18", "BA": "S-1-5-32-544", "NS": "S-1-5-20", "LS": "S-1-5-19", "WD": "S-1-1-0", "AU": "S-1-5-11", "SU": "S-1-5-6",
        "BU": "S-1-5-32-545", "CO": "S-1-3-0", "OW": "S-1-3-4", "AN": "S-1-5-7", "IU": "S-1-5-4", "NU": "S-1-5-2", "BG": "S-1-5-32-546", "PU": "S-1-5-32-547",
    }  # fmt: skip


ENTRIES = ("(A;;FR;;;NS)", "(A;;FW;;;WD)", "(A;;0x1;;;AU)", "(A;;FA;;;SY)", "(A;IO;FA;;;NS)")


@pytest.mark.parametrize("order", list(itertools.permutations(ENTRIES, 3)), ids=" ".join)
def test_the_order_of_allowing_entries_does_not_matter(order: tuple[str, ...]) -> None:
    assert granted(parse_dacl("D:" + "".join(order)), NETWORK_SERVICE_TOKEN) == granted(parse_dacl("D:" + "".join(sorted(order))), NETWORK_SERVICE_TOKEN)


entries = st.lists(st.tuples(st.sampled_from("AD"), st.integers(0, 0x1F01FF), st.sampled_from(["NS", "WD", "SY", "S-1-5-20"])), max_size=6)


@given(entries, st.integers(0, 0x1F01FF))
@settings(max_examples=80)
def test_laws_of_granting(rows: list[tuple[str, int, str]], mask: int) -> None:
    body = "".join(f"({kind};;{rights:#x};;;{sid})" for kind, rights, sid in rows)
    before = granted(parse_dacl("D:" + body), NETWORK_SERVICE_TOKEN)
    # An entry that denies never adds, one that allows never takes away, and neither matters at the end for bits that are settled
    assert granted(parse_dacl(f"D:(D;;{mask:#x};;;NS){body}"), NETWORK_SERVICE_TOKEN) == before & ~mask
    assert granted(parse_dacl(f"D:{body}(D;;{mask:#x};;;NS)"), NETWORK_SERVICE_TOKEN) == before
    assert granted(parse_dacl(f"D:(A;;{mask:#x};;;NS){body}"), NETWORK_SERVICE_TOKEN) == before | mask
    assert has_rights(parse_dacl("D:" + body), SYSTEM, 0)


def test_all_services_may_be_how_the_listener_reads() -> None:
    assert can_read(parse_dacl("D:P(A;;FA;;;SY)(A;;FR;;;S-1-5-80-0)"), NETWORK_SERVICE_TOKEN)
