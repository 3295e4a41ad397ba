# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_rdp_service: the three services of Remote Desktop run and start, SessionEnv before TermService, nobody cut off unasked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any  # Any: what a module answers is JSON

from ..model import Facts, JsonMap, Refusal, RestartClass
from ..operations import Proposal, restart_service, set_start_mode, start_of, start_service
from ..paths import look_up
from ..remedies.certificate import start_session_env
from ..remedies.listener import is_tampered_with, start_term_service
from ..remedies.startable import not_startable
from . import Extras, Goal, goal_of, only
from .restarting import restart_of_term_service

SUBSETS = ("os", "services", "sessions", "certificate", "key_store")
ORDER = ("SessionEnv", "TermService", "UmRdpService")
SESSION_ENV_FIRST = "SessionEnv looks at the listener's certificate when it starts; no session is cut off"
AS_ASKED = "the restart that was asked for"


@dataclass(frozen=True)
class Wish:
    """What somebody wants.

    :ivar state: started or restarted.
    :ivar services: which of the three.
    :ivar start_mode: manual or automatic; None repairs only what is disabled.
    """

    state: str = "started"
    services: tuple[str, ...] = ORDER
    start_mode: str | None = None


def propose(facts: Facts, wish: Wish) -> Goal:
    """Say what is to do so that the services run as somebody wants it."""
    wanted = [name for name in ORDER if name in wish.services]
    proposals: list[Proposal] = []
    for name in wanted:
        proposals += _running(facts, name, wish.start_mode)
        if wish.state == "restarted" and _state_of(facts, name) == "running":
            proposals.append(RESTARTS[name](facts))
    goal = goal_of(proposals, (), Extras(answer=_told(facts), warnings=_tampered_warning(facts)))
    if wish.state == "restarted" and not goal.against and not _lacking(facts, wanted):
        return Goal(met=True, proposal=goal.proposal, answer=goal.answer, warnings=goal.warnings)  # whoever asks for a restart gets one
    return goal


def _lacking(facts: Facts, wanted: list[str]) -> bool:
    return any(_state_of(facts, name) != "running" for name in wanted)


def _state_of(facts: Facts, name: str) -> Any:
    return look_up(facts.document, facts.gaps, f"services.{name}.state").value


def _running(facts: Facts, name: str, start_mode: str | None) -> list[Proposal]:
    """Start a service that does not run, or set the start mode of one that does."""
    found = look_up(facts.document, facts.gaps, f"services.{name}")
    refused = not_startable(found, "service", name)
    if refused is not None:
        return [refused]
    mode = start_of(found.value)
    wrong_mode = mode == "disabled" or (start_mode is not None and mode != start_mode)
    if found.value["state"] == "running":
        why = "sets how the service starts; it goes on running"
        return [only(set_start_mode(name, found.value, why=why, start=start_mode or "manual"))] if wrong_mode else []
    if start_mode is not None and name != "TermService":
        return [only(start_service(name, found.value, why=f"starts {name}", start=start_mode))]
    return [_with_mode(facts, found.value, start_mode)] if name == "TermService" else [STARTS[name](facts)]


def _with_mode(facts: Facts, found: JsonMap, start_mode: str | None) -> Proposal:
    """Start TermService; whether it may be started is the remedy's word."""
    started = start_term_service(facts)
    if not started.operations or start_mode is None:
        return started
    return only(start_service("TermService", found, why=started.operations[0].why, start=start_mode))


def _start_redirector(facts: Facts) -> Proposal:
    found = look_up(facts.document, facts.gaps, "services.UmRdpService")
    return only(start_service("UmRdpService", found.value, why="starts the service of redirected devices"))


def _restart_session_env(facts: Facts) -> Proposal:
    return only(restart_service("SessionEnv", restart=RestartClass.SESSION_ENV, why=SESSION_ENV_FIRST))


def _restart_term_service(facts: Facts) -> Proposal:
    found = look_up(facts.document, facts.gaps, "services.TermService").value
    if is_tampered_with(found):
        because = f"TermService loads {found['ServiceDll']['value']} instead of termsrv.dll: a wrapper or worse, which may not come up again"
        return Proposal(refusals=(Refusal("service", because, "find out who changed it; it is reported, never repaired", "by_hand"),))
    return only(*restart_of_term_service(facts, why=AS_ASKED))


def _restart_redirector(facts: Facts) -> Proposal:
    return only(restart_service("UmRdpService", restart=RestartClass.NONE, why=AS_ASKED))


STARTS: Mapping[str, Callable[[Facts], Proposal]] = {"SessionEnv": start_session_env, "UmRdpService": _start_redirector}
RESTARTS: Mapping[str, Callable[[Facts], Proposal]] = {
    "SessionEnv": _restart_session_env,
    "TermService": _restart_term_service,
    "UmRdpService": _restart_redirector,
}


def _tampered_warning(facts: Facts) -> tuple[str, ...]:
    found = look_up(facts.document, facts.gaps, "services.TermService")
    if not found.known or found.value["ServiceDll"]["kind"] == "denied" or not is_tampered_with(found.value):
        return ()
    return (f"TermService loads {found.value['ServiceDll']['value']} instead of termsrv.dll: a wrapper or worse; it is reported, never repaired",)


def _told(facts: Facts) -> dict[str, Any]:
    sessions = look_up(facts.document, facts.gaps, "derived.sessions.live")
    term_service = look_up(facts.document, facts.gaps, "services.TermService")
    services = {}
    for name in ORDER:
        found = look_up(facts.document, facts.gaps, f"services.{name}")
        if found.known:
            services[name] = {"exists": found.value.get("exists"), "state": found.value.get("state"), "start": start_of(found.value)}
    library = look_up(facts.document, facts.gaps, "services.TermService.ServiceDll")
    tampered = is_tampered_with(term_service.value) if library.known else None
    return {"services": services, "sessions": sessions.value if sessions.known else None, "tampered": tampered}
