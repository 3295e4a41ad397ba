# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of a text in a bundle, by the field it stands in. What no rule is about goes through :meth:`Pseudonyms.text`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any  # Any: an event is a JSON document

from .client_subsets import CREDENTIAL_TYPES
from .distinguished import replaced
from .event_fields import EVENT_FIELDS, personal_places
from .host_subsets import SESSION_STATES, STATES
from .probe import STEP_OUTCOMES, STEPS, SYMPTOMS
from .pseudonyms import Pseudonyms
from .shapes import REGISTRY_VALUES
from .snapshot import PROFILES

Rule = Callable[[Pseudonyms, str], str]

# Texts that are a name of a host or domain as a whole, or a list of such, by the field they stand in.
HOST_FIELDS = frozenset({
    "host", "computer_name", "vantage", "netbios_domain", "netbios_computer", "dns_domain", "dns_computer", "dns_tree", "address", "addresses",
    "BrokerResourceIdURI", "BrokerResourceIdURIGlobal", "san",
})  # fmt: skip
# Registry values, and answers, whose texts are names of hosts or lists of them.
LISTS_OF_HOSTS = frozenset({
    "NtpServer", "LicenseServers", "SpecifiedLicenseServers", "ClientAllowedNTLMServers", "servers", "CertTemplateName",
    "SessionDirectoryRedirectionIP",
})  # fmt: skip
# Words of the format and of the probe, which stay also where somebody is called so: without them a bundle is none.
WORDS = frozenset({
    *CREDENTIAL_TYPES, *SESSION_STATES, *STATES, *STEP_OUTCOMES, *STEPS, *SYMPTOMS, *REGISTRY_VALUES, *PROFILES, "local", "policy", "Desktop", "Core",
    "session", "local_machine", "enterprise", "present", "empty", "absent", "denied", "response", "failure", "legacy", "disconnect", "other", "required",
    "offered", "refused", "unknown", "accepted", "not_testable", "usual", "up_to_tls12", "own_hello", "optional", "not_reached", "ntlm", "spnego",
    "none", "complete", "error", "not_applicable", "not_asked", "",
})  # fmt: skip
WORD_FIELDS = frozenset({
    "status", "kind", "state", "type", "persist", "hive", "active_profiles", "registration_token", "powershell_edition", "step", "outcome", "symptom",
    "ended_at", "because", "offer", "nla", "mechanism", "rdp", "ssl", "hybrid", "hybrid_ex", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "lowest", "highest",
    "standing", "what",
})  # fmt: skip
# Characters that a field may have, where a pseudonym can be longer than a name; the shapes of the bundle say the same.
LIMIT = 255
LIMITS = {
    **dict.fromkeys(("value", "sddl", "der"), 65536),
    **dict.fromkeys(("path", "container", "file_name", "foreign_files", "sentence", "detail", "san"), 1024),
    **dict.fromkeys(("address", "addresses", "installation_type", "product_type", "display_version", "powershell", "key", "signature", "signatures"), 64),
    **dict.fromkeys(("selected_name", "flag_names", "code_name"), 64),
    **dict.fromkeys(("os_build", "version"), 32),
    "text": 8192, "subject": 4096, "issuer": 4096, "target": 512, "id": 512, "cipher": 128, "probed_at": 40,
}  # fmt: skip
_KIND = re.compile(r"[a-z_]{1,64}")
_VERSION = re.compile(r"(?:TLSv|rdpops\.health/[a-z]{1,16}/)?[0-9]+(?:\.[0-9]+)*(?:[a-z][a-z0-9]{0,5})?")
VERSION_FIELDS = frozenset({"powershell", "tspkg_version", "eku", "schema", "os_build", "version", "lowest", "highest"})
TIME = re.compile(r"[0-9]{4}(?:-[0-9]{2}){2}T[0-9:.]{8,15}Z?")
NUMBER = re.compile(r"-?[0-9]+|0x[0-9a-fA-F]{1,16}")
_QUERY_IDS = re.compile(r"[0-9]{1,5}(?:-[0-9]{1,5})?(?: [0-9]{1,5}(?:-[0-9]{1,5})?)*")
_LISTED = re.compile(r"[^\s,]+")
_NTP_FLAGS = re.compile(r"0x[0-9A-Fa-f]{1,4}")
_TARGET = re.compile(r"(?P<kind>(?:[A-Za-z]{1,20}:target=)?TERMSRV/)(?P<name>.*)", re.DOTALL)

OWN_CONTAINER = "TSSecKeySet1"  # the same on every Windows
OWN_KEY_FILE = "f686aace6942fb7f7ceb231212eef4a4"  # what Windows makes of that name
_KEY_FILE = re.compile(r"(?P<digest>[0-9A-Fa-f]{32})(?P<rest>_.*)", re.DOTALL)

_FREE_IN_RULES = frozenset({"name", "desc", "embedctxt"})
_LEFT_IN_RULES = re.compile(r"(?:[lr]port|protocol|icmp[46]|action|active|dir|profile|edge|defer)\w*", re.IGNORECASE)
_APPS = frozenset({"app", "apppkgid", "pfn"})
_VERSIONS = frozenset({"ApplicationVersion", "ModuleVersion"})  # properties of a crash record: four numbers are none's address
_PATHS = frozenset({"ApplicationPath", "ModulePath"})
_FOLDER_WORDS = frozenset({"users", "program files", "program files (x86)", "programdata", "appdata", "local", "roaming", "windows", "system32", "svchost.exe"})
_OWN_FOLDERS = re.compile(r"(?:%systemroot%|%windir%|[a-z]:\\windows)\\|system$", re.IGNORECASE)


def listed_hosts(text: str) -> list[str]:
    """Return the names of a list such as ``a.example.com,0x8 b``; flags stand behind a comma and never first."""
    return [found[0] for found in _LISTED.finditer(text) if not _is_flag(text, found)]


def _is_flag(text: str, found: re.Match[str]) -> bool:
    return text[found.start() - 1 : found.start()] == "," and _NTP_FLAGS.fullmatch(found[0]) is not None


def host_list(names: Pseudonyms, text: str) -> str:
    """Return a list of hosts under their pseudonyms, with its separators and flags."""
    return _LISTED.sub(lambda found: found[0] if _is_flag(text, found) else names.host(found[0]), text)


def target(names: Pseudonyms, text: str) -> str:
    """Return the target of a saved credential; of what is not for Remote Desktop nothing but the form stays."""
    found = _TARGET.fullmatch(text)
    return found["kind"] + names.host(found["name"]) if found else names.host(text)


def container(names: Pseudonyms, text: str) -> str:
    """Return the name of a key container; people and programs call theirs as they like."""
    return text if text in ("", OWN_CONTAINER) else names.free(text)


def key_file(names: Pseudonyms, text: str) -> str:
    """Return the name of a key's file: a digest of the container's name, and the machine's id."""
    found = _KEY_FILE.fullmatch(text)
    if found is None:
        return names.free(text) if text else text
    digest = found["digest"] if found["digest"] == OWN_KEY_FILE else names.digest(found["digest"]).lower()
    return digest + names.text(found["rest"])


def distinguished_name(names: Pseudonyms, text: str) -> str:
    """Return a distinguished name with pseudonyms for its values."""
    return replaced(text, names.host)


def firewall_rule(names: Pseudonyms, text: str) -> str:
    """Return a firewall rule without what people called it, whom it lets in, and where they keep their programs."""
    return "|".join(_rule_part(names, part) for part in text.split("|"))


def _rule_part(names: Pseudonyms, part: str) -> str:
    name, equals, value = part.partition("=")
    if not equals or not value:
        return names.text(part)
    kind = name.casefold()
    if kind in _FREE_IN_RULES:
        return part if value.startswith("@") and value.casefold().partition(",")[0].endswith(".dll") else f"{name}={names.free(value)}"
    if _LEFT_IN_RULES.fullmatch(name):
        return part if (re.fullmatch(r"[\w*.:-]{1,40}", value) and not names.knows(value)) or NUMBER.fullmatch(value) else f"{name}={names.text(value)}"
    if kind in _APPS:
        return f"{name}={_program(names, value)}"
    return f"{names.text(name)}={names.text(value)}"


def _program(names: Pseudonyms, path: str) -> str:
    r"""Return the path of a program: of folders that are not Windows' own, pseudonyms; ``svchost.exe`` stays, because rules are judged by it."""
    if _OWN_FOLDERS.match(path):
        return names.text(path)
    return re.sub(r"[^\\/]+", lambda found: _folder(names, found[0]), path)


def _folder(names: Pseudonyms, word: str) -> str:
    if word.casefold() in _FOLDER_WORDS or re.fullmatch(r"[A-Za-z]:|%[A-Za-z()]{1,24}%", word):
        return word
    return names.host(word)


def rule_id(names: Pseudonyms, name: str) -> str:
    """Return the id of a firewall rule; those of Windows itself stay."""
    return name if re.fullmatch(r"RemoteDesktop-[A-Za-z]{1,20}(?:-In)?(?:-[A-Z]{2,4}){0,3}", name) else "rule-" + names.digest(name)[:12].lower()


def word(names: Pseudonyms, text: str) -> str:
    """Return a word of the format, and of anything else what :meth:`Pseudonyms.text` makes of it."""
    return text if text in WORDS else names.text(text)


def kind(names: Pseudonyms, text: str) -> str:
    """Return a kind: one lower-case word, or a kind of registry value."""
    return text if text in WORDS or (_KIND.fullmatch(text) and not names.knows(text)) else names.text(text)


def version(names: Pseudonyms, text: str) -> str:
    """Return a version; four numbers are none's address here."""
    return text if _VERSION.fullmatch(text) else names.text(text)


def event_properties(names: Pseudonyms, event: Mapping[str, Any]) -> list[str]:
    """Return the properties of an event: names by their place, numbers, and the rest only where it is known to name nobody."""
    provider, number = str(event.get("provider")), event.get("id")
    number = number if isinstance(number, int) else -1
    personal = personal_places(provider, number)
    known = EVENT_FIELDS.get(provider, {}).get(number, ())
    properties = [str(text) for text in event.get("properties", [])]
    return [_property(names, text, personal.get(place, ""), known[place] if place < len(known) else "") for place, text in enumerate(properties)]


def _property(names: Pseudonyms, text: str, personal: str, name: str) -> str:
    if personal == "sid":
        return names.text(text)
    if personal in ("user", "account"):
        return names.account(text)
    if personal:
        return distinguished_name(names, text) if "=" in text else names.host(text)
    if name in _VERSIONS:
        return version(names, text)
    if name in _PATHS:
        return _program(names, text)
    if NUMBER.fullmatch(text):
        return names.text(text) if not name and names.knows(text) else text
    return names.text(text) if name and name != "Value" else ""


def withheld(names: Pseudonyms, text: str) -> str:
    """Leave nothing of what somebody wrote freely."""
    del names, text
    return "(redacted)"


def query_ids(names: Pseudonyms, text: str) -> str:
    """Return the numbers and ranges of a query, which are nobody's name though a machine may be called 36."""
    return text if _QUERY_IDS.fullmatch(text) else names.text(text)


# Last field, or the two last fields, of the way to a text -> its rule.
RULES: Mapping[str | tuple[str, str], Rule] = {
    **dict.fromkeys(HOST_FIELDS, Pseudonyms.host),
    **dict.fromkeys(WORD_FIELDS, word),
    **dict.fromkeys(VERSION_FIELDS, version),
    ("domain", "name"): Pseudonyms.host,
    "kind": kind,
    "user": Pseudonyms.account,
    ("sessions", "domain"): Pseudonyms.account,
    ("account", "name"): Pseudonyms.account,
    ("ObjectName", "value"): Pseudonyms.account,
    "target": target,
    "thumbprint": Pseudonyms.digest,
    "sha1": Pseudonyms.digest,
    "sha256": Pseudonyms.digest,
    "subject": distinguished_name,
    "issuer": distinguished_name,
    "container": container,
    ("cut", "ids"): query_ids,
    ("break_glass", "owner"): Pseudonyms.account,
    ("break_glass", "reason"): withheld,
    "file_name": key_file,
    "foreign_files": key_file,
    ("rules", "text"): firewall_rule,
    ("rules", "id"): rule_id,
}
