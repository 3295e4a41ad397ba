# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write a number the way people look it up: codes in hexadecimal, everything that is counted in decimal."""

from __future__ import annotations

STATUS_BIT = 0x80000000  # set in every HRESULT and NTSTATUS that tells of a failure; no port, build or count of the facts is as large
LARGEST = 0xFFFFFFFF
# Where the codes of a client stand; most of them have no status bit, and every document about them writes 0x204, not 516.
_CLIENT_CODES = ("derived.client_error.", "derived.client_attempt.code", "client.error_code.")


def number_text(number: int, path: str = "") -> str:
    """Write a whole number for people.

    :param path: where it stands in the facts, or with what it is compared; empty where it stands nowhere.
    :returns: ``0x80070005`` for a code, decimal digits for anything else. Documents for programs keep the number itself.
    """
    is_code = STATUS_BIT <= number <= LARGEST or (number >= 0 and path.startswith(_CLIENT_CODES))
    return f"0x{number:X}" if is_code else str(number)
