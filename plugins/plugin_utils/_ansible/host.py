# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of rdp_check for one host, as values that the rest can use without knowing Ansible."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # Any: options are JSON values, the action plugin is untyped in Ansible

from ansible.errors import AnsibleError

from ...module_utils._rdp._errors import ProbeInputError
from ...module_utils._rdp._input import Timeouts
from .._catalogue.client_errors import load_client_errors
from .._core.error_code import ErrorCodeError, decode_error
from .client import read_client
from .look import Wanted
from .options import BadInputError, checked_options, folder
from .plain import one_line
from .sources import Others, read_others
from .specs import CHECK_SPEC
from .vantage import read_handed

ACTION = "rdpops.health.rdp_check"
OTHER_ACTION = f"{ACTION}: mode enforce is carried out by rdpops.health.rdp_enforce; this action only looks."


@dataclass(frozen=True)
class Options:
    """What rdp_check was asked to do with one host."""

    mode: str
    wanted: Wanted
    error: dict[str, Any] | None
    report_dir: Path
    save_bundles: Path | None
    save_plans: Path | None
    redact_bundles: bool
    return_facts: bool
    include_names: bool
    others: Others = field(default_factory=Others)


def read_options(action: Any, task_vars: dict[str, Any]) -> Options:
    """Validate the options of this task.

    :raises BadInputError: one sentence about what cannot be used.
    """
    given = checked_options(action, CHECK_SPEC, ACTION)
    if given["mode"] == "enforce":
        raise BadInputError(OTHER_ACTION)
    return options_of(given, action, task_vars, ACTION)


def options_of(given: dict[str, Any], action: Any, task_vars: dict[str, Any], name: str) -> Options:
    """Turn checked options of a look into values.

    :param name: public name of the action, for its sentences.
    :raises BadInputError: one sentence about what cannot be used.
    """
    return Options(
        mode=given["mode"],
        wanted=_wanted(given, given["endpoint"] or _address(action, task_vars, name), str(task_vars.get("inventory_hostname", "")), name),
        error=_decoded(given["error"], name),
        report_dir=folder("report_dir", given["report_dir"], name),
        save_bundles=None if given["save_bundles"] is None else folder("save_bundles", given["save_bundles"], name),
        save_plans=None if given.get("save_plans") is None else folder("save_plans", given["save_plans"], name),
        redact_bundles=given["redact_bundles"],
        return_facts=given.get("return_facts", False),
        include_names=given["include_names"],
        others=read_others(given["check_sources"], given["waivers"], str(task_vars.get("inventory_hostname", "")), _groups(task_vars), name, given["profiles"]),
    )


def _groups(task_vars: dict[str, Any]) -> frozenset[str]:
    named = task_vars.get("group_names")
    return frozenset(str(name) for name in named) if isinstance(named, (list, tuple)) else frozenset()


def _wanted(given: dict[str, Any], endpoint: str, host: str, name: str) -> Wanted:
    port = given["port"]
    if port is not None and not 0 < port < 65536:
        raise BadInputError(f"{name}: port is {port}, expected 1 to 65535.")
    views = given["views"] or []
    if not views:
        raise BadInputError(f"{name}: views is empty, expected inside, outside or both.")
    outside = "outside" in views
    elsewhere = read_handed(given["probes"], (endpoint, host), name, own=outside)
    return Wanted(
        "inside" in views,
        outside,
        endpoint,
        port,
        _timeouts(given["probe_timeouts"], name),
        given["include_names"],
        elsewhere,
        client=read_client(given["client"], name),
    )


def _timeouts(given: dict[str, float | None] | None, public: str) -> Timeouts:
    try:
        return Timeouts(**{name: seconds for name, seconds in (given or {}).items() if seconds is not None})
    except ProbeInputError as exc:
        raise BadInputError(f"{public}: {exc}") from exc


def _address(action: Any, task_vars: dict[str, Any], public: str) -> str:
    """Return ansible_host, else the name of the host. Task variables hold templates; they are resolved here."""
    name = task_vars.get("ansible_host") or task_vars.get("inventory_hostname", "")
    try:
        return str(action._templar.template(name))
    except AnsibleError as exc:
        raise BadInputError(f"{public}: ansible_host cannot be resolved: {one_line(exc)}") from exc


def _decoded(text: str | None, public: str) -> dict[str, Any] | None:
    if text is None or not text.strip():
        return None
    try:
        return decode_error(text, load_client_errors()).to_document()
    except ErrorCodeError as exc:
        raise BadInputError(f"{public}: {exc}") from exc
