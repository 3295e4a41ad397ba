# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_machinekeys: the listener's key can be used, and its folder is as documented. One file is moved at most, never the folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any  # Any: what a module answers is JSON

from ..derived.certificate import bound, thumbprint_of
from ..model import Facts, JsonMap, Operation, Refusal
from ..operations import Proposal, certificate_remove, file_isolate
from ..paths import look_up
from ..remedies.certificate import regenerate_self_signed, start_session_env
from ..remedies.key_store import restore_key_file_access, restore_key_folder_access
from ..vocabulary import STORE
from . import Extras, Goal, cannot_look, goal_of, only
from .key_access import key_access

SUBSETS = ("os", "services", "certificate", "key_store")
FOLDER_IS_RIGHT = {
    "folder_everyone": True,
    "folder_administrators": True,
    "folder_inherits": False,
    "folder_denies": False,
    "folder_other_writers": 0,
}
INSTEAD = "ask for state: healthy, which repairs the one access list that is wrong, or for state: isolated, which moves the one file that is in the way"
# What is published again and again against this fault, and what it does.
HARMFUL = {
    "recurse": "an access list spread over every file of MachineKeys lets each NETWORK SERVICE process read the private keys of all other services",
    "take_ownership": "taking ownership of MachineKeys and what is in it takes every private key away from the service that made it",
    "reset_folder": "renaming, emptying or resetting the MachineKeys folder ends IIS, WinRM over HTTPS, SQL Server, the Azure guest agent and every "
    "other service that keeps a key there",
}


@dataclass(frozen=True)
class Wish:
    """What somebody wants.

    :ivar state: healthy or isolated.
    :ivar file: name of the file to move; without one it is the listener's own.
    :ivar even_if_usable: move the listener's key although it can be used.
    """

    state: str = "healthy"
    file: str | None = None
    even_if_usable: bool = False
    recurse: bool = False
    take_ownership: bool = False
    reset_folder: bool = False


def propose(facts: Facts, wish: Wish) -> Goal:
    """Say what is to do so that the key store serves the listener."""
    store = look_up(facts.document, facts.gaps, "key_store")
    harmful = [Refusal("key_store", because, INSTEAD, "never_weaker") for name, because in HARMFUL.items() if getattr(wish, name)]
    if harmful or not store.known:
        return Goal(met=False, against=tuple(harmful) or (cannot_look("the key store", store.why),), answer=_told(facts))
    if not store.value["folder"]["exists"]:
        because = f"the folder {store.value['folder']['path']} is not there, so that no service has its keys"
        return Goal(met=False, against=(Refusal("key_store", because, "restore it from a backup of this host", "by_hand"),), answer=_told(facts))
    return _isolated(facts, wish, store.value) if wish.state == "isolated" else _healthy(facts, store.value)


def _healthy(facts: Facts, store: JsonMap) -> Goal:
    state = look_up(facts.document, facts.gaps, "derived.key_store").value or {}
    if any(name not in state for name in FOLDER_IS_RIGHT):
        return goal_of((), (cannot_look("the access list of the folder", _why_closed(store["folder"])),), Extras(answer=_told(facts)))
    proposals = [] if all(state[name] == right for name, right in FOLDER_IS_RIGHT.items()) else [restore_key_folder_access(facts)]
    key = look_up(facts.document, facts.gaps, "derived.listener_key")
    if not key.known:
        return _healthy_elsewhere(facts, proposals, key.why)
    if "file_exists" not in key.value:
        return goal_of(proposals, (cannot_look("whether the listener's key is there", _why_untold(facts)),), Extras(answer=_told(facts)))
    if not key.value["file_exists"]:
        proposals += _made_anew(facts)
    elif key.value["file_empty"]:
        proposals += [only(_moved(store, store["listener_key"]["file_name"])), *_made_anew(facts)]
    elif key.value.get("network_service_reads") is not True:
        proposals.append(restore_key_file_access(facts))
    return goal_of(proposals, (), Extras(answer=_told(facts), warnings=_foreign(store)))


def _why_untold(facts: Facts) -> str:
    return look_up(facts.document, facts.gaps, "derived.listener_key.file_exists").why


def _why_closed(held: JsonMap) -> str:
    return str(held.get("sddl_kind") or "nobody may see it, or it is not understood")


def _healthy_elsewhere(facts: Facts, proposals: list[Proposal], why: str) -> Goal:
    """Look at the key of a bound certificate, where it is known which file that is."""
    entry = _served_entry(facts)
    access = key_access(facts, entry) if entry else None
    if access is None or access.readable is None:
        return goal_of(proposals, (), Extras(answer=_told(facts), warnings=(access.why if access else why,)))
    grants = [only(access.grant)] if access.grant else []
    return goal_of([*proposals, *grants], [access.refusal] if access.refusal else (), Extras(answer=_told(facts)))


def _served_entry(facts: Facts) -> JsonMap | None:
    data = look_up(facts.document, facts.gaps, "certificate")
    if not data.known:
        return None
    thumbprint = thumbprint_of(bound(data.value["bindings"])[1])
    held = [entry for store in data.value["stores"].values() for entry in store["certificates"]]
    return next((entry for entry in held if entry["thumbprint"] == thumbprint), None)


def _isolated(facts: Facts, wish: Wish, store: JsonMap) -> Goal:
    """Move one file aside: one that another MachineGuid left, or the listener's own where nobody can use it."""
    own, extras = store["listener_key"], Extras(answer=_told(facts), warnings=())
    if own["file_name"] is None or store["foreign_files"] is None:
        return goal_of((), (cannot_look("which file is the listener's key", _why_untold(facts)),), extras)
    name = wish.file or own["file_name"]
    if name.casefold() != own["file_name"].casefold():
        there = next((file for file in store["foreign_files"] if file.casefold() == name.casefold()), None)
        if there is not None:
            return goal_of([only(_moved(store, there))], (), extras)
        return goal_of((), () if _is_of_the_listener(name, own) else (_not_the_listeners(name),), extras)
    key = look_up(facts.document, facts.gaps, "derived.listener_key")
    if not key.known or "file_exists" not in key.value:
        why = key.why or _why_untold(facts)
        return goal_of((), (cannot_look("whether the listener uses its own key file", why),), extras)
    usable = key.value["file_exists"] and not key.value["file_empty"] and key.value.get("network_service_reads") is not False
    if not key.value["file_exists"] or (usable and not wish.even_if_usable):
        return goal_of((), (), extras)
    goal = goal_of([only(_moved(store, own["file_name"])), *_made_anew(facts)], (), extras)
    return replace(goal, met=usable and not goal.against)  # whoever asks for a new key in place of a good one has a good one before and after


def _moved(store: JsonMap, name: str) -> Operation:
    own = store["listener_key"]
    size = own["size"] if name == own["file_name"] else None
    why = "moves this one file into the journal's folder, from where it can be put back; the folder and every other key stay as they are"
    return file_isolate(f"{store['folder']['path']}\\{name}", size, why=why)


def _is_of_the_listener(name: str, own: JsonMap) -> bool:
    """Tell whether a file that is not there would be one of the listener's container: then it is moved already."""
    return name.casefold().startswith(f"{own['file_name'].partition('_')[0].casefold()}_")


def _not_the_listeners(name: str) -> Refusal:
    because = f"{name} is not a key of the listener, so it belongs to another service"
    return Refusal("isolate", because, "name the listener's key, or one of foreign_files in the answer", "never_weaker")


def _made_anew(facts: Facts) -> list[Proposal]:
    """Have SessionEnv make certificate and key anew: with the certificate in the store it would keep looking for the key that is gone."""
    state = look_up(facts.document, facts.gaps, "derived.certificate")
    if not state.known:
        return [Proposal(refusals=(cannot_look("the certificate of the listener", state.why),))]
    removed = []
    if state.value["in_store"] and state.value["store"] == STORE:
        why = "its private key is gone with the file, so that nobody can use it"
        removed = [only(certificate_remove(STORE, state.value["thumbprint"], why=why))]
    return [*removed, start_session_env(facts), regenerate_self_signed(facts)]


def _foreign(store: JsonMap) -> tuple[str, ...]:
    count = len(store["foreign_files"] or ())
    if not count:
        return ()
    return (f"{count} file(s) of the same container were made under another MachineGuid (a clone, a changed MachineGuid); they are in nobody's way",)


def _told(facts: Facts) -> dict[str, Any]:
    store = look_up(facts.document, facts.gaps, "key_store")
    key = look_up(facts.document, facts.gaps, "derived.listener_key")
    folder = look_up(facts.document, facts.gaps, "derived.key_store")
    if not store.known:
        return {"listener_key": None, "folder": None, "foreign_files": []}
    judged = key.value if key.known else {}
    own = store.value["listener_key"]
    return {
        "listener_key": {
            **{name: own[name] for name in ("container", "file_name", "exists", "size", "sddl")},
            "used": key.known,
            "network_service_reads": judged.get("network_service_reads"),
        },
        "folder": {
            "path": store.value["folder"]["path"],
            "sddl": store.value["folder"]["sddl"],
            "as_documented": _folder_as_documented(folder.value or {}),
        },
        "foreign_files": None if store.value["foreign_files"] is None else list(store.value["foreign_files"]),
    }


def _folder_as_documented(judged: JsonMap) -> bool | None:
    if any(name not in judged for name in FOLDER_IS_RIGHT):
        return None
    return all(judged[name] == right for name, right in FOLDER_IS_RIGHT.items())
