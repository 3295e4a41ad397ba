# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Put reports on disk: whole or not at all, and for their owner only. The only file of this room that writes.

A report names hosts, their weaknesses and what would be changed on them; folders are 0700 and files 0600 whatever the umask says.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .._core.model import JsonMap
from .build import Run, canonical_bytes
from .fleet import HostSummary, fleet_index, in_order, read_report, read_summaries, summarise, unread_summary
from .html import fleet_page, host_page
from .slug import slug

FOLDER_MODE = 0o700
FILE_MODE = 0o600
INLINE_HOSTS = 50  # hosts drawn in detail on the fleet page itself, the worst first; 50 are about 1.5 MB of HTML
HOSTS = "hosts"

_OWN_ENTRIES = frozenset({HOSTS, "fleet.json", "index.html"})


class ReportError(Exception):
    """A report cannot be written; the message is one sentence that names the path."""


@dataclass(frozen=True)
class Published:
    """What was written for a fleet."""

    index: JsonMap
    index_file: Path
    page: Path


def write_host(report_dir: Path, report: JsonMap) -> Path:
    """Write the report of one host below ``report_dir``; several workers may do so at once.

    :returns: the path of the file.
    :raises ReportError: the folder or file cannot be written, or a symbolic link stands in the way.
    """
    path = _prepared(report_dir) / f"{report['host']['slug']}.json"
    write_file(path, canonical_bytes(report))
    return path


def publish_fleet(
    report_dir: Path,
    run: Run,
    *,
    written_at: datetime,
    fail_on: str = "outage",
    only: Collection[str] | None = None,
    earlier_runs: bool = True,
    notes: Sequence[str] = (),
    wrong: Mapping[str, str] | None = None,
) -> Published:
    """Write the fleet index and the pages from the host reports that lie below ``report_dir``.

    Reads one host report at a time. Pages of hosts that no longer need one are removed.

    :param only: names of the hosts of this run; None takes every report in the folder. One without a file is reported as unknown.
    :param earlier_runs: take host reports of other runs too; without it a host that this run did not examine is unknown.
    :param notes: sentences that the report and its summary repeat.
    :param wrong: by name of the host, one sentence about arguments that cannot be used; such a host makes the run fail though it has a report.
    :raises ReportError: something cannot be written.
    """
    hosts_folder = _prepared(report_dir)
    names = None if only is None else {slug(name): name for name in only}
    of_run = None if earlier_runs else run.id
    found = in_order(_named(read_summaries(hosts_folder, only=names, of_run=of_run), names))
    summaries = _with_pages(found)
    index = fleet_index(summaries, run, written_at=written_at, fail_on=fail_on, notes=notes, wrong=wrong or {})
    page = report_dir / "index.html"
    index_file = report_dir / "fleet.json"
    _write_host_pages(hosts_folder, index, of_run)
    inline = ((line, _report_of(hosts_folder, line, of_run)) for line in index["hosts"] if line["has_details"] and line["page"] is None)
    write_file(page, fleet_page(index, inline).encode("utf-8"))
    write_file(index_file, canonical_bytes(index))
    return Published(index, index_file, page)


def has_report(report_dir: Path, name: str, of_run: str | None) -> bool:
    """Tell whether there is a report of this host that counts.

    :param of_run: id of the only run whose reports count; None takes every run.
    """
    return _report_of(report_dir / HOSTS, {"slug": slug(name)}, of_run) is not None


def adopt_host(report_dir: Path, elsewhere: Path, name: str, of_run: str | None) -> None:
    """Copy the report of one host from another folder of reports, if one lies there that counts and none of this run lies here.

    :param of_run: as for :func:`has_report`.
    :raises ReportError: it cannot be written here.
    """
    found = _report_of(elsewhere / HOSTS, {"slug": slug(name)}, of_run)
    if found is None or (of_run is not None and has_report(report_dir, name, of_run)):
        return
    with contextlib.suppress(ValueError, LookupError, TypeError, AttributeError):  # of another shape: the host stays without a report
        if summarise(found).slug == slug(name):
            write_host(report_dir, found)


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, mode 0600; an older file is replaced, whatever its mode was.

    :raises ReportError: it cannot be written, or a symbolic link or folder stands in the way.
    """
    _refuse_in_the_way(path)
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    except OSError as error:
        raise ReportError(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), FILE_MODE)  # mkstemp honours the umask, which may take away even the owner's bits
            stream.write(content)
        Path(temporary).replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise ReportError(f"{path} cannot be written: {error.strerror}.") from error


def _prepared(report_dir: Path) -> Path:
    """Make the report's folder and its ``hosts`` folder; return the latter."""
    _private_folder(report_dir)
    hosts = report_dir / HOSTS
    _private_folder(hosts)
    return hosts


def _private_folder(path: Path) -> None:
    try:
        if path.is_symlink():
            raise ReportError(f"{path} is a symbolic link: name the folder that it points to, or remove it.")
        made = not path.exists()
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        mode = stat.S_IMODE(path.stat().st_mode)
        # A folder that holds other things too (a home, /tmp) keeps its mode: files and hosts/ are private all the same.
        if mode != FOLDER_MODE and (made or path.name == HOSTS or {entry.name for entry in path.iterdir()} <= _OWN_ENTRIES):
            path.chmod(FOLDER_MODE)
    except OSError as error:
        raise ReportError(f"{path} cannot be used as a folder for reports: {error.strerror}.") from error


def _refuse_in_the_way(path: Path) -> None:
    if path.is_symlink():
        raise ReportError(f"{path} is a symbolic link and will not be written through: remove it first.")
    if path.is_dir():
        raise ReportError(f"{path} is a folder where a report should be written: remove it first.")


def _named(summaries: Iterator[HostSummary], names: Mapping[str, str] | None) -> Iterator[HostSummary]:
    """Give hosts without a usable report the name that the inventory uses."""
    for host in summaries:
        name = host.name if names is None else names[host.slug]
        yield host if host.name == name or host.name != host.slug else unread_summary(name, host.slug, host.sentence)


def _with_pages(hosts: list[HostSummary]) -> list[HostSummary]:
    drawn = [host.slug for host in hosts if host.has_details]
    beyond = frozenset(drawn[INLINE_HOSTS:])
    return [host.with_page(f"{HOSTS}/{host.slug}.html" if host.slug in beyond else None) for host in hosts]


def _report_of(hosts_folder: Path, line: JsonMap, of_run: str | None) -> JsonMap | None:
    try:
        report = read_report(hosts_folder / f"{line['slug']}.json")
        return report if of_run is None or report["run"]["id"] == of_run else None
    except (ValueError, KeyError, TypeError):
        return None  # already counted as unknown, with a sentence that says why


def _write_host_pages(hosts_folder: Path, index: JsonMap, of_run: str | None) -> None:
    wanted = {f"{line['slug']}.html": line for line in index["hosts"] if line["page"] is not None}
    for name, line in wanted.items():
        write_file(hosts_folder / name, host_page(line, _report_of(hosts_folder, line, of_run)).encode("utf-8"))
    for stale in hosts_folder.glob("*.html"):
        if stale.name not in wanted:
            with contextlib.suppress(OSError):
                stale.unlink()
