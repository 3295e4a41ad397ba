# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether TermService is the one that Windows ships: its account and its program library."""

from __future__ import annotations

from ..model import JsonMap
from .gap import Gap

ACCOUNT = "nt authority\\networkservice"
LIBRARY = "\\system32\\termsrv.dll"
ROOTS = ("%systemroot%", "%windir%", "c:\\windows")


def term_service(services: JsonMap) -> JsonMap:
    """Compare TermService with what is documented.

    :param services: data of the snapshot subset ``services``.
    :returns: ``account_right`` and ``library_right``; unknown where there is no such service, or a value could not be read.
    """
    service = services["TermService"]
    if service.get("exists") is False:
        gone = Gap("there is no service TermService")
        return {"account_right": gone, "library_right": gone}
    return {"account_right": _is(service["ObjectName"], {ACCOUNT}), "library_right": _is(service["ServiceDll"], {root + LIBRARY for root in ROOTS})}


def _is(value: JsonMap, wanted: set[str]) -> bool | Gap:
    if value["kind"] == "denied":
        return Gap(f"access to {value['path']} was denied")
    text = value["value"] if isinstance(value["value"], str) else ""
    return text.casefold().replace("network service", "networkservice").replace("/", "\\") in wanted
