# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CredSSP oracle in force, and whether a machine has the fix for CVE-2018-0886 that gave the oracle its meaning.

Absent means mitigated (1) since May 2018; a value that is no number is ignored. Source: Microsoft KB4295591 and KB4093492.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..model import JsonMap
from ..paths import dword

MITIGATED = 1
FIRST_BUILD_WITH_IT = 17763  # Windows 10 1809 and Server 2019 shipped with the fix
FIRST_BUILD_WITH_REVISION = 10240  # before it the revision of Windows is not that of its files
# build -> the last number of the first tspkg.dll that has the fix; from Windows 10 on that of the first Windows too
FIXED_IN: Mapping[int, int] = {9200: 22432, 9600: 18999, 14393: 2248, 15063: 1088, 16299: 431, 17134: 48}
OLDER_KERNELS: Mapping[int, str] = {9200: "6.2", 9600: "6.3"}


def oracle_in_force(credssp: JsonMap) -> JsonMap:
    """Say which oracle setting holds.

    :param credssp: data of the snapshot subset ``credssp``.
    :returns: ``oracle`` (0 force updated clients, 1 mitigated, 2 vulnerable) and ``wrong_kind``.
    :raises LookupError: the value could not be read.
    """
    found = credssp["AllowEncryptionOracle"]
    if found["kind"] == "denied":
        raise LookupError(f"access to {found['path']} was denied")
    value = dword(found)
    return {"oracle": MITIGATED if value is None else value, "wrong_kind": value is None and found["kind"] != "absent"}


def credssp_fix(os: JsonMap | None, credssp: JsonMap | None) -> JsonMap:
    """Say whether a machine has the fix, by the file that has it, else by the number of its Windows.

    :param os: data of the subset ``os`` or ``client_os``, None where it could not be read.
    :param credssp: data of the snapshot subset ``credssp``; None where it could not be read, and for a client, of which it is not.
    :returns: ``patched``, and ``by``, the version that tells it.
    :raises LookupError: neither is known, or nobody has said in which revision of this build the fix is.
    """
    version = (credssp or {}).get("tspkg_version") or _of_windows(os)
    if version is None:
        raise LookupError("neither tspkg.dll nor the revision of Windows was told")
    build, last = (int(part) for part in version.split(".")[2:])
    if build < FIRST_BUILD_WITH_IT and build not in FIXED_IN:
        raise LookupError(f"in which revision of build {build} the CVE-2018-0886 fix is, is not known")
    return {"patched": build >= FIRST_BUILD_WITH_IT or last >= FIXED_IN[build], "by": version}


def minimum_version(build: int) -> str | None:
    """Return the first version of tspkg.dll with the fix, or None where a build of that number is not known."""
    if build >= FIRST_BUILD_WITH_IT:
        return f"10.0.{build}.0"
    return f"{OLDER_KERNELS.get(build, '10.0')}.{build}.{FIXED_IN[build]}" if build in FIXED_IN else None


def _of_windows(os: JsonMap | None) -> str | None:
    if os is None or os["build"] is None or os["build"] < FIRST_BUILD_WITH_REVISION:
        return None
    if os["ubr"] is None:
        return f"10.0.{os['build']}.0" if os["build"] >= FIRST_BUILD_WITH_IT else None
    return f"10.0.{os['build']}.{os['ubr']}"
