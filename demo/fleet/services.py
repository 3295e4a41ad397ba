# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Subset `services`: the services that Remote Desktop consists of or leans on. And the shape of any service."""

from __future__ import annotations

from typing import Any

from . import values
from .releases import Release

SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
_NETWORK_SERVICE = "NT Authority\\NetworkService"
_LOCAL_SERVICE = "NT Authority\\LocalService"
_LOCAL_SYSTEM = "LocalSystem"

# name -> (Start, account, svchost group, DLL). "{term}" is replaced by the release's group for TermService.
_TABLE: dict[str, tuple[int, str, str, str]] = {
    "TermService": (3, _NETWORK_SERVICE, "{term}", "termsrv.dll"),
    "SessionEnv": (3, "localSystem", "netsvcs", "sessenv.dll"),
    "UmRdpService": (3, "localSystem", "LocalSystemNetworkRestricted", "umrdp.dll"),
    "CertPropSvc": (3, _LOCAL_SYSTEM, "netsvcs", "certprop.dll"),
    "CryptSvc": (2, _NETWORK_SERVICE, "NetworkService", "cryptsvc.dll"),
    "LSM": (2, _LOCAL_SYSTEM, "DcomLaunch", "lsm.dll"),
    "RpcSs": (2, "NT AUTHORITY\\NetworkService", "rpcss", "rpcss.dll"),
    "gpsvc": (2, _LOCAL_SYSTEM, "netsvcs", "gpsvc.dll"),
    "MpsSvc": (2, _LOCAL_SERVICE, "LocalServiceNoNetwork", "mpssvc.dll"),
    "nsi": (2, _LOCAL_SERVICE, "LocalService", "nsisvc.dll"),
    "Dhcp": (2, _LOCAL_SERVICE, "LocalServiceNetworkRestricted", "dhcpcore.dll"),
    "Audiosrv": (2, "NT AUTHORITY\\LocalService", "LocalServiceNetworkRestricted", "audiosrv.dll"),
}
_NOT_INSTALLED = ("Tssdis", "RDMS", "RustDesk")  # the broker's two, and a remote tool of others


def healthy_services(release: Release, *, session_host: bool) -> dict[str, Any]:
    """Return the `services` data of a healthy host of this release: what belongs to it exists, and what it uses runs."""
    services: dict[str, Any] = {}
    for name, (start, account, group, library) in _TABLE.items():
        group = group.replace("{term}", release.termservice_group)
        # TermService is never started with the flag that newer releases give to the other groups.
        flag = "" if name == "TermService" else release.svchost_flag
        services[name] = service(name, start=start, account=account, image=svchost(group + flag), library=f"%SystemRoot%\\System32\\{library}")
    services["KeyIso"] = service(
        "KeyIso", start=3, account=_LOCAL_SYSTEM, image="%SystemRoot%\\system32\\lsass.exe", library="%SystemRoot%\\system32\\keyiso.dll",
    )
    if release.product_type == "ServerNT" and not session_host:
        # A server has no need of sound, until people work on it.
        services["Audiosrv"].update(state="stopped", Start=values.dword(f"{SERVICES}\\Audiosrv", 3))
    services.update({name: no_service(name) for name in _NOT_INSTALLED})
    return services


def svchost(group: str) -> str:
    """Return the command line of a service that shares a process."""
    return f"%SystemRoot%\\System32\\svchost.exe -k {group}"


def service(name: str, *, start: int, account: str, image: str, library: str | None = None, state: str = "running") -> dict[str, Any]:
    """Return one service that exists.

    :param library: its DLL, None for a program of its own
    """
    path = f"{SERVICES}\\{name}"
    return {
        "exists": True,
        "state": state,
        "kind": "",
        "Start": values.dword(path, start),
        "ObjectName": values.text(path, account),
        "ImagePath": values.expand(path, image),
        "ServiceDll": values.absent(path + "\\Parameters") if library is None else values.expand(path + "\\Parameters", library),
    }


def no_service(name: str) -> dict[str, Any]:
    """Return one service that does not exist."""
    path = f"{SERVICES}\\{name}"
    unset = values.table(path, Start=None, ObjectName=None, ImagePath=None)
    return {"exists": False, "state": None, "kind": "", **unset, "ServiceDll": values.absent(path + "\\Parameters")}
