# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real RDP servers on loopback: xrdp, each with a configuration of its own in a folder of ours.

    python demo/servers.py --folder FOLDER [--inventory FILE]

runs the three servers of the demo until it is stopped, and writes an inventory with them as soon as all of them answer.
xrdp is not Windows: these servers prove that the probe meets real handshakes, not that Windows behaves so.

Needs no root. Every server is a process group of its own, because xrdp forks once per connection; stopping ends the group.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

RDP_PORT = 3389
SELF_SIGNED_DAYS = 183  # how long the certificates live that Windows makes for its listener
READY_SECONDS = 10.0  # xrdp answers after about 10 ms; the rest is for a machine under load
STOP_SECONDS = 2.0
_REQUEST = bytes.fromhex("030000130ee000000000000100080003000000")  # Connection Request for TLS or CredSSP
_SEARCH_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))

NOT_INSTALLED = "xrdp is not installed (Debian, Ubuntu: apt-get install xrdp)."

_CONFIGURATION = """[Globals]
ini_version=1
fork=true
port=tcp://{host}:{port}
tcp_nodelay=true
security_layer={security_layer}
crypt_level=high
certificate={folder}/certificate.pem
key_file={folder}/key.pem
ssl_protocols={ssl_protocols}
{ciphers}autorun=
allow_channels=true
max_bpp=24
[Logging]
LogFile={folder}/xrdp.log
LogLevel=INFO
EnableSyslog=false
[LoggingPerLogger]
[Channels]
[Xvnc]
name=Xvnc
lib=libvnc.so
username=ask
password=ask
ip=127.0.0.1
port=-1
"""


class ServersError(RuntimeError):
    """Servers cannot be started; the message is one sentence for people."""


@dataclass(frozen=True)
class CertificateSpec:
    """A self-signed certificate.

    :ivar ends_in_days: end of validity, counted from now; negative is in the past.
    :ivar key: ``rsa2048``, ``rsa1024`` or ``ec``.
    :ivar digest: what it is signed with, ``sha256`` or the outdated ``sha1``.
    """

    common_name: str = "RDP-DEMO"
    ends_in_days: int = SELF_SIGNED_DAYS - 1
    key: str = "rsa2048"
    digest: str = "sha256"


@dataclass(frozen=True)
class ServerSpec:
    """One xrdp.

    :ivar certificate: None leaves the certificate file away.
    :ivar key_matches: False puts the key of another certificate beside it.
    :ivar security_level_zero: lets OpenSSL use short keys and TLS 1.0.
    """

    name: str
    meaning: str
    security_layer: str = "tls"
    certificate: CertificateSpec | None = field(default_factory=CertificateSpec)
    key_matches: bool = True
    ssl_protocols: str = "TLSv1.2, TLSv1.3"
    security_level_zero: bool = False
    host: str = "127.0.0.1"
    port: int = 0


DEMO_SERVERS: tuple[ServerSpec, ...] = (
    ServerSpec("live-good", "a healthy TLS listener", host="127.0.1.10", port=RDP_PORT),
    ServerSpec("live-expired", "its certificate ended three days ago", certificate=CertificateSpec(ends_in_days=-3), host="127.0.1.11", port=RDP_PORT),
    ServerSpec("live-refused", "its certificate file is missing, so it refuses TLS", certificate=None, host="127.0.1.12", port=RDP_PORT),
)


class Servers:
    """A set of running servers. A context manager; :meth:`stop` may be called more than once."""

    def __init__(self, specs: Sequence[ServerSpec], folder: Path) -> None:
        self._specs = specs
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> list[dict[str, Any]]:  # Any: names, a port number and a sentence
        """Start all servers and wait until each has answered a request.

        :returns: ``{"name", "host", "port", "meaning"}`` for each, in the order of the specifications.
        :raises ServersError: when xrdp is missing or a server does not answer; what was started is stopped again.
        """
        program = find_xrdp()
        try:
            return [self._start_one(program, spec) for spec in self._specs]
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every server and what it forked."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            for process in self._processes:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, sign)
            for process in self._processes:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
        self._processes.clear()

    def __enter__(self) -> list[dict[str, Any]]:
        """Start the servers."""
        return self.start()

    def __exit__(self, *dummy: object) -> None:
        """Stop the servers."""
        self.stop()

    def _start_one(self, program: str, spec: ServerSpec) -> dict[str, Any]:
        folder = self._folder / spec.name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        write_certificate(spec, folder)
        for host, port in _places(spec):
            process = _spawn(program, spec, folder, host, port)
            self._processes.append(process)
            if _answers(process, host, port):
                return {"name": spec.name, "host": host, "port": port, "meaning": spec.meaning}
        raise ServersError(f"The server {spec.name} did not answer; its log is {folder / 'xrdp.log'}.")


_started: list[Servers] = []


def start_demo_servers(folder: Path) -> list[dict[str, Any]]:
    """Start the three servers of the demo below ``folder``; :func:`stop_demo_servers` ends them.

    :returns: ``{"name", "host", "port", "meaning"}`` for each.
    :raises ServersError: with one sentence when they cannot run here.
    """
    servers = Servers(DEMO_SERVERS, folder)
    found = servers.start()
    _started.append(servers)
    return found


def stop_demo_servers() -> None:
    """End what :func:`start_demo_servers` started in this process."""
    while _started:
        _started.pop().stop()


def find_xrdp() -> str:
    """Return the path of xrdp.

    :raises ServersError: when it is not installed.
    """
    program = shutil.which("xrdp", path=_SEARCH_PATH)
    if program is None:
        raise ServersError(NOT_INSTALLED)
    return program


def inventory(servers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return an inventory in which each server is a host that is looked at from outside only."""
    hosts = {server["name"]: {"ansible_host": server["host"], "rdp_health_endpoint": server["host"], "rdp_health_port": server["port"]} for server in servers}
    return {"demo_live": {"hosts": hosts, "vars": {"ansible_connection": "local", "rdp_health_views": ["outside"]}}}


def write_certificate(spec: ServerSpec, folder: Path) -> None:
    """Write certificate.pem and key.pem as the specification wants them; a missing certificate leaves neither."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.unlink(missing_ok=True)
    key.unlink(missing_ok=True)
    if spec.certificate is None:
        return
    own = _private_key(spec.certificate.key)
    written = own if spec.key_matches else _private_key(spec.certificate.key)
    with open(key, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as stream:
        stream.write(written.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))
    made = _signed_with_sha1(spec.certificate, key) if spec.certificate.digest == "sha1" else None
    certificate.write_bytes(made or _certificate(spec.certificate, own).public_bytes(serialization.Encoding.PEM))


def _private_key(kind: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """Return a new private key."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size={"rsa2048": 2048, "rsa1024": 1024}[kind])


def _certificate(spec: CertificateSpec, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Return a certificate like the one that Windows makes for its listener: self-signed, half a year, server authentication."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, spec.common_name)])
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=spec.ends_in_days)
    usage = {"key_encipherment": True, "data_encipherment": True}
    unused = ("digital_signature", "content_commitment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=end - datetime.timedelta(days=SELF_SIGNED_DAYS),
        not_valid_after=end,
    )
    if not isinstance(key, ec.EllipticCurvePrivateKey):  # such a key cannot encipher
        builder = builder.add_extension(x509.KeyUsage(**usage, **dict.fromkeys(unused, False)), critical=False)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(key, hashes.SHA256())


def _signed_with_sha1(spec: CertificateSpec, key: Path) -> bytes:
    """Return a certificate in PEM with a signature that the package cryptography no longer makes.

    :raises ServersError: when the openssl command cannot make it either.
    """
    command = ["openssl", "req", "-x509", "-new", "-sha1", "-key", str(key), "-subj", f"/CN={spec.common_name}", "-days", str(spec.ends_in_days)]
    try:
        done = subprocess.run([*command, "-addext", "extendedKeyUsage=serverAuth"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ServersError("The openssl command could not make a certificate that is signed with SHA-1.") from error
    return done.stdout


def _places(spec: ServerSpec) -> Iterator[tuple[str, int]]:
    """Yield where a server may listen: the wanted place while it is free, then free ports. Some systems have one loopback address only."""
    wanted = ((spec.host, spec.port), (spec.host, 0), ("127.0.0.1", 0), ("127.0.0.1", 0))
    for host, port in wanted[0 if spec.port else 1 :]:
        with contextlib.suppress(OSError), socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            found: tuple[str, int] = trial.getsockname()
            trial.close()
            yield found


def _spawn(program: str, spec: ServerSpec, folder: Path, host: str, port: int) -> subprocess.Popen[bytes]:
    """Write the configuration and start the server in a session of its own."""
    settings = folder / "xrdp.ini"
    settings.write_text(
        _CONFIGURATION.format(
            host=host,
            port=port,
            folder=folder.resolve(),
            security_layer=spec.security_layer,
            ssl_protocols=spec.ssl_protocols,
            ciphers="tls_ciphers=DEFAULT:@SECLEVEL=0\n" if spec.security_level_zero else "",
        ),
        encoding="utf-8",
    )
    command = [program, "-n", "-c", str(settings.resolve())]
    return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _answers(process: subprocess.Popen[bytes], host: str, port: int) -> bool:
    """Wait until the server has answered a request; tell whether it did before it ended or the time was up."""
    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1.0) as trial:
            trial.sendall(_REQUEST)
            if trial.recv(1) == b"\x03":
                return process.poll() is None
        time.sleep(0.005)
    return False


def _wait_for_the_end() -> None:
    """Return when a signal asks for the end, or when whoever started this program is gone."""
    asked: list[int] = []
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda number, dummy: asked.append(number))
    parent = os.getppid()
    while not asked and os.getppid() == parent:
        time.sleep(0.1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo's servers until stopped; return 0, or 1 after one sentence about why they cannot run."""
    parser = argparse.ArgumentParser(description="Run the real RDP servers of the demo on loopback.")
    parser.add_argument("--folder", type=Path, required=True, help="where configuration, certificates and logs go")
    parser.add_argument("--inventory", type=Path, help="file to write the inventory to when all servers answer")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *dummy: sys.exit(0))  # while they start: leave by way of the context manager
    try:
        with Servers(DEMO_SERVERS, options.folder) as servers:
            for server in servers:
                print(f"{server['name']}: {server['host']}:{server['port']}, {server['meaning']}", flush=True)
            if options.inventory:
                fresh = options.inventory.with_suffix(".new")
                fresh.write_text(json.dumps(inventory(servers), indent=2), encoding="utf-8")  # JSON is YAML too
                fresh.replace(options.inventory)
            _wait_for_the_end()
    except ServersError as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
