# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who sees to the next certificate."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.paths import look_up

from tests.support.host_states import host

RENEWAL = "derived.certificate_renewal"
CUSTOM = {"certificate.bindings.SSLCertificateSHA1Hash": "certificate.bindings.SelfSignedCertificate"}
START = "services.SessionEnv.Start"


def told(name: str, **case: Any) -> Any:
    facts = host(**case)
    return look_up(facts.document, facts.gaps, f"{RENEWAL}.{name}")


@pytest.mark.parametrize(
    ("case", "by_itself", "says"),
    [
        ({}, True, "SessionEnv renews it by itself"),
        ({"set": {f"{START}.value": 2}}, True, "SessionEnv renews it by itself"),
        ({"set": {f"{START}.value": 4}}, False, "SessionEnv, which renews it, is disabled"),
        ({"events": [{"event": "rcm 1057", "properties": [""]}]}, False, "SessionEnv tried to renew it and failed (event 1057 or 1058)"),
        ({"events": [{"event": "rcm 1058", "properties": [""]}]}, False, "SessionEnv tried to renew it and failed (event 1057 or 1058)"),
        ({"events": [{"event": "rcm 1006"}]}, True, "SessionEnv renews it by itself"),
        # nobody asked for the events
        ({"status": {"events": "not_asked"}}, True, "SessionEnv renews it by itself"),
        ({"set": {f"{START}.value": 4}, "status": {"events": "denied"}}, False, "SessionEnv, which renews it, is disabled"),
        ({"copy": CUSTOM}, False, "a person or a certificate authority renews it"),
        ({"copy": CUSTOM, "status": {"services": "denied"}}, False, "a person or a certificate authority renews it"),
    ],
)
def test_who_renews_it(case: dict[str, Any], by_itself: bool, says: str) -> None:
    assert told("by_itself", **case).value is by_itself
    assert told("says", **case).value == says
    assert told("days_wanted", **case).value == (7 if by_itself else 30)


@pytest.mark.parametrize("name", ["by_itself", "days_wanted", "says"])
def test_nobody_knows_who_renews_it(name: str) -> None:
    assert "SessionEnv" in told(name, status={"services": "denied"}).why
    assert "SessionEnv" in told(name, status={"events": "denied"}).why
    assert "was denied" in told(name, set={f"{START}.kind": "denied", f"{START}.value": None}).why
