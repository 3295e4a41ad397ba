# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether NETWORK SERVICE, the account of TermService, may read the private key of one certificate, and what gives it that right.

The file of a key is known only where the reader named it. Another file is never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..derived.key_store import CNG, bound_key
from ..model import Facts, JsonMap, Operation, Refusal
from ..operations import file_acl
from ..paths import look_up
from ..sddl import NETWORK_SERVICE_TOKEN, SddlError, can_read, parse_dacl

READS = "(A;;FR;;;NS)"
_DACL = re.compile(r"D:([A-Z]*)((?:\([^()]*\))*)")
BY_HAND = "give NETWORK SERVICE read access to that private key by hand (certlm.msc, Manage Private Keys), then say key_is_readable: true"


@dataclass(frozen=True)
class KeyAccess:
    """What is known of the key of one certificate.

    :ivar readable: whether NETWORK SERVICE may read it; None where nobody knows.
    :ivar why: why nobody knows.
    :ivar grant: the operation that gives it the right, where it lacks it and the file is known.
    :ivar refusal: why the right cannot be given.
    """

    readable: bool | None
    why: str = ""
    grant: Operation | None = None
    refusal: Refusal | None = None


def key_access(facts: Facts, entry: JsonMap) -> KeyAccess:
    """Say who may read the key of a certificate.

    :param entry: the certificate as the snapshot's store has it.
    """
    found = look_up(facts.document, facts.gaps, "key_store")
    if not found.known:
        return KeyAccess(None, found.why)
    key = _key_of(found.value, entry)
    if isinstance(key, str):
        return KeyAccess(None, key)
    if key["exists"] is False:
        because = f"the key file {key['file_name']} of the certificate {entry['thumbprint']} is not there"
        return KeyAccess(False, refusal=Refusal("key_access", because, "import the certificate again together with its private key", "by_hand"))
    if key["sddl"] is None:
        return KeyAccess(None, "the access list of its key file could not be read")
    return _judged(f"{found.value['folder']['path']}\\{key['file_name']}", key["sddl"])


def _key_of(store: JsonMap, entry: JsonMap) -> JsonMap | str:
    """Return the key file of a certificate, or why it is not known."""
    key = bound_key(store, entry["thumbprint"])
    if key is not None:
        return dict(key) if key["file_name"] is not None else "its key is not one of the older RSA providers, whose files are known by name"
    provider, own = entry["key_provider"], store["listener_key"]
    if provider is not None and provider["provider_type"] != CNG and provider["container"] == own["container"] and own["exists"] is not None:
        return dict(own)
    return "only the key files of certificates that the listener is told to serve are looked up"


def _judged(path: str, sddl: str) -> KeyAccess:
    try:
        dacl = parse_dacl(sddl)
    except SddlError as error:
        return KeyAccess(None, f"the access list of its key file is not understood: {error}")
    if can_read(dacl, NETWORK_SERVICE_TOKEN):
        return KeyAccess(True)
    if any(not entry.allows for entry in dacl.entries):
        because = f"the access list of {path} denies somebody something, and a grant may not help against that"
        return KeyAccess(False, refusal=Refusal("key_access", because, BY_HAND, "by_hand"))
    why = "gives TermService (NETWORK SERVICE) read access to this one private key; what others may is left as it is"
    return KeyAccess(False, grant=file_acl(path, sddl=_with_read_access(sddl), found=sddl, why=why))


def _with_read_access(sddl: str) -> str:
    """Add the one entry, in front: what is inherited stays behind it."""
    match = _DACL.search(sddl)
    flags, entries = (match.group(1), match.group(2)) if match else ("P", "")
    return f"D:{flags}{READS}{entries}"
