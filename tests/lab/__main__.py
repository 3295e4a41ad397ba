# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Start and end lab hosts by hand: what `tests/lab/run` runs. Each host is a process of its own that keeps it up."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..support.optional import REPOSITORY
from ..support.wine import cache_folder
from .host import lab_host, missing_part
from .standins import LabError
from .states import STATES

UP_SECONDS = 120.0  # 5 s on an idle machine; the very first time PowerShell is unpacked and a Wine host is made
DOWN_SECONDS = 30.0
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")
Record = dict[str, Any]  # JSON data of a host that is up


def main(arguments: Sequence[str]) -> int:
    """Do what the words say; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        lines: list[str] = options.do(options)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    if lines:
        print("\n".join(lines))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests/lab/run", description="Windows hosts made of real parts on this machine.")
    verbs = parser.add_subparsers(required=True)
    up = verbs.add_parser("up", help="start a host and print its line for an inventory")
    up.add_argument("name", type=_name)
    up.add_argument("--inventory", type=Path, help="file of an inventory: the host is written there beside those that are")
    down = verbs.add_parser("down", help="end hosts")
    down.add_argument("names", type=_name, nargs="+", metavar="name")
    serve = verbs.add_parser("serve", help="keep one host up until this process is ended (what up starts)")
    serve.add_argument("name", type=_name)
    for each in (up, serve):
        each.add_argument("--state", help="name of a state; by default the host's name is one")
        each.add_argument("--https", action="store_true", help="WinRM over HTTPS")
    for name, verb, help_text in (("list", _list, "what is up"), ("states", _states, "what there is"), ("check", _check, "tell whether hosts can be had here")):
        verbs.add_parser(name, help=help_text).set_defaults(do=verb)
    up.set_defaults(do=_up)
    down.set_defaults(do=_down)
    serve.set_defaults(do=_serve)
    return parser


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("a name has letters, digits, dashes and underscores, at most 41, and starts with a letter")
    return text


def _up(options: argparse.Namespace) -> list[str]:
    if options.name in _records():
        raise LabError(f"{options.name} is up already")
    record, log = _path(options.name), _path(options.name).with_suffix(".log")
    record.parent.mkdir(parents=True, exist_ok=True)
    record.unlink(missing_ok=True)  # left by a process that was killed
    command = [sys.executable, "-m", "tests.lab", "serve", options.name, *(["--state", options.state] if options.state else []), *(["--https"] * options.https)]
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True
        )
    limit = time.monotonic() + UP_SECONDS
    while not record.exists():
        if process.poll() is not None or time.monotonic() > limit:
            process.terminate()
            process.wait()
            last = log.read_text(encoding="utf-8").strip().splitlines()[-1:]
            log.unlink()
            raise LabError(last[0] if last else f"{options.name} did not come up within {UP_SECONDS:.0f} s")
        time.sleep(0.05)
    found = json.loads(record.read_text(encoding="utf-8"))
    if options.inventory:
        _add(options.inventory, options.name, found["variables"])
    return [_line(options.name, found["variables"])]


def _serve(options: argparse.Namespace) -> list[str]:
    """Keep a host up until a signal asks for its end."""
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda *dummy: sys.exit(0))  # by way of the context managers, also while it starts
    reason = missing_part()
    if reason:
        raise LabError(reason)
    path = _path(options.name)
    with lab_host(options.name, options.state, https=options.https) as host:
        about = {"pid": os.getpid(), "state": host.state.name, "outside": host.outside.server, "seconds": round(host.seconds, 1), "variables": host.variables}
        fresh = path.with_suffix(".new")
        with open(fresh, "w", encoding="utf-8", opener=lambda name, how: os.open(name, how, 0o600)) as stream:  # it holds a password
            json.dump(about, stream)
        fresh.replace(path)
        try:
            signal.pause()
        finally:
            path.unlink(missing_ok=True)
    return []


def _down(options: argparse.Namespace) -> list[str]:
    up = _records()
    unknown = [name for name in options.names if name not in up]
    for name in set(options.names) & set(up):
        os.kill(up[name]["pid"], signal.SIGTERM)
    limit = time.monotonic() + DOWN_SECONDS
    for name in set(options.names) & set(up):
        while _runs(up[name]["pid"], name):
            if time.monotonic() > limit:
                raise LabError(f"{name} did not end within {DOWN_SECONDS:.0f} s (process {up[name]['pid']})")
            time.sleep(0.05)
        _path(name).with_suffix(".log").unlink(missing_ok=True)
    if unknown:
        raise LabError(f"not up: {', '.join(unknown)}")
    return []


def _list(options: argparse.Namespace) -> list[str]:
    rows = _records().items()
    return [f"{name:20} {row['state']:18} RDP {row['variables']['rdp_health_endpoint']}, {row['outside']}; up after {row['seconds']} s" for name, row in rows]


def _states(options: argparse.Namespace) -> list[str]:
    return [f"{state.name:18} {state.meaning}{f' ({state.lacks})' if state.lacks else ''}" for state in STATES.values()]


def _check(options: argparse.Namespace) -> list[str]:
    reason = missing_part()
    if reason:
        raise LabError(reason)
    return ["lab hosts can be had here"]


def _folder() -> Path:
    return cache_folder() / "up"


def _path(name: str) -> Path:
    return _folder() / f"{name}.json"


def _records() -> dict[str, Record]:
    """Return what is up; what a process left behind that was killed does not count."""
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(_folder().glob("*.json"))}
    return {name: row for name, row in found.items() if _runs(row["pid"], name)}


def _runs(pid: int, name: str) -> bool:
    """Tell whether a process is the one that keeps this host up: ids are used again."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return b"tests.lab" in words and b"serve" in words and name.encode() in words
    return False


def _line(name: str, variables: dict[str, Any]) -> str:
    return " ".join([name, *(f"{key}={str(value)!r}" for key, value in variables.items())])


def _add(inventory: Path, name: str, variables: dict[str, Any]) -> None:
    document = json.loads(inventory.read_text(encoding="utf-8")) if inventory.exists() else {"lab": {"hosts": {}}}
    document["lab"]["hosts"][name] = variables
    with open(inventory, "w", encoding="utf-8", opener=lambda path, how: os.open(path, how, 0o600)) as stream:
        json.dump(document, stream, indent=2)  # JSON is YAML too


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
