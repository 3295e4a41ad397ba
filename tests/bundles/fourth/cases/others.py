# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that really do not serve, for reasons that no catalogue has."""

from __future__ import annotations

from tests.bundles.third.journal import CONTROL_MANAGER, CORE, CORE_OPERATIONAL
from tests.bundles.third.machine import Data, windows
from tests.bundles.third.wire import SILENT, TIMEOUT

from ..parts import busy, certified, farm, hardened, spooled


def f109() -> Data:
    """The memory that Windows may promise is used up by a database: connections are taken, and nothing is answered."""
    m = windows("f109", "SQL-BI", "2019", "2026-10-21 13:55", "10.64.2.9", domain="markt.example", language="de", up_days=120)
    m.talk = m.line.cuts_at_once(SILENT)
    for minutes in (55, 40, 22):
        m.log.add(minutes, "System", CONTROL_MANAGER, 7011, "30000", "Schedule", level=2)
        m.log.add(minutes - 1, "System", "Microsoft-Windows-Resource-Exhaustion-Detector", 2004, "3", "1", level=3)
    busy(m, 900)
    return m.bundle()


def f110() -> Data:
    """The account may log on from eight to five, and the colleague works at night."""
    m = windows("f110", "OPS-3", "2022", "2026-11-02 22:40", "10.28.1.9", domain="dialog.example", up_days=7)
    for minutes in (3, 4, 11):
        m.log.called(minutes)
        m.log.refused(minutes - 0.02, 0xC000006E, 0xC000006F)
    busy(m, 400, 700)
    return m.bundle()


def f111() -> Data:
    """Two forests trust each other selectively; the visitors' group was not allowed to authenticate to this server."""
    m = windows("f111", "GROUP-FS", "2019", "2026-10-25 09:35", "10.6.3.3", domain="orbis.example", up_days=14)
    certified(m, "Orbis Server CA")
    for minutes in (6, 9, 120, 1300):
        m.log.called(minutes)
        m.log.refused(minutes - 0.02, 0xC0000413)
    busy(m, 200, 1000)
    spooled(m)
    return m.bundle()


def f112() -> Data:
    """Isolation of the domain: the host takes packets only from machines that prove themselves; the controller of this tool is none."""
    m = windows("f112", "HR-FILES2", "2022", "2026-11-16 15:25", "10.66.9.9", domain="verband.example", language="de", up_days=4)
    hardened(m)
    m.talk = m.line.unconnectable(TIMEOUT)
    busy(m, 30, 200, 900)
    return m.bundle()


def f113() -> Data:
    """The disks of the profiles are still attached to another host: everybody is logged off as soon as the desktop should come."""
    m = windows("f113", "RDSH-EDU3", "2022", "2026-10-19 07:25", "10.120.1.9", domain="schule.example", language="de", up_days=0.5)
    farm(m, "edu-lic.schule.example", users=0)
    for minutes in (4, 9, 15, 38):
        m.log.visited(minutes, 3)
        m.log.add(minutes - 0.4, "Application", "Microsoft-Windows-User Profiles Service", 1508, "", level=2)
        m.log.left(minutes - 0.5, 3, 12)
        m.log.add(minutes - 0.5, CORE_OPERATIONAL, CORE, 103, 12)
    return m.bundle()
