# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make and start Wine hosts on which PowerShell for Windows runs.

A template is made once per checkout, kept in a cache folder and never started again. One copy of it, kept too, is for
calls that leave nothing behind (:func:`prepared`); whoever writes to registry, services or files takes a copy of its own
(:func:`copied`), so that tests which run at the same time never end or change each other's host.

A host is its own folder with its own server process. The server ends by itself some seconds after the last program:
nobody has to end it, and an interrupted test leaves nothing running.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from . import console
from .windows_powershell import PROGRAM, UNPACK, cache_folder

PWSH = "C:\\pwsh\\pwsh.exe"
# The programs themselves: the scripts named wine and wineserver print advice about 32-bit parts into the streams.
WINE = "/usr/lib/wine/wine64"
SERVER = "/usr/lib/wine/wineserver64"
LINGER_SECONDS = 20  # a server start costs about 2 s, so it outlives the gap between two calls of one test run
STEP_LIMIT_SECONDS = 180.0
READY = "ready"  # the file that says a prefix was made to its end
AS_SHIPPED = "as_shipped"  # the file that says its PowerShell is one that Microsoft built, with what that needs here
# .NET 9 and later under Wine 8 die in the garbage collector without these.
AS_SHIPPED_ENVIRONMENT = {"DOTNET_EnableWriteXorExecute": "0", "DOTNET_TieredPGO": "0"}
ESCAPES = ("Desktop", "Documents", "Downloads", "Music", "Pictures", "Videos", "Templates")


class WineError(Exception):
    """No host can be made here; the text is one sentence for people."""


@dataclasses.dataclass(frozen=True)
class Host:
    """One Wine prefix with PowerShell linked into its drive."""

    prefix: Path

    @property
    def is_as_shipped(self) -> bool:
        return (self.prefix / AS_SHIPPED).exists()

    @property
    def command(self) -> tuple[str, ...]:
        """What stands before PWSH: Wine, and around it the console that an engine as shipped does not start without."""
        return (sys.executable, "-I", str(Path(console.__file__).resolve()), WINE) if self.is_as_shipped else (WINE,)

    @property
    def drive(self) -> Path:
        """The folder that the host's programs see as C:."""
        return self.prefix / "drive_c"

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEPREFIX": str(self.prefix),
            "DISPLAY": "",
            "DOTNET_ROOT": "C:\\net",
            "NO_COLOR": "1",
            "POWERSHELL_TELEMETRY_OPTOUT": "1",
            **(AS_SHIPPED_ENVIRONMENT if self.is_as_shipped else {}),
        }

    def run(self, *arguments: str, time_limit: float = STEP_LIMIT_SECONDS) -> subprocess.CompletedProcess[bytes]:
        """Run one Windows program, such as ``reg``, and return what it printed."""
        return subprocess.run(
            [*(self.command if arguments[:1] == (PWSH,) else (WINE,)), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=time_limit,
            check=False,
            cwd=self.drive,  # a folder that the host can see: not every host sees the root of this machine
            env={**os.environ, **self.environment},
        )

    def start(self, linger: int = LINGER_SECONDS) -> None:
        """Start the host's server and services, their streams on nothing, unless they run.

        :param linger: seconds for which the server, and with it every service, outlives the last other program.

        Without this the first program's pipes are inherited by services.exe, which holds them open: a caller that
        reads to the end of the stream then waits for as long as the server lives.
        """
        with _locked(self.prefix.with_name(self.prefix.name + ".lock")):
            self.silent(SERVER, f"-p{linger}")
            self.silent(WINE, "cmd", "/c", "exit")

    def stop(self) -> None:
        """End every program of the host and wait until its server is gone."""
        self.silent(SERVER, "-k")
        self.silent(SERVER, "-w")

    def silent(self, *command: str) -> None:
        """Run a program of this machine in the host's environment, its streams on nothing."""
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=STEP_LIMIT_SECONDS,
            check=False,
            env={**os.environ, **self.environment},
        )


def prepared(powershell: Path) -> Host:
    """Return the checkout's common host, made on the first call (about 12 s), started.

    :param powershell: a folder with a ``pwsh.exe`` for Windows, or whose ``unpack`` lays one out.
    :raises WineError: Wine is not installed, or the host cannot be made.
    """
    source = _template(powershell)
    host = Host(source.prefix.with_name(source.prefix.name.replace("template", "common")))
    with _locked(source.prefix.with_name("make.lock")):
        if not (host.prefix / READY).exists():
            shutil.rmtree(host.prefix, ignore_errors=True)
            _copy(source, host)
    host.start()
    return host


@contextlib.contextmanager
def copied(powershell: Path, *, linger: int = LINGER_SECONDS, before: Callable[[Host], None] | None = None) -> Iterator[Host]:
    """Give a started host of one's own (about 1 s) that may be written to; it is ended and removed afterwards.

    :param before: what is done to its files between the copy and the start.
    :param linger: as of :meth:`Host.start`; whoever makes it long sees to it that the host ends with this process.
    """
    source = _template(powershell)
    with tempfile.TemporaryDirectory(prefix="host-", dir=source.prefix.parent, ignore_cleanup_errors=True) as folder:
        host = Host(Path(folder) / "prefix")
        _copy(source, host)
        if before is not None:
            before(host)
        host.start(linger)
        try:
            yield host
        finally:
            host.stop()


def _copy(source: Host, host: Host) -> None:
    """Copy a host that does not run; its Windows folder, which nothing writes to, by links: 600 MB are not copied."""
    windows = str(source.drive / "windows")

    def place(old: str, new: str) -> None:
        if old.startswith(windows):
            os.link(old, new)
        else:
            shutil.copy2(old, new)

    shutil.copytree(source.prefix, host.prefix, symlinks=True, copy_function=place)


def _template(powershell: Path) -> Host:
    for program in (WINE, SERVER):
        if not os.access(program, os.X_OK):
            raise WineError(f"no PowerShell: {program} is not installed (Debian: apt-get install wine wine64)")
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    is_as_shipped = not (powershell / UNPACK).is_file()
    # One per engine as shipped; that of the test material needs no name: it never changes.
    host = Host(cache / (f"template-{hashlib.sha256(str(powershell).encode()).hexdigest()[:8]}" if is_as_shipped else "template"))
    with _locked(cache / "make.lock"):
        if not (host.prefix / READY).exists():
            parts = _shipped_parts(powershell) if is_as_shipped else _unpacked_parts(powershell, cache / "engine")
            _make(host, parts)
            if is_as_shipped:
                (host.prefix / AS_SHIPPED).touch()
            (host.prefix / READY).touch()
    return host


def _shipped_parts(powershell: Path) -> dict[str, Path]:
    if not (powershell / PROGRAM).is_file():
        raise WineError(f"no PowerShell: there is no {PROGRAM} in {powershell}")
    runtime = powershell.with_name("net")  # one as Microsoft ships it brings its own
    return {"pwsh": powershell, **({"net": runtime} if runtime.is_dir() else {})}


def _unpacked_parts(powershell: Path, engine: Path) -> dict[str, Path]:
    done = subprocess.run([str(powershell / UNPACK), str(engine)], capture_output=True, check=False)
    if done.returncode != 0:
        raise WineError(f"no PowerShell: {powershell / UNPACK} failed: {done.stderr.decode(errors='replace').strip()[-300:]}")
    return {part: engine / part for part in ("pwsh", "net")}


def _make(host: Host, parts: Mapping[str, Path]) -> None:
    host.stop()
    shutil.rmtree(host.prefix, ignore_errors=True)
    host.prefix.mkdir(parents=True)
    host.silent(WINE, "wineboot", "-i")
    host.silent(WINE, "winecfg", "-v", "win10")
    if not host.drive.is_dir():
        raise WineError(f"no PowerShell: Wine made no host in {host.prefix}")
    _fence_in(host)
    for name, folder in parts.items():
        (host.drive / name).symlink_to(folder)
    host.stop()


def _fence_in(host: Host) -> None:
    """Take away the ways from the host into the home of whoever runs the tests."""
    # Else every start prints "Read access denied for device Z:" on the error stream.
    device = host.prefix / "dosdevices" / "z::"
    device.unlink(missing_ok=True)
    device.symlink_to("/dev/null")
    for user in (host.drive / "users").iterdir():
        for name in ESCAPES:
            link = user / name
            if link.is_symlink():
                link.unlink()
                link.mkdir()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
