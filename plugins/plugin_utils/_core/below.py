# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What lies below the floor by itself, whatever the host is: goals that no operation may have without a break-glass.

For operations that somebody wrote down, of which no facts are known, and once more for every plan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .derived.listener import SETTINGS
from .model import JsonMap, Operation
from .sddl import ALIASES, SddlError, grants
from .vocabulary import KEY_FILE

PROTOCOL = "{5828227c-20cf-4408-b73f-73ab70b8849f}"  # the RDP protocol provider; whatever else is named there is loaded by TermService
OLD_TLS = ("tls 1.0", "tls 1.1")
FOLDER_RIGHTS = 0x12019F  # what Everyone has on the folder of keys, and on nothing in it, as Microsoft documents it
WRITING = 0x500D0026  # every right to change a registry key, its list or its owner
DOMAIN_WIDE = re.compile(r"S-1-5-21-[0-9-]+-(513|514|515)")  # users, guests and computers of a domain
# Everyone, Authenticated Users, Users, guests and whoever is logged on: no list of ours names them beyond what is documented.
WIDE = frozenset({ALIASES[name] for name in ("WD", "AU", "BU", "AN", "IU", "NU", "BG")} | {"S-1-5-32-555", "RD", "DU", "DG", "DC"})


@dataclass(frozen=True)
class Below:
    """Why a goal lies below the floor.

    :ivar line: the line of the floor, or another word where the floor has none.
    :ivar because: what it does, as a clause.
    """

    line: str
    because: str


@dataclass(frozen=True)
class Least:
    """The least number that a setting may have; ``default`` is what holds where the value is absent or of a kind that Windows ignores."""

    line: str
    least: int
    default: int
    because: str


def _least(line: str, name: str, least: int, because: str) -> Least:
    return Least(line, least, SETTINGS[name].default, because)


NO_NLA = "without Network Level Authentication everybody who reaches the port reaches the logon screen"
LEAST: Mapping[str, Least] = {
    "userauthentication": _least("nla", "UserAuthentication", 1, NO_NLA),
    "securitylayer": _least("security_layer", "SecurityLayer", 1, "security layer 0 lets a connection begin without knowing who the server is"),
    "minencryptionlevel": _least("min_encryption_level", "MinEncryptionLevel", 2, "a level below 2 leaves what the server sends unencrypted"),
    "fallowsecprotocolnegotiation": _least("security_layer", "fAllowSecProtocolNegotiation", 1, "0 takes TLS and Network Level Authentication away"),
}


def below_the_floor(operation: Operation) -> Below | None:
    """Say why the goal of an operation lies below the floor on every host, or None."""
    if operation.kind == "registry_value":
        return _value(operation)
    if operation.kind == "service":
        return _service(operation)
    return _list(operation) if operation.kind in ("file_acl", "key_acl") else None


def _value(operation: Operation) -> Below | None:
    key, name, ensure = str(operation.target["key"]).casefold(), str(operation.target["value"]).casefold(), operation.ensure
    number = _number(ensure)
    if name in LEAST:
        rule = LEAST[name]
        return Below(rule.line, rule.because) if (rule.default if number is None else number) < rule.least else None
    if name == "allowencryptionoracle" and number is not None and number >= 2:
        return Below("encryption_oracle", "vulnerable lets a man in the middle run code with the credentials of whoever connects")
    if name == "loadableprotocol_object" and (ensure["kind"] != "REG_SZ" or ensure["value"].casefold() != PROTOCOL):
        return Below("protocol", f"TermService loads what LoadableProtocol_Object names, and Windows' own is {PROTOCOL} alone")
    return _tls(key, name, operation) if "schannel" in key else None


def _tls(key: str, name: str, operation: Operation) -> Below | None:
    is_old = any(f"\\{version}\\" in key for version in OLD_TLS)
    off, was_off = (_switched_off(name, state) for state in (operation.ensure, operation.expect))
    if is_old and (off is False or (off is None and was_off)):
        return Below("tls", "TLS 1.0 and 1.1 are broken, and this switches one on")
    return Below("tls", "without TLS 1.2 no version is left that all current clients speak") if not is_old and off else None


def _switched_off(name: str, state: JsonMap) -> bool | None:
    """Tell whether a switch says off; None where it says nothing."""
    number = _number(state)
    return None if number is None else (number == 0) is (name == "enabled")


def _number(state: JsonMap) -> int | None:
    value = state.get("value")
    return value if state.get("kind") == "REG_DWORD" and isinstance(value, int) and not isinstance(value, bool) else None


def _service(operation: Operation) -> Below | None:
    name = str(operation.target["service"])
    if operation.ensure.get("start") == "disabled":
        return Below("services", f"{name} disabled is Remote Desktop broken at the next start")
    if operation.ensure.get("state") == "stopped" and name.casefold() == "termservice":
        return Below("services", "without TermService nobody gets in by Remote Desktop")
    return None


def _list(operation: Operation) -> Below | None:
    """Refuse a list that gives everybody more than is documented, unless it was found so and that is left as it is."""
    try:
        wanted = grants(operation.ensure["sddl"])
    except SddlError as error:
        return Below("access_list", f"the access list is not understood: {error}")
    try:
        found = grants(str(operation.expect.get("sddl")))
    except SddlError:
        found = ()
    for sid, mask, handed_on in wanted:
        if sid in WIDE or DOMAIN_WIDE.fullmatch(sid):
            had = next((old for who, old, down in found if who == sid and down is handed_on), 0)
            if mask & ~_documented(operation, handed_on=handed_on) & ~had:
                return Below("access_list", f"the access list gives {sid} more than Microsoft documents")
    return None


def _documented(operation: Operation, *, handed_on: bool) -> int:
    if operation.kind == "key_acl":
        return ~WRITING
    is_file = re.fullmatch(KEY_FILE, str(operation.target["path"]), re.IGNORECASE) is not None
    return 0 if is_file or handed_on else FOLDER_RIGHTS
