# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which TLS versions the host's server side offers: the Schannel switches over the defaults of the build.

``Enabled`` decides; ``DisabledByDefault`` counts for RDP because its listener asks for no particular versions
(Microsoft: TLS registry settings; protocols in TLS/SSL).
"""

from __future__ import annotations

from ..model import JsonMap
from ..paths import dword

TLS13_FIRST_BUILD = 20348  # Windows Server 2022; Windows 11 is newer. Forcing TLS 1.3 on older builds breaks handshakes.
VERSIONS = ("tls10", "tls11", "tls12", "tls13")
OLD = {"tls10": "TLS 1.0", "tls11": "TLS 1.1"}
SOURCES = {"default": "the default of Windows", "set": "set on this host"}


def server_protocols(tls: JsonMap, os: JsonMap) -> JsonMap:
    """Compute the state of each version on the server side.

    :param tls: data of the snapshot subset ``tls``.
    :param os: data of the snapshot subset ``os``.
    :returns: version -> ``{enabled, source: set|default}``; ``modern``: TLS 1.2 or a supported 1.3 is on; ``old``: which of the outdated ones are
        on, in words; and ``forced``: TLS 1.3 was switched on where the build does not know it.
    :raises LookupError: a switch could not be read.
    """
    answer: dict[str, JsonMap] = {}
    for version in VERSIONS:
        default = version != "tls13" or os["build"] >= TLS13_FIRST_BUILD
        answer[version] = _version(tls["protocols"][version]["server"], default=default)
    modern = answer["tls12"]["enabled"] or (answer["tls13"]["enabled"] and os["build"] >= TLS13_FIRST_BUILD)
    old = [f"{name} ({SOURCES[answer[version]['source']]})" for version, name in OLD.items() if answer[version]["enabled"]]
    return {**answer, "modern": {"enabled": modern}, "old": old, "forced": answer["tls13"]["enabled"] and os["build"] < TLS13_FIRST_BUILD}


def _version(switches: JsonMap, *, default: bool) -> JsonMap:
    enabled, disabled = switches["Enabled"], switches["DisabledByDefault"]
    if "denied" in (enabled["kind"], disabled["kind"]):
        raise LookupError(f"access to {enabled['path']} was denied")
    if dword(enabled) == 0 or dword(disabled) not in (None, 0):
        return {"enabled": False, "source": "set"}
    if dword(enabled) is not None:
        return {"enabled": True, "source": "set"}
    return {"enabled": default, "source": "default"}
