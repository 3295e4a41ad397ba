# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may log on from afar: the four rights against what Windows ships, and the state of one named account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from ..model import JsonMap
from ..paths import dword
from .events import moment_of
from .gap import Gap

EVERYONE, AUTHENTICATED, LOCAL, LOCAL_ADMINISTRATORS = "S-1-1-0", "S-1-5-11", "S-1-5-113", "S-1-5-114"
ADMINISTRATORS, USERS, DESKTOP_USERS = "S-1-5-32-544", "S-1-5-32-545", "S-1-5-32-555"
WIDE = frozenset({EVERYONE, AUTHENTICATED, USERS, ADMINISTRATORS, DESKTOP_USERS})  # whoever is denied one of these, is denied nearly all
ENTRA = "S-1-12-1-"  # what Entra ID gives its accounts, groups and roles
GUESTS = "S-1-5-32-546"
USUAL_HOLDERS = frozenset({ADMINISTRATORS, DESKTOP_USERS})  # of the right to log on through Remote Desktop, as Windows ships it
ALLOWS = {
    "SeRemoteInteractiveLogonRight": "Allow log on through Remote Desktop Services", "SeNetworkLogonRight": "Access this computer from the network",
}  # fmt: skip
DENIES = {
    "SeDenyRemoteInteractiveLogonRight": "Deny log on through Remote Desktop Services",
    "SeDenyNetworkLogonRight": "Deny access to this computer from the network",
}
NAMES = {
    EVERYONE: "Everyone", AUTHENTICATED: "Authenticated Users", ADMINISTRATORS: "Administrators", USERS: "Users", DESKTOP_USERS: "Remote Desktop Users",
}  # fmt: skip
LOCAL_ACCOUNTS = frozenset({LOCAL, LOCAL_ADMINISTRATORS})
UNREAD = Gap("the holders of the log-on rights could not be read")
DISABLED, LOCKED_OUT, NO_PASSWORD_NEEDED = 0x2, 0x10, 0x20  # USER_INFO flags (lmaccess.h)


def logon_rights(logon: JsonMap) -> JsonMap:
    """Judge the four rights.

    :param logon: data of the snapshot subset ``logon``.
    :returns: ``nobody_may`` (a right that everybody needs is held by none), ``denied_widely``, ``local_denied`` (accounts of the host itself),
        ``entra_members`` (accounts or roles of Entra ID are in the groups that may come), and ``blank_refused`` (no log-on from afar without a
        password); ``trouble``: the first two in words; ``guests_denied`` the log-on through
        Remote Desktop; and whether none but the ``usual_holders`` of that right hold it, with the ``other_holders``.
    """
    rights = logon["rights"]
    granted = [_holders(rights, name) for name in ALLOWS]
    denied = [_holders(rights, name) for name in DENIES]
    blank = logon["values"]["LimitBlankPasswordUse"]
    return {
        "nobody_may": _any(None if holders is None else not holders for holders in granted),
        "denied_widely": _any(None if holders is None else bool(holders & WIDE) for holders in denied),
        "local_denied": _any(None if holders is None else bool(holders & LOCAL_ACCOUNTS) for holders in denied),
        "entra_members": _entra_members(logon["groups"]),
        "blank_refused": Gap(f"access to {blank['path']} was denied") if blank["kind"] == "denied" else dword(blank) != 0,
        "trouble": "; ".join((*_held_by_nobody(rights), *_denied_to_many(rights))),
        "guests_denied": UNREAD if denied[0] is None else GUESTS in denied[0],
        "usual_holders": UNREAD if granted[0] is None else granted[0] <= USUAL_HOLDERS,
        "other_holders": UNREAD if granted[0] is None else sorted(granted[0] - USUAL_HOLDERS),
    }


def _entra_members(groups: JsonMap) -> bool | Gap:
    if any(sid.startswith(ENTRA) for group in groups.values() for sid in group["items"]):
        return True
    cut = any(group["kind"] or group["truncated"] for group in groups.values())
    return Gap("the members of the groups could not be read") if cut else False


def _held_by_nobody(rights: JsonMap) -> Iterator[str]:
    for name, title in ALLOWS.items():
        if _holders(rights, name) == frozenset():
            yield f'nobody holds the right "{title}" ({name})'


def _denied_to_many(rights: JsonMap) -> Iterator[str]:
    for name, title in DENIES.items():
        for sid in sorted((_holders(rights, name) or frozenset()) & WIDE):
            yield f'"{title}" ({name}) names {NAMES[sid]} ({sid})'


def _holders(rights: JsonMap, name: str) -> frozenset[str] | None:
    right = rights[name]
    return None if right["kind"] or right["truncated"] else frozenset(right["items"])


def _any(parts: Iterable[bool | None]) -> bool | Gap:
    known = list(parts)
    if True in known:
        return True
    return UNREAD if None in known else False


def account_state(logon: JsonMap, now: datetime) -> JsonMap:
    """Say what keeps the one named account from logging on.

    :returns: ``disabled``, ``locked``, ``expired``, ``password_expired``, ``needs_no_password``, and ``usable`` (none of the first four).
    :raises LookupError: no account was named, or it could not be read.
    """
    account = logon["account"]
    if account is None:
        raise LookupError("no account was named")
    if account["kind"] or account["flags"] is None:
        raise LookupError(f"the account could not be read: {account['kind'] or 'its flags are not known'}")
    flags, ends = account["flags"], moment_of(account["expires_at"])
    state = {
        "disabled": bool(flags & DISABLED),
        "locked": bool(flags & LOCKED_OUT),
        "expired": ends is not None and ends <= now,
        "password_expired": account["password_expired"] is True,
    }
    return {**state, "needs_no_password": bool(flags & NO_PASSWORD_NEEDED), "usable": not any(state.values())}
