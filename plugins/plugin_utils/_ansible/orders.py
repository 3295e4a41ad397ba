# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of win_rdp_ops and win_rdp_rollback, as arguments of the module on the target: all of it is checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any  # Any: options are JSON values, the action plugin is untyped in Ansible

from .._core.below import below_the_floor
from .._core.consent import Consents
from .._core.model import Operation
from .._core.operations import OperationError, read_operation, to_document
from .._facts.operated import MOST_RESULTS
from .glass import asked_glass
from .operate import OPERATOR, new_journal_id
from .options import BadInputError, checked_options
from .run import RUN
from .specs import OPS_SPEC, ROLLBACK_SPEC

ROLLBACK = "rdpops.health.win_rdp_rollback"
JOURNAL_ID = re.compile(r"[0-9TZa-f-]{1,40}")


def operate_arguments(action: Any) -> dict[str, Any]:
    """Return the arguments of a task of win_rdp_ops.

    :raises BadInputError: one sentence about what cannot be used.
    """
    given = checked_options(action, OPS_SPEC, OPERATOR, in_role=False)
    arguments = {name: value for name, value in given.items() if value is not None}
    _check_common(given, OPERATOR)
    if given["state"] == "applied":
        if not given["operations"]:
            raise BadInputError(f"{OPERATOR}: operations is missing or empty; state applied carries out a list of them.")
        listed = _operations(given["operations"])
        if given["break_glass"] is None:
            _check_floor(listed)
        arguments |= {"operations": [to_document(operation) for operation in listed], "journal_id": given["journal_id"] or new_journal_id()}
    glass = asked_glass(given["break_glass"], OPERATOR)
    if glass is not None:
        arguments["break_glass"] = glass.to_document()
    return {**arguments, "run_id": given["run_id"] or RUN.id}


def rollback_arguments(action: Any) -> dict[str, Any]:
    """Return the arguments of a task of win_rdp_rollback.

    :raises BadInputError: one sentence about what cannot be used.
    """
    given = checked_options(action, ROLLBACK_SPEC, ROLLBACK, in_role=False)
    _check_common(given, ROLLBACK)
    consents = Consents(session_disconnect=given["allow_session_disconnect"], irreversible=given["allow_irreversible"])
    arguments: dict[str, Any] = {"state": given["state"], "consent": consents.words(), "run_id": RUN.id}
    for state, name in (("taken_back", "journal_id"), ("resumed", "open_journal"), ("pruned", "older_than_days")):
        if given["state"] == state:
            arguments[name] = given[name]
    return arguments


def _check_common(given: Mapping[str, Any], public: str) -> None:
    name = given["journal_id"]
    if given["state"] == "taken_back" and not name:
        raise BadInputError(f"{public}: journal_id is missing; state listed names the journals of a host.")
    if name is not None and not JOURNAL_ID.fullmatch(name):
        raise BadInputError(f"{public}: journal_id is 1 to 40 of the characters 0-9, a-f, T, Z and hyphen, such as 20261120T081530Z-1f2e3d4c.")
    if given["older_than_days"] < 0:
        raise BadInputError(f"{public}: older_than_days is {given['older_than_days']}, expected 0 or more.")


def _operations(listed: Iterable[Any]) -> list[Operation]:
    read: list[Operation] = []
    for number, entry in enumerate(listed):
        try:
            read.append(read_operation(entry))
        except OperationError as exc:
            raise BadInputError(f"{OPERATOR}: operations[{number}]: {exc}.") from exc
    names = [operation.id for operation in read]
    if len(set(names)) < len(names):
        raise BadInputError(f"{OPERATOR}: operations: each needs an id of its own.")
    if len(names) > MOST_RESULTS:
        raise BadInputError(f"{OPERATOR}: operations has {len(names)} entries, at most {MOST_RESULTS} are carried out under one journal.")
    return read


def _check_floor(operations: Iterable[Operation]) -> None:
    """Refuse what lies below the floor on every host: nobody has looked at this one."""
    for number, operation in enumerate(operations):
        below = below_the_floor(operation)
        if below is not None:
            told = f"operations[{number}]: operation {operation.id} lies below the security floor: {below.because}"
            raise BadInputError(f"{OPERATOR}: {told}; for hours, with a name to it, there is break_glass.")
