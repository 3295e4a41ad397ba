# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CredSSP oracle in force. Absent means mitigated (1) since May 2018; a value that is no number is ignored."""

from __future__ import annotations

from ..model import JsonMap
from ..paths import dword

MITIGATED = 1


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
