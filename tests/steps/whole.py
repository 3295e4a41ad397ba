# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Steps that run the collection as its users do: the demo, a molecule scenario, an installed artifact."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from .model import CannotRunError, Outcome, Skip
from .workplace import Finished, Workplace

ROOT = Path(__file__).resolve().parents[2]
SECOND_START_LIMIT_S = 2.0  # what the README promises for finding the environment again
DEMO_LIMIT_S = 300


def demo(workplace: Workplace) -> Outcome:
    """Run the README's first command twice, and read what it left."""
    workplace.need("demo/run", "demo/inventory.yml", "playbooks/rdp_health.yml")
    script = workplace.root / "demo" / "run"
    first = workplace.call("demo", [script], limit_s=DEMO_LIMIT_S)
    if first.status != 0:
        return first.outcome("the demo failed")
    started = time.monotonic()
    found = workplace.call("demo", [workplace.root / "tools" / "environment", "run"])
    seconds = time.monotonic() - started
    second = workplace.call("demo", [script], limit_s=DEMO_LIMIT_S)
    faults = [
        *(["the second run failed"] if second.status != 0 or found.status != 0 else []),
        *(["the second run made its environment again"] if "Making the environment" in second.output else []),
        *([f"finding the environment took {seconds:.1f} s"] if seconds > SECOND_START_LIMIT_S else []),
        *report_faults(workplace.cache / "demo-report"),
    ]
    if faults:
        print("\n".join(f"    | {fault}" for fault in faults), flush=True)
        return Outcome(failed=1, note="; ".join(faults))
    live = next((line for line in second.output.splitlines() if line.startswith("Real")), "")
    skips = (Skip("demo live servers", live),) if "left out" in live else ()
    return Outcome(passed=1, skips=skips, note=f"environment found again in {seconds:.2f} s")


def report_faults(folder: Path) -> list[str]:
    """Return what is wrong with the demo's report, as sentences; nothing is good."""
    try:
        fleet = json.loads((folder / "fleet.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [f"fleet.json cannot be read: {error}"]
    verdicts = {host["name"]: host["verdict"] for host in fleet["hosts"]}
    absent = sorted({path.stem for path in (ROOT / "demo" / "bundles").glob("*.json")} - set(verdicts))
    faults = [f"not in the report: {', '.join(absent)}"] if absent else []
    faults += [] if "healthy" in verdicts.values() and "failing" in verdicts.values() else [f"the verdicts are {verdicts}"]
    missing = [host["file"] for host in fleet["hosts"] if not (folder / host["file"]).is_file()]
    faults += [f"missing: {', '.join(missing)}"] if missing else []
    page = folder / "index.html"
    return faults if page.is_file() and "<script" not in page.read_text(encoding="utf-8") else [*faults, "index.html is missing or holds a script"]


def molecule(workplace: Workplace) -> Outcome:
    """Run every molecule scenario; they start no container."""
    if not any((workplace.root / "extensions" / "molecule").glob("*/molecule.yml")):
        raise CannotRunError("extensions/molecule holds no scenario")
    program = workplace.program("molecule", "not in this Python's lock file")
    extra = {"MOLECULE_EPHEMERAL_DIRECTORY": str(workplace.cache / "molecule"), "ANSIBLE_HOME": str(workplace.cache / "ansible-home")}
    shutil.rmtree(workplace.cache / "molecule", ignore_errors=True)
    # Molecule looks for extensions/molecule/config.yml only from the root of a collection; elsewhere the hosts would be missing, silently.
    return workplace.call("molecule", [program, "test", "--all"], cwd=workplace.root, extra=extra).outcome()


def package(workplace: Workplace) -> Outcome:
    """Build the artifact, install it somewhere else, and run the playbook from there by its full name."""
    workplace.need("README.md", "playbooks/rdp_health.yml", "demo/inventory.yml")
    folder = workplace.cache / "package"
    shutil.rmtree(folder, ignore_errors=True)
    bin_folder = Path(sys.executable).parent
    galaxy = str(bin_folder / "ansible-galaxy")
    built = workplace.call("package", [galaxy, "collection", "build", "--output-path", folder / "built"])
    if built.status != 0:
        return built.outcome("it cannot be built")
    artifact = next((folder / "built").glob("rdpops-health-*.tar.gz"))
    installed = folder / "collections"
    # Nothing of the checkout is visible to what follows: neither its collections folder nor its settings.
    settings = folder / "ansible.cfg"
    settings.write_text("[defaults]\n", encoding="utf-8")
    extra = {"ANSIBLE_COLLECTIONS_PATH": str(installed), "ANSIBLE_CONFIG": str(settings), "ANSIBLE_HOME": str(folder / "home")}
    install = [galaxy, "collection", "install", str(artifact), "-p", str(installed), "--offline"]
    finished = workplace.call("package", install, cwd=folder, extra=extra)
    if finished.status != 0:
        return finished.outcome("it cannot be installed")
    return run_installed(workplace, installed, extra)


def run_installed(workplace: Workplace, installed: Path, extra: dict[str, str]) -> Outcome:
    """Run the installed playbook over the installed demo fleet."""
    home = installed / "ansible_collections" / "rdpops" / "health"
    unwanted = [name for name in (".cache", ".ci", "tests", "pyproject.toml", ".github") if (home / name).exists()]
    if unwanted:
        return Outcome(failed=1, note=f"the artifact holds {', '.join(unwanted)}")
    folder = installed.parent
    program = str(Path(sys.executable).parent / "ansible-playbook")
    command = [program, "-i", str(home / "demo" / "inventory.yml"), "rdpops.health.rdp_health"]
    options = ["-e", "rdp_health_fail_on=never", "-e", json.dumps({"rdp_health_report_dir": str(folder / "report")})]
    finished: Finished = workplace.call("package", [*command, *options], cwd=folder, extra=extra)
    if finished.status != 0:
        return finished.outcome("the installed playbook failed")
    faults = report_faults(folder / "report")
    return Outcome(failed=1, note="; ".join(faults)) if faults else Outcome(passed=1, note=f"{sum(1 for path in home.rglob('*') if path.is_file())} files")
