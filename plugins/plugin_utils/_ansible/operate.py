# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carry operations out on the host of a task: one call of the module on the target, and its answer read with suspicion.

Nothing here decides. A connection that is lost on the way is an answer too: what was done stands in the journal on the host.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any  # Any: action and connection are Ansible's, untyped there; answers are JSON documents

from ansible.errors import AnsibleConnectionFailure, AnsibleError

from .._core.break_glass import BreakGlass
from .._core.consent import Consents
from .._core.model import Operation
from .._core.operations import to_document
from .._facts.operated import check_answer
from .._facts.shapes import FactsError
from .plain import as_plain_mapping, one_line
from .run import RUN

OPERATOR = "rdpops.health.win_rdp_ops"


class OperateError(Exception):
    """The target could not be asked, or its answer cannot be used; the message is one sentence."""


class LostConnectionError(OperateError):
    """The connection or the module ended while operations ran: nobody knows how far they came, the journal on the host does."""


@dataclass(frozen=True)
class Order:
    """What is sent along with the operations.

    :ivar journal_id: the name under which the target keeps what was there before.
    :ivar again: carry it out although the same plan was taken back before: somebody has looked at it, or asks for it by name.
    :ivar open_journal: what happens first with a journal that an earlier run left open: take_back, finish or refuse.
    """

    journal_id: str
    plan_digest: str
    consents: Consents
    open_journal: str = "take_back"
    break_glass: BreakGlass | None = None
    again: bool = False


def new_journal_id(now: datetime | None = None) -> str:
    """Name a journal: sorts by time, unlike any other."""
    return f"{(now or datetime.now(timezone.utc)).astimezone(timezone.utc):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def apply(action: Any, task_vars: dict[str, Any], operations: Iterable[Operation], order: Order) -> dict[str, Any]:
    """Have the target carry operations out.

    :returns: its answer, checked; ``failed`` with ``msg`` where it stopped and took back what it had done.
    :raises OperateError: see there; the journal is named, because nobody knows then how far the target came.
    """
    arguments: dict[str, Any] = {
        "state": "applied",
        "operations": [to_document(operation) for operation in operations],
        "journal_id": order.journal_id,
        "plan_digest": order.plan_digest,
        "run_id": RUN.id,
        "open_journal": order.open_journal,
        "consent": order.consents.words(),
    }
    if order.break_glass is not None:
        arguments["break_glass"] = order.break_glass.to_document()
    if order.again:
        arguments["again"] = True
    try:
        return call(action, task_vars, arguments)
    except OperateError as exc:
        raise type(exc)(f"{exc} (journal {order.journal_id})") from exc


def take_back(action: Any, task_vars: dict[str, Any], journal_id: str, consents: Consents) -> dict[str, Any]:
    """Have the target restore what a journal holds.

    :raises OperateError: see there.
    """
    return call(action, task_vars, {"state": "taken_back", "journal_id": journal_id, "consent": consents.words(), "run_id": RUN.id})


def resume(action: Any, task_vars: dict[str, Any], open_journal: str, consents: Consents) -> dict[str, Any]:
    """Have the target settle what earlier runs left open: open journals and break-glass whose time is over.

    :raises OperateError: see there.
    """
    return call(action, task_vars, {"state": "resumed", "open_journal": open_journal, "consent": consents.words(), "run_id": RUN.id})


def call(action: Any, task_vars: dict[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Call the module on the target once.

    :raises LostConnectionError: the connection or the module ended on the way.
    :raises OperateError: the call could not start, or its answer is none.
    """
    try:
        result = action._execute_module(module_name=OPERATOR, module_args=dict(arguments), task_vars=task_vars)
    except AnsibleConnectionFailure as exc:
        raise LostConnectionError(f"the connection was lost while operations ran: {one_line(exc)}") from exc
    except AnsibleError as exc:
        raise OperateError(f"{OPERATOR} could not start: {one_line(exc)}") from exc
    except Exception as exc:  # winrm passes on what requests and pywinrm raise when a line is cut while an answer is awaited
        raise LostConnectionError(f"the connection was lost while operations ran: {one_line(exc)}") from exc
    if result.get("unreachable"):
        raise LostConnectionError(f"the connection was lost while operations ran: {one_line(result.get('msg') or 'no message')}")
    answer = {name: value for name, value in (as_plain_mapping(result) or {}).items() if not name.startswith("_ansible") and name not in NOT_OURS}
    if answer.get("failed") and "results" not in answer:
        said = one_line(answer.get("msg") or result.get("module_stderr") or "no message")
        if "module_stdout" in result:  # it ended without a word: killed, or the host went down
            raise LostConnectionError(f"{OPERATOR} ended without an answer: {said}")
        raise OperateError(f"{OPERATOR} failed: {said}")
    try:
        check_answer(answer)
    except FactsError as exc:
        raise OperateError(f"{OPERATOR} returned what cannot be used: {one_line(exc)}") from exc
    return answer


NOT_OURS = frozenset(
    {"invocation", "warnings", "deprecations", "exception", "module_stdout", "module_stderr", "rc", "stdout", "stderr", "stdout_lines", "stderr_lines"}
)
