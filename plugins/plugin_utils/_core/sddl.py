# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Security descriptors in SDDL, compared by meaning: who may do what, whatever the order and the aliases.

Only what the key store needs: discretionary lists of files and folders. Source of the letters: the SDDL pages of Win32.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FILE_READ_DATA = 0x1
FILE_GENERIC_READ = 0x120089
FILE_ALL_ACCESS = 0x1F01FF

NETWORK_SERVICE = "S-1-5-20"
SYSTEM = "S-1-5-18"
ADMINISTRATORS = "S-1-5-32-544"
EVERYONE = "S-1-1-0"
ALL_SERVICES = "S-1-5-80-0"
TERM_SERVICE = "S-1-5-80-446051430-1559341753-4161941529-1950928533-810483104"

# A token of NETWORK SERVICE carries these groups as well, and TermService its own service SID: access may come through any.
NETWORK_SERVICE_TOKEN = frozenset({NETWORK_SERVICE, EVERYONE, "S-1-5-11", "S-1-5-6", "S-1-5-32-545", ALL_SERVICES, TERM_SERVICE})

ALIASES = {
    "SY": SYSTEM,
    "BA": ADMINISTRATORS,
    "NS": NETWORK_SERVICE,
    "LS": "S-1-5-19",
    "WD": EVERYONE,
    "AU": "S-1-5-11",
    "SU": "S-1-5-6",
    "BU": "S-1-5-32-545",
    "CO": "S-1-3-0",
    "OW": "S-1-3-4",
    "AN": "S-1-5-7",
    "IU": "S-1-5-4",
    "NU": "S-1-5-2",
    "BG": "S-1-5-32-546",
    "PU": "S-1-5-32-547",
}
RIGHTS = {
    "FA": FILE_ALL_ACCESS,
    "FR": FILE_GENERIC_READ,
    "FW": 0x120116,
    "FX": 0x1200A0,
    "GA": FILE_ALL_ACCESS,
    "GR": FILE_GENERIC_READ,
    "GW": 0x120116,
    "GX": 0x1200A0,
    "SD": 0x10000,
    "RC": 0x20000,
    "WD": 0x40000,
    "WO": 0x80000,
    "CC": 0x1,
    "DC": 0x2,
    "LC": 0x4,
    "SW": 0x8,
    "RP": 0x10,
    "WP": 0x20,
    "DT": 0x40,
    "LO": 0x80,
    "CR": 0x100,
    "KA": 0xF003F,
    "KR": 0x20019,
    "KW": 0x20006,
    "KX": 0x20019,
}
_ENTRY = re.compile(r"\(([^()]*)\)")
_DACL = re.compile(r"D:([A-Z]*)((?:\([^()]*\))*)")


class SddlError(ValueError):
    """The text is not a security descriptor that this module reads."""


@dataclass(frozen=True)
class Entry:
    """One access control entry that applies to the object itself."""

    allows: bool
    mask: int
    sid: str
    inherited: bool


@dataclass(frozen=True)
class Dacl:
    """A discretionary list.

    :ivar protected: inheritance from the parent is cut off.
    """

    protected: bool
    entries: tuple[Entry, ...]


def parse_dacl(sddl: str) -> Dacl:
    """Read the discretionary list out of an SDDL text.

    :raises SddlError: no list, an unknown entry form or an unknown right.
    """
    match = _DACL.search(sddl)
    if match is None:
        raise SddlError("there is no discretionary list in the security descriptor")
    rest = sddl[match.end() :]
    if rest and not rest.startswith("S:"):  # a conditional entry, a null list: to read half of it would be a guess
        raise SddlError(f"the discretionary list has a form that is not read here: {rest[:80]}")
    entries = [_parse_entry(body) for body in _ENTRY.findall(match.group(2))]
    return Dacl("P" in match.group(1), tuple(entry for entry in entries if entry is not None))


def _parse_entry(body: str) -> Entry | None:
    fields = body.split(";")
    if len(fields) < 6 or fields[0] not in ("A", "D"):
        raise SddlError(f"an access control entry has an unknown form: ({body[:80]})")
    kind, flags, rights, sid = fields[0], fields[1], fields[2], fields[5]
    if "IO" in [flags[i : i + 2] for i in range(0, len(flags), 2)]:
        return None  # inherit only: says nothing about this object
    return Entry(kind == "A", _parse_rights(rights), ALIASES.get(sid, sid), "ID" in flags)


def _parse_rights(text: str) -> int:
    if text[:2].lower() == "0x":
        try:
            return int(text, 16)
        except ValueError as error:
            raise SddlError(f"unknown access rights {text[:40]!r}") from error
    mask = 0
    for index in range(0, len(text), 2):
        right = RIGHTS.get(text[index : index + 2])
        if right is None:
            raise SddlError(f"unknown access right {text[index : index + 2]!r}")
        mask |= right
    return mask


def grants(sddl: str) -> tuple[tuple[str, int, bool], ...]:
    """List what a discretionary list allows: SID, access mask, and whether it is handed on to what lies below, be it to that alone.

    :raises SddlError: see :func:`parse_dacl`.
    """
    parse_dacl(sddl)
    match = _DACL.search(sddl)
    entries = [body.split(";") for body in _ENTRY.findall(match.group(2) if match else "")]
    allowing = [fields for fields in entries if fields[0] == "A"]
    return tuple((ALIASES.get(fields[5], fields[5]), _parse_rights(fields[2]), bool({"OI", "CI"} & _flags(fields[1]))) for fields in allowing)


def _flags(text: str) -> set[str]:
    return {text[index : index + 2] for index in range(0, len(text), 2)}


def granted(dacl: Dacl, token: frozenset[str]) -> int:
    """Compute the rights that a token with these SIDs gets, entry by entry as Windows does it.

    :returns: the access mask; an entry that denies counts for the bits not yet granted.
    """
    allowed = denied = 0
    for entry in dacl.entries:
        if entry.sid not in token:
            continue
        if entry.allows:
            allowed |= entry.mask & ~denied
        else:
            denied |= entry.mask & ~allowed
    return allowed


def can_read(dacl: Dacl, token: frozenset[str]) -> bool:
    """Tell whether a token may read the data of a file with this list."""
    return granted(dacl, token) & FILE_READ_DATA == FILE_READ_DATA


def has_rights(dacl: Dacl, sid: str, mask: int) -> bool:
    """Tell whether one principal holds all bits of ``mask`` by entries of its own."""
    return granted(dacl, frozenset({sid})) & mask == mask
