# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The goal of win_credssp_policy: the CredSSP oracle, whose value means something only on a patched host, and Restricted Admin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # Any: what a module answers is JSON

from ..derived.credssp import minimum_version
from ..model import Facts, JsonMap, Operation, Refusal, RestartClass
from ..operations import Proposal, registry_value, registry_value_absent
from ..paths import dword, look_up
from ..remedies.exposure import remove_encryption_oracle
from . import Extras, Goal, cannot_look, goal_of, only
from .pairing import PAIRS, is_patched

SUBSETS = ("os", "credssp")
ORACLE: Mapping[str, int] = {"force_updated_clients": 0, "mitigated": 1, "vulnerable": 2}
NAMES = {number: name for name, number in ORACLE.items()}
LINE = frozenset({"encryption_oracle"})
ACCEPTED = 0  # DisableRestrictedAdmin: the name says the opposite of the value


@dataclass(frozen=True)
class Wish:
    """What somebody wants.

    :ivar oracle: mitigated, force_updated_clients, default or vulnerable; None leaves it alone.
    :ivar clients_are_patched: somebody answers for every client that connects here.
    :ivar restricted_admin: whether the host takes Restricted Admin; None leaves it alone.
    :ivar break_glass: whether a breach of the floor was asked for, with owner, reason and end.
    """

    oracle: str | None = None
    clients_are_patched: bool = False
    restricted_admin: bool | None = None
    break_glass: bool = False


def propose(facts: Facts, wish: Wish) -> Goal:
    """Say what is to do so that CredSSP on the host is as somebody wants it."""
    meant = frozenset({"clients"}) if wish.clients_are_patched else frozenset()
    extras = Extras(meant=meant, lifted=LINE if wish.break_glass else frozenset(), answer=_told(facts), warnings=_warnings(facts, wish))
    against = _against(facts, wish)
    if against is not None:
        return goal_of((), (against,), extras)
    return goal_of([_oracle(facts, wish), _restricted_admin(facts, wish)], (), extras)


def _against(facts: Facts, wish: Wish) -> Refusal | None:
    """Say what stands against the wish for the oracle, the patch level first."""
    if wish.oracle is None:
        return None
    in_force = look_up(facts.document, facts.gaps, "derived.credssp.oracle")
    if not in_force.known:
        return cannot_look("AllowEncryptionOracle", in_force.why)
    patched = is_patched(facts)
    if patched is False:
        because = f"the host lacks the CVE-2018-0886 fix (tspkg.dll before {_minimum(facts)}), and without it the value means nothing"
        return Refusal("oracle", because, "install the current cumulative update first", "by_hand")
    if wish.oracle == "vulnerable" and not wish.break_glass:
        because = "vulnerable lets a man in the middle run code with the credentials of whoever connects, and between patched machines it changes nothing"
        return Refusal("oracle", because, "update the client that cannot connect; for hours, with a name to it, there is break_glass", "never_weaker")
    if wish.oracle == "force_updated_clients" and patched is None:
        return cannot_look("whether the host has the CVE-2018-0886 fix", "neither tspkg.dll nor the revision of Windows was told")
    if wish.oracle == "force_updated_clients" and not wish.clients_are_patched:
        because = "clients without the CVE-2018-0886 fix could no longer connect, and nobody has said that all have it"
        return Refusal("oracle", because, "say so with clients_are_patched: true, or use mitigated, which keeps them able to connect", "lock_out")
    if wish.oracle in ("mitigated", "default") and in_force.value == ORACLE["force_updated_clients"] and not wish.break_glass:
        because = f"the host refuses unpatched clients now, and {wish.oracle} would let them in again"
        return Refusal("oracle", because, "update those clients, or ask for force_updated_clients, which it is", "never_weaker")
    return None


def _oracle(facts: Facts, wish: Wish) -> Proposal:
    if wish.oracle is None:
        return Proposal()
    if wish.oracle == "default":
        return remove_encryption_oracle(facts)
    found = facts.document["credssp"]["AllowEncryptionOracle"]
    state = facts.document["derived"]["credssp"]
    wanted = ORACLE[wish.oracle]
    if state["oracle"] == wanted and not state["wrong_kind"]:
        return Proposal()
    why = f"sets the remedy against CVE-2018-0886 to {wish.oracle}"
    return only(registry_value(found, "AllowEncryptionOracle", kind="REG_DWORD", value=wanted, restart=RestartClass.REBOOT, why=why))


def _restricted_admin(facts: Facts, wish: Wish) -> Proposal:
    if wish.restricted_admin is None:
        return Proposal()
    found = look_up(facts.document, facts.gaps, "credssp.DisableRestrictedAdmin")
    if not found.known:
        return Proposal(refusals=(cannot_look("DisableRestrictedAdmin", found.why),))
    if _takes_restricted_admin(found.value) is wish.restricted_admin:
        return Proposal()
    return only(_switched(found.value, on=wish.restricted_admin))


def _switched(found: JsonMap, *, on: bool) -> Operation:
    if on:
        why = "lets administrators connect without handing their password to this host"
        return registry_value(found, "DisableRestrictedAdmin", kind="REG_DWORD", value=ACCEPTED, restart=RestartClass.NONE, why=why)
    return registry_value_absent(found, "DisableRestrictedAdmin", restart=RestartClass.NONE, why="goes back to Windows' own setting, which takes none")


def _takes_restricted_admin(found: JsonMap) -> bool:
    return dword(found) == ACCEPTED


def _minimum(facts: Facts) -> str | None:
    build = look_up(facts.document, facts.gaps, "os.build")
    return minimum_version(build.value) if build.known else None


def _warnings(facts: Facts, wish: Wish) -> tuple[str, ...]:
    warnings = []
    if is_patched(facts) is None:
        warnings.append("whether the host has the CVE-2018-0886 fix is not known, and without it the oracle's value means nothing")
    if wish.oracle and _shared_place(facts):
        warnings.append("a Group Policy writes AllowEncryptionOracle to the same place; where one does, it writes it again at its next refresh")
    return tuple(warnings)


def _shared_place(facts: Facts) -> bool:
    """Tell whether a policy may stand behind the value: policy and hand write to one place, so that only a host in a domain can be meant."""
    domain = look_up(facts.document, facts.gaps, "os.domain.joined")
    value = look_up(facts.document, facts.gaps, "credssp.AllowEncryptionOracle.kind")
    return domain.value is True and value.known and value.value != "absent"


def _told(facts: Facts) -> dict[str, Any]:
    held = look_up(facts.document, facts.gaps, "credssp")
    oracle = look_up(facts.document, facts.gaps, "derived.credssp.oracle")
    patched = is_patched(facts)
    now = "unpatched" if patched is False else NAMES.get(oracle.value) if oracle.known else None
    admin = look_up(facts.document, facts.gaps, "credssp.DisableRestrictedAdmin")
    guard = look_up(facts.document, facts.gaps, "credssp.AllowProtectedCreds")
    return {
        "patched": patched,
        "tspkg_version": held.value["tspkg_version"] if held.known else None,
        "minimum_version": _minimum(facts),
        "oracle": NAMES.get(oracle.value) if oracle.known else None,
        "pairing": _pairs(now),
        "restricted_admin": _takes_restricted_admin(admin.value) if admin.known else None,
        "protected_credentials": dword(guard.value) == 1 if guard.known else None,
        "delegation": {name: _list_told(entry) for name, entry in (held.value.get("delegation", {}) if held.known else {}).items()},
    }


def _pairs(now: str | None) -> list[dict[str, Any]]:
    """Return what comes of each pair of server and client; ``now`` marks the row of this host."""
    return [{"server": server, "client": client, "result": result, "now": server == now} for server, row in PAIRS.items() for client, result in row.items()]


def _list_told(entry: JsonMap) -> dict[str, Any]:
    """Return one delegation policy: whether it is set, whether Windows' own list is added to it, and the servers that it names."""
    return {"enabled": dword(entry["policy"]), "adds_defaults": dword(entry["concatenate"]) == 1, "servers": list(entry["servers"]["items"])}
