# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pilot's playbook over saved hosts: a page and a bundle without names per host, and nothing fails."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle

from tests.conftest import ROOT
from tests.support.playbook import run_playbook


def test_a_pilot_leaves_a_page_and_a_bundle(tmp_path: Path) -> None:
    """Given a saved host without the client's subsets and one that cannot be reached, when the pilot runs again, then all pages are there, without a name."""
    folder = tmp_path / "pilot"
    for limit in ("rds-healthy,rds-no-winrm", "rds-healthy"):  # the one that is not reached takes its time
        ran = run_playbook(
            tmp_path,
            "-i",
            str(ROOT / "demo" / "inventory.yml"),
            "--limit",
            limit,
            playbook=ROOT / "playbooks" / "rdp_pilot.yml",
            variables={"rdp_pilot_dir": str(folder)},
        )
    pages = sorted(folder.glob("*.md"))
    bundles = sorted(folder.glob("*.json"))
    assert [page.name for page in pages] == ["host-1.md", "host-2.md", "host-3.md"], ran.output
    assert len(bundles) == 2, ran.output
    assert sorted("The host was not reached" in page.read_text(encoding="utf-8") for page in pages) == [False, False, True]
    pages = [page for page in pages if "The host was not reached" not in page.read_text(encoding="utf-8")]
    page = pages[0].read_text(encoding="utf-8")
    assert "16 of 21 subsets are as expected" in page
    assert "| `client_events` | not_asked (not_asked) |" in page
    assert "issues" in page
    assert load_bundle(bundles[0]).snapshot is not None
    assert not [path for path in (*pages, *bundles) if "rds-" in path.name + path.read_text(encoding="utf-8")]
