# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CredSSP after CVE-2018-0886: which pairs of server and client connect, and from which file version on a machine is patched.

Source: Microsoft KB4295591 and KB4093492. Between two patched machines every pair connects, so a server that is set to vulnerable helps nobody.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Facts
from ..paths import look_up

SERVERS = ("unpatched", "force_updated_clients", "mitigated", "vulnerable")
CLIENTS = SERVERS
EXPOSED, BLOCKED, ALLOWED = "allowed_exposed", "blocked", "allowed"
PAIRS: Mapping[str, Mapping[str, str]] = {
    "unpatched": {"unpatched": EXPOSED, "force_updated_clients": BLOCKED, "mitigated": BLOCKED, "vulnerable": EXPOSED},
    "force_updated_clients": {"unpatched": BLOCKED, "force_updated_clients": ALLOWED, "mitigated": ALLOWED, "vulnerable": ALLOWED},
    "mitigated": {"unpatched": EXPOSED, "force_updated_clients": ALLOWED, "mitigated": ALLOWED, "vulnerable": ALLOWED},
    "vulnerable": {"unpatched": EXPOSED, "force_updated_clients": ALLOWED, "mitigated": ALLOWED, "vulnerable": ALLOWED},
}
FIRST_BUILD_WITH_IT = 17763  # Windows 10 1809 and Server 2019 shipped with the fix
# build -> the last number of the first tspkg.dll, and of the first Windows, that has the fix
FIXED_IN: Mapping[int, int] = {14393: 2248, 15063: 1088, 16299: 431, 17134: 48}


def minimum_version(build: int) -> str | None:
    """Return the first version of tspkg.dll with the fix, or None where a build of that number is not known."""
    if build >= FIRST_BUILD_WITH_IT:
        return f"10.0.{build}.0"
    return f"10.0.{build}.{FIXED_IN[build]}" if build in FIXED_IN else None


def is_patched(facts: Facts) -> bool | None:
    """Tell whether the host has the fix, by the file that has it, else by the number of its Windows; None where neither is known."""
    build = look_up(facts.document, facts.gaps, "os.build")
    file = look_up(facts.document, facts.gaps, "credssp.tspkg_version")
    revision = look_up(facts.document, facts.gaps, "os.ubr")
    if file.known and file.value is not None:
        dummy, dummy, of_file, last = (int(part) for part in file.value.split("."))
        return _has_fix(of_file, last)
    if not build.known or (build.value < FIRST_BUILD_WITH_IT and (not revision.known or revision.value is None)):
        return None
    return _has_fix(build.value, revision.value if revision.known and revision.value is not None else 0)


def _has_fix(build: int, last: int) -> bool | None:
    if build >= FIRST_BUILD_WITH_IT:
        return True
    return last >= FIXED_IN[build] if build in FIXED_IN else None
