# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bundles written from what the references and public cases say that a host shows, by somebody who had not read the rules that judge them.

Nothing here is ever changed to fit a rule: ``DIGEST`` holds what was built, and a test compares. What each host has is in ``labels.yml``, apart.
Nothing here was read from a real host.

The format has no place for a client inside the bundle of a host. The client's view of a host is a bundle of its own, of the machine that showed
the error, named in ``CLIENTS``; what somebody typed in of an error message is in ``ERRORS``.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from tests.bundles.package import built, digest_of

from . import cases_calm, cases_certificate, cases_host, cases_partial, cases_people, cases_security, cases_two
from .host import Document

FOLDER = Path(__file__).resolve().parent
LABELS = FOLDER / "labels.yml"
CASES: tuple[ModuleType, ...] = (cases_certificate, cases_security, cases_host, cases_people, cases_partial, cases_two, cases_calm)
CLIENT_LETTER = "k"  # with which names of bundles of clients begin

CLIENTS = {
    "h027": "k009", "h065": "k001", "h073": "k002", "h077": "k003", "h078": "k004", "h079": "k005", "h080": "k006", "h082": "k007", "h083": "k008",
    "h084": "k012", "h085": "k013", "h086": "k014", "h087": "k015",
    "h124": "k010", "h128": "k011",
}  # fmt: skip
ERRORS = {
    "h001": "0x904 0x7", "h021": "0x904 0x8", "h029": "0x904 0x7", "h033": "0x1807", "h034": "0x80090322", "h051": "0x904 0x7", "h061": "0x904 0x9",
    "h065": "0x2107", "h066": "0xc07", "h067": "0x904 0x101", "h068": "0x904 0x103", "h072": "0x904 0x7", "h077": "0xb09", "h078": "0x807",
    "h079": "0x1707", "h080": "0x808 0x10B", "h084": "0x807", "h085": "0x104", "h086": "0x904 0x0", "h087": "0xe09", "h121": "0x904 0x7",
    "h122": "0x1807", "h123": "Error code: 0x904 Extended error code: 0x7", "h124": "0x904 0x7", "h125": "0x904 0x7", "h127": "0x80090302",
    "h128": "0x904 0x0",
}  # fmt: skip


def bundles(first: str = "h") -> dict[str, Document]:
    """Build every bundle whose name begins so: ``h`` are hosts, ``k`` the clients that connect to them."""
    return built(CASES, first)


def digest() -> str:
    """Return SHA-256 over all that was written here: bundles, clients, labels, what belongs together."""
    return digest_of((document for first in "hk" for document in bundles(first).values()), CLIENTS, ERRORS, LABELS)
