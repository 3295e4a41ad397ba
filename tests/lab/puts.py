# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Put the facts of a state into a Wine host, by other ways than the reader takes: reg, sc, files, the store of the engine."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

from demo.fleet.firewall import LOCAL_ROOT, POLICY_ROOT

from ..support.registry import Table
from ..support.wine import Host
from .states import Subsets

# Facts that do not have the name of the value in which they are kept.
VALUE_NAMES = {"cipher_suites": "Functions", "curves": "EccCurves", "fips": "Enabled", "machine_guid": "MachineGuid", "program_data": "ProgramData"}
VERSION = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
# The fact -> the value of the registry that carries it.
VERSION_VALUES = {
    "product_name": "ProductName",
    "edition_id": "EditionID",
    "installation_type": "InstallationType",
    "build": "CurrentBuildNumber",
    "ubr": "UBR",
    "display_version": "DisplayVersion",
}
SERVICES = "System\\\\CurrentControlSet\\\\Services"  # as Wine's file of the registry writes it
AUTOMATIC, ON_DEMAND = 2, 3  # how a service is started
KEY_MODE, CLOSED_KEY_MODE = 0o644, 0o600  # Everyone may read, or only the owner: all that Wine can tell
RULE_ROOTS = {"local": LOCAL_ROOT, "mdm": f"{LOCAL_ROOT}\\Mdm", "policy": POLICY_ROOT}


def registry_table(subsets: Subsets) -> Table:
    """Return every registry value that these facts are about."""
    table: dict[str, dict[str, Any]] = {}
    for name, value in _values(subsets):
        table.setdefault(value["path"], {})[name] = (value["kind"], _content(value))
    facts = subsets["os"]["data"]
    for fact, name in VERSION_VALUES.items():
        content = facts[fact] if fact == "ubr" else str(facts[fact])
        table.setdefault(VERSION, {})[name] = ("REG_DWORD" if fact == "ubr" else "REG_SZ", content)
    table[f"{CONTROL}\\ProductOptions"] = {"ProductType": ("REG_SZ", facts["product_type"])}
    for key in ("ActiveComputerName", "ComputerName"):
        table[f"{CONTROL}\\ComputerName\\{key}"] = {"ComputerName": ("REG_SZ", facts["computer_name"])}
    for station in subsets["listener"]["data"]["win_stations"]:
        table.setdefault(f"{CONTROL}\\Terminal Server\\WinStations\\{station['name']}", {})
    for rule in subsets["firewall"]["data"]["rules"]:
        table.setdefault(f"{RULE_ROOTS[rule['hive']]}\\FirewallRules", {})[rule["id"]] = ("REG_SZ", rule["text"])
    return table


def with_services(registry: str, subsets: Subsets, programs: Mapping[str, str]) -> str:
    """Return the text of a host's registry file in which its services are those of the facts: the service manager reads it when it starts.

    Those that run are started then by it. It remembers what it read; what the registry says of program and account comes later.

    :param registry: the text of ``system.reg`` of a host that does not run.
    :param programs: the programs of the stand-ins, and under an empty name that of those which are not named.
    """
    for name, facts in subsets["services"]["data"].items():
        key = f"[{SERVICES}\\\\{name}]"
        has_own = key in registry
        if not facts["exists"]:
            registry = re.sub(rf"(?m)^{re.escape(key[:-1])}(?:\\\\[^\]\n]*)?\][^\n]*\n(?:[^\n]+\n)*\n?", "", registry)
            continue
        values = {"Start": f"dword:0000000{AUTOMATIC if facts['state'] == 'running' else ON_DEMAND}"}
        if not has_own or name in programs:
            program = (programs.get(name) or programs[""]).replace("\\", "\\\\")
            values |= {"ImagePath": f'"{program}"', "ObjectName": '"LocalSystem"', "Type": "dword:00000010", "ErrorControl": "dword:00000001"}
        registry += "\n".join(["", key, *(f'"{value}"={data}' for value, data in values.items()), ""])
    return registry


def running_services(subsets: Subsets) -> list[str]:
    """Return the services that are to run."""
    return [name for name, facts in subsets["services"]["data"].items() if facts["state"] == "running"]


def put_key_files(host: Host, subsets: Subsets) -> None:
    """Lay out the folder of machine keys: the listener's key file and as many others as the facts count.

    The files are empty shells: Wine keeps keys in its registry. Their names, sizes and modes are what the reader looks at.
    """
    facts = subsets["key_store"]["data"]
    folder = host.drive.joinpath(*facts["folder"]["path"].split("\\")[1:])
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    own = facts["listener_key"]
    file = folder / own["file_name"]
    file.write_bytes(bytes(own["size"]))
    file.chmod(KEY_MODE if ";NS)" in own["sddl"] else CLOSED_KEY_MODE)
    for number in range(1, facts["file_count"]):
        (folder / f"other{number}").touch()


def _values(facts: Any, name: str = "", above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each registry value that exists among facts, with its name: that of the fact, or of the fact above a side."""
    if isinstance(facts, list):
        for entry in facts:
            yield from _values(entry, name, above)
    if not isinstance(facts, dict):
        return
    if facts.keys() == {"path", "value", "kind"}:
        shown = above if name in ("local", "policy") else name
        if facts["kind"] != "absent":
            yield VALUE_NAMES.get(shown, shown), facts
        return
    for key, entry in facts.items():
        yield from _values(entry, key, name)


def _content(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["value"]) if value["kind"] == "REG_BINARY" else value["value"]
