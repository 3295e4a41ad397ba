# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts and clients as the reader shows them today, in more languages, with more kinds of membership and of hardware."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from tests.bundles.unseen import certificates, inside
from tests.bundles.unseen.certificates import Wanted
from tests.bundles.unseen.host import Client as FirstClient
from tests.bundles.unseen.host import Document, gap, moment
from tests.bundles.unseen.host import Host as FirstHost
from tests.bundles.unseen.log import CLIENT_CHANNEL
from tests.bundles.unseen.log import Log as FirstLog
from tests.bundles.unseen.machine import S2016, S2019, S2022, S2025, W10, W11, W11_23H2, Release, stamp
from tests.bundles.unseen.values import CONTROL, RDP_TCP, SERVICES, STATIONS, answers, expand, make, table

from .events import Log
from .outside import Look

# Languages that the zones of the first package do not have: whose zone to count with, and what it is called.
_ZONES = {"fr": ("de", "Romance Standard Time"), "pl": ("de", "Central European Standard Time")}
ENTRA_ADMINS = ("S-1-12-1-3193872371-1240931526-2206387098-2841037513", "S-1-12-1-884531070-1293028174-3706118573-1120846390")
S2022_AZURE = dataclasses.replace(S2022, product="Windows Server 2022 Datacenter Azure Edition", edition="ServerTurbine")
W10_2019 = dataclasses.replace(W10, product="Windows 10 Enterprise LTSC 2019", edition="EnterpriseS", build=17763, ubr=8027, version="1809", shell_build=0)
W11_MULTI = dataclasses.replace(W11, product="Windows 10 Enterprise for Virtual Desktops", edition="ServerRdsh")
_MAKERS = {"dell": ("Dell Inc.", "PowerEdge R650"), "qemu": ("QEMU", "Standard PC (Q35 + ICH9, 2009)"), "hp": ("HP", "HP EliteDesk 800 G6 Desktop Mini PC")}


class Host(FirstHost):
    """One host: healthy until the case changes something."""

    log: Log

    def __init__(self, name: str, computer: str, release: Release, when: str, address: str, domain: str | None = None, **options: Any) -> None:
        """Make a healthy host; options as for the first package's, with two languages more, ``maker`` of the hardware, and ``entra``."""
        language, maker, entra = options.pop("language", "en"), options.pop("maker", None), options.pop("entra", False)
        zone = _ZONES.get(language)
        logons, broken = options.pop("logons", 6), options.pop("broken", 0.0)
        super().__init__(name, computer, release, when, address, domain, language=zone[0] if zone else language, logons=0, **options)
        self.log = Log(self.machine, language={"us": "en"}.get(language, language))
        self.log.start()
        self.log.day(logons, until=broken)
        if zone:
            self["time"]["values"]["TimeZoneKeyName"] = make(CONTROL + "\\TimeZoneInformation", zone[1])
        if maker:
            made, product = _MAKERS[maker]
            self["azure"]["hardware"] = table(CONTROL + "\\SystemInformation", SystemManufacturer=made, SystemProductName=product)
        if entra:
            self["logon"]["groups"]["administrators"] = answers(f"{self.machine.sid}-500", *ENTRA_ADMINS)
        self._ahead = datetime.timedelta()
        self._add_what_is_new()

    def _add_what_is_new(self) -> None:
        """Add what the reader returns beside what it once did."""
        self["os"]["domain"]["kind"] = ""
        self["os"]["rdpops"] = {"open_journals": [], "break_glass": [], "kind": ""}
        for store in self["certificate"]["stores"].values():
            store["kind"] = ""
        self["key_store"]["list_kind"] = ""
        self["firewall"]["hives"] = {"policy": "", "mdm": "", "local": ""}
        self["azure"]["asset_kind"] = ""
        if ":" in self.machine.address:  # an address of the newer kind is no place for the older listener of NetBIOS
            self["ports"]["ipv4"]["items"] = [entry for entry in self["ports"]["ipv4"]["items"] if entry["port"] != 139]

    def look(self, place: str = "controller", *, at: str = "", **options: Any) -> Look:
        """Return a way to probe; ``at`` is another address that leads here."""
        return Look(dataclasses.replace(self.machine, address=at), place, asked=at, **options) if at else Look(self.machine, place, **options)

    def drifts(self, seconds: int) -> None:
        """Let the host's clock be ahead of the true time."""
        self._ahead = datetime.timedelta(seconds=seconds)

    def bundle(self, probe: Document | None, *others: Document, unreachable: str | None = None) -> Document:
        """Return the bundle; what the host says of times is by its own clock."""
        document = super().bundle(probe, *others, unreachable=unreachable)
        if self._ahead and document["snapshot"]:
            snapshot = document["snapshot"]
            subsets = {name: subset["data"] for name, subset in snapshot["subsets"].items() if subset["data"]}
            channels = (entry for entry in subsets["events"]["channels"].values() if entry["oldest"])
            places = [(snapshot, "collected_at"), (subsets["os"], "booted_at"), (subsets["time"], "now"), *((entry, "oldest") for entry in channels)]
            for holder, name in [*places, *((event, "time") for event in subsets["events"]["events"])]:
                holder[name] = stamp(moment(holder[name]) + self._ahead)
        return document

    def hit(self, *minutes: float) -> None:
        """Note people who reached the service and got no further."""
        for when in minutes:
            self.log.arrival(when)

    def key_acl(self, sddl: str | None, kind: str = "") -> None:
        """Give the key file of the listener another access list, in both places that show it."""
        for entry in (self["key_store"]["listener_key"], *self["key_store"]["bound_keys"]["items"]):
            entry.update(sddl=sddl, sddl_kind=kind)

    def key_gone(self, *foreign: str) -> None:
        """Take the key file away; others of the same container may be there, made under another machine's id."""
        for entry in (self["key_store"]["listener_key"], *self["key_store"]["bound_keys"]["items"]):
            entry.update(exists=False, size=None, sddl=None, sddl_kind="")
        self["key_store"]["foreign_files"] = [f"{inside.KEY_PREFIX}_{guid}" for guid in foreign]

    def folder(self, sddl: str | None, kind: str = "") -> None:
        self["key_store"]["folder"].update(sddl=sddl, sddl_kind=kind)

    def own_certificate(self, begins: str, days: int = 183) -> bytes:
        """Make the self-signed certificate another one, and return it."""
        start = datetime.datetime.strptime(begins, "%Y-%m-%d").replace(hour=2, minute=41, second=19, tzinfo=datetime.timezone.utc)
        self.der = certificates.der_of(Wanted(self.machine.dns_name, start, days))
        fresh = inside.certificate_of(self.der)
        self["certificate"]["bindings"] = fresh["bindings"]
        self["certificate"]["stores"]["remote_desktop"]["certificates"] = fresh["stores"]["remote_desktop"]["certificates"]
        self["key_store"]["bound_keys"]["items"][0]["thumbprint"] = certificates.thumbprint(self.der)
        return self.der

    def no_own_certificate(self, *, bound: bool = False) -> None:
        """Leave the store of the listener empty; the value that chose its certificate may still be there."""
        self["certificate"]["stores"]["remote_desktop"]["certificates"] = []
        self["key_store"]["bound_keys"] = answers()
        if not bound:
            self["certificate"]["bindings"]["SelfSignedCertificate"] = make(STATIONS, None)

    def issued(self, begins: str, days: int, issuer: str, name: str | None = None, **more: Any) -> bytes:
        """Return the DER of a certificate that an authority made for this host."""
        start = datetime.datetime.strptime(begins, "%Y-%m-%d").replace(hour=9, minute=12, second=7, tzinfo=datetime.timezone.utc)
        known = name or self.machine.dns_name
        return certificates.der_of(Wanted(known, start, days, issuer, also=(known,), **more))

    def keep(self, der: bytes, *, key: bool = True, provider: str = inside.CNG, container: str = "") -> None:
        """Put a certificate into the machine's own store."""
        known = container or "te-Machine-" + certificates.thumbprint(der)[:8].lower()
        self["certificate"]["stores"]["my"]["certificates"].append(inside.stored(der, known, provider=provider, key=key))

    def bind(self, der: bytes | str, *, key: bool = True) -> None:
        """Tell the listener to serve a certificate; what can be said about its key comes with it."""
        mark = der if isinstance(der, str) else certificates.thumbprint(der)
        self["certificate"]["bindings"]["SSLCertificateSHA1Hash"] = make(RDP_TCP, bytes.fromhex(mark))
        if key and isinstance(der, bytes):
            provider = next(entry["key_provider"] for entry in self["certificate"]["stores"]["my"]["certificates"] if entry["thumbprint"] == mark)
            entry = {"thumbprint": mark, "container": provider["container"], "provider_type": provider["provider_type"]}
            unknown = {"file_name": None, "exists": None, "size": None, "sddl": None, "sddl_kind": "not_looked_for"}
            self["key_store"]["bound_keys"]["items"].append(entry | unknown)

    def listens(self, port: int, pid: int, *, six: bool = True) -> None:
        """Let another program listen on a port."""
        self["ports"]["ipv4"]["items"].append({"address": "0.0.0.0", "port": port, "pid": pid})
        if six:
            self["ports"]["ipv6"]["items"].append({"address": "::", "port": port, "pid": pid})
        for family in ("ipv4", "ipv6"):
            self["ports"][family]["items"].sort(key=lambda entry: (entry["port"], entry["address"]))

    def moved(self, port: int) -> None:
        """Let the listener have another port; the built-in rules of the firewall stay as they are."""
        self.local(PortNumber=port)
        for family in ("ipv4", "ipv6"):
            for entry in self["ports"][family]["items"]:
                entry["port"] = port if entry["port"] == 3389 else entry["port"]
            self["ports"][family]["items"].sort(key=lambda entry: (entry["port"], entry["address"]))

    def rule(self, rule_id: str, text: str, hive: str = "local") -> None:
        """Add a rule to the firewall; what policy says comes first, as the reader has it."""
        entry = {"id": rule_id, "hive": hive, "text": f"{self.machine.release.rules}|{text}|"}
        self["firewall"]["rules"].insert(len(self["firewall"]["rules"]) if hive == "local" else 0, entry)

    def library(self, path: str) -> None:
        """Let TermService load another library."""
        self["services"]["TermService"]["ServiceDll"] = expand(f"{SERVICES}\\TermService\\Parameters", path)

    def licences(self, mode: int, *, policy: bool = True) -> None:
        side = "policy" if policy else "local"
        self["licensing"]["mode"][side] = make(self["licensing"]["mode"][side]["path"], mode)

    def deny(self, *subsets: str, text: str = "Access is denied.") -> None:
        """Close subsets to whoever reads."""
        for subset in subsets:
            self.gaps[subset] = gap("denied", "access_denied", f"0x80070005: {text}", 3)


class Client(FirstClient):
    """A machine that connects to others."""

    def __init__(self, name: str, computer: str, release: Release, when: str, domain: str | None = None, **options: Any) -> None:
        language = options.get("language", "en")
        super().__init__(name, computer, release, when, domain, **(options | {"language": _ZONES[language][0] if language in _ZONES else language}))
        self.log: FirstLog = Log(self.machine, (CLIENT_CHANNEL, "System"), language=language)
        self["os"]["domain"]["kind"] = ""
        self["client_cache"]["kind"] = ""

    def named(self, minutes: float, server: str, version: str) -> None:
        """Note that no version of CredSSP was common."""
        self.log.add(minutes, "LsaSrv", 6041, "System", f"TERMSRV/{server}", version, level=2)

    def network_logon(self) -> None:
        """Let the account that reads have no saved credentials to look at."""
        self.gaps["client_credentials"] = gap("error", "needs_interactive_logon", "0x00000520: A specified logon session does not exist.", 4)


__all__ = [
    "S2016", "S2019", "S2022", "S2022_AZURE", "S2025", "W10", "W10_2019", "W11", "W11_23H2", "W11_MULTI",
    "Client", "Document", "Host", "gap", "stamp",
]  # fmt: skip
