# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reports of made-up hosts that were repaired, with each outcome once: nothing here was done to a host.

``python -m ansible_collections.rdpops.health.tests.support.sample_repairs FOLDER`` writes them into a folder.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Judgement
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import host_report
from ansible_collections.rdpops.health.plugins.plugin_utils._report.text import summary
from ansible_collections.rdpops.health.plugins.plugin_utils._report.write import publish_fleet, write_host

from .sample_hosts import expired, firewall, healthy, key_acl, no_winrm, oracle, policy_off
from .sample_parts import NOW, RUN

REPAIR_RUN = replace(RUN, mode="enforce")
JOURNAL = {"id": "20261120T081531Z-1f2e3d4c", "path": "C:\\ProgramData\\rdpops.health\\journal\\20261120T081531Z-1f2e3d4c", "state": "finished"}
START = {
    "id": "op1",
    "kind": "service",
    "target": {"service": "SessionEnv"},
    "status": "changed",
    "before": {"state": "stopped", "start": "disabled"},
    "after": {"state": "running", "start": "manual"},
    "message": "",
    "reversible": True,
    "restart": "none",
    "why": "starting it renews the certificate",
    "ran_where": "lab",
}
WAIT = {
    **START,
    "id": "op2",
    "kind": "wait_until",
    "target": {"condition": "listener_certificate", "seconds": 30},
    "status": "unchanged",
    "before": {"valid": False},
    "after": {"valid": True},
    "why": "proves that it is new",
}
ACL = {
    **START,
    "kind": "file_acl",
    "target": {"path": "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\f686aace6942fb7f7ceb231212eef4a4_00000000-aaaa-bbbb-cccc-000000000001"},
    "before": {"sddl": "D:PAI(A;;FA;;;SY)(A;;FA;;;BA)"},
    "after": {"sddl": "D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)"},
    "restart": "session_env",
    "why": "one file, one entry; the folder stays as it is",
    "ran_where": "nowhere",
}
ORACLE = {
    **START,
    "kind": "registry_value",
    "target": {"key": "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters", "value": "AllowEncryptionOracle"},
    "before": {"kind": "REG_DWORD", "value": 2},
    "after": {"kind": "absent", "value": None},
    "restart": "reboot",
    "why": "the built-in default is safe",
}
LEFT_OUT = {
    "remedy": "restart_term_service",
    "because": "the change takes effect when TermService restarts, and that disconnects 2 people",
    "instead": "agree to it with rdp_health_allow_session_disconnect, or restart it when nobody works",
    "rule": "needs_consent",
}


def told(outcome: str | None, sentence: str, *operations: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return what a repair came to, as the report takes it."""
    return {
        "outcome": outcome,
        "sentence": sentence,
        "changed": bool(operations) and outcome != "rolled_back",
        "simulated": False,
        "restart": "none",
        "reboot_required": False,
        "journal": dict(JOURNAL) if operations else None,
        "operations": list(operations),
        "left_out": [],
        "recovered": [],
        "break_glass": [],
        "booted_at": "2026-11-02T04:11:09Z",
        **more,
    }


Case = tuple[Callable[..., tuple[Judgement, Facts, str]], str, dict[str, Any]]
CASES: tuple[Case, ...] = (
    (healthy, "rds-healthy", told("already_right", "Remote Desktop answers, and every check passed.")),
    (healthy, "rds-cert-expired", told("fixed", "Remote Desktop answers, and every check passed.", START, WAIT)),
    (
        key_acl,
        "rds-key-acl",
        told(
            "rolled_back",
            "taken back: the handshake ended at connect and had reached tls before",
            ACL,
            {**WAIT, "status": "failed", "message": "no certificate came within 30 seconds"},
            restart="session_env",
            journal={**JOURNAL, "state": "taken_back"},
        ),
    ),
    (
        oracle,
        "rds-oracle",
        told(
            "pending_reboot",
            "the change is made and takes effect with the next restart of Windows",
            ORACLE,
            restart="reboot",
            reboot_required=True,
            left_out=[LEFT_OUT],
            recovered=[{"journal": "20261119T170002Z-0a0b0c0d", "action": "taken_back", "why": "expired"}],
            break_glass=[{"owner": "k.meier", "reason": "old thin clients until they are replaced", "expires_at": "2026-11-21T18:00:00Z"}],
        ),
    ),
    (firewall, "rds-firewall", told("refused", "the network is a public one; set its profile to private where that is true")),
    (policy_off, "rds-policy-off", told("still_broken_other_cause", "nothing here can repair it: a Group Policy denies Remote Desktop")),
    (no_winrm, "rds-no-winrm", told("unreachable", "the host could not be read: WinRM did not answer")),
    (healthy, "rds-saved", told("fixed_inside_only", "from inside it is right; nobody has seen it from outside", START, WAIT, simulated=True)),
    (expired, "rds-with-check", told(None, "2 operations would be carried out", {**START, "status": "would_change"}, simulated=True, journal=None)),
)


def repaired_reports() -> Iterable[dict[str, Any]]:
    """Make the report of each host."""
    for make, name, enforced in CASES:
        judgement, facts, dummy = make(name)
        yield host_report(judgement, facts, REPAIR_RUN, source="replay" if enforced["simulated"] else "live", duration_ms=912, enforced=enforced)


def main() -> None:
    folder = Path(sys.argv[1])
    for report in repaired_reports():
        write_host(folder, report)
    published = publish_fleet(folder, REPAIR_RUN, written_at=NOW)
    print(summary(published.index, str(published.page)))


if __name__ == "__main__":
    main()
