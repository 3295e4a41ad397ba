# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stand-in for SessionEnv: a start of the service makes a certificate where there is none that holds, and leaves one that does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.lab.host import LabHost, lab_host
from tests.lab.puts import with_services
from tests.lab.standins import run_engine
from tests.lab.states import STATES, subsets_of

STATIONS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations"
CERTIFICATES = "HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop\\Certificates"
STORE = "$store = [Security.Cryptography.X509Certificates.X509Store]::new('Remote Desktop', 'LocalMachine'); $store.Open('ReadOnly'); "
LIST = (
    STORE
    + "foreach ($one in $store.Certificates) { '{0} {1} {2} {3}' -f $one.Thumbprint, $one.HasPrivateKey, [int]($one.NotAfter - [DateTime]::Now).TotalDays,"
    + " ($one.Extensions.Oid.Value -join ',') }"
)
LIMIT_SECONDS = 60.0  # 1.6 s on an idle machine
SETTLE_SECONDS = 6.0  # a start that makes nothing is over by then
REGISTRY = """WINE REGISTRY Version 2

[System\\\\CurrentControlSet\\\\Services\\\\RpcSs] 1
"Start"=dword:00000002

[System\\\\CurrentControlSet\\\\Services\\\\TermService] 1
"Start"=dword:00000003

[System\\\\CurrentControlSet\\\\Services\\\\TermService\\\\Parameters] 1
"X"="y"

[System\\\\Select] 1
"""


@dataclass(frozen=True)
class Kept:
    """One certificate of the listener's store."""

    has_key: bool
    days: int
    extensions: list[str]


@pytest.fixture
def expired(lab: None) -> Iterator[LabHost]:
    with lab_host("five", "cert-expired") as found:
        yield found


def bound(host: LabHost) -> str:
    """Return the thumbprint that the registry names, by Wine's own reg."""
    return host.wine.run("reg", "query", STATIONS, "/v", "SelfSignedCertificate").stdout.decode().split()[-1]


def kept(host: LabHost) -> dict[str, Kept]:
    rows = [line.split() for line in run_engine(host.wine, "-Command", LIST).splitlines() if line.strip()]
    return {row[0]: Kept(row[1] == "True", int(row[2]), row[3].split(",")) for row in rows}


def restart(host: LabHost) -> None:
    host.wine.run("sc", "stop", "SessionEnv")
    assert "RUNNING" in host.wine.run("sc", "start", "SessionEnv").stdout.decode()


def renewed(host: LabHost, before: str) -> str:
    limit = time.monotonic() + LIMIT_SECONDS
    while bound(host) == before:
        assert time.monotonic() < limit, "SessionEnv made no certificate"
        time.sleep(0.2)
    return bound(host)


def test_a_start_renews_what_has_expired_or_is_gone_and_keeps_what_holds(expired: LabHost) -> None:
    """Given an expired certificate, when SessionEnv starts, then a new one is in the store with its key and the registry names it."""
    first = bound(expired)
    assert kept(expired)[first].days <= 0
    restart(expired)
    second = renewed(expired, first)
    new = kept(expired)[second]
    assert new.has_key
    assert 181 <= new.days <= 183
    assert new.extensions == ["2.5.29.37", "2.5.29.15"]

    restart(expired)
    time.sleep(SETTLE_SECONDS)
    assert bound(expired) == second
    assert len(kept(expired)) == 2

    assert expired.wine.run("reg", "delete", f"{CERTIFICATES}\\{second}", "/f").returncode == 0
    restart(expired)
    third = renewed(expired, second)
    assert kept(expired)[third].has_key


def test_services_are_in_the_registry_that_the_service_manager_reads() -> None:
    """Given facts, then those that run start with the host, others on demand, a stand-in has its program, and what is deleted is gone."""
    subsets = subsets_of(STATES["cert-expired"])
    services = subsets["services"]["data"]
    services["TermService"]["exists"] = False
    text = with_services(REGISTRY, subsets, {"SessionEnv": "C:\\own.cmd", "": "C:\\any.exe"})
    blocks = {block.partition("]")[0].rpartition("\\")[2]: block for block in text.split("\n[")}
    assert "TermService" not in text
    assert '"ImagePath"="C:\\\\own.cmd"' in blocks["SessionEnv"]
    assert '"Start"=dword:00000003' in blocks["SessionEnv"]
    assert '"ImagePath"="C:\\\\any.exe"' in blocks["KeyIso"]
    assert services["KeyIso"]["state"] == "running"
    assert '"Start"=dword:00000002' in blocks["KeyIso"]
    assert '"ImagePath"' not in blocks["RpcSs"]
    assert "[System\\\\Select] 1" in text
