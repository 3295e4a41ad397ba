# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One lab host: a Wine host in a named state, its WinRM endpoint, and the RDP endpoint beside it."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from demo.servers import ServersError, find_xrdp

from ..support import windows_powershell, wine
from .commands import Engine
from .outside import Place, Wire, endpoint, wire_of
from .standins import LabError, furnish, place_services
from .states import STATES, State, Subsets, subsets_of, wish_of, with_certificate, with_port
from .winrs import Endpoint

USER = "lab"
REMOVE_SECONDS = 5.0
DEVICE = "z:"  # the way from a host to the root of this machine
LINGER_SECONDS = 24 * 3600  # a host that is up keeps its services; the guard ends it with this process
GUARD = 'trap "" HUP INT TERM; cat >/dev/null; [ ! -d "$WINEPREFIX" ] || { "$0" -k; "$0" -w; rm -rf "$1" "$2" "$3"; }'


@dataclass(frozen=True)
class LabHost:
    """A host that is up.

    :ivar facts: what was put into it, in the shape of the reader's subsets.
    :ivar pair: folder with the certificate of the listener and its key, as it was when the host came up.
    :ivar serving: closing it ends the endpoint; whatever is entered into it lives as long as the host.
    :ivar seconds: how long it took from the copy until it was up.
    """

    name: str
    state: State
    wine: wine.Host
    winrm: Endpoint
    outside: Place
    wire: Wire
    facts: Subsets
    authority: Path | None
    pair: Path
    serving: contextlib.ExitStack
    seconds: float

    @property
    def variables(self) -> dict[str, Any]:
        """What an inventory says of the host: an unmodified winrm connection, and where its RDP endpoint is."""
        trust = {"ansible_winrm_ca_trust_path": str(self.authority)} if self.authority else {}
        return {
            "ansible_host": "127.0.0.1",
            "ansible_port": self.winrm.port,
            "ansible_user": self.winrm.user,
            "ansible_password": self.winrm.password,
            "ansible_connection": "winrm",
            "ansible_winrm_transport": "basic",
            "ansible_winrm_scheme": self.winrm.scheme,
            # Else ansible-core 2.21 finds the stub powershell.exe that Wine has.
            "ansible_pwsh_interpreter": wine.PWSH,
            "rdp_health_endpoint": self.outside.address,
            "rdp_health_port": self.outside.port,
            **trust,
        }


def missing_part() -> str | None:
    """Return why no lab host can be had here, as one sentence, or None. Starts nothing."""
    reason = windows_powershell.missing()
    if reason:
        return reason
    for program in (wine.WINE, wine.SERVER):
        if not os.access(program, os.X_OK):
            return f"no Wine: {program} is not installed (Debian: apt-get install wine wine64)"
    try:
        find_xrdp()
    except ServersError as error:
        return str(error)
    return None


@contextlib.contextmanager
def lab_host(name: str, state: str | None = None, *, https: bool = False) -> Iterator[LabHost]:
    """Run a host until the context ends; afterwards nothing of it is left.

    :param state: name of a state; by default the host's name is one.
    :raises LabError: there is no such state, or the host cannot be had.
    """
    wanted = STATES.get(state or name)
    if wanted is None:
        raise LabError(f"there is no state {state or name!r}; there are {', '.join(STATES)}")
    try:
        material = windows_powershell.find()
    except windows_powershell.PowerShellError as error:
        raise LabError(str(error)) from error
    facts = subsets_of(wanted)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rdp-lab-")))
        wire = wire_of(facts)
        serving = stack.enter_context(contextlib.ExitStack())
        place = serving.enter_context(endpoint(wire, wish_of(wanted), folder / "served"))
        if not wanted.agrees:
            stack.enter_context(endpoint(Wire.REFUSED, wish_of(wanted), folder / "named"))
        pair = folder / ("served" if wanted.agrees else "named")
        with_certificate(facts, _der(pair))
        with_port(facts, place.port)
        started = time.perf_counter()
        host = stack.enter_context(_furnished(material, folder, facts, pair))
        authority = _own_certificate(folder) if https else None
        engine = Engine((*host.command, wine.PWSH), _environment(host), host.drive)
        winrm = stack.enter_context(Endpoint(engine, user=USER, password=secrets.token_urlsafe(12), certificate=authority))
        yield LabHost(name, wanted, host, winrm, place, wire, facts, authority, pair, serving, time.perf_counter() - started)


@contextlib.contextmanager
def _furnished(material: Path, folder: Path, facts: Subsets, pair: Path) -> Iterator[wine.Host]:
    """Give a Wine host with everything in it; make another where Wine lost the start of a service or the output of a program, and say so."""
    for last in (False, True):
        with contextlib.ExitStack() as own:
            host = own.enter_context(_own_wine(material, folder, facts))
            try:
                furnish(host, facts, pair)
            except (LabError, subprocess.TimeoutExpired) as error:
                if last:
                    raise LabError(f"a lab host did not come up twice: {error}") from error
                warnings.warn(f"a lab host did not come up and was made again: {error}", stacklevel=1)
                continue
            yield host
            return


@contextlib.contextmanager
def _own_wine(material: Path, folder: Path, facts: Subsets) -> Iterator[wine.Host]:
    """Give a Wine host of one's own that ends with this process, however that ends."""
    try:
        with wine.copied(material, linger=LINGER_SECONDS, before=lambda copy: place_services(copy, facts)) as host:
            (host.prefix / "dosdevices" / DEVICE).unlink(missing_ok=True)
            server = _server_folder(host.prefix)
            # Reads until this process is gone, and does then what could not be done here.
            guard = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, wine.SERVER, str(host.prefix.parent), str(folder), str(server)],
                env={**os.environ, **host.environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                yield host
            finally:
                host.stop()
                _end_left_overs(host.prefix)
                guard.kill()
                guard.communicate()
                shutil.rmtree(server, ignore_errors=True)
        _remove(host.prefix.parent)
    except wine.WineError as error:
        raise LabError(str(error)) from error


def processes_of(prefix: Path) -> list[int]:
    """Return the processes of this user that belong to a Wine host."""
    wanted = f"WINEPREFIX={prefix}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def _end_left_overs(prefix: Path) -> None:
    guards = {pid for pid in processes_of(prefix) if b"trap" in Path(f"/proc/{pid}/cmdline").read_bytes()}
    for pid in set(processes_of(prefix)) - guards:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _remove(folder: Path) -> None:
    """Remove what is left of a host: its server may still have been removing files of its own at the first attempt."""
    limit = time.monotonic() + REMOVE_SECONDS
    while folder.exists() and time.monotonic() < limit:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.05)


def _server_folder(prefix: Path) -> Path:
    """Return where Wine keeps the socket of a host's server."""
    about = prefix.stat()
    return Path(f"/tmp/.wine-{os.getuid()}/server-{about.st_dev:x}-{about.st_ino:x}")


def _environment(host: wine.Host) -> dict[str, str]:
    """Return the whole environment of a command: nothing of the caller's, no home but the host's own folder."""
    return {**host.environment, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(host.prefix)}


def _der(pair: Path) -> bytes:
    certificate = x509.load_pem_x509_certificate((pair / "certificate.pem").read_bytes())
    return certificate.public_bytes(serialization.Encoding.DER)


def _own_certificate(folder: Path) -> Path:
    """Make the certificate of an HTTPS endpoint, which is its own authority; return the file with it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lab WinRM")])
    now = datetime.datetime.now(datetime.timezone.utc)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    flags = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - datetime.timedelta(hours=1), now + datetime.timedelta(days=7))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, **flags), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "winrm.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with open(file, "wb", opener=lambda path, how: os.open(path, how, 0o600)) as stream:
        stream.write(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return file
