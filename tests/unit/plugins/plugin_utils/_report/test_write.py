# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reports on disk: private, whole, and never written through somebody else's link."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report import write
from ansible_collections.rdpops.health.plugins.plugin_utils._report.slug import slug
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import ReportError, publish_fleet, write_file, write_host
from ansible_collections.rdpops.health.tests.support.page_check import read_page
from ansible_collections.rdpops.health.tests.support.sample_hosts import expired, healthy
from ansible_collections.rdpops.health.tests.support.sample_parts import NOW, RUN
from ansible_collections.rdpops.health.tests.support.sample_reports import host_report, reports


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def report_of(name: str, *, good: bool = False) -> dict[str, Any]:
    judgement, facts = (healthy if good else expired)(name)[:2]
    return host_report(judgement, facts, RUN)


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_files_and_folders_are_their_owners_only_whatever_the_umask(tmp_path: Path, umask: None) -> None:
    folder = tmp_path / "reports"
    written = write_host(folder, report_of("h"))
    published = publish_fleet(folder, RUN, written_at=NOW)
    assert [mode(path) for path in (folder, folder / "hosts")] == [0o700, 0o700]
    assert [mode(path) for path in (written, published.page, published.index_file)] == [0o600] * 3


def test_an_older_file_with_a_wide_mode_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_text("old")
    path.chmod(0o666)
    write_file(path, b"new")
    assert (path.read_bytes(), mode(path)) == (b"new", 0o600)


def test_a_wide_folder_of_ours_is_narrowed_and_one_with_other_things_keeps_its_mode(tmp_path: Path) -> None:
    for name, mine in (("ours", True), ("theirs", False)):
        folder = tmp_path / name
        folder.mkdir(mode=0o755)
        folder.chmod(0o755)
        if not mine:
            (folder / "letter.txt").write_text("x")
        written = write_host(folder, report_of("h"))
        assert mode(folder) == (0o700 if mine else 0o755)
        assert (mode(folder / "hosts"), mode(written)) == (0o700, 0o600)


@pytest.mark.parametrize("place", ["", "hosts", "hosts/h.json"])
def test_a_symbolic_link_in_the_way_is_refused_with_a_sentence(tmp_path: Path, place: str) -> None:
    # Given a link where a report would be written, when it is written, then the link's target stays as it was and a sentence names the link.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = elsewhere / "precious"
    target.write_text("precious")
    link = tmp_path / "reports" / place if place else tmp_path / "reports"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target if place.endswith("json") else elsewhere)
    with pytest.raises(ReportError, match=r"reports.* is a symbolic link.*\.$"):
        write_host(tmp_path / "reports", report_of("h"))
    assert target.read_text() == "precious"
    assert list(elsewhere.iterdir()) == [target]


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "fleet.json"
    write_file(path, b"old")

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write.os, "fchmod", full)
    with pytest.raises(ReportError, match="cannot be written: No space left on device"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_a_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("x")
    with pytest.raises(ReportError, match=r"reports cannot be used as a folder"):
        write_host(tmp_path / "reports", report_of("h"))


def test_a_folder_in_place_of_a_report_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    with pytest.raises(ReportError, match="is a folder where a report should be written"):
        write_file(tmp_path / "index.html", b"x")


def test_fifty_hosts_are_drawn_on_the_fleet_page_and_the_others_get_pages(tmp_path: Path) -> None:
    for report in reports(60, unhealthy=53):
        write_host(tmp_path, report)
    published = publish_fleet(tmp_path, RUN, written_at=NOW)
    reader = read_page(published.page.read_text(encoding="utf-8"))
    pages = sorted(path.name for path in (tmp_path / "hosts").glob("*.html"))
    assert reader.faults == []
    assert reader.elements["article"] == 50
    assert len(pages) == 3
    assert {f"hosts/{name}" for name in pages} <= set(reader.links)
    assert all(read_page((tmp_path / "hosts" / name).read_text(encoding="utf-8")).faults == [] for name in pages)
    assert sum(line["page"] is not None for line in published.index["hosts"]) == 3


def test_the_page_of_a_host_that_needs_none_is_removed(tmp_path: Path) -> None:
    write_host(tmp_path, report_of("h", good=True))
    stale = tmp_path / "hosts" / "h.html"
    stale.write_text("yesterday")
    publish_fleet(tmp_path, RUN, written_at=NOW)
    assert not stale.exists()
    assert (tmp_path / "hosts" / "h.json").exists()


def test_only_the_hosts_of_this_run_count_and_a_missing_one_is_unknown_under_its_own_name(tmp_path: Path) -> None:
    write_host(tmp_path, report_of("old"))
    write_host(tmp_path, report_of("WEB-1", good=True))
    published = publish_fleet(tmp_path, RUN, written_at=NOW, only=["WEB-1", "Lost One"])
    assert [(line["name"], line["verdict"]) for line in published.index["hosts"]] == [("Lost One", "unknown"), ("WEB-1", "healthy")]
    assert "Lost One" in published.page.read_text(encoding="utf-8")


def test_the_index_on_disk_is_the_index_returned(tmp_path: Path) -> None:
    write_host(tmp_path, report_of("h"))
    published = publish_fleet(tmp_path, RUN, written_at=NOW, fail_on="never")
    assert json.loads(published.index_file.read_bytes()) == published.index


def test_a_hostile_name_stays_inside_the_folder(tmp_path: Path) -> None:
    name = "../../../tmp/<b>evil\x00"
    written = write_host(tmp_path / "reports", report_of(name))
    assert written == tmp_path / "reports" / "hosts" / f"{slug(name)}.json"
    published = publish_fleet(tmp_path / "reports", RUN, written_at=NOW, only=[name])
    assert read_page(published.page.read_text(encoding="utf-8")).faults == []
