# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts of which little can be seen: nobody got in, or whoever did may not look at everything."""

from __future__ import annotations

import dataclasses

from tests.bundles.unseen.around import built_in
from tests.bundles.unseen.values import denied

from .host import S2016, S2019, S2022, S2025, W10, W11, Document, Host, gap

_NO_WINRM = "winrm: connection refused"
_OLD = dataclasses.replace(S2019, build=9600, tls=("TLSv1.2", "ECDHE-RSA-AES256-SHA384"))
_UNPATCHED = dataclasses.replace(S2016, ubr=1770)


def s201() -> Document:
    h = Host("s201", "EXT-APP1", S2019, "2026-02-13T06:13:13Z", "203.0.113.17", "acme-industries.example")
    return h.bundle(h.look().refuses_tls(), unreachable=_NO_WINRM)


def s202() -> Document:
    h = Host("s202", "PLANT-HMI2", _UNPATCHED, "2026-05-08T18:01:55Z", "10.110.44.2", None)
    return h.bundle(h.whole(version=4), unreachable="winrm: the connection attempt timed out")


def s203() -> Document:
    h = Host("s203", "STORE-112", W10, "2026-08-08T12:24:36Z", "10.112.0.5", "retail.example", cert_age=260)
    return h.bundle(h.whole(), unreachable=_NO_WINRM)


def s204() -> Document:
    h = Host("s204", "SITE3-FS", S2022, "2026-11-22T07:55:00Z", "10.45.3.4", "insuranceco.example")
    return h.bundle(h.whole(skew=-2711.9), unreachable="ntlm: the specified credentials were rejected by the server")


def s205() -> Document:
    h = Host("s205", "TRUNK-SRV", S2016, "2026-03-05T22:30:45Z", "10.77.2.9", "centralbank.example", language="ja")
    return h.bundle(h.look("remote site", slow=900).tls_ends("silent"), h.whole("same rack"), unreachable="winrm: read timed out")


def s206() -> Document:
    h = Host("s206", "PUBLIC-BOX", S2025, "2026-06-27T03:44:59Z", "203.0.113.201", None)
    return h.bundle(h.whole(nla=False), unreachable="kerberos: server not found in database")


def s207() -> Document:
    h = Host("s207", "R2-ALTLAST", _OLD, "2026-09-11T09:12:40Z", "10.8.200.14", "hafen.example", language="de")
    return h.bundle(h.look().tls_ends("alert", alert=40), unreachable="winrm: 500 from the server")


def s208() -> Document:
    h = Host("s208", "SHARED-PORT", S2019, "2026-01-08T14:35:28Z", "198.51.100.90", None)
    return h.bundle(h.look().no_answer("not_rdp", "SSH"), unreachable=_NO_WINRM)


def s209() -> Document:
    """Who reads is no administrator: key folder, audit and rights are closed."""
    h = Host("s209", "EDV-RAUM3", W10, "2026-04-21T11:38:16Z", "10.21.3.3", "academy.example", language="de", users=0, logons=0, broken=0)
    h.deny("key_store", "sessions", text="Zugriff verweigert")
    h["key_store"]["file_count"] = None
    for right in h["logon"]["rights"].values():
        right.update(kind="access_denied", items=[])
    h.log.deny("Security", "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational")
    for service in h["services"].values():
        service.update(exists=None, state="unknown", kind="access_denied")
    h["ports"]["term_service_pid"] = None
    h.local(fDenyTSConnections=1)
    h["firewall"]["rules"] = built_in("v2.30", active=False)
    h["firewall"]["active_profiles"] = None
    for family in ("ipv4", "ipv6"):
        h["ports"][family]["items"] = [entry for entry in h["ports"][family]["items"] if entry["port"] != 3389]
    return h.bundle(h.look().no_connection("timeout"))


def s210() -> Document:
    """The file of the key may not be looked at; its loss shows in the log of the system alone, which began an hour ago."""
    h = Host("s210", "SPRAVA-FS", S2022, "2026-07-30T15:09:23Z", "10.48.3.9", "zielona.example", language="pl", up=2400, broken=4000, logons=0)
    h.key_acl(None, "access_denied")
    h.folder(None, "access_denied")
    h["key_store"].update(file_count=None, list_kind="access_denied", foreign_files=None)
    h.log.deny("Security")
    h.log.reaches_back("System", 1)
    h.log.refused_key(6, 7, 44)
    h.hit(6, 7, 44)
    return h.bundle(h.look().tls_ends("closed"))


def s211() -> Document:
    """A policy value that may not be read, a reader without events; the service does not run."""
    h = Host("s211", "SEALED-01", S2025, "2026-10-25T02:40:40Z", "10.3.12.1", "treasury.example", core=True, users=0, logons=0, broken=0)
    h["listener"]["values"]["fDenyTSConnections"]["policy"] = denied(h["listener"]["values"]["fDenyTSConnections"]["policy"]["path"])
    h.gaps["events"] = gap("error", "too_large", "0x800700EA: More data is available.", 1212)
    h.gaps["logon"] = gap("error", "unexpected", "0x80131509: Operation is not valid due to the current state of the object.", 40)
    h.service("TermService", state="stopped", start=4)
    h.service("UmRdpService", state="stopped")
    h.no_listener(running=False)
    return h.bundle(h.look().no_connection("timeout"))


def s212() -> Document:
    """The log was cleared this morning, and the channel of the core is switched off: what is left is a rule of the firewall."""
    h = Host("s212", "CLEARED-1", W11, "2026-05-15T08:05:37Z", "10.19.8.80", "maplebank.example", language="us", up=700, broken=1200)
    for channel in ("System", "Application", "Security"):
        h.log.reaches_back(channel, 2)
    h.log.switched_off("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational")
    h["firewall"]["rules"] = built_in("v2.33")
    h.rule("{4E0A9A55-1C2B-4C27-8C0E-6BF6A0DDF7A2}", "Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=Block RDP (hardening)", "policy")
    return h.bundle(h.look().no_connection("timeout"))
