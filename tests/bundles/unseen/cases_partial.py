# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts of which one side alone was seen: the client's, the outside or the inside."""

from __future__ import annotations

from .cases_certificate import NO_KEY, WITHOUT_READER, failing_arrivals, set_key_sddl
from .cases_security import UNREACHABLE
from .host import Client, Document, Host
from .machine import S2016, S2019, S2022, S2025, W10, W11
from .values import DELEGATION, answers, make

NOBODY_ASKED = "the host was not asked: only the machine that connects was looked at"


def h084() -> Document:
    return Host("h084", "OPS-APP-3", S2022, "2026-07-16T06:40:00Z", "192.0.2.26", "corp.example.com").bundle(None, unreachable=NOBODY_ASKED)


def k012() -> Document:
    c = Client("k012", "JUMP-05", S2022, "2026-07-16T06:40:00Z", "corp.example.com")
    c.saved("TERMSRV/ops-app-3.corp.example.com", "domain_password", "2025-11-02T12:00:00Z")
    for minutes in (2, 3, 4, 31, 32):
        c.tried(minutes, "ops-app-3.corp.example.com", 2055, (1009, ()))
    return c.bundle()


def h085() -> Document:
    return Host("h085", "HIROSHIMA-9", S2019, "2026-10-18T23:31:00Z", "192.0.2.27", "corp.example.jp").bundle(None, unreachable=NOBODY_ASKED)


def k013() -> Document:
    c = Client("k013", "NB-MORI", W11, "2026-10-18T23:31:00Z", "corp.example.jp", language="ja")
    for minutes in (1, 4, 9):
        c.tried(minutes, "hiroshima-9", 260, (1007, ("11001",)))
    return c.bundle()


def h086() -> Document:
    return Host("h086", "EINDHOVEN-2", S2016, "2026-03-20T10:10:50Z", "192.0.2.29", "corp.example.com").bundle(None, unreachable=NOBODY_ASKED)


def k014() -> Document:
    c = Client("k014", "NB-7731", W10, "2026-03-20T10:10:50Z", "corp.example.com")
    for minutes in (3, 6, 9, 12, 55):
        name = "eindhoven-2.corp.example.com"
        c.tried(minutes, name, 2308, (1025, ()), (1027, ("", "4")), (1102, (name,)), (1103, ()), (1105, ()), took=1.1)
    return c.bundle()


def h087() -> Document:
    return Host("h087", "TRIER-TS-5", S2025, "2026-09-01T09:19:09Z", "192.0.2.30", "werk.example.com").bundle(None, unreachable=NOBODY_ASKED)


def k015() -> Document:
    c = Client("k015", "NB-KOCH", W10, "2026-09-01T09:19:09Z", "werk.example.com", language="de")
    values = c["client_policy"]["values"]
    values["RestrictedRemoteAdministration"] = make(DELEGATION, 1)
    values["RestrictedRemoteAdministrationType"] = make(DELEGATION, 2)
    entry = c["client_policy"]["delegation"]["AllowSavedCredentials"]
    entry.update(policy=make(DELEGATION, 1), concatenate=make(DELEGATION, 1), servers=answers("TERMSRV/*.werk.example.com"))
    for minutes in (2, 11):
        c.tried(minutes, "trier-ts-5.werk.example.com", 3593)
    return c.bundle()


def h088() -> Document:
    h = Host("h088", "SHOWROOM-1", W10, "2026-03-19T11:00:10Z", "203.0.113.146", cert_age=61)
    return h.bundle(h.whole(nla=False), unreachable=UNREACHABLE.format(address="203.0.113.146"))


def h089() -> Document:
    h = Host("h089", "HALLE-DOC-2", S2019, "2026-08-10T04:20:40Z", "192.0.2.32", "werk.example.com", language="de", up=55, cert_age=28, broken=500)
    set_key_sddl(h, WITHOUT_READER)
    failing_arrivals(h, 5, *NO_KEY)
    return h.bundle(None)


def h090() -> Document:
    h = Host("h090", "GLASGOW-4", S2025, "2026-11-20T21:12:12Z", "192.0.2.33", "corp.example.com", up=18, users=0, logons=0)
    h.policy(fDenyTSConnections=1)
    h.no_listener()
    return h.bundle(None)
