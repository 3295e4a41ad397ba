# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bundles of a second author who had not read the rules that judge them, nor the bundles of the first: other hosts, languages and views.

Nothing here is ever changed to fit a rule: ``DIGEST`` holds what was built, and a test compares. What each host has is in ``labels.yml``, apart.
Nothing here was read from a real host. As in :mod:`tests.bundles.unseen`, ``CLIENTS`` names the bundle of the machine that showed an error.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from tests.bundles.package import Document, built, digest_of

from . import cases_calm, cases_client, cases_key, cases_lore, cases_people, cases_service, cases_thin, cases_tls, cases_two, cases_way

FOLDER = Path(__file__).resolve().parent
LABELS = FOLDER / "labels.yml"
CASES: tuple[ModuleType, ...] = (
    cases_key, cases_tls, cases_service, cases_way, cases_people, cases_client, cases_thin, cases_two, cases_calm, cases_lore,
)  # fmt: skip
CLIENT_LETTER = "c"  # with which names of bundles of clients begin

CLIENTS = {
    "s007": "c035", "s008": "c034", "s103": "c001", "s105": "c002", "s108": "c003", "s114": "c004", "s133": "c011", "s134": "c012", "s141": "c013",
    "s142": "c014", "s143": "c015", "s145": "c016", "s147": "c017", "s149": "c018", "s150": "c019", "s171": "c031", "s172": "c032", "s173": "c033",
    "s181": "c041", "s182": "c042", "s183": "c043", "s184": "c044", "s185": "c045", "s186": "c046", "s228": "c051", "s252": "c061", "s262": "c071",
    "s266": "c072",
}  # fmt: skip
ERRORS = {
    "s004": "0x904 0x8", "s031": "0x904 0x7", "s033": "Error code: 0x904 Extended error code: 0x7", "s061": "0x204", "s102": "0x904 0x7",
    "s104": "0x904 0x7", "s105": "0x104", "s108": "0x3000047", "s109": "0x3 0x400", "s135": "0x80090322", "s136": "0x1807", "s137": "0x1307",
    "s138": "0x904 0x9", "s139": "0x1207", "s140": "0xd07", "s142": "0x1607", "s143": "0xe09", "s144": "0x904 0x101", "s145": "0x808 0x10b",
    "s148": "0x904 0x0", "s150": "0x2107", "s151": "0xc07", "s152": "0x3 0x11", "s171": "0xb09", "s185": "0x807", "s225": "0x904 0x101",
    "s231": "0x1307", "s262": "0xf07", "s267": "0x904 0x9",
}  # fmt: skip


def bundles(first: str = "s") -> dict[str, Document]:
    """Build every bundle whose name begins so: ``s`` are hosts, ``c`` the clients that connect to them."""
    return built(CASES, first)


def digest() -> str:
    """Return SHA-256 over all that was written here: bundles, clients, labels, what belongs together."""
    return digest_of((document for first in "sc" for document in bundles(first).values()), CLIENTS, ERRORS, LABELS)
