# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a name that a client uses is this host's. A short name and a full one are the same host; an address is only itself."""

from __future__ import annotations

import fnmatch
import ipaddress
from collections.abc import Iterable


def is_this_host(name: str, names: Iterable[str]) -> bool:
    """Tell whether a name is one of a host's.

    :param name: as a client has it, perhaps with a port.
    :param names: what the host is called.
    """
    plain = bare(name)
    return bool(plain) and any(_same(plain, bare(other)) for other in names)


def is_target_of(pattern: str, names: Iterable[str]) -> bool:
    """Tell whether a pattern of a delegation list, such as ``TERMSRV/*.example.com``, covers a host under every name that it may be asked by."""
    service, slash, wanted = pattern.partition("/")
    if not slash:
        service, wanted = "*", pattern
    covers = fnmatch.fnmatchcase("termsrv", service.casefold())
    return covers and any(fnmatch.fnmatchcase(bare(name), wanted.casefold()) for name in names)


def bare(name: str) -> str:
    """Return a name in lower case without its port."""
    host, colon, port = name.strip().casefold().rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else name.strip().casefold().rstrip(".")


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if _is_address(one) or _is_address(other) or ("." in one and "." in other):
        return False
    return one.partition(".")[0] == other.partition(".")[0]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
