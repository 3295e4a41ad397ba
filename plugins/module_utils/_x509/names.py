# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does a certificate stand for a name? As clients of Remote Desktop look at it: alternative names first, the common name only without any."""

from __future__ import annotations

import ipaddress
import re
from typing import Final, Optional, Sequence

_DOTS: Final = re.compile("[.\u3002\uff0e\uff61]")  # what IDNA takes for a dot (RFC 3490 3.1)


def matches(name: str, alternatives: Sequence[str], common_name: Optional[str]) -> bool:
    """Tell whether a certificate is made out to ``name``.

    :param name: a host name or an address, as somebody typed it.
    :param alternatives: DNS names and addresses of the certificate.
    :param common_name: used only when there are no alternatives, as in the certificates that Windows makes for itself.
    """
    candidates = list(alternatives) or ([common_name] if common_name else [])
    address = _address(name)
    if address is not None:
        return any(_address(candidate) == address for candidate in candidates)
    wanted = _labels(name)
    return any(_fits(wanted, _labels(candidate)) for candidate in candidates)


def _address(text: str) -> Optional[str]:
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))  # a zone is this machine's own affair; no certificate can name it
    except ValueError:
        return None


def _labels(name: str) -> Sequence[str]:
    return [_plain(label) for label in _DOTS.sub(".", name).rstrip(".").split(".")]


def _plain(label: str) -> str:
    """Return a label as certificates carry it, in ASCII; one that has no such form (an asterisk, a name of Windows with an underscore) as it is."""
    try:
        return label.encode("idna").decode("ascii").casefold()
    except UnicodeError:
        return label.casefold()


def _fits(wanted: Sequence[str], offered: Sequence[str]) -> bool:
    """Compare label by label; an asterisk stands for the whole first label of a name of at least three (RFC 6125 6.4.3)."""
    if len(wanted) != len(offered):
        return False
    if offered[0] == "*" and len(offered) >= 3:
        return bool(wanted[0]) and wanted[1:] == offered[1:]
    return wanted == offered
