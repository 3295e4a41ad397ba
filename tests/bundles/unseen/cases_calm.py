# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts where nothing is the matter, and hosts where something else is than what is read everywhere."""

from __future__ import annotations

from . import around, certificates, inside
from .cases_certificate import custom, failing_arrivals
from .cases_people import turned_away
from .cases_security import old_tls_off
from .certificates import Wanted
from .host import Client, Document, Host, gap, moment
from .log import CORE, MANAGER, SESSIONS
from .machine import S2016, S2019, S2022, S2025, W10, W11, W11_23H2
from .values import LSA, POLICY, STATIONS, answers, denied, make, table

DEFAULT_SUITES = "TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
WIDE_KEY = "O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)"


def h111() -> Document:
    h = Host("h111", "ULM-TS-01", S2022, "2026-10-28T06:30:00Z", "192.0.2.161", "werk.example.com", language="de", up=340, users=6, session_host=True)
    name = "ulm-ts-01.werk.example.com"
    der = custom(h, Wanted(name, moment("2025-11-24T09:00:00Z"), 365, "Beispiel Ausstellende CA 3", (certificates.SERVER, certificates.CLIENT), (name,)))
    h.policy(SecurityLayer=2, UserAuthentication=1, MinEncryptionLevel=3)
    h.log.manager(400, 1052, "RDP-Tcp", "26", level=3)
    turned_away(h, 0xC000006D, 0xC0000064, 90, 91, 92, 93, 900, 901, 902)
    return h.bundle(h.look().whole(der))


def h112() -> Document:
    h = Host("h112", "NB-YAMADA", W11_23H2, "2026-09-24T00:12:12Z", "198.51.100.59", "corp.example.jp", language="ja", up=2, cert_age=169, users=1, logons=3)
    h["os"]["pending_reboot"]["pending_file_rename"] = True
    return h.bundle(h.whole())


def h113() -> Document:
    h = Host("h113", "CIS-WEB-05", S2022, "2026-05-15T13:15:15Z", "192.0.2.173", "corp.example.com", up=95, core=True, users=0, logons=4)
    old_tls_off(h)
    h["tls"]["cipher_suites"]["policy"] = make(inside.SSL_POLICY, DEFAULT_SUITES)
    h["tls"]["ciphers"] = answers(*(inside.algorithm("Ciphers", name, 0) for name in ("NULL", "RC4 128/128", "Triple DES 168")))
    h["tls"]["key_exchange"] = answers(inside.algorithm("KeyExchangeAlgorithms", "Diffie-Hellman", None, 3072))
    old = "v2.31|Action=Block|Active=FALSE|Dir=In|Protocol=6|LPort=3389|Name=Block RDP during migration|"
    h["firewall"]["rules"].append(around.rule("{5B2C1F0E-3D2A-4E11-9B0F-90C3DD5C0B11}", old))
    h.policy(SelectTransport=1)
    h.set("logon", "LmCompatibilityLevel", 5)
    return h.bundle(h.whole())


def h114() -> Document:
    h = Host("h114", "LEGACY-FIN-2", S2016, "2026-03-24T10:20:30Z", "192.0.2.181", "werk.example.com", language="de", up=480, users=3)
    h.local(SecurityLayer=1, UserAuthentication=0, MaxOutstandingConnections=3000, WdName="Microsoft RDP 5.2")
    h.policy(SecurityLayer=2, UserAuthentication=1, fDenyTSConnections=0)
    h["listener"]["values"]["KeepAliveTimeout"]["policy"] = make(POLICY, 1)
    h.set("credssp", "AllowEncryptionOracle", 1)
    h["credssp"]["DisableRestrictedAdmin"] = make(LSA, 0)
    return h.bundle(h.whole())


def h115() -> Document:
    h = Host("h115", "CTX-VDA-44", S2019, "2026-11-06T09:45:45Z", "192.0.2.194", "corp.example.com", up=60, users=4, session_host=True)
    h.local(PortNumber=33890)
    station = STATIONS + "\\ICA-Tcp"
    protocol = "{CC2C83A6-9BE4-11D0-98E7-00C04FC2CAF5}"
    h["listener"]["win_stations"].append({"name": "ICA-Tcp", **table(station, fEnableWinStation=1, PortNumber=1494, LoadableProtocol_Object=protocol)})
    h["firewall"]["rules"] = around.built_in("v2.29", active=False)
    own = "v2.29|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|LPort=33890|Name=RDP custom port|"
    h["firewall"]["rules"].append(around.rule("{0E6C21F1-7F4A-4B9B-8E5B-1F2C4B7A9D01}", own))
    for family in ("ipv4", "ipv6"):
        for entry in h["ports"][family]["items"]:
            entry["port"] = 33890 if entry["port"] == 3389 else entry["port"]
    h["sessions"]["sessions"].append(around.session(65539, "listen", "ICA-TCP"))
    return h.bundle(h.look(port=33890).whole(h.der))


def h116() -> Document:
    h = Host("h116", "IIS-SHOP-3", S2022, "2026-07-18T18:18:18Z", "203.0.113.116", language="us", up=710, users=1, logons=4)
    h["key_store"].update(foreign_files=[f"{inside.KEY_PREFIX}_11f1b6a2-cc10-42f1-a03b-7de4a1f0b2c3"], file_count=20000, truncated=True)
    custom(h, Wanted("WMSvc-SHA2-IIS-SHOP-3", moment("2015-07-20T00:00:00Z"), 3650), bind=False, cng=False)
    custom(h, Wanted("shop.example.com", moment("2026-01-05T00:00:00Z"), 180, "Example Public CA G2", also=("shop.example.com",)), bind=False)
    for minutes in (12, 55, 310, 311, 312, 1400):
        h.log.schannel(minutes, 36887, "46")
        h.log.schannel(minutes + 3, 36888, "10", "1203")
    h.log.schannel(70, 36874, "TLS 1.0")
    return h.bundle(h.whole())


def h117() -> Document:
    h = Host("h117", "MED-VIEW-2", S2025, "2026-08-03T11:01:21Z", "192.0.2.209", "corp.example.com", up=30, users=2)
    h.service("SessionEnv", start=2)
    h.service("TermService", start=2)
    h["os"]["pending_reboot"]["pending_file_rename"] = True
    h["key_store"]["listener_key"]["sddl"] = inside.KEY_SDDL + inside.SESSION_ENV_ENTRY
    h["key_store"]["bound_keys"]["items"][0]["sddl"] = inside.KEY_SDDL + inside.SESSION_ENV_ENTRY
    h["time"]["policy"] = table("HKLM\\SOFTWARE\\Policies\\Microsoft\\W32Time\\Parameters", Type="NT5DS", NtpServer="dc1.corp.example.com,0x9")
    for minutes in (33, 500, 1100):
        h.log.add(minutes, CORE, 140, f"{CORE}/Operational", "", level=3)
        h.log.refused(minutes, 0xC000006D, 0xC000006A)
    return h.bundle(h.whole(skew=1.9))


def h118() -> Document:
    h = Host("h118", "LEHRER-PC-3", W11, "2026-06-02T06:42:12Z", "198.51.100.133", language="de", up=1, users=1, logons=1)
    closed = gap("denied", "access_denied", "0x80070005: Zugriff verweigert", 3)
    h.gaps["sessions"] = closed
    h["firewall"]["active_profiles"] = None
    h["key_store"]["listener_key"].update(sddl=None, sddl_kind="access_denied")
    h["key_store"]["bound_keys"]["items"][0].update(sddl=None, sddl_kind="access_denied")
    for name, entry in h["services"].items():
        if name != "LSM":
            entry.update(exists=None, state="unknown", kind="access_denied")
    h["ports"]["term_service_pid"] = None
    for right in h["logon"]["rights"]:
        h["logon"]["rights"][right] = answers(kind="access_denied")
    h["listener"]["values"]["WinStationsDisabled"]["local"] = denied(h["listener"]["values"]["WinStationsDisabled"]["local"]["path"])
    h.log.deny("Security", f"{MANAGER}/Admin")
    return h.bundle(h.whole())


def h121() -> Document:
    h = Host("h121", "TAX-CALC-1", S2019, "2026-10-07T07:27:07Z", "192.0.2.25", "werk.example.com", language="de", up=20, cert_age=35, broken=1200)
    h.set("credssp", "AllowEncryptionOracle", 1)
    h["tls"]["cipher_suites"]["policy"] = make(inside.SSL_POLICY, "TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256")
    failing_arrivals(h, 6, "TLS 1.2", number=36874)
    failing_arrivals(h, 6, "40", "1205", number=36888)
    return h.bundle(h.look().tls_ends("alert", alert=40))


def h122() -> Document:
    h = Host("h122", "SNB-DEV-5", W10, "2026-09-10T14:14:44Z", "192.0.2.38", "corp.example.com", up=5, users=0, broken=290, cert_age=77)
    for minutes in (2, 122, 242, 299):
        h.log.add(minutes, "NETLOGON", 3210, "System", "CORP", "\\\\DC1.corp.example.com", "-1073741790", level=2)
    turned_away(h, 0xC000018C, 0x0, 4, 9, 35, 80)
    return h.bundle(h.whole())


def h123() -> Document:
    h = Host("h123", "SQL-REP-7", S2016, "2026-11-14T19:09:59Z", "192.0.2.46", "corp.example.com", up=8, cert_age=8, broken=470)
    h["key_store"].update(file_count=413)
    h["key_store"]["folder"]["sddl"] = "O:BAG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)(A;;FR;;;NS)"
    for entry in (h["key_store"]["listener_key"], h["key_store"]["bound_keys"]["items"][0]):
        entry["sddl"] = WIDE_KEY
    h["tls"]["protocols"] = {version: inside.switches(version, (0, 1), (0, 1)) for version in ("tls10", "tls11", "tls12", "tls13")}
    failing_arrivals(h, 7, "server", "10013", number=36871)
    return h.bundle(h.look().tls_ends("closed"))


def h124() -> Document:
    h = Host("h124", "RDSH-PINK-1", S2022, "2026-04-16T08:08:18Z", "192.0.2.53", "corp.example.com", up=640, users=6, session_host=True)
    h["sessions"]["sessions"][3] = around.session(3, "init", "")
    for minutes in (5, 12, 60):
        h.log.arrival(minutes)
        h.log.add(minutes - 0.2, SESSIONS, 41, f"{SESSIONS}/Operational", "", "3")
        h.log.add(minutes - 1.2, SESSIONS, 36, f"{SESSIONS}/Operational", "", "4", "", "7", "", "12", "", "-2147023673", level=2)
    return h.bundle(h.whole())


def k010() -> Document:
    c = Client("k010", "NB-PINK-8", W11, "2026-04-16T08:08:18Z", "corp.example.com")
    c.data["client_cache"] = {"exists": True, "file_count": 1000, "bytes": 7_316_242_432, "truncated": True, "default_rdp": True}
    for minutes in (5, 12, 60):
        c.tried(minutes, "rdsh-pink-1.corp.example.com", 2308, (1025, ()), took=1.4)
    return c.bundle()


def h125() -> Document:
    h = Host("h125", "FIELD-GIS-1", S2022, "2026-07-30T05:25:25Z", "192.0.2.62", "corp.example.com", up=17, cert_age=160, users=2)
    for minutes in (6, 20):
        h.log.arrival(minutes)
    return h.bundle(h.look("home office by VPN", slow=3100).tls_ends("silent"), h.whole("controller"), h.whole("branch office"))


def h126() -> Document:
    h = Host("h126", "FLEET-KIT-9", S2019, "2026-10-09T16:56:16Z", "192.0.2.70", "werk.example.com", language="de", up=33, users=0, logons=0)
    h.policy(fDenyTSConnections=1)
    h.no_listener()
    other = "v2.29|Action=Block|Active=FALSE|Dir=In|Protocol=6|LPort=3389|Name=Alte Sperre|"
    h["firewall"]["rules"].append(around.rule("{9A1E0B55-8E1D-4F7C-A6B4-0C9A4DE6F0B2}", other))
    h["firewall"]["profiles"]["public"]["local"]["DefaultInboundAction"] = make(around.LOCAL_WALL + "\\PublicProfile", 1)
    return h.bundle(h.look().no_connection("timeout"))


def h127() -> Document:
    h = Host("h127", "PRAGUE-TS-3", S2022, "2026-02-19T12:52:22Z", "192.0.2.80", "corp.example.com", up=200, cert_age=55)
    name = h.machine.dns_name
    shown = certificates.der_of(Wanted(name, moment("2026-02-18T00:00:00Z"), 30, "Example Endpoint Protection Root", also=(name,)))
    for minutes in (4, 11, 47):
        h.log.arrival(minutes)
        h.log.add(minutes - 0.02, CORE, 139, f"{CORE}/Operational", "-2146893041", "", level=3)
    return h.bundle(h.look("branch office").whole(shown), h.whole("controller"))


def h128() -> Document:
    h = Host("h128", "CALL-TS-6", S2019, "2026-06-25T13:23:43Z", "192.0.2.91", "werk.example.com", language="de", up=610, users=6, session_host=True)
    h.policy(fDenyTSConnections=0)
    h.local(fDenyTSConnections=1, SelectTransport=2)
    for minutes in (22, 118, 209, 301, 399):
        for number in (2, 3, 4, 5, 6):
            h.log.add(minutes, SESSIONS, 40, f"{SESSIONS}/Operational", str(number), "0")
    return h.bundle(h.whole())


def k011() -> Document:
    c = Client("k011", "CALL-PC-21", W10, "2026-06-25T13:23:43Z", "werk.example.com", language="de")
    c["client_policy"]["values"]["fClientDisableUDP"] = make(POLICY + "\\Client", 1)
    for minutes in (118, 209, 301):
        c.tried(minutes + 60, "call-ts-6.werk.example.com", 2308, (1025, ()), took=60)
    return c.bundle()
