# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
r"""Keep names of people and of their accounts out of a report unless somebody asked for them.

Where such a name can stand: the account of a service (``ObjectName``), a profile folder in a path (``C:\Users\name``), a
principal in the error text of a log-on (``name@REALM``), and fields that are called user, owner, principal or account.
Certificate subjects and TERMSRV targets are names of hosts and stay. Security identifiers stay: they name nobody by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._core.model import JsonMap
from .bounded import TEXT_LIMIT, bounded_text, bounded_value

WITHHELD = "(name withheld)"

# Accounts that are the same on every Windows; an account outside this list is somebody's choice of name.
_WELL_KNOWN = re.compile(
    r"(?:(?:nt authority|nt-autorität|autorite nt|\.)\\)?(?:local ?system|system|local ?service|network ?service)|nt service\\[\w$ .-]+", re.IGNORECASE
)
_PROFILE = re.compile(r"(?P<folder>\\(?:Users|Documents and Settings)\\)(?!Public\b|Default\b|All Users\b)(?P<name>[^\\/\"<>|:*?\r\n]+)", re.IGNORECASE)
_PRINCIPAL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")
_NAME_FIELDS = frozenset({"user", "user_name", "username", "account", "account_name", "owner", "principal", "credential", "logon_user"})
_SHORTEST_NAME = 3  # a shorter account name is only withheld where it stands alone: replacing "a" inside sentences destroys them


def is_well_known_account(name: str) -> bool:
    """Tell whether an account name is one that Windows itself brings along."""
    return not name.strip() or _WELL_KNOWN.fullmatch(name.strip()) is not None


class Cleaner:
    """Bounds and redacts every free text that goes into one report.

    :param document: facts document of the host; account names in it are found by structure, then withheld wherever they turn up.
    :param include_names: bound only.
    """

    def __init__(self, document: JsonMap, *, include_names: bool = False) -> None:
        self._names = frozenset() if include_names else _account_names(document)
        self._redacts = not include_names
        inside = sorted((name for name in self._names if len(name) >= _SHORTEST_NAME), key=len, reverse=True)
        self._inside = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in inside), re.IGNORECASE) if inside else None

    def text(self, value: object, limit: int = TEXT_LIMIT) -> str:
        """Return a bounded text without account names."""
        # Redact a little more than is kept, so that a name on the edge of the cut does not slip through in part.
        text = value[: limit + TEXT_LIMIT] if isinstance(value, str) else str(bounded_value(value))
        cleaned = self._without_names(text) if self._redacts else text
        if isinstance(value, str) and len(value) > limit:
            return f"{bounded_text(cleaned[:limit])} … (cut, {len(value):,} characters)"
        return bounded_text(cleaned, limit)

    def value(self, value: object) -> Any:
        """Return any JSON value, bounded, without account names."""
        small = bounded_value(value, self.text)  # first, so that what follows meets no hostile depth
        return _without_name_fields(small) if self._redacts else small

    def mapping(self, value: JsonMap) -> dict[str, Any]:
        """Return a mapping, bounded, without account names."""
        result = self.value(dict(value))
        return result if isinstance(result, dict) else {}

    def _without_names(self, text: str) -> str:
        if text in self._names:
            return WITHHELD
        if self._inside is not None:
            text = self._inside.sub(WITHHELD, text)
        if "\\" in text:
            text = _PROFILE.sub(lambda found: f"{found['folder']}{WITHHELD}", text)
        return _PRINCIPAL.sub(WITHHELD, text) if "@" in text else text


def _without_name_fields(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_name_fields(item) for item in value]
    if isinstance(value, dict):
        return {name: WITHHELD if _holds_name(name, item) else _without_name_fields(item) for name, item in value.items()}
    return value


def _holds_name(field: str, item: object) -> bool:
    return field.lower() in _NAME_FIELDS and isinstance(item, str) and not is_well_known_account(item) and not _is_sid(item)


def _is_sid(text: str) -> bool:
    return re.fullmatch(r"S-1-[0-9-]{1,180}", text) is not None


def _account_names(document: JsonMap) -> frozenset[str]:
    services = document.get("services")
    names: set[str] = set()
    for service in services.values() if isinstance(services, Mapping) else ():
        account = service.get("ObjectName") if isinstance(service, Mapping) else None
        name = account.get("value") if isinstance(account, Mapping) else None
        if isinstance(name, str) and len(name) <= TEXT_LIMIT and not is_well_known_account(name):
            names.add(name)
    return frozenset(names)
