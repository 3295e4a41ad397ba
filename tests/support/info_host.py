# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Wine host with something to read in every subset of win_rdp_info, put there by other ways than the module's own."""

from __future__ import annotations

import json
import socket
import struct
from pathlib import Path
from typing import Any

import pytest

from . import powershell, registry, windows_powershell, wine
from .engine_module import run_module

CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
TS = f"{CONTROL}\\Terminal Server"
TCP = f"{TS}\\WinStations\\RDP-Tcp"
POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
VERSION = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
FIREWALL = f"{SERVICES}\\SharedAccess\\Parameters\\FirewallPolicy"
FIREWALL_POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
GUID = "0b7f4d1e-6f0c-4ad5-9a3e-2d1c5b8f7a60"
KEY_PREFIX = "f686aace6942fb7f7ceb231212eef4a4_"
HASH = bytes(range(20))
LSA = f"{CONTROL}\\Lsa"
W32TIME = f"{SERVICES}\\W32Time"
STORE = "HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop\\Certificates"
AGENT = "HKLM\\SOFTWARE\\Microsoft\\RDInfraAgent"
DELEGATION = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation"
CLIENT = "SOFTWARE\\Microsoft\\Terminal Server Client"
CHANNELS = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels"
SECRETS = ("eyJhbGciOiJSUzI1NiJ9.token", "SERIAL-4711", "Tr0ub4dor", "VM-1234")  # what must never leave the host
KEY_FILES = 20_050
RULE_START = "v2.33|Action=Allow|Active=TRUE|"
RULE = RULE_START + "Dir=In|Protocol=6|LPort={port}|Name=any|"

# Rules that may concern the listener, and rules that cannot. Their names stand before all others, so that no limit keeps them out.
LISTED = {"a-range": f"{RULE_START}Dir=In|Protocol=6|LPort2_10=3000-4000|", "a-any": f"{RULE_START}Dir=In|"}
UNLISTED = {
    "a-package": f"{RULE_START}Dir=In|Name=x|LUOwn=S-1-5-21-1-2-3-1001|AppPkgId=S-1-15-2-1|",
    "a-service": f"{RULE_START}Dir=In|Protocol=6|App=%SystemRoot%\\system32\\svchost.exe|Svc=iphlpsvc|",
    "a-program": f"{RULE_START}Dir=In|Protocol=6|App=C:\\x.exe|",
    "a-udp": f"{RULE_START}Dir=In|Protocol=17|",
    "a-out": f"{RULE_START}Dir=Out|Protocol=6|LPort2_10=3000-4000|",
    "a-port": f"{RULE_START}Dir=In|Protocol=6|LPort=33900|",
}

VALUES: registry.Table = {
    TS: {
        "fDenyTSConnections": ("REG_SZ", "0"),
        "RCDependentServices": ("REG_MULTI_SZ", ["CertPropSvc", "SessionEnv"]),
        "MaxOutstandingConnections": ("REG_QWORD", 2**40),
    },
    f"{TS}\\WinStations": {"SelfSignedCertStore": ("REG_SZ", "Remote Desktop")},
    f"{TS}\\WinStations\\Console": {"fEnableWinStation": ("REG_DWORD", 1)},
    TCP: {
        "PortNumber": ("REG_DWORD", 3390),
        "MaxInstanceCount": ("REG_DWORD", 0xFFFFFFFF),
        "SSLCertificateSHA1Hash": ("REG_BINARY", HASH),
        "PdName": ("REG_MULTI_SZ", ["tcp"]),
        "PdName1": ("REG_MULTI_SZ", []),
        "PdDLL": ("REG_BINARY", b""),
        "PdDLL1": ("REG_DWORD_BIG_ENDIAN", b"\0\0\0\1"),
        "WdName": ("REG_EXPAND_SZ", "%SystemRoot%\\x"),
        "WdPrefix": ("REG_NONE", b"ab"),
        "LoadableProtocol_Object": ("REG_SZ", 'hostile "\u20ac\u0001</script>\\'),
    },
    POLICY: {"fDenyTSConnections": ("REG_DWORD", 0), "KeepAliveInterval": ("REG_DWORD", 5), "CertTemplateName": ("REG_SZ", "Vorlage \u00e4")},
    VERSION: {"UBR": ("REG_DWORD", 2700), "EditionID": ("REG_SZ", "ServerStandard")},
    f"{CONTROL}\\Session Manager": {"PendingFileRenameOperations": ("REG_MULTI_SZ", ["\\??\\C:\\a"] * 5000)},  # longer than a value that is told
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending": {},
    "HKLM\\SYSTEM\\Setup": {"OOBEInProgress": ("REG_DWORD", 0)},
    "HKLM\\SOFTWARE\\Microsoft\\Cryptography": {"MachineGuid": ("REG_SZ", GUID)},
    f"{CONTROL}\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server": {"Enabled": ("REG_DWORD", 0)},
    f"{CONTROL}\\SecurityProviders\\SCHANNEL\\Ciphers\\RC4 128/128": {"Enabled": ("REG_DWORD", 0)},
    f"{CONTROL}\\SecurityProviders\\SCHANNEL\\KeyExchangeAlgorithms\\Diffie-Hellman": {"ServerMinKeyBitLength": ("REG_DWORD", 2048)},
    f"{CONTROL}\\Cryptography\\Configuration\\Local\\SSL\\00010002": {"Functions": ("REG_MULTI_SZ", ["TLS_AES_256_GCM_SHA384"])},
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters": {"AllowEncryptionOracle": ("REG_DWORD", 2)},
    f"{SERVICES}\\CertPropSvc": {"Start": ("REG_DWORD", 3)},
    f"{SERVICES}\\TermService\\Parameters": {"ServiceDll": ("REG_EXPAND_SZ", "%SystemRoot%\\System32\\termsrv.dll")},
    f"{FIREWALL}\\PublicProfile": {"EnableFirewall": ("REG_DWORD", 1)},
    f"{FIREWALL}\\FirewallRules": {
        "RemoteDesktop-UserMode-In-TCP": ("REG_SZ", RULE.format(port=1)),
        "{1}": ("REG_SZ", RULE.format(port=3390)),
        "{2}": ("REG_SZ", RULE.format(port=33901)),
        **{f"leak{number}": ("REG_SZ", RULE.format(port=2) + "Svc=TermService|") for number in range(300)},
        **{name: ("REG_SZ", text) for name, text in {**LISTED, **UNLISTED}.items()},
    },
    f"{FIREWALL}\\Mdm\\FirewallRules": {"managed": ("REG_SZ", RULE.format(port=3390))},
    f"{FIREWALL_POLICY}\\FirewallRules": {"gpo": ("REG_SZ", RULE.format(port=2) + "EmbedCtxt=@FirewallAPI.dll,-28752|")},
    f"{FIREWALL_POLICY}\\PrivateProfile": {"AllowLocalPolicyMerge": ("REG_DWORD", 0)},
    f"{LSA}\\pku2u": {"AllowOnlineID": ("REG_DWORD", 1)},
    f"{CONTROL}\\CloudDomainJoin\\JoinInfo\\0123": {"UserEmail": ("REG_SZ", "somebody")},
    f"{SERVICES}\\nsi": {"Start": ("REG_DWORD", 4)},
    LSA: {"LsaCfgFlags": ("REG_DWORD", 2), "LmCompatibilityLevel": ("REG_DWORD", 5), "LimitBlankPasswordUse": ("REG_SZ", "1")},
    f"{LSA}\\MSV1_0": {"RestrictReceivingNTLMTraffic": ("REG_DWORD", 2), "ClientAllowedNTLMServers": ("REG_MULTI_SZ", ["a", "b"])},
    f"{TS}\\RCM": {"X509 Certificate": ("REG_BINARY", b"x")},
    f"{TS}\\RCM\\Licensing Core": {"LicensingMode": ("REG_DWORD", 4)},
    f"{TS}\\RCM\\GracePeriod": {"L$RTMTIMEBOMB_1320153D": ("REG_BINARY", SECRETS[2].encode())},
    f"{TS}\\ClusterSettings": {"SessionDirectoryListener": ("REG_SZ", "rdp-sxs230411200"), "SessionDirectoryRedirectionIP": ("REG_SZ", "192.0.2.7")},
    f"{TS}\\WinStations\\rdp-sxs230411200": {"fEnableWinStation": ("REG_DWORD", 1), "fReverseConnectMode": ("REG_DWORD", 1)},
    f"{W32TIME}\\Parameters": {"Type": ("REG_SZ", "NT5DS"), "NtpServer": ("REG_SZ", "time.example.com,0x8")},
    f"{W32TIME}\\Config": {"LastKnownGoodTime": ("REG_QWORD", 133770000000000000)},
    f"{SERVICES}\\mssmbios\\Data": {"SMBiosData": ("REG_BINARY", f"{SECRETS[1]}\0 7783-7084-3265-9085-8269-3286-77\0".encode() + bytes(40_000))},
    "HKLM\\SOFTWARE\\Microsoft\\Windows Azure": {"VmId": ("REG_SZ", SECRETS[3])},
    AGENT: {
        "IsRegistered": ("REG_DWORD", 1),
        "RegistrationToken": ("REG_SZ", SECRETS[0]),
        "BrokerResourceIdURI": ("REG_SZ", "https://rdbroker-g-eu-r0.wvd.microsoft.com/"),
        "BrokerResourceIdURIGlobal": ("REG_SZ", "no address"),
    },
    f"{CHANNELS}\\Microsoft-Windows-TerminalServices-LocalSessionManager/Operational": {"Enabled": ("REG_DWORD", 1)},
    "HKLM\\SOFTWARE\\Microsoft\\MSLicensing\\HardwareID": {"ClientHWID": ("REG_BINARY", SECRETS[2].encode())},
    "HKLM\\SOFTWARE\\Microsoft\\MSLicensing\\Store\\LICENSE000": {},
    "HKLM\\SOFTWARE\\Microsoft\\MSLicensing\\Store\\LICENSE001": {},
    DELEGATION: {"AllowSavedCredentials": ("REG_DWORD", 1), "ConcatenateDefaults_AllowSaved": ("REG_DWORD", 0)},
    f"{DELEGATION}\\AllowSavedCredentials": {str(number): ("REG_SZ", f"TERMSRV/host{number}") for number in range(1, 61)},
    f"HKLM\\{CLIENT}": {"AuthenticationLevelOverride": ("REG_DWORD", 0)},
    f"HKCU\\{CLIENT}": {"RDGClientTransport": ("REG_DWORD", 1)},
}


def build(host: wine.Host) -> None:
    """Give the host what VALUES says, a service, certificates, key files and a library with a version."""
    registry.put(host, VALUES)
    host.run("sc", "create", "SessionEnv", "binPath=", "C:\\windows\\system32\\none.exe", "start=", "demand")
    made = powershell.on_host(host).run_file(powershell.SCRIPTS / "certificates.ps1", "Remote Desktop", "TSSecKeySet1", "51")
    registry.put(host, {f"{TS}\\WinStations": {"SelfSignedCertificate": ("REG_BINARY", bytes.fromhex(made.stdout.strip()))}})
    _leave_traces(host.drive / "ProgramData" / "rdpops.health")
    keys = host.drive / "ProgramData" / "Microsoft" / "Crypto" / "RSA" / "MachineKeys"
    keys.mkdir(parents=True)
    for name in (KEY_PREFIX + GUID, f"{KEY_PREFIX}another", "unrelated"):
        (keys / name).write_bytes(b"12345")
    (user,) = [folder for folder in (host.drive / "users").iterdir() if folder.name != "Public"]
    cache = user / "AppData" / "Local" / "Microsoft" / "Terminal Server Client" / "Cache"
    cache.mkdir(parents=True)
    for name in ("bcache24.bmc", "Cache0000.bin"):
        (cache / name).write_bytes(b"123456")
    (user / "Documents" / "Default.rdp").write_bytes(b"password 51:b:00")
    powershell.on_host(host).run_file(powershell.SCRIPTS / "credentials.ps1", "TERMSRV/ts01.example.com", "EXAMPLE\\ann", SECRETS[2])
    system = host.drive / "windows" / "system32"
    (system / "tspkg.dll").write_bytes((system / "kernel32.dll").read_bytes())


BROKEN = ["host", "client_credentials", "!events", "!sessions", "!azure"]


def _leave_traces(root: Path) -> None:
    """Put what earlier runs may have left: journals that end or do not, and a mark of break-glass."""
    header, closed = '{"line":"header","id":"x"}\n', '{"at":"2026-11-20T08:00:00Z","line":"closed","state":"finished"}\n'
    long = '{"line":"intent","op":"op1","saved":{"note":"' + '\\"line\\":\\"closed\\"' * 90 + '"}}\n'
    for name, text in {"closed": header + long + closed, "cut": header + closed.rstrip(), "open": header + long, "new": ""}.items():
        folder = root / "journal" / name
        folder.mkdir(parents=True)
        (folder / "journal.jsonl").write_text(text, encoding="utf-8")
    (root / "journal" / "begun").mkdir()
    (root / "break_glass").mkdir()
    (root / "journal" / "odd" / "journal.jsonl").mkdir(parents=True)  # nothing that can be read
    mark = {"journal": "open", "owner": "ops", "reason": "appliance", "expires_at": "2026-11-20T18:00:00Z"}
    (root / "break_glass" / "open.json").write_text(json.dumps(mark) + "\n", encoding="utf-8")
    (root / "break_glass" / "cut.json").write_text('{"journal": "cu', encoding="utf-8")
    (root / "break_glass" / "bare.json").write_text("{}", encoding="utf-8")
    (root / "break_glass" / "a-large.json").write_text(json.dumps({**mark, "reason": "x" * 20_000}), encoding="utf-8")
    (root / "break_glass" / "note.txt").write_text("not a mark", encoding="utf-8")


def break_it(host: wine.Host) -> None:
    """Spoil values that readers rely on, fill the key store, and take the agent away."""
    registry.put(
        host,
        {
            VERSION: {"CurrentBuildNumber": ("REG_SZ", "soon"), "ProductName": ("REG_SZ", "x" * 500)},
            TCP: {"WdName": ("REG_SZ", "x" * 40_000)},
            f"{LSA}\\FIPSAlgorithmPolicy": {"Enabled": ("REG_MULTI_SZ", ["x"] * 3000)},
            f"{W32TIME}\\Parameters": {"Type": ("REG_DWORD", 3)},
            f"{FIREWALL}\\FirewallRules": {"RemoteDesktop-huge": ("REG_SZ", "x" * 10_000)},
            f"{STORE}\\{'AB' * 20}": {"Blob": ("REG_BINARY", b"garbage" * 9)},
            f"{STORE}\\{'CD' * 20}": {"Blob": ("REG_SZ", "no bytes")},
        },
    )
    host.run("reg", "delete", AGENT, "/f")
    host.run("sc", "delete", "SessionEnv")
    keys = host.drive / "ProgramData" / "Microsoft" / "Crypto" / "RSA" / "MachineKeys"
    for number in range(KEY_FILES):
        (keys / f"leak{number}").touch()


def make_it_large(host: wine.Host) -> None:
    """Give services values that are long, each of them within its bound, so that together they are more than a snapshot may be."""
    names = ("TermService", "SessionEnv", "UmRdpService", "CertPropSvc", "KeyIso", "CryptSvc", "LSM", "RpcSs", "gpsvc", "MpsSvc")
    registry.put(host, {f"{SERVICES}\\{name}": {"ImagePath": ("REG_SZ", "x" * 30_000)} for name in names})


def ask(folder: Path) -> dict[str, Any]:
    """Run the module on a host of its own: for everything, in check mode after much was spoilt, and where a subset is too large."""
    try:
        found = windows_powershell.find()
    except windows_powershell.PowerShellError as error:
        pytest.skip(str(error))
    with wine.copied(found) as host, socket.create_server(("127.0.0.1", 0)) as listening:
        build(host)
        whole = run_module(host, "win_rdp_info", {"gather_subset": ["all"], "account": "nobody"}, folder)
        break_it(host)
        broken = run_module(host, "win_rdp_info", {"gather_subset": BROKEN, "include_names": True}, folder, check=True)
        library = (host.drive / "windows" / "system32" / "tspkg.dll").read_bytes()
        wrong = run_module(host, "win_rdp_info", {"gather_subset": ["!weather"]}, folder)
        make_it_large(host)
        large = run_module(host, "win_rdp_info", {"gather_subset": ["services", "time"]}, folder)
        port = listening.getsockname()[1]
    return {"whole": whole, "broken": broken, "wrong": wrong, "large": large, "version": file_version(library), "port": port}


def file_version(image: bytes) -> str:
    """Return the version of a program by the numbers behind the signature of VS_FIXEDFILEINFO."""
    high, low = struct.unpack_from("<2I", image, image.index(b"\xbd\x04\xef\xfe") + 8)
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"


def data(subsets: dict[str, Any], name: str) -> Any:
    """Return the facts of a subset, or show why there are none."""
    assert subsets[name]["status"] == "ok", subsets[name]
    return subsets[name]["data"]


def value(path: str, kind: str, wanted: Any) -> dict[str, Any]:
    return {"path": path, "kind": kind, "value": wanted}
