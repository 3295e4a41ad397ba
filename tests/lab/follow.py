# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Let the endpoint beside a lab host follow its registry, as termsrv does at its next connection.

Followed are the values that Windows reads for each connection (listener, its policies) and the self-signed certificate, which has the
key of the one before: SessionEnv's stand-in keeps the container. TLS versions are not: Windows reads them when it boots.
"""

from __future__ import annotations

import contextlib
import copy
import re
import shutil

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from demo.fleet.listener import POLICY, RDP_TCP, TS

from .host import LabHost
from .outside import Wire, endpoint, wire_of
from .states import Subsets, wish_of

STORE = "HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop\\Certificates"
CERTIFICATE_PROPERTY = 32  # CERT_CERT_PROP_ID: which part of a stored certificate is its DER
Values = dict[str, dict[str, str]]


class Follower:
    """The endpoint of one host. Calling it serves anew what has changed since; where nothing has, nothing happens.

    :ivar wire: what a client meets now.
    """

    def __init__(self, host: LabHost) -> None:
        self.wire = host.wire
        self._host = host
        self._thumbprint = _thumbprint(_exported(host, TS))
        self._times = 0

    def __call__(self) -> None:
        values = _exported(self._host, TS, POLICY)
        wire, thumbprint = wire_of(_with(self._host.facts, values)), _thumbprint(values)
        if (wire, thumbprint) != (self.wire, self._thumbprint):
            self._serve(wire, thumbprint)
            self.wire, self._thumbprint = wire, thumbprint

    def _serve(self, wire: Wire, thumbprint: str) -> None:
        host = self._host
        self._times += 1
        folder = host.pair.with_name(f"{host.pair.name}-{self._times}")
        folder.mkdir()
        shutil.copy(host.pair / "key.pem", folder)
        der = _stored(_exported(host, STORE)[f"{STORE}\\{thumbprint}"]["Blob"])
        pem = x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)
        (folder / "certificate.pem").write_bytes(pem)
        host.serving.close()
        host.serving.enter_context(endpoint(wire, wish_of(host.state), folder, host.outside.address))


def _with(subsets: Subsets, values: Values) -> Subsets:
    """Return the facts with what the registry now says of the listener."""
    changed = copy.deepcopy(subsets)
    for name, sides in changed["listener"]["data"]["values"].items():
        for side in ("local", "policy"):
            fact = sides[side]
            if fact is None:
                continue
            said = values.get(fact["path"], {}).get(name)
            if said is None:
                fact.update(kind="absent", value=None)
            elif said.startswith("dword:"):
                fact.update(kind="REG_DWORD", value=int(said.partition(":")[2], 16))
    return changed


def _thumbprint(values: Values) -> str:
    said = values[RDP_TCP.rpartition("\\")[0]]["SelfSignedCertificate"]
    return bytes.fromhex(said.partition(":")[2].replace(",", "")).hex().upper()


def _stored(blob: str) -> bytes:
    """Return the certificate out of what the registry keeps of it: number, 1, length and bytes of each property."""
    raw = bytes.fromhex(blob.partition(":")[2].replace(",", ""))
    while raw:
        number, size = int.from_bytes(raw[:4], "little"), int.from_bytes(raw[8:12], "little")
        if number == CERTIFICATE_PROPERTY:
            return raw[12 : 12 + size]
        raw = raw[12 + size :]
    raise ValueError("there is no certificate in it")


def _exported(host: LabHost, *keys: str) -> Values:
    """Return all values below some keys, by path and name, in the words of Wine's own export."""
    found: Values = {}
    for number, key in enumerate(keys):
        file = host.wine.drive / f"follow{number}.reg"
        host.wine.run("reg", "export", key, f"C:\\{file.name}", "/y")
        text = file.read_text(encoding="utf-16") if file.is_file() else ""
        with contextlib.suppress(FileNotFoundError):
            file.unlink()
        path = ""
        for line in re.sub(r"\\\r?\n\s*", "", text).splitlines():
            if line.startswith("["):
                path = line.strip("[]").replace("HKEY_LOCAL_MACHINE", "HKLM")
            elif line.startswith('"'):
                name, dummy, value = line[1:].partition('"=')
                found.setdefault(path, {})[name] = value
    return found
