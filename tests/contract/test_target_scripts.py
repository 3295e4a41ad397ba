# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Scripts that run on the target: small, read-only where they say so, and nothing that Windows PowerShell 5.1 lacks."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.tests.support import powershell, target_scripts
from ansible_collections.rdpops.health.tests.support.optional import shared_folder

READERS = ["win_rdp_info"]
WRITERS = ["win_rdp_ops"]
EVERY = [*READERS, *WRITERS]
# Aimed at 14 KB, and 40 KB were to be the end; all 21 subsets, the traces of our own and a kind wherever something may be closed take 62 KB, so that is
# the end now. What the 40 KB stand for is kept: WinRM sends a payload in pieces of 200,000 bytes, Ansible's own part takes 179,000 of them (2.21), so that
# scripts of 16 KB to 165 KB cost the same one further message.
# The writer takes 84 KB: 13 kinds there and back, the journal, and the list of what may be touched. Counted in the lab, it costs the same two messages.
LIMIT_BYTES = {"win_rdp_info": 63 * 1024, "win_rdp_ops": 84 * 1024}
OWN_TYPES = "ansible_collections.rdpops.health."
# All that a reader calls: what is not here is looked up, whether it writes, lists without a bound or asks the network, before it is written down.
COMMANDS = {"ConvertFrom-Json", "Export-ModuleMember", "ForEach-Object", "New-Object", "Select-Object", "Set-StrictMode", "Sort-Object"}
METHODS = {
    "AddMilliseconds", "AddSeconds", "Close", "Combine", "Contains", "Create", "Dispose", "EndsWith", "EnumerateFileSystemInfos", "EnumerateFiles",
    "Exists", "ExitJson", "FailJson", "FromBase64String", "FromFileTimeUtc", "FromMilliseconds", "GetBaseException", "GetByteCount", "GetCurrent",
    "GetFolderPath", "GetProcessesByName", "GetString", "GetSubKeyNames", "GetUtcOffset", "GetValue", "GetValueKind", "GetValueNames", "GetVersionInfo",
    "IsMatch", "Max", "Min", "Open", "OpenBaseKey", "OpenSubKey", "Parse", "ReadAllText", "ReadEvent", "ReadToEnd", "Seek", "Split", "StartNew", "Substring",
    "ToBase64String", "ToJson", "ToLowerInvariant", "ToString", "ToUniversalTime", "TrimEnd", "TryCreate",
    # the native part
    "Account", "Backup", "Credentials", "GetTickCount64", "Holders", "Join", "KeyFile", "KeyProvider", "Listeners", "Members", "Sddl", "Service",
    "Sessions",
}  # fmt: skip
NATIVE = {
    "CertGetCertificateContextProperty", "CloseHandle", "CloseServiceHandle", "CreateFileW", "CredEnumerateW", "CredFree", "CryptHashCertificate",
    "GetExtendedTcpTable", "GetKernelObjectSecurity", "GetTickCount64", "LsaClose", "LsaEnumerateAccountsWithUserRight", "LsaFreeMemory",
    "LsaNtStatusToWinError", "LsaOpenPolicy", "NetApiBufferFree", "NetGetJoinInformation", "NetLocalGroupGetMembers", "NetUserGetInfo", "OpenSCManagerW",
    "OpenServiceW", "QueryServiceStatusEx", "RtlAdjustPrivilege", "WTSEnumerateSessionsExW", "WTSFreeMemoryExW",
}  # fmt: skip
# Slow, damaged together with WMI, in the display language, from the network, or a private key.
BANNED = re.compile(
    r"(?i)\b(Get-CimInstance|Get-WmiObject|Get-NetFirewallRule|Get-ItemProperty|Get-ChildItem|Invoke-Expression|iex|Invoke-WebRequest|Test-NetConnection"
    r"|wmic|netsh|icacls|qwinsta|w32tm|reg\.exe|GetRSAPrivateKey|Net\.Sockets|Net\.WebClient)\b|\.PrivateKey\b|\bDns\]"
)
# Lists that are made whole before anybody can stop, and texts that Windows says in the language of its display.
UNBOUNDED = re.compile(
    r"(?i)(\.|::)(GetFiles|GetDirectories|GetFileSystemEntries|GetFileSystemInfos)\(|-Recurse\b|\bAllDirectories\b"
    r"|FormatDescription|\.(Task|Level|Opcode|Keywords)DisplayNames?\b|\.DisplayName\b"
)
WRITES = re.compile(
    r"(?i)(\b(Set|New|Remove|Add|Clear|Copy|Move|Rename|Start|Stop|Restart)-(Item|ItemProperty|Content|Acl|Service|Process|Computer|Variable)\b"
    r"|(\.|::)(SetValue|DeleteValue|CreateSubKey|DeleteSubKey|DeleteSubKeyTree|SetAccessControl|Delete|CreateDirectory|Move"
    r"|(?<!Array.)Copy|WriteAll\w+|AppendAll\w+|Add(?=\(\$certificate)|Remove)\(|\.OpenSubKey\([^)]*,|\bReadWrite, OpenExistingOnly\b)"
)
# What each pattern has to find, in every form that a script can write it.
MUST_FAIL = {
    BANNED: ("Get-ChildItem C:\\", "iex $x", "(Get-It).PrivateKey", "[Net.Dns]::GetHostName()", "New-Object Net.Sockets.TcpClient", "$c | GetRSAPrivateKey"),
    UNBOUNDED: (
        "[IO.Directory]::GetFiles($p)", "$d.GetDirectories()", "[IO.Directory]::GetFileSystemEntries($p)", "$d.GetFileSystemInfos()", "x -Recurse",
        "EnumerateFiles($p, '*', 'AllDirectories')", "$e.FormatDescription()", "$e.LevelDisplayName", "$s.DisplayName",
    ),
    WRITES: (
        "Set-ItemProperty x", "[IO.File]::Delete($p)", "[IO.File]::WriteAllText($p, 'x')", "[IO.Directory]::CreateDirectory($p)", "$key.SetValue('a', 1)",
        "[IO.File]::Copy($a, $b)",
        "[Microsoft.Win32.Registry]::SetValue('a', 'b', 1)", "$store.Add($certificate)", "$hive.OpenSubKey('x', $true)",
        "$store.Open('ReadWrite, OpenExistingOnly')",
    ),
}  # fmt: skip
CORE_COMMANDS = {"export-modulemember"}  # Microsoft.PowerShell.Core exports it only inside a module; every version has it


def scripts(module: str) -> list[Path]:
    return [path for path in target_scripts.sent_with(module) if path.suffix != ".cs"]


@functools.cache
def engine() -> powershell.Engine | str:
    return powershell.find_engine()


@functools.cache
def parsed(module: str) -> list[dict[str, Any]]:
    """Return what the engine's own parser says of a module's scripts, or skip the test where there is no engine."""
    found = engine()
    if isinstance(found, str):
        pytest.skip(found)
    answer = found.run_file(powershell.SCRIPTS / "inspect.ps1", *map(str, scripts(module)))
    assert answer.rc == 0, answer.stderr
    report: list[dict[str, Any]] = json.loads(answer.stdout)
    return report


@pytest.mark.parametrize("module", EVERY)
def test_what_travels_stays_in_its_budget(module: str) -> None:
    assert sum(len(path.read_bytes()) for path in target_scripts.sent_with(module)) <= LIMIT_BYTES[module]


def test_the_published_size_is_the_one_that_travels() -> None:
    """Given the page about the reader, then it names the bytes of today and the limit of this test."""
    text = (target_scripts.REPOSITORY / "docs" / "win_rdp_info.md").read_text(encoding="utf-8")
    size = sum(len(path.read_bytes()) for path in target_scripts.sent_with("win_rdp_info"))
    assert re.findall(r"they have ([0-9,]+) bytes", text) == [f"{size:,}"]
    assert re.findall(r"a test stops them at (\d+) KiB", text) == [str(LIMIT_BYTES["win_rdp_info"] // 1024)]


@pytest.mark.parametrize("module", EVERY)
def test_nothing_slow_localised_or_secret_is_used(module: str) -> None:
    found = [(path.name, match.group()) for path in scripts(module) for match in BANNED.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("module", EVERY)
def test_nothing_is_listed_without_a_bound_or_matched_by_its_text(module: str) -> None:
    found = [(path.name, match.group()) for path in scripts(module) for match in UNBOUNDED.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("module", READERS)
def test_a_reader_writes_nothing(module: str) -> None:
    found = [(path.name, match.group()) for path in target_scripts.sent_with(module) for match in WRITES.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


def test_each_pattern_finds_what_it_is_for() -> None:
    assert [(pattern.pattern[:20], text) for pattern, texts in MUST_FAIL.items() for text in texts if not pattern.search(text)] == []


@pytest.mark.parametrize("module", READERS)
def test_a_reader_calls_what_was_looked_up_and_nothing_else(module: str) -> None:
    own = {name.lower() for report in parsed(module) for name in report["functions"]}
    commands = {command["name"] for report in parsed(module) for command in report["commands"] if command["name"].lower() not in own}
    methods = {member["name"] for report in parsed(module) for member in report["members"]}
    assert (commands, methods) == (COMMANDS, METHODS)


def test_the_native_part_of_a_reader_imports_what_was_looked_up_and_nothing_else() -> None:
    text = (target_scripts.UTILITIES / "_RdpNative.cs").read_text(encoding="utf-8")
    assert set(re.findall(r"static extern \w+(?:\[\])? (\w+)\(", text)) == NATIVE
    assert text.count("extern ") == len(NATIVE)


@pytest.mark.parametrize("module", EVERY)
def test_scripts_are_plain_ascii_in_short_lines(module: str) -> None:
    """Given that Windows PowerShell reads a script without a mark as the host's own code page, then nothing depends on it."""
    for path in target_scripts.sent_with(module):
        text = path.read_text(encoding="ascii")
        assert [line for line in text.splitlines() if len(line) > 160 or line != line.rstrip() or "\t" in line] == []


@pytest.mark.parametrize("module", EVERY)
def test_a_module_starts_as_ansible_wants(module: str) -> None:
    lines = (target_scripts.MODULES / f"{module}.ps1").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!powershell"
    assert "#AnsibleRequires -CSharpUtil Ansible.Basic" in lines
    assert "#AnsibleRequires -OSVersion 10.0" in lines


@pytest.mark.parametrize("module", EVERY)
def test_the_engine_parses_every_script(module: str) -> None:
    assert {report["path"]: report["faults"] for report in parsed(module) if report["faults"]} == {}


@pytest.mark.parametrize("module", EVERY)
def test_no_syntax_is_newer_than_5_1(module: str) -> None:
    assert {report["path"]: report["newer"] for report in parsed(module) if report["newer"]} == {}


@pytest.mark.parametrize("module", EVERY)
def test_every_type_is_known_to_be_in_5_1(module: str) -> None:
    used = {name for report in parsed(module) for name in report["types"]}
    assert {name for name in used if name not in target_scripts.TYPES_OF_5_1 and not name.startswith(OWN_TYPES)} == set()


@pytest.mark.parametrize("module", EVERY)
def test_every_command_and_parameter_is_in_5_1(module: str) -> None:
    shared = shared_folder()
    if shared is None or not (shared / target_scripts.COMMANDS_5_1).is_file():
        pytest.skip("the list of commands of Windows PowerShell 5.1 is not there (optional test material)")
    known = target_scripts.commands_of_5_1(shared)
    own = {name.lower() for report in parsed(module) for name in report["functions"]}
    faults = []
    for report in parsed(module):
        for command in report["commands"]:
            name = command["name"].lower()
            if name in own or name in CORE_COMMANDS:
                continue
            missing = {given.lower() for given in command["parameters"]} - known.get(name, set())
            if name not in known or missing:
                faults.append((report["path"], command["line"], command["name"], sorted(missing)))
    assert faults == []


def test_a_type_or_method_is_noticed_however_it_is_named(tmp_path: Path) -> None:
    """Given types in strings and in variables, and methods, when a script is inspected, then each is named, and "?" where nobody can tell."""
    found = engine()
    if isinstance(found, str):
        pytest.skip(found)
    script = tmp_path / "types.ps1"
    script.write_text(
        "New-Object -TypeName A.One\nNew-Object B.Two 1\nNew-Object -ArgumentList 1 -TypeName C.Three\nNew-Object -ComObject D.Four\nNew-Object $what\n"
        "$x = 'E.Five' -as [type]\n$x = [type]'F.Six'\n$x = \"G$x\" -as [type]\n[H.Seven]::Gone()\n$x.Done(1)\n$x::$y()\n",
        encoding="utf-8",
    )
    (report,) = json.loads(found.run_file(powershell.SCRIPTS / "inspect.ps1", str(script)).stdout)
    assert set(report["types"]) == {"A.One", "B.Two", "C.Three", "com:D.Four", "?", "E.Five", "F.Six", "H.Seven", "type"}
    assert {(member["name"], member["static"]) for member in report["members"]} == {("Gone", True), ("Done", False), ("?", True)}


def test_newer_syntax_is_noticed(tmp_path: Path) -> None:
    """Given a script of PowerShell 7, when it is inspected, then each piece of newer syntax is named."""
    found = engine()
    if isinstance(found, str):
        pytest.skip(found)
    script = tmp_path / "newer.ps1"
    script.write_text("$a = $b ?? 1\n$a = $b ? 1 : 2\nGet-Date && Get-Date\n$a ??= 3\n${a}?.Length\nGet-Date &\n", encoding="utf-8")
    (report,) = json.loads(found.run_file(powershell.SCRIPTS / "inspect.ps1", str(script)).stdout)
    assert {line.split(":")[0] for line in report["newer"]} == {"1", "2", "3", "4", "5", "6"}


@pytest.mark.parametrize("name", ["_RdpNative.cs", "_RdpEffects.cs"])
def test_the_native_part_is_c_sharp_5(name: str) -> None:
    """Given that Windows PowerShell 5.1 compiles C# 5, when it is compiled as that, then it compiles; newer C# does not."""
    found = engine()
    if isinstance(found, str):
        pytest.skip(found)
    compiled = "Add-Type -IgnoreWarnings -WarningAction Ignore -TypeDefinition ([IO.File]::ReadAllText($path)) -CompilerOptions '-langversion:5'"
    script = f"param($path) $ErrorActionPreference = 'Stop'; {compiled}"
    code = "& { " + script + " } "
    source = target_scripts.UTILITIES / name
    assert found.run("-NoProfile", "-NonInteractive", "-Command", f"{code} '{source}'").rc == 0
    newer = code.replace("[IO.File]::ReadAllText($path)", "'public class A { public string B => nameof(A); }'")
    assert found.run("-NoProfile", "-NonInteractive", "-Command", f"{newer} x").rc != 0
