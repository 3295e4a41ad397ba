# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stand-ins for what Windows has and Wine lacks. Each is the smallest thing that looks the same to who asks from outside.

* Services (UmRdpService, CertPropSvc, KeyIso, CryptSvc, LSM, gpsvc, MpsSvc): Wine's own program of TermService,
  which starts, stops and answers the service manager, and does nothing else.
* SessionEnv: the same, and beside it a script that makes a certificate for the listener whenever the service starts and
  there is none that holds.
* The listener's key file: zeros under the right name. The key itself is real, and lies where Wine keeps keys.
"""

from __future__ import annotations

import base64
import concurrent.futures
import struct
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ..support import registry, wine
from ..support.wine import Host
from .puts import put_key_files, registry_table, running_services, with_services
from .states import Subsets

SERVICE = "C:\\windows\\system32\\termsv.exe"
SCRIPT = Path(__file__).with_name("certificates.ps1")
SESSION_ENV = tuple(Path(__file__).with_name(f"sessionenv.{kind}") for kind in ("cmd", "ps1"))
SESSION_ENV_PROGRAM = "C:\\windows\\system32\\cmd.exe /c C:\\lab\\sessionenv.cmd"
FURNISHED = "furnished"  # the file that says the host is as it was wished for: only then does SessionEnv look after certificates
LIMIT_SECONDS = 90.0
_PRIVATE_KEY_BLOB, _BLOB_VERSION, _CALG_RSA_KEYX = 7, 2, 0xA400


class LabError(Exception):
    """A lab host cannot be had; the message is one sentence for people."""


def furnish(host: Host, subsets: Subsets, pair: Path) -> None:
    """Give a started Wine host everything that these facts say.

    :param pair: folder with certificate.pem and key.pem of the listener.
    :raises LabError: the host did not take it.
    """
    put_key_files(host, subsets)
    with concurrent.futures.ThreadPoolExecutor() as pool:  # two slow things that wait for different processes
        certificates = pool.submit(_put_certificates, host, subsets, pair)
        registry.put(host, registry_table(subsets))
        certificates.result()
    (host.drive / "lab" / FURNISHED).touch()


def place_services(host: Host, subsets: Subsets) -> None:
    """Give a host that does not run yet its services, and SessionEnv its program."""
    folder = host.drive / "lab"
    folder.mkdir()
    for source in SESSION_ENV:
        (folder / source.name).write_bytes(source.read_bytes())
    file = host.prefix / "system.reg"
    text = file.read_text(encoding="ascii")
    file.write_text(with_services(text, subsets, {"SessionEnv": SESSION_ENV_PROGRAM, "": SERVICE}), encoding="ascii")


def run_engine(host: Host, *words: str) -> str:
    """Run the host's PowerShell once and return all that it said; its folder is C:, which every host sees."""
    done = host.run(wine.PWSH, "-NoProfile", "-NonInteractive", *words, time_limit=LIMIT_SECONDS)
    return (done.stderr + done.stdout).decode(errors="replace")


def key_blob(key: rsa.RSAPrivateKey) -> bytes:
    """Return an RSA key as the old providers of Windows import it: PRIVATEKEYBLOB, everything little-endian."""
    numbers = key.private_numbers()
    public = numbers.public_numbers
    size = key.key_size // 8
    head = struct.pack("<BBHI4sII", _PRIVATE_KEY_BLOB, _BLOB_VERSION, 0, _CALG_RSA_KEYX, b"RSA2", key.key_size, public.e)
    halves = (numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
    parts = [public.n.to_bytes(size, "little"), *(number.to_bytes(size // 2, "little") for number in halves)]
    return head + b"".join(parts) + numbers.d.to_bytes(size, "little")


def _put_certificates(host: Host, subsets: Subsets, pair: Path) -> None:
    folder = host.drive / "certificates"
    folder.mkdir()
    certificate = x509.load_pem_x509_certificate((pair / "certificate.pem").read_bytes())
    key = serialization.load_pem_private_key((pair / "key.pem").read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise LabError("a lab host can only have a certificate with an RSA key")
    thumbprint = certificate.fingerprint(hashes.SHA1()).hex().upper()  # as Windows names certificates; nothing is protected by it
    (folder / "own.der").write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    (folder / "own.key").write_bytes(key_blob(key))
    for number, entry in enumerate(subsets["certificate"]["data"]["stores"]["my"]["certificates"]):
        (folder / f"other{number}.der").write_bytes(base64.b64decode(entry["der"]))
    (folder / "services.txt").write_text("\n".join(running_services(subsets)), encoding="ascii")
    (folder / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    said = run_engine(host, "-File", f"C:\\certificates\\{SCRIPT.name}", "C:\\certificates")
    if not said.strip().endswith(thumbprint):  # and not by the exit status: an engine that breaks down says 0
        raise LabError(f"the certificate could not be put into the store, or a service does not run: {said.strip()[-300:]}")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
