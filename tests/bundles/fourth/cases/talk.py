# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TLS, CredSSP and the security layer."""

from __future__ import annotations

from tests.bundles.third.journal import CORE, CORE_OPERATIONAL, signed
from tests.bundles.third.machine import Data, windows
from tests.bundles.third.papers import issued
from tests.bundles.third.values import before
from tests.bundles.third.visitor import visitor
from tests.bundles.third.wire import RESET, Line, alert

from ..parts import busy, certified, controller, farm, hardened, hit, nobody, old, scanned, spooled


def f013() -> Data:
    """Hardened down to TLS 1.3 alone: whoever has it comes in, an older client is turned away."""
    m = windows("f013", "PAY-FE2", "2022", "2026-10-21 11:11", "10.71.2.2", domain="giro.example", up_days=5)
    hardened(m)
    m.protocol("tls12", "server", Enabled=0, DisabledByDefault=1)
    for minutes in (14, 16, 390):
        m.log.called(minutes)
        m.log.schannel(minutes - 0.01, 36874, "TLS 1.2")
        m.log.schannel(minutes - 0.01, 36888, 70, 105)
    busy(m, 800)
    return m.bundle()


def g013() -> Data:
    """A Windows 10 that knows TLS up to 1.2."""
    c = visitor("g013", "HALLE-33", "w10e", "2026-10-21 11:11", "10.71.9.33", domain="giro.example")
    c.tries(14, "pay-fe2.giro.example")
    c.breaks_in_tls(13.99)
    c.ends(13.9, 2308)
    return c.bundle()


def f014() -> Data:
    """A tool wrote a list of suites with the newer names into the local order of a 2012 R2, which knows none of them."""
    m = old("f014", "LAGER-DB", "2026-10-09 05:50", "10.3.3.40", domain="spedition.example", language="de", up_days=0.3)
    m.put("tls.cipher_suites.local", ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"])
    m.talk = m.line.broken_tls(RESET)
    hit(m, 36888, 40, 1205, own=3, others=2)
    hit(m, 36874, "TLS 1.2", own=3, others=0)
    spooled(m, 1)
    nobody(m)
    return m.bundle()


def f015() -> Data:
    """A policy left one curve that no client here has; all suites of the list need a curve."""
    m = windows("f015", "NODE-22", "2019", "2026-10-28 09:14", "10.90.0.22", domain="lab.kelvin.example", netbios="KLAB", up_days=1.3)
    suites = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    m.put("tls.cipher_suites.policy", suites)
    m.put("tls.curves.policy", ["brainpoolP384r1"])
    m.talk = m.line.broken_tls(alert(40))
    hit(m, 36888, 40, 1205)
    hit(m, 36874, "TLS 1.2", others=2)
    nobody(m)
    return m.bundle()


def f016() -> Data:
    """FIPS came by policy, the thin clients of the store room cannot follow; newer machines come in."""
    m = windows("f016", "TS-STORE", "2016", "2026-11-05 15:40", "10.55.0.30", domain="handel.example", language="de", up_days=9.1)
    farm(m, "lic01.handel.example")
    m.put("tls.fips", 1)
    m.local(MinEncryptionLevel=4)
    for minutes in (33, 34, 610, 1300):
        m.log.called(minutes)
        m.log.add(minutes - 0.05, CORE_OPERATIONAL, CORE, 102)
        m.log.add(minutes - 0.05, CORE_OPERATIONAL, CORE, 103, 8)
    for minutes in (36, 620):
        m.log.schannel(minutes, 36871, "", 10013)
    busy(m, 210, 950)
    return m.bundle()


def f017() -> Data:
    """A test of the security layer was written below the policies of a Windows 10 and forgotten; the local value is as it should be."""
    m = windows("f017", "CAM-PC4", "w10", "2026-10-03 21:02", "192.168.20.14", language="es", up_days=17)
    m.policy(SecurityLayer=0)
    m.policy(MinEncryptionLevel=1)
    m.talk = m.line.only_old()
    m.log.add(2000, CORE_OPERATIONAL, CORE, 97, "", level=3)
    spooled(m)
    return m.bundle()


def f018() -> Data:
    """Network Level Authentication was taken off by policy for an old scanner; the local value still says on."""
    m = windows("f018", "IMG-ARCHIV", "2022a", "2026-11-12 07:30", "10.140.2.8", domain="klinik.example", is_azure=True, language="de", up_days=22)
    m.policy(UserAuthentication=0)
    m.talk = m.line.without_nla()
    busy(m, 200, 900, 1900)
    return m.bundle()


def f019() -> Data:
    """The branch behind a tunnel with a small packet size gets nothing after its hello; the head office does."""
    m = windows("f019", "PLAN-APP", "2019", "2026-10-14 10:10", "10.2.0.61", domain="bauwerk.example", language="de", up_days=40)
    certified(m, "Bauwerk CA")
    far = Line(m.who, m.line.certificate, slow=22)
    m.seen_from("site office", far.silent_tls())
    busy(m, 120, 700, 1400)
    spooled(m, 1)
    return m.bundle()


def f020() -> Data:
    """A firewall of the next generation signs anew what leaves the branch; the controller sees the host's own certificate."""
    m = windows("f020", "ACCT-01", "2022", "2026-10-23 14:22", "10.6.1.31", domain="orbis.example", up_days=8)
    far = Line(m.who, issued(m.who.fqdn, "Orbis Branch Inspection", before(m.who.when.replace(second=0), days=1), 30).der, slow=6)
    far.wire = ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")
    m.seen_from("branch south", far.healthy())
    busy(m, 90, 1000)
    return m.bundle()


def f021() -> Data:
    """An image of early 2018 was unpacked for an archive system and never updated."""
    m = windows("f021", "ARCH-2016", "2016", "2026-10-07 13:03", "10.15.0.9", domain="notar.example", language="de", up_days=0.8, paper_days=0.7)
    m.data["os"]["ubr"] = 1884
    m.data["credssp"]["tspkg_version"] = "10.0.14393.1737"
    m.line.version = 4
    spooled(m, 1)
    return m.bundle()


def g021() -> Data:
    """An updated client that will not talk to it."""
    c = visitor("g021", "NB-KANZLEI", "w11", "2026-10-07 13:05", "10.15.3.3", domain="notar.example", language="de")
    c.tries(6, "arch-2016.notar.example")
    c.log.add(5.9, "System", "LsaSrv", 6041, "TERMSRV/arch-2016.notar.example", 4, 0, level=3)
    c.ends(5.9, 2055)
    return c.bundle()


def f022() -> Data:
    """Force is set on a controller of the domain; a machine of the workshop with the first build of 1607 cannot get in."""
    m = windows("f022", "DC-EAST", "2022", "2026-10-26 08:33", "10.70.0.2", domain="werft.example", up_days=25)
    controller(m)
    m.put("credssp.AllowEncryptionOracle", 0)
    for minutes in (12, 13):
        m.log.called(minutes)
        m.log.add(minutes - 0.05, CORE_OPERATIONAL, CORE, 139, signed(0x80090308), "", level=3)
    busy(m, 400)
    return m.bundle()


def g022() -> Data:
    """The machine of the workshop."""
    c = visitor("g022", "CNC-BEDIEN", "w10l", "2026-10-26 08:33", "10.70.30.4", domain="werft.example")
    c.data["os"]["ubr"] = 1198
    c.tries(12, "dc-east.werft.example")
    c.ends(11.9, 2308)
    return c.bundle()


def f023() -> Data:
    """Years ago somebody followed a forum; the setting is still there, all is updated, and everybody comes in."""
    m = windows("f023", "ENT-TERM", "2019", "2026-11-01 19:00", "10.5.5.5", domain="enterra.example", up_days=11)
    m.put("credssp.AllowEncryptionOracle", 2)
    busy(m, 60, 300, 1100, 2000)
    scanned(m, 2)
    return m.bundle()


def f024() -> Data:
    """TLS 1.3 was switched on by a tool on a Windows 10, which has it only half."""
    m = windows("f024", "DEV-BOX-9", "w10", "2026-10-11 22:19", "192.168.77.9", up_days=0.9)
    m.protocol("tls13", "server", Enabled=0xFFFFFFFF, DisabledByDefault=0)
    m.protocol("tls13", "client", Enabled=0xFFFFFFFF, DisabledByDefault=0)
    m.talk = m.line.only_without_tls13(RESET)
    hit(m, 36871, "", 10013, own=2, others=3)
    nobody(m)
    return m.bundle()


def f025() -> Data:
    """The controller is behind the inspecting device, a second place inside sees the host's own certificate."""
    m = windows("f025", "HR-TS1", "2019", "2026-11-16 16:05", "10.66.2.21", domain="verband.example", language="de", up_days=13)
    farm(m, "hr-lic.verband.example", users=2)
    own = m.line.certificate
    m.line.certificate = issued("hr-ts1.verband.example", "Verband TLS Proxy CA 3", before(m.who.when.replace(second=0), days=6), 90).der
    m.line.wire = ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
    m.seen_from("server net", Line(m.who, own).healthy())
    busy(m, 130, 1500)
    m.log.schannel(400, 36887, 80)
    return m.bundle()


def f026() -> Data:
    """After months of a 2012 R2 without restart an update is half installed; the library of credentials is older than the system says."""
    m = old("f026", "PRN-OLD", "2026-09-16 04:41", "10.19.0.4", domain="forst.example", language="de", up_days=143, paper_days=30)
    m.data["os"]["pending_reboot"] |= {"component_based_servicing": True, "windows_update": True, "pending_file_rename": True}
    m.data["credssp"]["tspkg_version"] = "6.3.9600.21715"
    m.talk = m.line.cuts_at_once(RESET)
    for minutes in (30, 200, 420):
        m.log.called(minutes)
    spooled(m)
    nobody(m)
    return m.bundle()
