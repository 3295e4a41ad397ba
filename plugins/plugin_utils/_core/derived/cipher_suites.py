# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How many cipher suites are left that the host takes and a current client offers.

The list in force is the policy's, or the host's own. A suite counts where the host knows it and has the protocol version, the key of the certificate fits,
a curve is left for it, and nobody switched off one of its algorithms (Microsoft: TLS cipher suites in Windows; TLS registry settings).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

from ..model import JsonMap
from ..paths import dword
from .tls import server_protocols

# What current Windows clients and OpenSSL offer, as Windows names it; without the curve that older lists append.
OFFERED = frozenset({
    "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256",
    *(f"TLS_{exchange}_WITH_AES_{cipher}" for exchange in ("ECDHE_ECDSA", "ECDHE_RSA") for cipher in (
        "256_GCM_SHA384", "128_GCM_SHA256", "256_CBC_SHA384", "128_CBC_SHA256", "256_CBC_SHA", "128_CBC_SHA",
    )),
    *(f"TLS_DHE_RSA_WITH_AES_{cipher}" for cipher in ("256_GCM_SHA384", "128_GCM_SHA256")),
    *(f"TLS_RSA_WITH_AES_{cipher}" for cipher in ("256_GCM_SHA384", "128_GCM_SHA256", "256_CBC_SHA256", "128_CBC_SHA256", "256_CBC_SHA", "128_CBC_SHA")),
})  # fmt: skip
# Windows Server 2012 R2 and older know no suite of these two kinds together, so that a list of newer names leaves nothing there.
WITHOUT_RSA_GCM = "TLS_ECDHE_RSA_WITH_*_GCM_*"
RSA_GCM_FIRST_BUILD = 10240
CURVE_SUFFIXES = ("_P256", "_P384", "_P521")
CURVES = frozenset({"curve25519", "nistp256", "nistp384", "nistp521"})
# an algorithm that can be switched off, by the list it stands in and its name there -> the suites that go with it
SWITCHES = {
    ("ciphers", "aes 128/128"): "*_AES_128_*", ("ciphers", "aes 256/256"): "*_AES_256_*", ("hashes", "sha"): "*_CBC_SHA",
    ("key_exchange", "pkcs"): "TLS_RSA_*", ("key_exchange", "ecdh"): "TLS_ECDHE_*", ("key_exchange", "diffie-hellman"): "TLS_DHE_*",
}  # fmt: skip


def suites_left(tls: JsonMap, os: JsonMap, key: str | None) -> JsonMap:
    """Count what is left.

    :param tls: data of the snapshot subset ``tls``.
    :param key: of the listener's certificate, such as ``RSA-2048``; taken for RSA where it is not known.
    :returns: ``common`` and their ``names``, and the ``source`` of the list (policy or local).
    :raises LookupError: neither list was reported, or one could not be read.
    """
    listed, source = _in_force(tls["cipher_suites"])
    curves = bool({name.casefold() for name in _curves(tls["curves"])} & CURVES)
    off = [*_switched_off(tls), *([WITHOUT_RSA_GCM] if os["build"] < RSA_GCM_FIRST_BUILD else [])]
    protocols = server_protocols(tls, os)
    new = protocols["tls13"]["enabled"]
    # With every version off the list is not what keeps clients out.
    old = any(protocols[version]["enabled"] for version in ("tls10", "tls11", "tls12")) or not new
    ecdsa = (key or "RSA").startswith("EC")
    offered = [name for name in dict.fromkeys(map(_bare, listed)) if name in OFFERED]
    left = [name for name in offered if _fits(name, ecdsa=ecdsa, old=old, new=new, curves=curves) and not any(fnmatch.fnmatchcase(name, gone) for gone in off)]
    return {"common": len(left), "names": left, "source": source}


def _in_force(sides: JsonMap) -> tuple[list[str], str]:
    for source in ("policy", "local"):
        side = sides[source]
        if side["kind"] == "denied":
            raise LookupError(f"access to {side['path']} was denied")
        value = side["value"]
        names = value if isinstance(value, list) else value.split(",") if isinstance(value, str) else []
        names = [name.strip() for name in names if name.strip()]
        if names:
            return names, source
    raise LookupError("no list of cipher suites was reported, so the one that Windows brings along is in force")


def _curves(sides: JsonMap) -> Iterable[str]:
    """Return the curves in force; where none are set, those that Windows brings along."""
    for side in (sides["policy"], sides["local"]):
        if isinstance(side["value"], list) and side["value"]:
            return [str(name).strip() for name in side["value"]]
    return CURVES


def _bare(name: str) -> str:
    upper = name.upper()
    return next((upper.removesuffix(suffix) for suffix in CURVE_SUFFIXES if upper.endswith(suffix)), upper)


def _fits(name: str, *, ecdsa: bool, old: bool, new: bool, curves: bool) -> bool:
    if "_WITH_" not in name:
        return new and curves  # TLS 1.3: any key, and a curve for the exchange
    by_key = "_ECDSA_" in name if ecdsa else "_ECDSA_" not in name
    return old and by_key and (curves or "_ECDHE_" not in name)


def _switched_off(tls: JsonMap) -> list[str]:
    return [
        SWITCHES[family, item["name"].casefold()]
        for family in ("ciphers", "hashes", "key_exchange")
        for item in tls.get(family, {"items": ()})["items"]
        if dword(item["Enabled"]) == 0 and (family, item["name"].casefold()) in SWITCHES
    ]
