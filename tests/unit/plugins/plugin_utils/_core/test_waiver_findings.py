# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of waivers themselves: every kind of trouble, and the moments at which it begins and ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.waivers import build_waivers, checked_waivers
from ansible_collections.rdpops.health.plugins.plugin_utils._core.evaluate import selected
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Facts, Impact, Judgement, Outcome, Verdict, Waiver, WaiverState
from ansible_collections.rdpops.health.plugins.plugin_utils._core.waiver_findings import WIDE_PROFILE, findings_about
from ansible_collections.rdpops.health.plugins.plugin_utils._core.waivers import state_of

from tests.support.host_states import CATALOGUE, host
from tests.unit.plugins.plugin_utils._core.test_waivers import NLA, NLA_OFF, NOW, about, finding, judged, waiver

OUTAGES = tuple(check.id for check in CATALOGUE.checks if check.impact is Impact.OUTAGE)
PROFILE = tuple(check.id for check in CATALOGUE.checks if "outage" in check.profiles)
NAMED = "waiver W1 of ops (CHG-1)"


def without_nla() -> Facts:
    return host(set=NLA_OFF)


def told(judgement: Judgement, *others: str) -> dict[str, str]:
    return {name: reason for name, reason in about(judgement).items() if name not in others}


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ({"checks": ("outside.answers",)}, "accepts on every host what keeps everybody out (outside.answers); name the hosts"),
        ({"checks": (NLA, "outside.answers"), "hosts": ("*",)}, "accepts on every host what keeps everybody out (outside.answers); name the hosts"),
        ({"checks": ("outside.answers",), "groups": ("all",)}, "accepts on every host what keeps everybody out (outside.answers); name the hosts"),
        ({"checks": OUTAGES[:5], "hosts": ("[a-z]*",)}, f"what keeps everybody out ({', '.join(OUTAGES[:3])} and 2 more); name the hosts"),
        ({"checks": PROFILE, "hosts": ("rds*",)}, "names every check of the profile outage; name what is accepted"),
        ({"hosts": ("rds*",)}, "names no check and accepts every failure here; name what is accepted"),
        ({"groups": ("lab",)}, "names no check and accepts every failure here; name what is accepted"),
        ({}, "names neither hosts nor checks and waives nothing; name what is accepted"),
        ({"hosts": ("[!x]*",)}, "names neither hosts nor checks and waives nothing; name what is accepted"),
    ],
)
def test_over_wide(scope: dict[str, Any], words: str) -> None:
    (reason,) = told(judged(host(), waiver(**scope))).values()
    assert reason.startswith(NAMED)
    assert reason.endswith(words)
    assert list(told(judged(host(), waiver(**scope)))) == ["waiver.over_wide"]


@pytest.mark.parametrize(
    "scope",
    [
        {"checks": ("outside.answers",), "hosts": ("rds*",)},
        {"checks": ("outside.answers",), "groups": ("lab",)},
        {"checks": (NLA,)},
        {"checks": ("outside.answers",), "fingerprints": ("0" * 16,)},
        {"checks": PROFILE[1:], "hosts": ("rds*",)},
    ],
)
def test_what_is_not_over_wide(scope: dict[str, Any]) -> None:
    assert told(judged(host(), waiver(**scope))) == {}


@pytest.mark.parametrize(("members", "is_wide"), [(WIDE_PROFILE - 1, False), (WIDE_PROFILE, True)])
def test_a_small_profile_can_be_named_whole(members: int, is_wide: bool) -> None:
    # Given a profile of few checks, each of which somebody names
    use = judged(host(), waiver(checks=PROFILE, hosts=("rds*",))).waivers[0]
    named = [replace(check, profiles=("small",)) for check in CATALOGUE.checks if check.id in PROFILE][:members]
    reasons = [finding.reason for finding in findings_about(use, [], "rds01", named) if finding.check.id == "waiver.over_wide"]
    assert bool(reasons) is is_wide
    assert all("every check of the profile small" in reason for reason in reasons)


@pytest.mark.parametrize("changes", [{"starts": NOW + timedelta(days=1)}, {"expires": NOW}])
def test_a_waiver_that_does_not_hold_is_not_called_wide(changes: dict[str, Any]) -> None:
    assert "waiver.over_wide" not in told(judged(host(), waiver(**changes)))


def test_a_waiver_too_wide_for_anything_waives_no_outage() -> None:
    stopped = host(set={"services.TermService.state": "stopped"})
    assert judged(stopped, waiver()).verdict is Verdict.FAILING


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        (("listener.nla_requird",), "names listener.nla_requird, and this run has no such check; the nearest to listener.nla_requird is listener.nla_required"),
        (("zzz.qqq",), "names zzz.qqq, and this run has no such check; a check of others is there only where its source is loaded"),
        ((NLA, "corp.a", "corp.b", "corp.c", "corp.d"), "names corp.a, corp.b, corp.c and 1 more, and this run has no such check"),
        (("waiver.unused",), "names waiver.unused, and this run has no such check"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("changes", [{}, {"starts": NOW + timedelta(days=1)}, {"expires": NOW + timedelta(days=1)}])
def test_a_check_that_there_is_not(checks: tuple[str, ...], words: str, changes: dict[str, Any]) -> None:
    # Given a waiver of this host by its name, which would be called unused
    judgement = judged(host(), waiver(checks=checks, hosts=(host().host,), source="waivers.yml", **changes))
    # Then its file and the id are named, and nobody is told to take it out: another run may have that check
    assert told(judgement) == {"waiver.unknown_check": told(judgement)["waiver.unknown_check"]}
    assert told(judgement)["waiver.unknown_check"].startswith(f"{NAMED} in waivers.yml {words}")
    assert judgement.waivers[0].open == sum(name != NLA for name in checks)


def test_a_check_that_was_not_looked_at_is_neither_strange_nor_unused() -> None:
    benchmark = next(check.id for check in CATALOGUE.checks if check not in selected(CATALOGUE.checks))
    judgement = judged(host(), waiver(checks=(benchmark,), hosts=(host().host,)))
    assert told(judgement) == {}
    assert judgement.waivers[0].open == 1


def test_an_ended_waiver_may_name_what_is_gone() -> None:
    assert told(judged(host(), waiver(checks=("corp.gone",), expires=NOW))) == {}


@pytest.mark.parametrize(
    ("expires", "kinds", "outcome"),
    [
        (NOW + timedelta(days=14, seconds=1), [], Outcome.WAIVED),
        (NOW + timedelta(days=14), ["waiver.expiring"], Outcome.WAIVED),
        (NOW + timedelta(seconds=1), ["waiver.expiring"], Outcome.WAIVED),
        (NOW, ["waiver.expired"], Outcome.FAIL),
        (NOW - timedelta(days=400), ["waiver.expired"], Outcome.FAIL),
    ],
)
def test_the_end(expires: datetime, kinds: list[str], outcome: Outcome) -> None:
    judgement = judged(without_nla(), waiver(checks=(NLA, "outside.nla_required"), hosts=(host().host,), expires=expires))
    assert list(told(judgement)) == kinds
    assert finding(judgement, NLA).outcome is outcome


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (datetime(2026, 10, 31, 23, 59, 59, tzinfo=timezone.utc), WaiverState.NOT_BEGUN),
        (datetime(2026, 11, 1, tzinfo=timezone.utc), WaiverState.IN_FORCE),
        (datetime(2027, 1, 30, 23, 59, 59, tzinfo=timezone.utc), WaiverState.EXPIRING),
        (datetime(2027, 1, 31, tzinfo=timezone.utc), WaiverState.EXPIRED),
        # Midnight in UTC, wherever somebody looks at it: it is 1 o'clock of the 31st east of it, and 19 o'clock of the 30th west of it
        (datetime(2027, 1, 31, 0, 59, 59, tzinfo=timezone(timedelta(hours=1))), WaiverState.EXPIRING),
        (datetime(2027, 1, 30, 19, 0, 0, tzinfo=timezone(-timedelta(hours=5))), WaiverState.EXPIRED),
    ],
)
def test_a_day_begins_and_ends_in_utc(now: datetime, state: WaiverState) -> None:
    written = {"id": "W-1", "reason": "r", "owner": "o", "ticket": "t", "start": "2026-11-01", "expiry": "2027-01-31", "scope": {"checks": [NLA]}}
    (built,) = build_waivers(checked_waivers([written], "w.yml"), "w.yml")
    assert built.source == "w.yml"
    assert state_of(built, now) is state


def test_an_unused_waiver_that_has_ended_is_to_be_taken_out() -> None:
    by_name = waiver(checks=(NLA,), hosts=(host().host,), expires=NOW)
    assert told(judged(host(), by_name)) == {"waiver.unused": f"{NAMED} ended on 2026-11-20 and is not needed on this host; take it out"}
    assert told(judged(host(), waiver(checks=(NLA,), expires=NOW))) == {}  # of others only the fleet can say so


def renewed(**changes: Any) -> tuple[Waiver, Waiver]:
    """Return a waiver that was accepted anew under another id."""
    new = waiver(id="W2", checks=(NLA, "outside.nla_required"), expires=NOW + timedelta(days=200))
    return waiver(**{"checks": (NLA, "outside.nla_required"), **changes}), new


@pytest.mark.parametrize("expires", [NOW, NOW + timedelta(days=3), NOW + timedelta(days=300)])
def test_what_was_accepted_anew_neither_ends_nor_fails(expires: datetime) -> None:
    old, new = renewed(expires=expires)
    judgement = judged(without_nla(), old, new)
    assert told(judgement) == {}
    assert judgement.verdict is judged(without_nla(), new).verdict
    # The one that holds longest is named, whatever the order
    holder = finding(judged(without_nla(), new, old), NLA).waiver
    assert holder is not None
    assert holder.id == ("W1" if expires > new.expires else "W2")


def test_a_fingerprint_that_changed_waives_nothing() -> None:
    # Given a waiver of a finding of the host's former name
    mark = finding(judged(without_nla()), NLA).fingerprint
    was = waiver(fingerprints=(mark[::-1],), hosts=(host().host,))
    # Then what it was for fails again, and the waiver is told where it names the host
    judgement = judged(without_nla(), was)
    assert finding(judgement, NLA).outcome is Outcome.FAIL
    assert told(judgement) == {"waiver.unused": f"{NAMED} waives nothing on this host; take it out"}
    assert judgement.waivers[0].waived == 0


def test_an_unknown_is_never_waived_into_green() -> None:
    blind = host(status={"listener": "denied"})
    names = tuple(check.id for check in CATALOGUE.checks)
    for scope in ({"checks": names, "hosts": (host().host,)}, {"hosts": ("rds*", "test")}, {}):
        judgement = judged(blind, waiver(**scope))
        assert finding(judgement, NLA).outcome is Outcome.UNKNOWN
        assert judgement.verdict is judged(blind).verdict is not Verdict.HEALTHY
