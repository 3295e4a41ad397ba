# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a caller may ask for, checked before the first packet: hosts, ports, time limits."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, fields
from enum import Enum
from functools import lru_cache
from typing import Any, Final, Mapping, Optional, Tuple, Union

from ._errors import ProbeInputError

DEFAULT_PORT: Final = 3389
MAX_SECONDS: Final = 300.0  # a step that takes longer than five minutes is dead for every client there is
_MAX_HOST_CHARACTERS: Final = 255  # DNS names have at most 253; an IPv6 address with a scope stays far below
_FORBIDDEN_IN_HOST: Final = frozenset("/\\@?#\"'<>")


@dataclass(frozen=True)
class Timeouts:
    """Time limits in seconds, one per blocking step; name resolution has the limit of ``connect`` for itself.

    :raises ProbeInputError: for a limit that is not a number between 0 and :data:`MAX_SECONDS`.
    """

    connect: float = 5.0
    negotiate: float = 5.0
    tls: float = 10.0
    credssp: float = 10.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= MAX_SECONDS:
                raise ProbeInputError(f"The {field.name} time limit must be more than 0 and at most {MAX_SECONDS:g} seconds, not {value!r}.")


class Depth(str, Enum):
    """How much is asked of an endpoint."""

    QUICK = "quick"  # one connection: how far the handshake goes
    STANDARD = "standard"  # three, or four when the first was cut: also what is required and what only offered
    FULL = "full"  # and one more for each version of TLS


class Special(str, Enum):
    """Requests that are made only when somebody names them: some servers end the connection when they see one."""

    RDSAAD = "rdsaad"  # log-on with Microsoft Entra ID, protocol bit 0x10
    REDIRECTED_AUTHENTICATION = "redirected_authentication"  # Remote Credential Guard, flag 0x02 of the request


MAX_TRIES: Final = 20  # each is a connection in the log of the host


@dataclass(frozen=True)
class Scope:
    """How much a probe may do.

    :ivar tries: how often the first connection is made, for what is said about latency and loss.
    :ivar also_ask: special requests, one connection each after all the others.
    :raises ProbeInputError: for a depth or a request that does not exist or a number of tries out of range.
    """

    depth: Depth = Depth.STANDARD
    tries: int = 1
    also_ask: Tuple[Special, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.depth, Depth):
            raise ProbeInputError(f"The depth must be one of {', '.join(depth.value for depth in Depth)}, not {self.depth!r}.")
        if isinstance(self.tries, bool) or not isinstance(self.tries, int) or not 1 <= self.tries <= MAX_TRIES:
            raise ProbeInputError(f"The number of tries must be from 1 to {MAX_TRIES}, not {self.tries!r}.")
        if not all(isinstance(special, Special) for special in self.also_ask):
            raise ProbeInputError(f"What is asked besides must be of {', '.join(special.value for special in Special)}, not {self.also_ask!r}.")


@dataclass(frozen=True)
class Endpoint:
    """One place to ask. Use :func:`endpoint` to make one."""

    host: str
    port: int = DEFAULT_PORT


def endpoint(host: object, port: object = DEFAULT_PORT) -> Endpoint:
    """Return a checked endpoint.

    :param host: a name or an IPv4 or IPv6 address; brackets around an address are taken off.
    :param port: 1 to 65535.
    :raises ProbeInputError: with one sentence that names what is wrong.
    """
    if not isinstance(host, str) or not host.strip():
        raise ProbeInputError(f"The host must be a name or an address, not {host!r}.")
    name = host.strip()
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
    if not name or len(name) > _MAX_HOST_CHARACTERS or not name.isprintable() or any(c.isspace() or c in _FORBIDDEN_IN_HOST for c in name):
        raise ProbeInputError(f"{host[:80]!r} is not a host name or an address.")
    if ":" in name and not _is_address(name):
        raise ProbeInputError(f"{host[:80]!r} is neither a name nor an IPv6 address: a port does not go into the host, it is given on its own.")
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        raise ProbeInputError(f"The port of {name[:80]} must be a whole number from 1 to 65535, not {port!r}.")
    return Endpoint(name, port)


def as_endpoint(value: Union[str, Endpoint, Tuple[str, int], Mapping[str, Any]]) -> Endpoint:  # Any: JSON of the caller
    """Return a checked endpoint from any of the forms in which callers have one.

    :param value: ``host``, ``(host, port)``, ``{"host": ..., "port": ...}`` or an :class:`Endpoint`.
    :raises ProbeInputError: with one sentence that names what is wrong.
    """
    if isinstance(value, Endpoint):
        return endpoint(value.host, value.port)
    if isinstance(value, Mapping):
        unknown = sorted(str(key) for key in value if key not in ("host", "port"))
        if unknown:
            raise ProbeInputError(f"An endpoint has host and port only, not {', '.join(unknown)[:80]}.")
        return endpoint(value.get("host"), value.get("port", DEFAULT_PORT))
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ProbeInputError(f"An endpoint is a pair of host and port, not {len(value)} values.")
        return endpoint(value[0], value[1])
    return endpoint(value)


def parse_endpoint(text: str) -> Endpoint:
    """Return the endpoint that ``host``, ``host:port``, ``[v6]:port`` or a bare IPv6 address names.

    :raises ProbeInputError: with one sentence that names what is wrong.
    """
    head, colon, tail = text.rpartition(":")
    if not colon or (":" in head and not head.endswith("]")):
        return endpoint(text)
    if not (tail.isascii() and tail.isdigit()):
        raise ProbeInputError(f"{text[:80]!r} has no port number after its last colon.")
    return endpoint(head, int(tail[:6]))


@lru_cache(maxsize=1024)  # each connection to a host asks again
def server_name(host: str) -> Optional[str]:
    """Return the name to send in the TLS handshake (SNI), or None for addresses and names that cannot be sent."""
    if _is_address(host):
        return None
    try:
        name = host.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return name if name and not name.startswith(".") else None


def _is_address(host: str) -> bool:
    """Tell whether a host is an address, with or without a zone, and not a name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
