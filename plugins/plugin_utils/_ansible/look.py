# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look at one host: one module call from inside, one probe from outside, or the same two out of a bundle.

Nothing here judges, and nothing here fails a host: what could not be looked at comes back as the reason why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any, Literal  # Any: action and connection are Ansible's, untyped there; snapshots and probes are JSON documents

from ansible.errors import AnsibleConnectionFailure, AnsibleError

from ...module_utils._rdp._errors import ProbeInputError
from ...module_utils._rdp._input import Timeouts
from ...module_utils._rdp.driver import probe_endpoint
from .._core.derived.listener import SETTINGS, effective_values
from .._facts.load import Bundle
from .._facts.probe import check_probe
from .._facts.salvage import salvaged
from .._facts.shapes import FactsError
from .._facts.snapshot import check_snapshot
from .client import NOBODY, Client
from .plain import as_plain_mapping, one_line, to_plain
from .vantage import Elsewhere

READER = "rdpops.health.win_rdp_info"


@dataclass(frozen=True)
class Wanted:
    """What shall be looked at, and where.

    :ivar port: None takes the port that the host's own listener is set to.
    :ivar include_names: have the reader return names of people too.
    :ivar subsets: what the reader reads; none takes what it reads by itself.
    :ivar elsewhere: what other vantage points saw already.
    :ivar client: what the machine that showed an error told already.
    """

    inside: bool
    outside: bool
    endpoint: str
    port: int | None
    timeouts: Timeouts
    include_names: bool
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    subsets: tuple[str, ...] = ()
    client: Client = NOBODY


@dataclass(frozen=True)
class Seen:
    """What was seen of one host.

    :ivar unreachable: why there is no snapshot although it was asked for.
    :ivar probe_missing: why there is no probe although it was asked for.
    :ivar client: the view of the machine that showed an error, or None.
    :ivar client_missing: why there is none although it was asked for.
    :ivar elsewhere: what other vantage points saw; the probe is never among it.
    :ivar now: the moment of judgement: that of the bundle, or of this look.
    """

    source: Literal["live", "replay", "outside_only"]
    now: datetime
    snapshot: dict[str, Any] | None = None
    unreachable: str | None = None
    probe: dict[str, Any] | None = None
    probe_missing: str | None = None
    client: dict[str, Any] | None = None
    client_missing: str | None = None
    elsewhere: Elsewhere = field(default_factory=Elsewhere)


def look(action: Any, task_vars: dict[str, Any], wanted: Wanted) -> Seen:
    """Look at the host of this task.

    :param action: the action plugin, for its connection and ``_execute_module``.
    :returns: what was seen; an unreachable host is a result like any other.
    """
    if hasattr(type(action._connection), "replay_bundle"):
        return _look_into_bundle(action, task_vars, wanted)
    handed = wanted.client
    seen = Seen("live" if wanted.inside else "outside_only", datetime.now(timezone.utc).replace(microsecond=0))
    seen = replace(seen, client=handed.view, client_missing=handed.missing)
    if wanted.inside:
        seen = read_inside(seen, action, task_vars, wanted)
    seen = probe_outside(seen, wanted) if wanted.outside else seen
    return with_elsewhere(seen, wanted.elsewhere)


def with_elsewhere(seen: Seen, handed: Elsewhere) -> Seen:
    """Add what other vantage points saw. Where there is no probe from here, the first of them takes its place."""
    if seen.probe is not None or not handed.probes:
        return replace(seen, elsewhere=handed)
    missing = "; ".join(why for why in (seen.probe_missing, handed.missing) if why)
    return replace(seen, probe=handed.probes[0], probe_missing=None, elsewhere=Elsewhere(handed.probes[1:], missing or None))


def read_inside(seen: Seen, action: Any, task_vars: dict[str, Any], wanted: Wanted) -> Seen:
    """Read the snapshot with one module call."""
    if not getattr(action._connection._shell, "_IS_WINDOWS", False):
        name = one_line(getattr(action._connection, "transport", "?"), 80)
        return replace(seen, unreachable=f"the connection {name} does not lead to Windows; use psrp, winrm, or ssh with ansible_shell_type")
    arguments: dict[str, Any] = {"include_names": True} if wanted.include_names else {}
    if wanted.subsets:
        arguments["gather_subset"] = list(wanted.subsets)
    try:
        result = action._execute_module(module_name=READER, module_args=arguments, task_vars=task_vars)
    except AnsibleConnectionFailure as exc:
        return replace(seen, unreachable=one_line(exc))
    except AnsibleError as exc:  # a missing Python package of the connection, a become method that Windows has not
        return replace(seen, unreachable=f"reading could not start: {one_line(exc)}")
    except Exception as exc:  # winrm passes on what requests and pywinrm raise when a line is cut while an answer is awaited
        return replace(seen, unreachable=f"the connection was lost while reading: {one_line(exc)}")
    if result.get("failed") or result.get("unreachable"):
        return replace(seen, unreachable=f"{READER} failed: {one_line(result.get('msg') or result.get('module_stderr') or 'no message')}")
    return _checked_snapshot(seen, result.get("snapshot"))


def probe_outside(seen: Seen, wanted: Wanted) -> Seen:
    """Probe the endpoint from this process."""
    port = wanted.port or listener_port(seen.snapshot)
    try:
        probe = as_plain_mapping(probe_endpoint(wanted.endpoint, port, timeouts=wanted.timeouts))
        check_probe(probe)
    except (ProbeInputError, FactsError, OSError) as exc:  # no host name, a limit of this machine such as open files
        return replace(seen, probe_missing=f"the probe of {one_line(wanted.endpoint, 100)}:{port} could not run: {one_line(exc)}")
    return replace(seen, probe=probe)


def listener_port(snapshot: Mapping[str, Any] | None) -> int:
    """Return the port that the listener is set to, or the usual one where that is not known."""
    default: int = SETTINGS["PortNumber"].default
    listener = (snapshot or {}).get("subsets", {}).get("listener", {})
    if listener.get("status") != "ok":
        return default
    value = effective_values(listener["data"]).get("PortNumber", {}).get("value")
    return value if isinstance(value, int) and 0 < value < 65536 else default


def _look_into_bundle(action: Any, task_vars: dict[str, Any], wanted: Wanted) -> Seen:
    try:
        bundle: Bundle = action._connection.replay_bundle
    except AnsibleConnectionFailure as exc:  # no socket is opened for a host that was to be replayed
        reason = one_line(exc, 500)
        return Seen("replay", datetime.now(timezone.utc).replace(microsecond=0), unreachable=reason, probe_missing=reason)
    handed = wanted.client
    # What is handed in was meant for this run; what the bundle holds was saved with the host.
    client = handed.view or (as_plain_mapping(bundle.client) or None)
    seen = Seen("replay", bundle.collected_at, client=client, client_missing=None if client else handed.missing)
    if wanted.inside:
        seen = read_inside(seen, action, task_vars, wanted)
    if not wanted.outside:
        return seen
    if bundle.probe is None:
        return replace(seen, probe_missing="the bundle of this host holds no probe")
    others = tuple(to_plain(list(bundle.other_probes)))
    return replace(seen, probe=as_plain_mapping(bundle.probe), elsewhere=Elsewhere(others))


def _checked_snapshot(seen: Seen, snapshot: Any) -> Seen:
    """Take over what the reader returned: a subset that misfits costs that one, and a frame that does the whole."""
    plain = as_plain_mapping(snapshot)
    try:
        check_snapshot(plain)
    except FactsError:
        plain = salvaged(plain)
        try:
            check_snapshot(plain)
        except FactsError as exc:
            return replace(seen, unreachable=f"{READER} returned a snapshot that cannot be used: {one_line(exc)}")
    return replace(seen, snapshot=plain)
