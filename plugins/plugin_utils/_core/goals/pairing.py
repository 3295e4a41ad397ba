# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CredSSP after CVE-2018-0886: which pairs of server and client connect.

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


def is_patched(facts: Facts) -> bool | None:
    """Tell whether the host has the fix; None where that is not known."""
    found = look_up(facts.document, facts.gaps, "derived.credssp_fix.patched")
    return bool(found.value) if found.known else None
