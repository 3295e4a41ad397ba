# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The little of DER that a TSRequest is made of: tag, length, value, within bounds.

Reading is as strict as safety wants and no stricter: a length may be written longer than needed (some servers do), but an
indefinite length, a tag of several bytes and an element that reaches beyond its parent are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Iterator, Union

SEQUENCE: Final = 0x30
INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
_LONG_FORM: Final = 0x80
_HIGH_TAG: Final = 0x1F
_MAX_LENGTH_OCTETS: Final = 4  # 4 GiB can be said; what is said is then held against a limit
_MAX_INTEGER_OCTETS: Final = 8
MAX_ELEMENTS: Final = 64  # children of one element; the largest TSRequest has six


class DerError(ValueError):
    """The bytes are not the DER that was expected. Never leaves this package: what uses it turns it into an event."""


class Framing(Enum):
    """What can be said about the beginning of a buffer besides a length."""

    INCOMPLETE = "incomplete"
    NOT_DER = "not_der"  # these bytes can never become an acceptable element


@dataclass(frozen=True)
class Element:
    """One element: its tag and the bytes of its value."""

    tag: int
    value: bytes


def context(number: int) -> int:
    """Return the tag of a constructed, context-specific element."""
    return 0xA0 | number


def encode(tag: int, value: bytes) -> bytes:
    """Return one element."""
    length = len(value)
    if length < _LONG_FORM:
        return bytes((tag, length)) + value
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(octets))) + octets + value


def encode_integer(number: int) -> bytes:
    """Return a whole number as an element."""
    return encode(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def element_length(buffer: bytes, tag: int, limit: int) -> Union[int, Framing]:
    """Tell how long the element at the start of ``buffer`` is, head included.

    :param buffer: everything received so far, possibly nothing.
    :param tag: what the element must be.
    :param limit: the longest element that is accepted.
    :returns: the length, which may be more than is in the buffer, or a :class:`Framing` word. A wrong byte is told as soon as it is there.
    """
    if not buffer:
        return Framing.INCOMPLETE
    if buffer[0] != tag:
        return Framing.NOT_DER
    if len(buffer) < 2:
        return Framing.INCOMPLETE
    if buffer[1] < _LONG_FORM:
        return 2 + buffer[1]
    octets = buffer[1] & 0x7F
    if not 1 <= octets <= _MAX_LENGTH_OCTETS:
        return Framing.NOT_DER
    said = buffer[2 : 2 + octets]
    if len(said) < octets:
        return Framing.INCOMPLETE
    length = 2 + octets + int.from_bytes(said, "big")
    return length if length <= limit else Framing.NOT_DER


def elements(data: bytes) -> Iterator[Element]:
    """Yield the elements that ``data`` consists of.

    :raises DerError: at the first thing that is not a whole element, and after :data:`MAX_ELEMENTS`.
    """
    position = 0
    for dummy_count in range(MAX_ELEMENTS):
        if position == len(data):
            return
        head = data[position : position + 2 + _MAX_LENGTH_OCTETS]
        if head[0] & _HIGH_TAG == _HIGH_TAG:
            raise DerError("a tag of several bytes")
        length = element_length(head, head[0], len(data) - position)
        if not isinstance(length, int) or position + length > len(data):
            raise DerError("an element that is longer than what it lies in")
        start = position + (2 if head[1] < _LONG_FORM else 2 + (head[1] & 0x7F))
        position += length
        yield Element(head[0], data[start:position])
    if position != len(data):
        raise DerError("too many elements")


def only(data: bytes, tag: int) -> bytes:
    """Return the value of the one element that ``data`` consists of.

    :raises DerError: when it is something else.
    """
    if element_length(data[: 2 + _MAX_LENGTH_OCTETS], tag, len(data)) != len(data):
        raise DerError(f"not exactly one element with tag 0x{tag:02x}")
    return data[2 if data[1] < _LONG_FORM else 2 + (data[1] & 0x7F) :]


def integer(data: bytes) -> int:
    """Return the whole number in ``data``, an INTEGER element.

    :raises DerError: when it is something else, or longer than 64 bits.
    """
    value = only(data, INTEGER)
    if not 1 <= len(value) <= _MAX_INTEGER_OCTETS:
        raise DerError("a number of a strange length")
    return int.from_bytes(value, "big", signed=True)
