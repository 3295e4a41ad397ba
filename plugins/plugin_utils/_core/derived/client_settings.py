# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the client keeps and is told by policy about this host: saved credentials, delegation lists, the store of licences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..model import JsonMap
from ..paths import dword
from .client_attempt import client_attempt
from .client_names import is_target_of, is_this_host
from .events import moment_of
from .gap import Gap

_PREFIX = "termsrv/"
ALLOWED = (
    "AllowDefaultCredentials", "AllowDefCredentialsWhenNTLMOnly", "AllowFreshCredentials", "AllowFreshCredentialsWhenNTLMOnly",
    "AllowSavedCredentials", "AllowSavedCredentialsWhenNTLMOnly",
)  # fmt: skip
DENIED = ("DenyDefaultCredentials", "DenyFreshCredentials", "DenySavedCredentials")


def saved_credential(client: JsonMap, logon: JsonMap | None, now: datetime) -> JsonMap:
    """Say whether the client keeps a credential for this host, and whether the password is newer.

    :param client: the part ``client`` of the facts.
    :param logon: data of the host's subset ``logon``, or None where it was not read.
    :returns: ``for_host``, ``written`` (its newest time) and ``before_password`` (older than the password of the account that was looked at); and
        ``for_asked``, whether it keeps one for the name that it last asked for: people may call the host by another name than the inventory.
    :raises LookupError: saved credentials were not read.
    """
    if "client_credentials" not in client:
        raise LookupError("the saved credentials of the client were not read")
    saved = client["client_credentials"]
    mine = [entry for entry in saved["credentials"] if _is_for(entry["target"], client["host_names"])]
    if not mine:
        none = Gap("the list of saved credentials was cut short") if saved["truncated"] else False
        return {"for_host": none, "written": none or None, "before_password": none, "for_asked": _for_asked(client, saved)}
    written = max(entry["last_written"] for entry in mine)
    return {"for_host": True, "written": written, "before_password": _before_password(written, logon, now), "for_asked": _for_asked(client, saved)}


def _for_asked(client: JsonMap, saved: JsonMap) -> bool | Gap:
    if not saved["credentials"] and not saved["truncated"]:
        return False
    try:
        asked = client_attempt(client)["server"]
    except LookupError as error:
        return Gap(str(error))
    if any(_is_for(entry["target"], [asked]) for entry in saved["credentials"]):
        return True
    return Gap("the list of saved credentials was cut short") if saved["truncated"] else False


def _is_for(target: str, names: list[str]) -> bool:
    # "LegacyGeneric:target=TERMSRV/name" is how one of the two forms is listed.
    plain = target.casefold().rpartition("target=")[2]
    return plain.startswith(_PREFIX) and is_this_host(plain.removeprefix(_PREFIX), names)


def _before_password(written: str, logon: JsonMap | None, now: datetime) -> bool | Gap:
    age = ((logon or {}).get("account") or {}).get("password_age_s")
    moment = moment_of(written)
    if age is None or moment is None:
        return Gap("nobody looked when the password of the account was set")
    return moment < now - timedelta(seconds=min(age, 10**9))


def delegation(client: JsonMap) -> JsonMap:
    """Say which of the client's delegation lists keep credentials from this host.

    :returns: ``left_out_by`` (lists that are in force and do not name the host), ``denied_by`` (lists that forbid it), and ``blocked``
        (any of both).
    :raises LookupError: the policy of the client was not read.
    """
    if "client_policy" not in client:
        raise LookupError("the policy of the client was not read")
    lists, names = client["client_policy"]["delegation"], client["host_names"]
    left_out = [name for name in ALLOWED if _in_force(lists[name]) and not any(_covered(lists[name], names))]
    denied = [name for name in DENIED if _in_force(lists[name]) and any(_covered(lists[name], names))]
    closed = [name for name in (*ALLOWED, *DENIED) if lists[name]["policy"]["kind"] == "denied" or (_on(lists[name]) and _unread(lists[name]))]
    settled = bool(left_out or denied) or not closed
    return {"left_out_by": left_out, "denied_by": denied, "blocked": bool(left_out or denied) if settled else Gap(f"{closed[0]} could not be read")}


def _on(entry: JsonMap) -> bool:
    return dword(entry["policy"]) == 1


def _unread(entry: JsonMap) -> bool:
    return bool(entry["servers"]["kind"] not in ("", "absent", "not_found") or entry["servers"]["truncated"])


def _in_force(entry: JsonMap) -> bool:
    return _on(entry) and not _unread(entry)


def _covered(entry: JsonMap, names: list[str]) -> Iterator[bool]:
    return (is_target_of(pattern, names) for pattern in entry["servers"]["items"])


def licence_store(client: JsonMap) -> JsonMap:
    """Say whether the client's store of licences is whole.

    :returns: ``damaged``: there is a store, and what it needs is missing from it.
    :raises LookupError: it was not read.
    """
    if "client_licensing" not in client:
        raise LookupError("the store of licences of the client was not read")
    stores = [client["client_licensing"][view] for view in ("native", "wow64")]
    there = [store for store in stores if store["exists"]]
    if any(store["exists"] is None or (store["exists"] and store["hardware_id"] is None) for store in stores):
        return {"damaged": Gap("the store of licences of the client could not be read")}
    return {"damaged": any(store["hardware_id"] is False and bool(store["store_count"]) for store in there)}
