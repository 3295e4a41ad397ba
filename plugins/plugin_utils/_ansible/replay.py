# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a saved host answers: its snapshot to the module that reads, a simulation to the one that writes, a sentence to everything else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any  # Any: a snapshot is a JSON document

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.manifest import ModuleCall
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.simulated import SavedState, answer_operations
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.snapshot import GROUPS

ANSWERED = "rdpops.health.win_rdp_info"
PLAYED = "rdpops.health.win_rdp_ops"
Answer = tuple[int, bytes, bytes]  # exit status, standard output, standard error

REFUSED_COMMAND = f"A replayed host runs no commands: only the modules {ANSWERED} and {PLAYED} are answered."


def answer_call(call: ModuleCall, snapshot: Mapping[str, Any] | None, *, now: datetime, kept_in: Path) -> Answer:
    """Answer one module call as the module itself would print it.

    :param now: the moment of the saved host.
    :param kept_in: the file that holds what operations of this run have made of the host.
    """
    if call.module not in (ANSWERED, PLAYED):
        return _failure(f"A replayed host does not run {call.module}: only {ANSWERED} and {PLAYED} are answered.")
    if snapshot is None:
        return _failure("The bundle of this host holds no snapshot.")
    state = SavedState(kept_in, snapshot)
    if call.module == PLAYED:
        answer = answer_operations(state, call.arguments, now=now, check_mode=call.check_mode)
        return int(bool(answer.get("failed"))), _encode(answer), b""
    asked = call.arguments.get("gather_subset")
    try:
        return 0, _encode({"changed": False, "snapshot": select_subsets(state.snapshot, asked)}), b""
    except ValueError as exc:
        return _failure(str(exc))


def select_subsets(snapshot: Mapping[str, Any], asked: list[str] | str | None) -> dict[str, Any]:
    """Return the snapshot with the subsets that were not asked for marked as such.

    :param asked: names of subsets, words for several of them, either after a ``!`` to leave them out; None and an empty list mean ``host``.
    :raises ValueError: a name that the snapshot does not know, as one sentence.
    """
    subsets: dict[str, Any] = snapshot["subsets"]
    words = [asked] if isinstance(asked, str) else [str(name) for name in asked or []]
    known = {**{name: (name,) for name in subsets}, **GROUPS}
    unknown = sorted(word for word in words if word.removeprefix("!") not in known)
    if unknown:
        raise ValueError(f"gather_subset names what the bundle does not know: {', '.join(unknown)}.")
    wanted = [word for word in words if not word.startswith("!")] or ["host"]
    kept = {name for word in wanted for name in known[word]} - {name for word in words if word.startswith("!") for name in known[word[1:]]}
    return {**snapshot, "subsets": {name: body if name in kept else _not_asked() for name, body in subsets.items()}}


def _not_asked() -> dict[str, Any]:
    return {"status": "not_asked", "kind": "not_asked", "message": "", "ms": 0, "data": None}


def _failure(sentence: str) -> Answer:
    return 1, _encode({"failed": True, "changed": False, "msg": sentence}), b""


def _encode(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=True).encode("ascii")
