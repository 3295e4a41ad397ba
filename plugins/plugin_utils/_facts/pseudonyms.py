# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pseudonyms: the same name gives the same one within a run, by a keyed hash that nobody can turn round without the key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Iterable

# A SID of a domain, whose last number, left as it is, says which of its accounts; and those of Microsoft's accounts.
_SID = re.compile(r"(S-1-5-21)((?:-\d+){3})|(S-1-(?:12-1|11-96))((?:-\d+)+)", re.IGNORECASE)
_V4 = r"(?<!\d)(?<!\d\.)(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)"
_V6 = r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)|[0-9A-Fa-f]{0,4}(?![0-9A-Za-z:]))"
_ADDRESS = re.compile(f"{_V6}|{_V4}")
_MASK = re.compile(r"(?<=/)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_GUID = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F])")
_THUMBPRINT = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{40}(?![0-9A-Fa-f])")
_PROFILE = re.compile(r"(\\(?:Users|Documents and Settings)\\)([^\\/\"<>|:*?\r\n]+)", re.IGNORECASE)
_OWN_PROFILES = frozenset({"public", "default", "all users"})
_SEPARATORS = r".*\\/@,;:\s"
_NAME_PART = re.compile(f"({_V6}|{_V4})|[^{_SEPARATORS}]+")
SHORTEST = 3  # characters: a shorter name is replaced where it is a whole field, never inside a text
SHORTEST_NUMBER = 5  # digits, likewise: a shorter number inside a text is a port, a year, an id of an event
# Words that a host or account may be called by as well: replaced where they are the whole of a name's field, never inside a text.
COMMON = frozenset({
    "workgroup", "system", "localhost", "local", "localsystem", "networkservice", "localservice", "nt", "authority", "nt authority", "nt service",
    "service", "services", "console", "rdp-tcp", "rdp", "tcp", "windows", "system32", "termservice", "termsrv", "svchost", "remote", "desktop",
    "remotedesktop", "microsoft", "public", "domain", "private", "allow", "block", "true", "false", "server", "client", "controller", "com", "net", "org",
})  # fmt: skip
# Published ids that are the same on every host: the listener's protocol, the classes of Windows.
_SAME_EVERYWHERE = frozenset({"5828227c-20cf-4408-b73f-73ab70b8849f"})
_SERVICE_ACCOUNT = re.compile(r"(?:(?:nt authority|nt-autorit\S+|\.)\\)?(?:local ?system|system|local ?service|network ?service)|nt service\\.*", re.IGNORECASE)


class Pseudonyms:
    """Gives names away for others.

    :param key: bytes that stay with the run.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._words: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def learn_hosts(self, names: Iterable[str]) -> None:
        """Take names, and each label of a dotted one, for words that are replaced inside texts too."""
        for name in names:
            self._learn([name, *re.split(f"[{_SEPARATORS}]+", name)])

    def learn_users(self, names: Iterable[str]) -> None:
        """Take account names in any form for words that are replaced inside texts too."""
        self.learn_hosts(name for name in names if not _SERVICE_ACCOUNT.fullmatch(name))

    def knows(self, word: str) -> bool:
        """Tell whether a text as a whole is a name that was learnt, a short number too."""
        return word.casefold() in self._words

    def host(self, name: str) -> str:
        """Return the pseudonym of a name of a host or domain, label by label; addresses in it become other addresses."""
        return _NAME_PART.sub(lambda found: self._address(found[1]) or self._labels(found[1]) if found[1] else self._word(found[0]), name)

    def account(self, name: str) -> str:
        """Return the pseudonym of an account; those that every Windows has stay."""
        return name if _SERVICE_ACCOUNT.fullmatch(name) else self.host(name)

    def text(self, text: str) -> str:
        """Return a text in which every name that is known stands under its pseudonym."""
        text = _SID.sub(self._sid, text)
        text = _GUID.sub(lambda found: self._guid(found[0]), text)
        text = _THUMBPRINT.sub(lambda found: self.digest(found[0]), text)
        text = self._addresses(text)
        text = _PROFILE.sub(lambda found: found[1] + (found[2] if found[2].casefold() in _OWN_PROFILES else self.host(found[2])), text)
        pattern = self._known()
        return pattern.sub(lambda found: self.host(found[0]), text) if pattern else text

    def free(self, text: str) -> str:
        """Return one pseudonym for a whole text that people wrote."""
        return self._word(text)

    def digest(self, text: str) -> str:
        """Return another digest of the same length, in capitals."""
        return self._hex(text.upper(), len(text)).upper()

    def bytes_of(self, encoded: str) -> str:
        """Return as many other bytes. Those of a thumbprint become those of its pseudonym."""
        try:
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            return ""
        return base64.b64encode(bytes.fromhex(self._hex(raw.hex().upper(), 2 * len(raw)))).decode("ascii")

    def _learn(self, names: Iterable[str]) -> None:
        self._words |= {name.casefold() for name in names if name and not _is_address(name)} - COMMON
        self._pattern = None

    def _known(self) -> re.Pattern[str] | None:
        if self._pattern is None:
            long_enough = [word for word in self._words if len(word) >= (SHORTEST_NUMBER if word.isdigit() else SHORTEST)]
            longest_first = sorted(long_enough, key=lambda word: (-len(word), word))
            words = "|".join(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" for word in longest_first)
            self._pattern = re.compile(words, re.IGNORECASE) if words else None
        return self._pattern

    def _word(self, word: str) -> str:
        return word if word.casefold() in COMMON else "n" + self._hex(word.casefold(), 10)  # 11 characters: a computer name has at most 15

    def _labels(self, name: str) -> str:
        return re.sub(f"[^{_SEPARATORS}]+", lambda found: self._word(found[0]), name)

    def _addresses(self, text: str) -> str:
        masks = {found.start() for found in _MASK.finditer(text)}
        return _ADDRESS.sub(lambda found: found[0] if found.start() in masks else self._address(found[0]) or found[0], text)

    def _address(self, text: str) -> str:
        """Return another address for one; nothing for what only looks like one. Those that mean the same everywhere stay."""
        # Python refuses leading zeros, because their meaning is disputed; here nothing depends on it.
        plain = re.sub(r"(?<![0-9A-Fa-f:])0+(?=\d)", "", text) if "." in text else text
        try:
            address = ipaddress.ip_address(plain)
        except ValueError:
            return ""
        if address.is_loopback or address.is_unspecified or plain.startswith("255."):
            return text
        if address.version == 4:
            return str(ipaddress.IPv4Address("198.18.0.0") + int(self._hex(plain, 8), 16) % 2**17)
        return str(ipaddress.IPv6Address("2001:db8::") + int(self._hex(address.exploded, 16), 16))

    def _sid(self, found: re.Match[str]) -> str:
        numbers = found[2] or found[4]
        made = (int(self._hex(f"{numbers[1:]} {place}", 8), 16) for place in range(numbers.count("-")))
        return (found[1] or found[3]) + "".join(f"-{number}" for number in made)

    def _guid(self, guid: str) -> str:
        if guid.casefold() in _SAME_EVERYWHERE:
            return guid
        digits = self._hex(guid.casefold(), 32)
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def _hex(self, text: str, length: int) -> str:
        """Return so many hex digits that stand for a text."""
        digits, block = "", 0
        while len(digits) < length:
            digits += hmac.new(self._key, f"{block}:{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
            block += 1
        return digits[:length]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
