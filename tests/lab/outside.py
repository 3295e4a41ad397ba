# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands beside a lab host: an endpoint on loopback that behaves as the registry of that host describes.

xrdp and FreeRDP's shadow server are real servers, though not Windows. Where neither can do what Windows does (demand NLA
without the shadow server, reset in the middle of TLS, drop a connection without an answer) a stand-in of the tests does it.
"""

from __future__ import annotations

import contextlib
import enum
import random
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.servers import CertificateSpec, Servers, ServersError, ServerSpec, write_certificate

from ..support.hostile_servers import Peer, answering, reset, tls_server
from .standins import LabError
from .states import Subsets, Wish, effective

RDP_PORT = 3389
NETWORK = "127.0.3"  # every host has an address of its own there, so that all have the usual port
FIRST_BUILD_WITH_TLS13 = 20348
SHADOW_SECONDS = 10.0
_REQUEST = bytes.fromhex("030000130ee00000000000010008000b000000")


class Wire(enum.Enum):
    """What a client meets at the port."""

    REFUSED = "nothing listens"
    SILENT = "no packet is answered"
    RDP_ONLY = "the old RDP encryption only"
    NO_TLS = "TLS is agreed on, and no version is left"
    RESET = "TLS is agreed on, and the connection is reset at the first TLS message"
    TLS = "TLS, without NLA"
    NLA = "NLA is demanded"


@dataclass(frozen=True)
class Place:
    """Where an endpoint is.

    :ivar server: which program answers there, for people.
    """

    address: str
    port: int
    server: str


def wire_of(subsets: Subsets) -> Wire:
    """Return what a Windows host with these facts shows outside, in the order in which it decides."""
    runs = subsets["services"]["data"]["TermService"]["state"] == "running"
    if effective(subsets, "fDenyTSConnections") or not effective(subsets, "fEnableWinStation") or not runs:
        return Wire.REFUSED
    firewall = subsets["firewall"]["data"]
    limits = [rule["text"] for rule in firewall["rules"] if rule["id"] == "RemoteDesktop-UserMode-In-TCP"]
    active = [name.title() for name in firewall["active_profiles"]]
    if not any("Profile=" not in text or any(f"Profile={name}|" in text for name in active) for text in limits):
        return Wire.SILENT
    if effective(subsets, "SecurityLayer") == 0:
        return Wire.RDP_ONLY
    if _no_tls_left(subsets):
        return Wire.NO_TLS
    if ";NS)" not in subsets["key_store"]["data"]["listener_key"]["sddl"]:
        return Wire.RESET
    return Wire.NLA if effective(subsets, "UserAuthentication") else Wire.TLS


def _no_tls_left(subsets: Subsets) -> bool:
    protocols = subsets["tls"]["data"]["protocols"]
    known = ["tls10", "tls11", "tls12", *(["tls13"] if subsets["os"]["data"]["build"] >= FIRST_BUILD_WITH_TLS13 else [])]
    return all(protocols[name]["server"]["Enabled"]["value"] == 0 for name in known)


@contextlib.contextmanager
def endpoint(wire: Wire, wish: Wish, folder: Path, address: str | None = None) -> Iterator[Place]:
    """Run the endpoint of one host; ``folder`` afterwards holds its pair, certificate.pem and key.pem, also where nothing serves it.

    A pair that is in the folder already is served, except by xrdp, which makes one of its own.

    :param address: where it has to be; by default an address that nobody uses.
    :raises LabError: it cannot be run here.
    """
    spec = CertificateSpec(common_name=wish.common_name, ends_in_days=wish.ends_in_days)
    with contextlib.ExitStack() as stack:  # closes what was opened also when the user of the endpoint fails
        claim = stack.enter_context(_claimed_address(address))
        address = claim.getsockname()[0]
        if wire in (Wire.TLS, Wire.RDP_ONLY):
            claim.close()
            yield stack.enter_context(_xrdp(wire, spec, folder, address))
            return
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "key.pem").exists():
            write_certificate(ServerSpec("pair", "", certificate=spec), folder)
        if wire is Wire.REFUSED:
            yield Place(address, RDP_PORT, "none")
        elif wire is Wire.SILENT:
            stack.enter_context(_full(claim))
            yield Place(address, RDP_PORT, "a listener whose queue is full (stand-in)")
        else:
            claim.close()
            shadow = wire is Wire.NLA and shadow_installed()
            yield stack.enter_context(_shadow(folder, address) if shadow else _scripted(wire, folder, address))


def shadow_installed() -> bool:
    """Tell whether FreeRDP's shadow server can run here."""
    return all(shutil.which(name) for name in ("freerdp-shadow-cli", "Xvfb"))


@contextlib.contextmanager
def _claimed_address(wanted: str | None) -> Iterator[socket.socket]:
    """Give a socket bound to the usual port of an address that nobody uses; it does not listen, so connections are refused."""
    for address in [wanted] if wanted else [f"{NETWORK}.{number}" for number in random.sample(range(1, 255), 254)]:
        claim = socket.socket()
        # Where it was used a moment ago, connections that have ended would still be in the way.
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1 if wanted else 0)
        try:
            claim.bind((address, RDP_PORT))
        except OSError:
            claim.close()
            continue
        with claim:
            yield claim
        return
    raise LabError(f"{wanted or f'every address of {NETWORK}.0/24'} is in use")


@contextlib.contextmanager
def _xrdp(wire: Wire, certificate: CertificateSpec, folder: Path, address: str) -> Iterator[Place]:
    layer = "rdp" if wire is Wire.RDP_ONLY else "tls"
    spec = ServerSpec(folder.name, wire.value, security_layer=layer, certificate=certificate, host=address, port=RDP_PORT)
    try:
        with Servers([spec], folder.parent) as servers:
            yield Place(servers[0]["host"], servers[0]["port"], "xrdp")
    except ServersError as error:
        raise LabError(str(error)) from error


@contextlib.contextmanager
def _full(claim: socket.socket) -> Iterator[None]:
    """Let a socket listen with its queue full: Linux then drops what comes, as a firewall does."""
    claim.listen(0)
    with contextlib.ExitStack() as stack:
        for dummy in range(2):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(claim.getsockname())
        time.sleep(0.05)  # until both are in the queue
        yield


@contextlib.contextmanager
def _scripted(wire: Wire, folder: Path, address: str) -> Iterator[Place]:
    """Answer as Windows does that demands NLA, and then shake hands, refuse every version, or reset."""

    def answer(kind: int, flags: int, number: int) -> bytes:
        return bytes((3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, kind, flags, 8, 0, number, 0, 0, 0))

    hybrid_ex, hybrid, required = answer(2, 0x1F, 8), answer(2, 0x1F, 2), answer(3, 0, 5)

    def drop(connection: socket.socket) -> None:
        connection.recv(65536)
        reset(connection)

    # TLS 1.0 alone, which no client of today offers: it is refused as where no version is on, with alert 70.
    then = {Wire.RESET: drop, Wire.NO_TLS: tls_server(folder, maximum_version=ssl.TLSVersion.TLSv1)}.get(wire, tls_server(folder))
    with Peer(answering({11: hybrid_ex, 3: hybrid, 2: hybrid, 1: required, 0: required}, then), host=address, port=RDP_PORT):
        yield Place(address, RDP_PORT, "a script that answers as Windows does (stand-in)")


@contextlib.contextmanager
def _shadow(folder: Path, address: str) -> Iterator[Place]:
    """Run FreeRDP's shadow server, which demands NLA, and the X server that it wants."""
    settings = folder / "home" / ".config" / "freerdp" / "shadow"
    settings.mkdir(parents=True)
    for name, target in (("certificate.pem", "shadow.crt"), ("key.pem", "shadow.key")):
        shutil.copy(folder / name, settings / target)
    (folder / "sam.txt").touch()  # nobody may log on: the probe never tries to
    with contextlib.ExitStack() as stack:
        display = stack.enter_context(_x_server())
        options = [f"/port:{RDP_PORT}", f"/bind-address:{address}", "/sec:nla", f"/sam-file:{(folder / 'sam.txt').resolve()}", "+auth"]
        environment = {"HOME": str((folder / "home").resolve()), "DISPLAY": f":{display}", "PATH": "/usr/bin:/bin"}
        process = subprocess.Popen(
            ["freerdp-shadow-cli", *options], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        stack.callback(_end, process)
        _wait_for_answer(address, process)
        yield Place(address, RDP_PORT, "FreeRDP shadow")


@contextlib.contextmanager
def _x_server() -> Iterator[str]:
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "64x64x24", "-nolisten", "tcp", "-noreset"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        stream = process.stdout
        number = stream.readline().decode().strip() if stream else ""
        if not number:
            raise LabError("Xvfb did not start")
        # It repeats the number on a pipe that must not fill or close.
        threading.Thread(target=lambda: stream.read() if stream else b"", daemon=True).start()
        yield number
    finally:
        _end(process)


def _wait_for_answer(address: str, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + SHADOW_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((address, RDP_PORT), timeout=2.0) as trial:
            trial.sendall(_REQUEST)
            if trial.recv(1) == b"\x03":
                return
        time.sleep(0.01)
    raise LabError("FreeRDP's shadow server did not answer")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
