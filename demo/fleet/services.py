# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Subset `services`: the services that Remote Desktop consists of or leans on."""

from __future__ import annotations

from typing import Any

from . import values
from .releases import Release

_SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
_NETWORK_SERVICE = "NT Authority\\NetworkService"
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
    "MpsSvc": (2, "NT Authority\\LocalService", "LocalServiceNoNetwork", "mpssvc.dll"),
}


def healthy_services(release: Release) -> dict[str, Any]:
    """Return the `services` data of a healthy host of this release: all ten exist and run."""
    services: dict[str, Any] = {}
    for name, (start, account, group, library) in _TABLE.items():
        group = group.replace("{term}", release.termservice_group)
        # TermService is never started with the flag that newer releases give to the other groups.
        flag = "" if name == "TermService" else release.svchost_flag
        services[name] = _service(
            name, start=start, account=account,
            image=f"%SystemRoot%\\System32\\svchost.exe -k {group}{flag}",
            library=f"%SystemRoot%\\System32\\{library}",
        )
    services["KeyIso"] = _service(
        "KeyIso", start=3, account=_LOCAL_SYSTEM,
        image="%SystemRoot%\\system32\\lsass.exe", library="%SystemRoot%\\system32\\keyiso.dll",
    )
    return services


def _service(name: str, *, start: int, account: str, image: str, library: str) -> dict[str, Any]:
    path = f"{_SERVICES}\\{name}"
    return {
        "exists": True,
        "state": "running",
        "Start": values.dword(path, start),
        "ObjectName": values.text(path, account),
        "ImagePath": values.expand(path, image),
        "ServiceDll": values.expand(path + "\\Parameters", library),
    }
