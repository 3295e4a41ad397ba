# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real servers with Network Level Authentication on loopback: FreeRDP's shadow server, and weston beside it.

Neither is Windows. They speak real CredSSP and NTLM; names, build and clock in the challenge are theirs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from demo.servers import CertificateSpec, ServerSpec, write_certificate

READY_SECONDS = 15.0
_REQUEST = bytes.fromhex("030000130ee000000000000100080003000000")
SAM_LINE = "labuser:::8846f7eaee8fb117ad06bdd830b7586c:::\n"  # the hash of a password that everybody knows; nobody logs on


class NotHereError(RuntimeError):
    """A server cannot run here; the message says what is missing."""


@dataclass(frozen=True)
class ShadowSpec:
    """One shadow server.

    :ivar options: of freerdp-shadow-cli, without port and address.
    :ivar host_name: a host name of its own, in a name space of its own (needs root).
    :ivar clock: an offset for faketime, such as ``-3h``.
    """

    name: str
    options: tuple[str, ...]
    host_name: str = ""
    clock: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


def needed(*programs: str) -> None:
    """Refuse to go on without these programs.

    :raises NotHereError: naming the first that is missing.
    """
    for program in programs:
        if shutil.which(program) is None:
            raise NotHereError(f"{program} is not installed")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


@contextlib.contextmanager
def display() -> Iterator[str]:
    """Run an X server without a screen and give its name."""
    needed("Xvfb")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "64x64x24", "-nolisten", "tcp", "-noreset"]
    with _running(command, {}, pass_fds=(writer,)):
        os.close(writer)
        with os.fdopen(reader) as stream:
            yield f":{stream.readline().strip()}"


@contextlib.contextmanager
def shadow(spec: ShadowSpec, screen: str, folder: Path) -> Iterator[int]:
    """Run one shadow server and give its port."""
    needed("freerdp-shadow-cli")
    home = folder / spec.name
    settings = home / ".config" / "freerdp" / "shadow"
    settings.mkdir(parents=True)
    write_certificate(ServerSpec(spec.name, "", certificate=CertificateSpec("RDP-SHADOW")), home)
    shutil.copy(home / "certificate.pem", settings / "shadow.crt")
    shutil.copy(home / "key.pem", settings / "shadow.key")
    (home / "sam.txt").write_text(SAM_LINE, encoding="utf-8")
    port = free_port()
    options = [option.replace("SAM", str(home / "sam.txt")) for option in spec.options]
    command = ["freerdp-shadow-cli", f"/port:{port}", "/bind-address:127.0.0.1", *options]
    environment = {"HOME": str(home), "DISPLAY": screen}
    if spec.clock:
        environment.update(LD_PRELOAD=_faketime(), FAKETIME=spec.clock)
    if spec.host_name:
        needed("unshare")
        command = ["unshare", "--uts", "sh", "-c", f'hostname {spec.host_name} && exec "$@"', "sh", *command]
    with _running(command, environment) as process:
        _wait(process, port, spec.name)
        yield port


@contextlib.contextmanager
def weston(folder: Path) -> Iterator[int]:
    """Run weston with its RDP back-end and give its port."""
    needed("weston")
    home = folder / "weston"
    home.mkdir(mode=0o700)
    write_certificate(ServerSpec("weston", "", certificate=CertificateSpec("RDP-WESTON")), home)
    port = free_port()
    command = ["weston", "--no-config", "-B", "rdp-backend.so", "--address=127.0.0.1", f"--port={port}", "--shell=kiosk-shell.so", "--width=640"]
    command += ["--height=480", f"--rdp-tls-cert={home / 'certificate.pem'}", f"--rdp-tls-key={home / 'key.pem'}", "--idle-time=0", f"--log={home / 'log'}"]
    with _running(command, {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}) as process:
        _wait(process, port, "weston")
        yield port


def _faketime() -> str:
    """Return the library that moves the clock of a program.

    :raises NotHereError: where it is not installed.
    """
    found = [str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")]
    if not found:
        raise NotHereError("faketime is not installed")
    return found[0]


@contextlib.contextmanager
def _running(command: Sequence[str], environment: Mapping[str, str], *, pass_fds: tuple[int, ...] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a group of its own and end the group afterwards."""
    process = subprocess.Popen(
        list(command), env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, pass_fds=pass_fds,
    )  # fmt: skip
    try:
        yield process
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(2)


def _wait(process: subprocess.Popen[bytes], port: int, name: str) -> None:
    """Wait until a server has answered a request.

    :raises NotHereError: when it does not.
    """
    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2.0) as trial:
            trial.sendall(_REQUEST)
            if trial.recv(1) == b"\x03":
                return
        time.sleep(0.02)
    raise NotHereError(f"the server {name} did not answer here")
