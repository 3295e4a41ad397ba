# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""NTLM as far as a stranger may go (MS-NLMP): the NEGOTIATE that asks, and the CHALLENGE that tells about the host.

There is no AUTHENTICATE in here and there will be none: a guessed one is a failed log-on in the log of the host and can lock an account.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, List, Optional, Tuple

SIGNATURE: Final = b"NTLMSSP\0"
_TYPE_NEGOTIATE: Final = 1
_TYPE_CHALLENGE: Final = 2
# What pyspnego sends too; real servers of three makers were seen to answer it. 0x02000000: a version follows.
_NEGOTIATE_FLAGS: Final = 0xE2088297
_VERSION: Final = bytes.fromhex("0a0063450000000f")  # 10.0.17763, NTLM revision 15
_UNICODE: Final = 0x00000001
_HAS_VERSION: Final = 0x02000000
_FIXED_BYTES: Final = 32  # signature, type, target name, flags, challenge
_TARGET_INFO_END: Final = 48
_VERSION_END: Final = 56
MAX_PAIRS: Final = 32  # eleven kinds are known; a list that goes on is not read on
MAX_NAME_CHARACTERS: Final = 255  # the longest DNS name

AV_EOL: Final = 0
AV_NETBIOS_COMPUTER: Final = 1
AV_NETBIOS_DOMAIN: Final = 2
AV_DNS_COMPUTER: Final = 3
AV_DNS_DOMAIN: Final = 4
AV_DNS_TREE: Final = 5
AV_TIMESTAMP: Final = 7

_FILETIME_UNIX_EPOCH: Final = 11644473600  # seconds from 1601 to 1970
_TICKS_PER_SECOND: Final = 10_000_000
_LAST_TICKS: Final = 2650467744000000000  # the beginning of the year 10000


@dataclass(frozen=True)
class Challenge:
    """What a CHALLENGE tells.

    :ivar flags: negotiation flags as they came.
    :ivar target_name: name of the domain or the computer, or None.
    :ivar version: major, minor, build and NTLM revision, or None when the server does not say.
    :ivar pairs: every AV pair in the order in which it came: number and raw bytes.
    :ivar is_whole: whether the list of pairs could be read up to its end mark.
    """

    flags: int
    target_name: Optional[str] = None
    version: Optional[Tuple[int, int, int, int]] = None
    pairs: Tuple[Tuple[int, bytes], ...] = ()
    is_whole: bool = True

    def name(self, number: int) -> Optional[str]:
        """Return the text of the first pair with this number, or None."""
        value = self._value(number)
        return None if value is None else _text(value)

    @property
    def os_build(self) -> Optional[str]:
        """Return major, minor and build as people write them, or None."""
        return None if self.version is None else "{}.{}.{}".format(*self.version)

    @property
    def ticks(self) -> Optional[int]:
        """Return the clock of the server in units of 100 ns since 1601, or None when it says none or nonsense."""
        value = self._value(AV_TIMESTAMP)
        if value is None or len(value) != 8:
            return None
        number = int.from_bytes(value, "little")
        return number if 0 < number < _LAST_TICKS else None

    @property
    def unix_time(self) -> Optional[float]:
        """Return the clock of the server in seconds since 1970, or None."""
        return None if self.ticks is None else self.ticks / _TICKS_PER_SECOND - _FILETIME_UNIX_EPOCH

    @property
    def has_whole_seconds(self) -> bool:
        """Tell whether the clock was cut down to whole seconds; FreeRDP does that, Windows has 100 ns."""
        return self.ticks is not None and self.ticks % _TICKS_PER_SECOND == 0

    def _value(self, number: int) -> Optional[bytes]:
        return next((value for kind, value in self.pairs if kind == number), None)


def encode_negotiate() -> bytes:
    """Return the message that asks for a challenge. It names nobody."""
    return SIGNATURE + struct.pack("<II", _TYPE_NEGOTIATE, _NEGOTIATE_FLAGS) + bytes(16) + _VERSION


def decode_challenge(token: bytes) -> Optional[Challenge]:
    """Read a CHALLENGE.

    :param token: the message; offsets in it are held against its length before anything is taken.
    :returns: what it tells, or None when it is no CHALLENGE. Fields that point outside are left out, not guessed.
    """
    if len(token) < _FIXED_BYTES or not token.startswith(SIGNATURE):
        return None
    kind, name_length, dummy_size, name_offset, flags = struct.unpack_from("<IHHII", token, len(SIGNATURE))
    if kind != _TYPE_CHALLENGE:
        return None
    name = _slice(token, name_offset, name_length) if name_length else None
    pairs: Tuple[Tuple[int, bytes], ...] = ()
    is_whole = True
    if len(token) >= _TARGET_INFO_END:
        length, dummy_size, offset = struct.unpack_from("<HHI", token, 40)
        info = _slice(token, offset, length) if length else b"\0\0\0\0"
        pairs, is_whole = _pairs(info) if info is not None else ((), False)
    return Challenge(flags, _target_name(name, flags), _version(token, flags), pairs, is_whole)


def _slice(token: bytes, offset: int, length: int) -> Optional[bytes]:
    """Return a part of the token, or None when it does not lie in it."""
    return token[offset : offset + length] if offset + length <= len(token) else None


def _target_name(name: Optional[bytes], flags: int) -> Optional[str]:
    if name is None:
        return None
    return _text(name) if flags & _UNICODE else _printable(name.decode("ascii", "replace"))


def _version(token: bytes, flags: int) -> Optional[Tuple[int, int, int, int]]:
    if not flags & _HAS_VERSION or len(token) < _VERSION_END:
        return None
    major, minor, build, revision = struct.unpack_from("<BBH3xB", token, _TARGET_INFO_END)
    return major, minor, build, revision


def _pairs(info: bytes) -> Tuple[Tuple[Tuple[int, bytes], ...], bool]:
    """Return the pairs up to the end mark, and whether the mark was found."""
    found: List[Tuple[int, bytes]] = []
    position = 0
    while position + 4 <= len(info) and len(found) < MAX_PAIRS:
        kind, length = struct.unpack_from("<HH", info, position)
        if kind == AV_EOL:
            return tuple(found), True
        value = _slice(info, position + 4, length)
        if value is None:
            break
        found.append((kind, value))
        position += 4 + length
    return tuple(found), False


def _text(value: bytes) -> str:
    return _printable(value.decode("utf-16-le", "replace"))


def _printable(text: str) -> str:
    """Return text that can stand in a log: bounded, and nothing in it that moves a cursor or hides."""
    text = text[:MAX_NAME_CHARACTERS]
    return text if text.isprintable() else "".join(character if character.isprintable() else "\ufffd" for character in text)
