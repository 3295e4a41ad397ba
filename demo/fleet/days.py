# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The last two days of each host of the demo fleet, as its event logs tell them: Wednesday to Friday morning, in UTC."""

from __future__ import annotations

from .log import Log

_WRONG_PASSWORD = (0xC000006D, 0xC000006A)
_UNKNOWN_USER = (0xC000006D, 0xC0000064)
_KEY_NOT_OPENED = "-2146893043"  # 0x8009030D, which the log keeps as a signed number
_NOT_TLS = ("10", "1203")  # bytes that are no TLS, as scanners send them


def office(log: Log) -> None:
    """A few people who work on the host, a scanner at night, and a spooler that fell over."""
    log.arrival("2026-11-18T09:02:48Z", 6)
    log.departure("2026-11-18T14:47:20Z", 6, for_good=True)
    log.tls("2026-11-19T02:14:09Z", 36888, *_NOT_TLS)
    log.refused("2026-11-19T07:11:58Z", *_WRONG_PASSWORD)
    log.arrival("2026-11-19T07:12:33Z", 3, back=True)
    log.service("2026-11-19T10:26:52Z", 7031, "Print Spooler", "1", "5000", "1", "Restart the service", name="Spooler")
    log.departure("2026-11-19T16:04:01Z", 3)
    log.tls("2026-11-20T02:13:55Z", 36888, *_NOT_TLS)
    log.arrival("2026-11-20T07:05:19Z", 3, back=True)
    log.arrival("2026-11-20T07:31:50Z", 8)


def office_with_doubts(log: Log) -> None:
    """People who click a warning away, and terminals that do not: they come as far as the listener and no further."""
    log.arrival("2026-11-18T08:20:54Z", 2, back=True)
    log.connection("2026-11-18T08:52:13Z")
    log.connection("2026-11-18T08:52:49Z")
    log.departure("2026-11-18T15:31:26Z", 2)
    log.arrival("2026-11-19T07:22:37Z", 2, back=True)
    log.connection("2026-11-19T07:50:02Z")
    log.refused("2026-11-19T08:14:30Z", *_WRONG_PASSWORD)
    log.arrival("2026-11-19T08:15:11Z", 9)
    log.departure("2026-11-19T15:02:58Z", 9, for_good=True)
    log.departure("2026-11-19T15:44:07Z", 2)
    log.connection("2026-11-20T06:49:45Z")
    log.connection("2026-11-20T06:50:31Z")
    log.arrival("2026-11-20T07:18:06Z", 2, back=True)


def locked_out_at_a_quarter_past_three(log: Log) -> None:
    """Administrators come and go until Thursday at 15:23; whoever tries afterwards is turned away in TLS."""
    log.arrival("2026-11-18T09:14:22Z", 2)
    log.departure("2026-11-18T10:02:39Z", 2, for_good=True)
    log.refused("2026-11-18T22:41:17Z", *_UNKNOWN_USER)
    log.arrival("2026-11-19T14:51:40Z", 3)
    log.departure("2026-11-19T15:23:08Z", 3)
    for at in (
        "2026-11-19T15:24:10Z", "2026-11-19T15:24:31Z", "2026-11-19T15:26:02Z", "2026-11-19T16:40:55Z",
        "2026-11-20T06:58:13Z", "2026-11-20T06:58:40Z", "2026-11-20T07:11:26Z", "2026-11-20T08:03:49Z",
    ):
        log.connection(at)
        log.tls(at, 36870, "server", _KEY_NOT_OPENED, "10001")


def desk(log: Log) -> None:
    """One person, who works from home on the office computer and switches it off on Wednesday evening."""
    log.arrival("2026-11-18T08:16:41Z", 2, back=True)
    log.departure("2026-11-18T17:08:12Z", 2, for_good=True)
    log.listener_up("2026-11-19T06:53:01Z")
    log.service("2026-11-19T06:54:38Z", 7000, "Example Updater Service", "%%1053", name="ExampleUpdater")
    log.arrival("2026-11-19T07:10:27Z", 2)
    log.tls("2026-11-19T09:33:05Z", 36887, "70")
    log.departure("2026-11-19T12:31:50Z", 2)
    log.arrival("2026-11-19T13:15:18Z", 2, back=True)
    log.departure("2026-11-19T16:30:44Z", 2)
    log.arrival("2026-11-20T06:45:59Z", 2, back=True)


def nobody_gets_in(log: Log) -> None:
    """No connection has come further than its first step since the restart, which was before these two days."""
    for at in (
        "2026-11-18T08:44:12Z", "2026-11-18T08:44:37Z", "2026-11-18T09:30:05Z", "2026-11-18T13:02:51Z", "2026-11-19T07:51:20Z",
        "2026-11-19T07:51:58Z", "2026-11-19T10:17:43Z", "2026-11-20T07:20:33Z", "2026-11-20T07:21:04Z",
    ):
        log.connection(at)
        log.tls(at, 36871, "server", "10013")


def silent_since_the_start(log: Log) -> None:
    """The machine is looked after from afar until Thursday; it started this morning, and since then nothing has come."""
    log.arrival("2026-11-18T14:20:11Z", 3)
    log.departure("2026-11-18T14:36:50Z", 3, for_good=True)
    log.arrival("2026-11-19T10:05:20Z", 4)
    log.departure("2026-11-19T10:18:03Z", 4, for_good=True)
    log.listener_up("2026-11-20T05:58:47Z")


def closed_on_thursday(log: Log) -> None:
    """The listener stops on Thursday at 13:47; whoever is in stays in until they leave, and nobody comes any more."""
    log.arrival("2026-11-18T08:25:36Z", 5)
    log.departure("2026-11-18T15:44:19Z", 5, for_good=True)
    log.tls("2026-11-19T02:31:44Z", 36888, *_NOT_TLS)
    log.arrival("2026-11-19T07:35:02Z", 3, back=True)
    log.arrival("2026-11-19T08:02:57Z", 6)
    log.departure("2026-11-19T13:20:40Z", 6, for_good=True)
    log.listener_down("2026-11-19T13:47:09Z")
    log.departure("2026-11-19T16:05:13Z", 3)
