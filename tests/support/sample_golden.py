# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The golden files of the report: what the made-up hosts look like in each format.

``python -m ansible_collections.rdpops.health.tests.support.sample_golden`` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import canonical_bytes
from ansible_collections.rdpops.health.plugins.plugin_utils._report.fleet import fleet_index, in_order, summarise
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_done import done_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_endpoint import endpoint_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_handshake import handshake_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.html_vantages import vantages_part
from ansible_collections.rdpops.health.plugins.plugin_utils._report.text import one_line, summary

from .sample_parts import NOW, RUN
from .sample_repairs import REPAIR_RUN, repaired_reports
from .sample_reports import reports

FOLDER = Path(__file__).resolve().parents[1] / "unit" / "plugins" / "plugin_utils" / "_report" / "golden"


def golden() -> Mapping[str, str]:
    """Return file name -> content."""
    made = {report["host"]["name"]: report for report in reports()}
    index = fleet_index(in_order(summarise(report) for report in made.values()), RUN, written_at=NOW)
    acl = made["rds-key-acl"]
    repaired = {report["host"]["name"]: report for report in repaired_reports()}
    after = fleet_index(in_order(summarise(report) for report in repaired.values()), REPAIR_RUN, written_at=NOW)
    return {
        "host.json": canonical_bytes(made["rds-firewall"]).decode(),
        "fleet.json": canonical_bytes(index).decode(),
        "summary.txt": summary(index, "reports/index.html") + "\n",
        "lines.txt": "".join(f"{one_line(report)}\n" for report in made.values()),
        "repaired.json": canonical_bytes(after).decode(),
        "repaired.txt": summary(after, "reports/index.html") + "\n" + "".join(f"{one_line(report)}\n" for report in repaired.values()),
        "done.html": _lines("".join(done_part(repaired[name]["enforced"], 2) for name in ("rds-key-acl", "rds-oracle", "rds-with-check"))),
        "handshake.html": _lines(handshake_part(acl["handshake"], acl["views"]["outside"], 2)),
        "endpoint.html": _lines(endpoint_part(made["rds-healthy"]["handshake"])),
        "vantages.html": _lines(vantages_part(made["rds-firewall"]["handshake"], 3)),
    }


def _lines(markup: str) -> str:
    """Break a part into lines, so that a difference can be read."""
    for tag in ("<li", "<div", "<tr", "<th", "<td"):
        markup = markup.replace(tag, f"\n{tag}")
    return markup + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in golden().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
