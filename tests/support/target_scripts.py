# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a PowerShell module of the collection sends to the target, and what Windows PowerShell 5.1 has to run it with."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

from .optional import REPOSITORY

MODULES = REPOSITORY / "plugins" / "modules"
UTILITIES = REPOSITORY / "plugins" / "module_utils"
REQUIRES = re.compile(r"(?im)^#AnsibleRequires -(CSharpUtil|PowerShell) (?:\.\.module_utils|ansible_collections\.rdpops\.health\.plugins\.module_utils)\.(\w+)")
SUFFIXES = {"csharputil": ".cs", "powershell": ".psm1"}
COMMANDS_5_1 = "powershell51/desktop-5.1.14393.206-windows.json.gz"

# .NET types that both Windows PowerShell 5.1 (.NET Framework 4.6.2) and PowerShell 7 have. A new one is looked up in the
# documentation of .NET Framework 4.6.2 before it is written down here: the engine of the tests cannot tell.
TYPES_OF_5_1 = {
    "Ansible.Basic.AnsibleModule",
    "Array",
    "BitConverter",
    "Collections.IDictionary",
    "Collections.IList",
    "Convert",
    "DateTime",
    "Diagnostics.FileVersionInfo",
    "Diagnostics.Process",
    "Diagnostics.Stopwatch",
    "Environment",
    "Globalization.CultureInfo",
    "IO.Directory",
    "IO.DirectoryInfo",
    "IO.File",
    "IO.FileAttributes",
    "IO.FileInfo",
    "IO.FileOptions",
    "IO.Path",
    "Math",
    "Management.Automation.PSCustomObject",
    "Microsoft.Win32.RegistryKey",
    "Net.NetworkInformation.IPGlobalProperties",
    "Security.AccessControl.RawSecurityDescriptor",
    "Security.Principal.WindowsIdentity",
    "StringComparison",
    "System.Collections.Generic.List[string]",
    "System.ComponentModel.Win32Exception",
    "System.Diagnostics.Eventing.Reader.EventLogQuery",
    "System.Diagnostics.Eventing.Reader.EventLogReader",
    "System.Exception",
    "System.IO.DirectoryInfo",
    "System.IO.FileInfo",
    "System.IO.FileStream",
    "System.IO.StreamReader",
    "System.Management.Automation.ErrorRecord",
    "System.Security.AccessControl.RawSecurityDescriptor",
    "System.Security.Cryptography.X509Certificates.X509Certificate2",
    "System.Security.Cryptography.X509Certificates.X509Store",
    "System.Security.Principal.SecurityIdentifier",
    "System.ServiceProcess.ServiceController",
    "System.Text.RegularExpressions.Regex",
    "Text.Encoding",
    "TimeSpan",
    "TimeZoneInfo",
    "Uri",
    "ValueType",
    "array",
    "bool",
    "byte",
    "byte[]",
    "com:HNetCfg.FwPolicy2",
    "hashtable",
    "hashtable[]",
    "int",
    "long",
    "object",
    "object[]",
    "ordered",
    "ref",
    "regex",
    "scriptblock",
    "string",
    "string[]",
    "switch",
    "type",
    "uint32",
}


def sent_with(module: str) -> list[Path]:
    """Return the files of this collection that travel with a module: itself and all that it pulls in."""
    waiting = [MODULES / f"{module}.ps1"]
    found: list[Path] = []
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.append(path)
        for kind, name in REQUIRES.findall(path.read_text(encoding="utf-8")):
            waiting.append(UTILITIES / f"{name}{SUFFIXES[kind.lower()]}")
    return found


def commands_of_5_1(shared: Path) -> dict[str, set[str]]:
    """Return each command of Windows PowerShell 5.1 in lower case, with the names of its parameters."""
    with gzip.open(shared / COMMANDS_5_1) as packed:
        modules = json.load(packed)["Modules"]
    commands: dict[str, set[str]] = {}
    for module in modules:
        listed = module["ExportedCommands"] or []
        # A module with one command has it as itself and not as a list of one.
        for command in [listed] if isinstance(listed, dict) else listed:
            parameters = {name.lower() for name in re.findall(r"-(\w+)", str(command["ParameterSets"]))}
            commands.setdefault(command["Name"].lower(), set()).update(parameters)
    return commands
