# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is it this host that answers on the wire? Its certificate and its name, as seen from outside, against what the host itself says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..model import Certificate, JsonMap
from .certificate import listener_certificate
from .gap import Gap


def served_against_configured(probe: JsonMap, data: JsonMap, certificates: Mapping[str, Certificate], now: datetime) -> JsonMap:
    """Compare the certificate on the wire with the one that the listener is told to serve.

    :param data: data of the snapshot subset ``certificate``.
    :returns: ``served`` and ``configured`` thumbprints, ``same``, and ``in_store`` (the served one lies in a store of the host).
    :raises LookupError: no certificate was seen, or the bindings could not be read.
    """
    served = ((probe.get("tls") or {}).get("certificate") or {}).get("sha1")
    if not served:
        raise LookupError("no certificate was seen from outside")
    listener = listener_certificate(data, certificates, now)
    stores = data["stores"].values()
    in_store = any(entry["thumbprint"] == served for store in stores for entry in store["certificates"])
    is_cut = any(store["truncated"] or store["exists"] is None for store in stores)
    configured = listener["thumbprint"] if listener["in_store"] else None
    return {
        "served": served,
        "configured": configured or Gap("the listener has no certificate that it could serve"),
        "same": Gap("the listener has no certificate that it could serve") if configured is None else served == configured,
        "in_store": Gap("not every certificate of the host could be listed") if is_cut and not in_store else in_store,
    }


def answering_computer(probe: JsonMap, system: JsonMap) -> JsonMap:
    """Compare the name that the endpoint tells in its NTLM challenge with the name of the host.

    :returns: ``name`` as the endpoint tells it, and ``same``.
    :raises LookupError: the endpoint told no name.
    """
    names = (probe.get("credssp") or {}).get("names") or {}
    name = names.get("netbios_computer")
    if not name:
        raise LookupError("the endpoint did not tell a computer name")
    return {"name": name, "same": name.casefold() == system["computer_name"].casefold()}
