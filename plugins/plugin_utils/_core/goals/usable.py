# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a certificate can be the listener's: in the machine's own store, with its key, in validity, for servers, strong enough."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..clock import format_time, whole_days
from ..model import Certificate, Facts, JsonMap, Refusal
from ..paths import look_up
from . import cannot_look

SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1"
RDP_AUTHENTICATION = "1.3.6.1.4.1.311.54.1.2"
FOR_SERVERS = frozenset({SERVER_AUTHENTICATION, RDP_AUTHENTICATION})
SMALLEST_RSA = 2048
CURVES = frozenset({"EC-secp256r1", "EC-secp384r1", "EC-secp521r1"})
IMPORT = "import it with its private key into LocalMachine\\My, then bind it"
ISSUE = "have one issued that is right, import it into LocalMachine\\My and bind that"


def entry_in_my(facts: Facts, thumbprint: str) -> JsonMap | Refusal:
    """Find a certificate in the machine's own store, or say why it is not there."""
    stores = look_up(facts.document, facts.gaps, "certificate.stores")
    if not stores.known:
        return cannot_look("the certificate stores", stores.why)
    for entry in stores.value["my"]["certificates"]:
        if entry["thumbprint"] == thumbprint:
            found: JsonMap = entry
            return found
    if any(entry["thumbprint"] == thumbprint for entry in stores.value["remote_desktop"]["certificates"]):
        because = f"the certificate {thumbprint} lies in the store Remote Desktop, and a bound one is looked for in LocalMachine\\My"
        return Refusal("bind", because, "ask for state: self_signed, which serves what lies there", "by_hand")
    if stores.value["my"]["truncated"]:
        return cannot_look(f"whether {thumbprint} is in LocalMachine\\My", "the list was cut short")
    return Refusal("bind", f"there is no certificate {thumbprint} in LocalMachine\\My", IMPORT, "by_hand")


def faults_of(facts: Facts, entry: JsonMap, days_left: int) -> tuple[Refusal, ...]:
    """Say what keeps a certificate from being served.

    :param days_left: how many whole days it has to be valid for still.
    """
    name = entry["thumbprint"]
    if not entry["has_private_key"]:
        return (Refusal("bind", f"the certificate {name} has no private key on this host", IMPORT, "by_hand"),)
    certificate = facts.certificates.get(name)
    if certificate is None:
        return (cannot_look(f"the certificate {name}", "its bytes could not be decoded"),)
    reasons = (_too_late(certificate, facts, days_left), _not_for_servers(certificate), _too_weak(certificate))
    return tuple(Refusal("bind", f"the certificate {name} {reason}", ISSUE, "by_hand") for reason in reasons if reason)


def _too_late(certificate: Certificate, facts: Facts, days_left: int) -> str | None:
    if certificate.not_before > facts.now:
        return f"is not valid before {format_time(certificate.not_before)}"
    if certificate.not_after < facts.now:
        return f"expired at {format_time(certificate.not_after)}"
    left = whole_days(certificate.not_after, facts.now)
    return f"expires in {left} days, sooner than the {days_left} that were asked for" if left < days_left else None


def _not_for_servers(certificate: Certificate) -> str | None:
    if certificate.eku and not FOR_SERVERS & set(certificate.eku):
        return f"is not meant for servers (extended key usage {', '.join(certificate.eku[:5])})"
    return None


def _too_weak(certificate: Certificate) -> str | None:
    rsa = re.fullmatch(r"RSA-(\d{1,6})", certificate.key)
    strong = int(rsa[1]) >= SMALLEST_RSA if rsa else certificate.key in CURVES
    return None if strong else f"has a key of the kind {certificate.key}, which is too small or which clients do not take"


def name_warning(facts: Facts, certificate: Certificate) -> str | None:
    """Warn where the certificate does not name the host; clients warn then too, and connect."""
    found = look_up(facts.document, facts.gaps, "os.computer_name")
    if not found.known or not found.value:
        return None
    subject = dict(part.partition("=")[::2] for part in certificate.subject.split(",") if "=" in part)
    names = {name.casefold() for name in (*certificate.san, subject.get("CN", ""))}
    host = str(found.value).casefold()
    if any(name == host or name.startswith((f"{host}.", "*.")) for name in names):
        return None
    return f"the certificate names {', '.join(sorted(names - {''})) or 'nobody'}, not {found.value}: clients will warn"


def described(facts: Facts) -> Mapping[str, object]:
    """Return what a module tells about the certificate that the listener is set to serve; what is unknown is null."""
    found = look_up(facts.document, facts.gaps, "derived.certificate")
    names = ("binding", "thumbprint", "store", "in_store", "has_private_key", "not_before", "not_after", "days_left", "self_signed", "key")
    return {name: found.value.get(name) if found.known else None for name in names}
