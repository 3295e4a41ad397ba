# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules that have one goal each, and how the options of a task become what somebody wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any  # Any: options are JSON values, the action plugin is untyped in Ansible, and each goal has a wish of its own

from .._core.break_glass import BreakGlass
from .._core.consent import ALL_DOMAINS, Consents
from .._core.goals import Goal, win_credssp_policy, win_machinekeys, win_rdp_cert, win_rdp_listener, win_rdp_service, win_termsrv_creds
from .._core.model import Facts
from .._core.vocabulary import CREDENTIAL, KEY_FILE, THUMBPRINT
from .glass import asked_glass
from .goal_specs import BOUNDS, GOAL_SPECS
from .options import BadInputError, checked_options
from .plain import one_line

# What people copy along with a thumbprint: spaces, colons, and the invisible mark that the certificate dialog puts in front.
_BESIDE_A_THUMBPRINT = re.compile("[\\s:\u200e\u200f\ufeff-]")


@dataclass(frozen=True)
class Module:
    """One module: what it reads, what it takes for a wish, and what it makes of both."""

    subsets: tuple[str, ...]
    wish: type[Any]
    propose: Callable[[Facts, Any], Goal]


MODULES: Mapping[str, Module] = {
    "win_rdp_cert": Module(win_rdp_cert.SUBSETS, win_rdp_cert.Wish, win_rdp_cert.propose),
    "win_machinekeys": Module(win_machinekeys.SUBSETS, win_machinekeys.Wish, win_machinekeys.propose),
    "win_termsrv_creds": Module(win_termsrv_creds.SUBSETS, win_termsrv_creds.Wish, win_termsrv_creds.propose),
    "win_credssp_policy": Module(win_credssp_policy.SUBSETS, win_credssp_policy.Wish, win_credssp_policy.propose),
    "win_rdp_listener": Module(win_rdp_listener.SUBSETS, win_rdp_listener.Wish, win_rdp_listener.propose),
    "win_rdp_service": Module(win_rdp_service.SUBSETS, win_rdp_service.Wish, win_rdp_service.propose),
}


@dataclass(frozen=True)
class Asked:
    """What a task was asked to do.

    :ivar name: public name of the module, for its sentences.
    """

    name: str
    module: Module
    wish: Any
    consents: Consents
    break_glass: BreakGlass | None


def read_goal(action: Any, module: str) -> Asked:
    """Validate the options of this task.

    :raises BadInputError: one sentence about what cannot be used.
    """
    public = f"rdpops.health.{module}"
    given = checked_options(action, GOAL_SPECS[module], public, in_role=False)
    for option, (least, most) in BOUNDS.items():
        if isinstance(given.get(option), int) and not least <= given[option] <= most:
            raise BadInputError(f"{public}: {option} is {given[option]}, expected {least} to {most}.")
    glass = asked_glass(given.get("break_glass"), public)
    given["break_glass"] = glass is not None
    for option, checked in CHECKED.get(module, {}).items():
        given[option] = checked(given, public)
    known = MODULES[module]
    wish = known.wish(**{field.name: _frozen(given[field.name]) for field in fields(known.wish)})
    consents = Consents(frozenset(ALL_DOMAINS), given.get("allow_session_disconnect", False), given.get("confirm_irreversible", False))
    return Asked(public, known, wish, consents, glass)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _thumbprint(given: Mapping[str, Any], public: str) -> str | None:
    text = given["thumbprint"]
    if text is None and given["state"] == "bound":
        raise BadInputError(f"{public}: state: bound needs thumbprint, that of a certificate in LocalMachine\\My.")
    if text is None:
        return None
    bare = _BESIDE_A_THUMBPRINT.sub("", text).upper()
    if not re.fullmatch(THUMBPRINT, bare):
        raise BadInputError(f"{public}: thumbprint is {one_line(text, 60)!r}, expected 40 hex digits.")
    return bare


def _key_file(given: Mapping[str, Any], public: str) -> str | None:
    name: str | None = given["file"]
    if name is None or re.fullmatch(KEY_FILE.rpartition("\\\\")[2], name, re.IGNORECASE):
        return name
    told = one_line(name, 100)
    raise BadInputError(f"{public}: file is {told!r}, expected the name of one key file, 32 hex digits, _ and a MachineGuid; the folder itself is never moved.")


def _named(option: str) -> Callable[[Mapping[str, Any], str], list[str]]:
    def checked(given: Mapping[str, Any], public: str) -> list[str]:
        names: list[str] = given[option]
        for name in names:
            bare = win_termsrv_creds.bare_name(name)
            if not re.fullmatch(CREDENTIAL, f"TERMSRV/{bare}", re.IGNORECASE):
                raise BadInputError(f"{public}: {option} names {one_line(name, 100)!r}, expected a host or TERMSRV/host; there is no wildcard.")
        return names

    return checked


CHECKED: Mapping[str, Mapping[str, Callable[[Mapping[str, Any], str], Any]]] = {
    "win_rdp_cert": {"thumbprint": _thumbprint},
    "win_machinekeys": {"file": _key_file},
    "win_termsrv_creds": {"targets": _named("targets"), "hosts": _named("hosts")},
}
