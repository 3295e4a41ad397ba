# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_termsrv_creds: saved credentials for Remote Desktop, listed or removed by name. No secret is ever read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any  # Any: what a module answers is JSON

from ..clock import parse_time, whole_days
from ..model import Facts, JsonMap, Refusal
from ..operations import credential_remove
from ..paths import look_up
from ..predict import CREDENTIAL_TYPES
from . import Extras, Goal, cannot_look, goal_of, only

SUBSETS = ("os", "client_credentials")
LEGACY = "legacygeneric:target="
PREFIX = "termsrv/"
NUMBERS = {word: number for number, word in CREDENTIAL_TYPES.items()}
NO_LOGON_SESSION = ("needs_interactive_logon", "0x80070520", "1312")
LOGON = (
    "run the task with become: true, become_method: ansible.builtin.runas, the user's name and password, and "
    "become_flags: logon_type=batch (or logon_type=interactive): a network logon, as WinRM and SSH keys make it, has no saved credentials"
)


@dataclass(frozen=True)
class Wish:
    """What somebody wants.

    :ivar state: listed or absent.
    :ivar targets: names of credentials, with or without TERMSRV/ before them.
    :ivar hosts: hosts that somebody connects to; taken as further targets.
    :ivar older_than_days: only what was saved longer ago.
    :ivar confirm_irreversible: somebody knows that a removed credential cannot be brought back.
    """

    state: str = "listed"
    targets: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    older_than_days: int | None = None
    confirm_irreversible: bool = False


def propose(facts: Facts, wish: Wish) -> Goal:
    """Say which saved credentials are meant and, where they are to go, what removes them."""
    held = look_up(facts.document, facts.gaps, "client_credentials")
    if not held.known:
        return Goal(met=False, against=(_unreadable(held.why),), answer={"credentials": []})
    meant = [entry for entry in held.value["credentials"] if _is_meant(entry, facts, wish)]
    extras = Extras(answer={"credentials": [_told(entry, facts) for entry in meant]}, warnings=_cut_short(held.value))
    if wish.state == "listed":
        return goal_of((), (), extras)
    against = [*_unnamed(wish), *_uncertain(held.value, meant), *(_of_another_kind(entry) for entry in meant if entry["type"] not in NUMBERS)]
    if meant and not wish.confirm_irreversible:
        names = ", ".join(entry["target"] for entry in meant[:5])
        because = f"a removed credential cannot be brought back, and {names} would be"
        against.append(Refusal("credentials", because, "say confirm_irreversible: true; the person enters the password once more", "needs_consent"))
    if against:
        return goal_of((), against, extras)
    why = "the saved password is stale or not wanted; the person is asked for it at the next connection"
    removed = [credential_remove(entry["target"], NUMBERS[entry["type"]], entry["last_written"], why=why) for entry in meant]
    return goal_of([only(*removed)], (), extras)


def _unreadable(why: str) -> Refusal:
    if any(word in why for word in NO_LOGON_SESSION):
        return Refusal("credentials", "this logon has no saved credentials at all, so nobody's can be seen", LOGON, "cannot_look")
    return Refusal("credentials", f"the saved credentials could not be read ({why})", LOGON, "cannot_look")


def _unnamed(wish: Wish) -> Iterable[Refusal]:
    if not wish.targets and not wish.hosts:
        because = "nobody said which credentials are to go, and removing all of somebody's is never done"
        yield Refusal("credentials", because, "name them with targets or hosts; state: listed shows what is there", "needs_consent")


def _uncertain(held: JsonMap, meant: list[JsonMap]) -> Iterable[Refusal]:
    if held["truncated"] and not meant:
        yield cannot_look("whether the credential is there", "the list was cut short")


def _of_another_kind(entry: JsonMap) -> Refusal:
    because = f"{entry['target']} is of the kind {entry['type'] or 'unknown'}, which is not a saved password"
    return Refusal("credentials", because, "remove it in the Credential Manager of that person", "by_hand")


def bare_name(name: str) -> str:
    """Return the host of a credential's name, for comparing: without the prefixes, in lower case."""
    return name.casefold().removeprefix(LEGACY).removeprefix(PREFIX)


def _is_meant(entry: JsonMap, facts: Facts, wish: Wish) -> bool:
    wanted = {bare_name(name) for name in (*wish.targets, *wish.hosts)}
    if wanted and bare_name(entry["target"]) not in wanted:
        return False
    return wish.older_than_days is None or _age(entry, facts) >= wish.older_than_days


def _age(entry: JsonMap, facts: Facts) -> int:
    return whole_days(facts.now, parse_time(entry["last_written"]))


def _cut_short(held: JsonMap) -> tuple[str, ...]:
    return ("there are more saved credentials than were listed",) if held["truncated"] else ()


def _told(entry: JsonMap, facts: Facts) -> dict[str, Any]:
    return {**{name: entry[name] for name in ("target", "type", "persist", "last_written")}, "age_days": _age(entry, facts)}
