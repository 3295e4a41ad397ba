# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Call win_rdp_ops on a lab host, and look at the host by other ways: Wine's own reg and sc, and the files on its drive."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.operate import NOT_OURS
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.operated import check_answer

from ..conftest import collections_folder
from ..support import powershell
from ..support.operations import CREDSSP, KEYS, LICENSES, TS
from .host import LabHost
from .standins import run_engine

Answer = dict[str, Any]  # Any: JSON
EXPORTS = {
    "terminal server": TS,
    "credssp": CREDSSP.rpartition("\\CredSSP")[0],
    "licences": LICENSES,
    "store": "HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop",
}
SERVICES = ("SessionEnv", "TermService", "UmRdpService")
ACTIONS = powershell.SCRIPTS.parent / "action_plugins"


def call(host: LabHost, folder: Path, arguments: Answer, *options: str) -> Answer:
    """Run the module by the host's winrm connection and return its result, with ``failed`` and what Ansible ``printed``.

    The result is of the shape that the controller takes from a target.
    """
    inventory = folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"one": host.variables}}}), encoding="utf-8")
    command = [sys.executable, "-m", "ansible", "adhoc", "one", "-i", str(inventory), "-m", "target_ops", "-a", json.dumps(arguments), *options]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    own = {"ANSIBLE_COLLECTIONS_PATH": str(collections_folder()), "ANSIBLE_ACTION_PLUGINS": str(ACTIONS), "ANSIBLE_HOME": str(folder)}
    own |= {"ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, env=kept | own, capture_output=True, text=True, timeout=300, check=False)
    start = done.stdout.find("{", max(done.stdout.find("one | "), 0))
    assert start >= 0, done.stdout + done.stderr
    result: Answer = json.loads(done.stdout[start:])
    check_answer({name: part for name, part in result.items() if name not in NOT_OURS})
    return {**result, "failed": done.returncode != 0, "printed": done.stdout}


def statuses(answer: Answer) -> dict[str, str]:
    """Return what came of each operation, by its id."""
    return {result["id"]: result["status"] for result in answer["results"]}


def seen(host: LabHost) -> Answer:
    """Return everything of the host that the tests' operations are about, as other programs than the module show it."""
    facts: Answer = {name: exported(host, key) for name, key in EXPORTS.items()}
    # Of a service only this: when it is configured, Wine writes the rest anew from what sc once told it, over what the lab put there.
    start = exported(host, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\UmRdpService")
    facts["start"] = [line for line in start.splitlines() if line.startswith('"Start"')]
    facts["states"] = {name: "RUNNING" in host.wine.run("sc", "query", name).stdout.decode(errors="replace") for name in SERVICES}
    facts["files"] = {str(file.name): file.read_bytes().hex() for folder in _folders(host) if folder.is_dir() for file in folder.iterdir()}
    # Without the owner: Wine forgets whose a key is when its list is written.
    said = run_engine(host.wine, "-Command", f"(Get-Acl -LiteralPath 'Registry::{LICENSES.replace('HKLM', 'HKEY_LOCAL_MACHINE')}').Sddl")
    facts["access"] = said.strip().partition("D:")[2]
    return facts


def exported(host: LabHost, key: str) -> str:
    """Return a key and all below it as Wine's reg exports it; empty where it is absent."""
    file = host.wine.drive / "export.reg"
    file.unlink(missing_ok=True)
    host.wine.run("reg", "export", key, "C:\\export.reg", "/y")
    return file.read_text(encoding="utf-16") if file.is_file() else ""


def journals(host: LabHost) -> Path:
    return host.wine.drive / "ProgramData" / "rdpops.health" / "journal"


def lines_of(host: LabHost, name: str) -> list[Answer]:
    """Return the lines of a journal as any JSON reader reads them."""
    return [json.loads(line) for line in (journals(host) / name / "journal.jsonl").read_text(encoding="utf-8").splitlines()]


def put_lines(host: LabHost, name: str, lines: list[Answer], torn: str = "") -> None:
    """Lay a journal out as a run that was killed leaves it: these lines, and what was being written."""
    folder = journals(host) / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + torn, encoding="utf-8")


def header(name: str, operations: list[Answer], break_glass: Answer | None = None) -> Answer:
    """Return the first line of a journal."""
    return {
        "line": "header", "schema": "rdpops.health/journal/1", "id": name, "created_at": "2026-11-20T08:00:00Z", "plan_digest": "", "run_id": "",
        "operations": operations, "break_glass": break_glass,
    }  # fmt: skip


def cache(host: LabHost) -> Path:
    return _folders(host)[1]


def key_file(host: LabHost) -> Path:
    """Return the listener's key file."""
    (found,) = [file for file in _folders(host)[0].iterdir() if file.name.startswith("f686aace6942fb7f7ceb231212eef4a4_")]
    return found


def save_credential(host: LabHost, target: str) -> None:
    script = host.wine.drive / "credentials.ps1"
    script.write_bytes((powershell.SCRIPTS / "credentials.ps1").read_bytes())
    assert run_engine(host.wine, "-File", "C:\\credentials.ps1", target, "EXAMPLE\\ann", "Tr0ub4dor").strip() == ""
    script.unlink()


def _folders(host: LabHost) -> tuple[Path, Path]:
    (user,) = [folder for folder in (host.wine.drive / "users").iterdir() if folder.name != "Public"]
    keys = host.wine.drive.joinpath(*KEYS.split("\\")[1:])
    return keys, user / "AppData" / "Local" / "Microsoft" / "Terminal Server Client" / "Cache"
