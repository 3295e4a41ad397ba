# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a waiver is for: which hosts, which findings, and whether that is no restriction at all."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection

from .model import Finding, Waiver, WaiverState

IN_FORCE = (WaiverState.IN_FORCE, WaiverState.EXPIRING)
_ANY_CHARACTER = re.compile(r"\[(?:!|[^\]]*-)[^\]]*\]")  # [!x] and [a-z] leave nearly everything in, [ab] does not


def covers_host(waiver: Waiver, host: str, groups: Collection[str]) -> bool:
    """Tell whether a host is in the scope, by its name and its groups."""
    by_name = not waiver.hosts or any(fnmatch.fnmatchcase(host.casefold(), glob.casefold()) for glob in waiver.hosts)
    return by_name and (not waiver.groups or any(group in groups or group == "all" for group in waiver.groups))


def covers(waiver: Waiver, finding: Finding) -> bool:
    """Tell whether a finding of a host in the scope is in the scope too."""
    by_check = not waiver.checks or finding.check.id in waiver.checks
    return by_check and (not waiver.fingerprints or finding.fingerprint in waiver.fingerprints)


def all_checks(waiver: Waiver) -> bool:
    """Tell whether no finding is left out."""
    return not waiver.checks and not waiver.fingerprints


def all_hosts(waiver: Waiver) -> bool:
    """Tell whether no host is left out: no names or groups, the group ``all``, or a glob without a letter or digit of its own."""
    by_name = not waiver.hosts or any(not re.search(r"\w", _ANY_CHARACTER.sub("", glob)) for glob in waiver.hosts)
    return by_name and (not waiver.groups or "all" in waiver.groups)
