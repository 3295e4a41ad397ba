# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that are well, with a client that is not; and clients alone, where nobody may look at the host."""

from __future__ import annotations

import dataclasses

from tests.bundles.unseen.host import gap
from tests.bundles.unseen.values import CREDSSP, answers, make

from .host import S2016, S2019, S2022, W10, W10_2019, W11, W11_23H2, Client, Document, Host

_W10_1607 = dataclasses.replace(W10, product="Windows 10 Enterprise 2016 LTSB", edition="EnterpriseS", build=14393, ubr=1198, version="1607", shell_build=0)
_AWAY = "the host is not managed from here: no route from the controller"


def s171() -> Document:
    h = Host("s171", "SCADA-HIST", S2019, "2026-02-20T10:12:14Z", "10.110.6.6", "anlagen.example", language="de", users=2, logons=4, broken=40)
    h.hit(5, 6)
    return h.bundle(h.whole())


def c031() -> Document:
    """A program with a library of its own, set to go without CredSSP."""
    c = Client("c031", "LEITWARTE-1", W10, "2026-02-20T10:12:14Z", "anlagen.example", language="de")
    for minutes in (5, 6):
        c.tried(minutes, "scada-hist.anlagen.example", 2825, (1028, ("1",)))
    return c.bundle()


def s172() -> Document:
    h = Host("s172", "NAV-APP", S2016, "2026-09-09T07:30:11Z", "10.12.5.5", "lakeview.example", language="us", users=3, logons=5, broken=12)
    h.hit(4, 5)
    return h.bundle(h.whole())


def c032() -> Document:
    """The credential is there and is not handed on: it is asked for each time."""
    c = Client("c032", "NB-LKV-88", W11, "2026-09-09T07:30:11Z", "lakeview.example", language="us")
    c.saved("TERMSRV/10.12.5.5", "domain_password", "2026-08-28T14:41:39Z")
    for minutes in (4, 5):
        c.tried(minutes, "10.12.5.5", 2055, (1028, ("1",)), (1009, ("", "2148074252")))
    return c.bundle()


def s173() -> Document:
    h = Host("s173", "VENDOR-RDS", S2022, "2026-06-02T13:07:45Z", "10.7.1.21", "granit.example", language="de", session_host=True, users=6, broken=9)
    h.hit(3, 4, 66)
    return h.bundle(h.whole())


def c033() -> Document:
    c = Client("c033", "MESSPLATZ-2", W10_2019, "2026-06-02T13:07:45Z", language="de")
    c["tls"]["fips"] = make(c["tls"]["fips"]["path"], 1)
    for version in ("tls12",):
        side = c["tls"]["protocols"][version]["client"]
        side["Enabled"], side["DisabledByDefault"] = make(side["Enabled"]["path"], 0), make(side["DisabledByDefault"]["path"], 1)
    handshake = ("RDPClient_SSL", "2", "TsSslStateHandshakeInProgress", "5", "TsSslStateDisconnected", "8", "TsSslEventHandshakeContinueFailed", "2147500037")
    for minutes in (3, 4, 66):
        c.tried(minutes, "vendor-rds.granit.example", 2308, (1028, ("1",)), (226, handshake))
    return c.bundle()


def c034() -> Document:
    """The client of the host that takes only what has the update."""
    c = Client("c034", "LTSB-PANEL-6", _W10_1607, "2026-05-12T08:08:08Z", "treasury.example")
    for minutes in (6, 7, 8):
        c.tried(minutes, "hsm-admin.treasury.example", 2308, (1028, ("1",)))
    return c.bundle()


def c035() -> Document:
    """The client of the host that lacks the update."""
    c = Client("c035", "ROT-WKS-31", W11_23H2, "2026-07-27T10:39:33Z", "rotorworks.example")
    for minutes in (12, 13):
        c.tried(minutes, "legacy-cad.rotorworks.example", 2055, (1028, ("1",)))
        c.named(minutes - 0.1, "legacy-cad.rotorworks.example", "4")
    return c.bundle()


def _alone(name: str, computer: str, when: str, address: str, domain: str | None = None) -> Document:
    return Host(name, computer, S2019, when, address, domain).bundle(None, unreachable=_AWAY)


def s181() -> Document:
    return _alone("s181", "CUST-TS", "2026-01-15T09:00:10Z", "203.0.113.66")


def c041() -> Document:
    """Name resolution fails, for this name and no other."""
    c = Client("c041", "FIELD-NB-2", W11, "2026-01-15T09:00:10Z", "softhaus.example", language="de")
    for minutes in (3, 7, 21):
        c.tried(minutes, "cust-ts.kunde.example", 260, (1007, ("", "11001")), took=2.3)
    c.event(60, 1024, "Server Name", "build4.softhaus.example", "Info")
    c.event(59.9, 1025)
    return c.bundle()


def s182() -> Document:
    return _alone("s182", "PARTNER-APP", "2026-04-30T16:20:00Z", "198.51.100.210", "partner.example")


def c042() -> Document:
    c = Client("c042", "SALES-NB-17", W11, "2026-04-30T16:20:00Z", "acme-industries.example")
    entry = c["client_policy"]["delegation"]["AllowSavedCredentialsWhenNTLMOnly"]
    entry["policy"], entry["concatenate"] = make(entry["policy"]["path"], 1), make(entry["concatenate"]["path"], 0)
    entry["servers"] = answers("TERMSRV/*.acme-industries.example")
    c.saved("TERMSRV/app.partner.example", "domain_password", "2026-04-29T08:11:00Z")
    for minutes in (3, 4):
        c.tried(minutes, "app.partner.example", 5895, (1028, ("1",)))
    return c.bundle()


def s183() -> Document:
    return _alone("s183", "TS-ALT", "2026-07-22T11:47:12Z", "10.200.0.44", "clinic.example")


def c043() -> Document:
    c = Client("c043", "THIN-WARD-9", W10_2019, "2026-07-22T11:47:12Z")
    c["client_licensing"]["native"].update(exists=True, hardware_id=False, store_count=0)
    for minutes in (5, 9, 14):
        c.tried(minutes, "ts-alt.clinic.example", 2056, (1028, ("1",)), (1025, ()), (1017, ("", "267")))
    c.event(120, 1024, "Server Name", "ts-neu.clinic.example", "Info")
    return c.bundle()


def s184() -> Document:
    return _alone("s184", "OLD-ERP", "2026-03-17T08:34:56Z", "10.66.9.3", "rotorworks.example")


def c044() -> Document:
    c = Client("c044", "ROT-WKS-12", W11, "2026-03-17T08:34:56Z", "rotorworks.example")
    c["client_policy"]["values"]["AllowEncryptionOracle"] = make(CREDSSP, 0)
    for minutes in (6, 8, 30):
        c.tried(minutes, "old-erp.rotorworks.example", 2055, (1028, ("1",)))
        c.named(minutes - 0.1, "old-erp.rotorworks.example", "2")
    return c.bundle()


def s185() -> Document:
    return _alone("s185", "MGMT-VM", "2026-10-12T22:09:09Z", "10.3.2.2", "treasury.example")


def c045() -> Document:
    """Saved before the password was changed; tried by a program each quarter of an hour."""
    c = Client("c045", "MON-AGENT1", S2022, "2026-10-12T22:09:09Z", "treasury.example")
    c.saved("TERMSRV/mgmt-vm.treasury.example", "generic", "2025-06-02T10:00:00Z")
    for step in range(9):
        c.tried(4 + step * 15, "mgmt-vm.treasury.example", 2055, (1028, ("1",)), (1009, ("", "3221225578")))
    return c.bundle()


def s186() -> Document:
    return _alone("s186", "GAME-PC", "2026-12-19T19:19:19Z", "192.168.0.12")


def c046() -> Document:
    """After the session began, the second way over UDP came and went; without it, it would have held."""
    c = Client("c046", "COUCH-NB", W11, "2026-12-19T19:19:19Z")
    for minutes in (3, 9, 15, 22):
        steps = ((1028, ("1",)), (1025, ()), (1027, ("", "1")), (1102, ("Server Name", "game-pc", "Info")), (1105, ()))
        c.tried(minutes, "game-pc", 2308, *steps, took=1.09)
        c.event(minutes - 1.09, 1015, "")
    c.gaps["client_cache"] = gap("denied", "access_denied", "0x80070005: Access is denied.")
    return c.bundle()
