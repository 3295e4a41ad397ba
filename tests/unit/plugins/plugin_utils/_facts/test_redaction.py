# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Redaction: nothing of a name is left in the bytes, and what is left is judged as before."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.redaction import redact_bundle
from ansible_collections.rdpops.health.tests.support.optional import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bundle_outcomes import outcomes

DEMO = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((REPOSITORY / "demo" / "bundles").glob("*.json"))}
KEY = b"k" * 32
NAMES = st.from_regex(r"[A-Z][A-Z0-9]{3,10}Q[0-9]", fullmatch=True)  # names that are no words of the format


def healthy(**names: str) -> dict[str, Any]:
    """Return a healthy host with these names in every place that they can stand in."""
    document = copy.deepcopy(DEMO["rds-healthy"])
    subsets = document["snapshot"]["subsets"]
    document["host"] = f"{names['host'].lower()}.{names['domain'].lower()}.example"
    document["note"] = f"{names['user']} called"
    subsets["os"]["data"]["computer_name"] = names["host"]
    subsets["os"]["data"]["domain"] = {"joined": True, "name": names["domain"]}
    subsets["services"]["data"]["SessionEnv"]["ObjectName"].update(kind="REG_SZ", value=f"{names['domain']}\\{names['user']}")
    subsets["services"]["data"]["SessionEnv"]["ImagePath"].update(kind="REG_SZ", value=f"C:\\Users\\{names['user']}\\on-{names['host']}.exe")
    sddl = subsets["key_store"]["data"]["folder"]["sddl"]
    subsets["key_store"]["data"]["folder"]["sddl"] = f"{sddl}(A;;FR;;;{names['sid']}-1104)"
    subsets["firewall"]["data"]["rules"].append(
        {"id": f"from {names['host']}", "hive": "local", "text": f"v2.33|Action=Allow|Active=TRUE|Dir=In|RA4={names['address']}|Name=for {names['user']}|"}
    )
    return document


@pytest.mark.parametrize("name", list(DEMO))
def test_a_redacted_bundle_is_judged_the_same(name: str) -> None:
    redacted = redact_bundle(DEMO[name], KEY)
    assert outcomes(redacted) == outcomes(DEMO[name])
    assert "BEGIN" not in json.dumps(redacted)


@settings(max_examples=15, deadline=None)
@given(host=NAMES, domain=NAMES, user=NAMES, numbers=st.tuples(*[st.integers(10**6, 2**32 - 1)] * 3), octet=st.integers(1, 254), key=st.binary(min_size=16))
def test_no_name_survives(host: str, domain: str, user: str, numbers: tuple[int, int, int], octet: int, key: bytes) -> None:
    """Given names anywhere in a bundle, when it is redacted, then none is in its bytes in any case of letters, and the outcomes are those of before."""
    sid = "S-1-5-21-" + "-".join(map(str, numbers))
    document = healthy(host=host, domain=domain, user=user, sid=sid, address=f"10.20.30.{octet}")
    redacted = redact_bundle(document, key)
    text = json.dumps(redacted).lower()
    assert [name for name in (host, domain, user, sid, f"10.20.30.{octet}") if name.lower() in text] == []
    assert outcomes(redacted) == outcomes(document)


def test_the_same_name_is_the_same_pseudonym_and_another_key_is_another() -> None:
    document = DEMO["rds-healthy"]
    first, again, other = (redact_bundle(document, key) for key in (KEY, KEY, b"o" * 32))
    assert first == again
    assert first["host"] != other["host"]
    store = first["snapshot"]["subsets"]["certificate"]["data"]["stores"]["remote_desktop"]["certificates"][0]
    assert store["der"] == ""
    assert store["thumbprint"] == store["decoded"]["sha1"] == first["probe"]["tls"]["certificate"]["sha1"]


def test_a_member_of_a_fleet_keeps_its_neighbours() -> None:
    """Given two hosts of one domain, then the domain has one pseudonym in both."""
    names = {"user": "ANNAQ1", "sid": "S-1-5-21-1000001-1000002-1000003", "address": "10.20.30.1"}
    first, second = (redact_bundle(healthy(host=host, domain="BERGQ2", **names), KEY) for host in ("HOSTQ1", "HOSTQ2"))
    domains = {document["snapshot"]["subsets"]["os"]["data"]["domain"]["name"] for document in (first, second)}
    assert len(domains) == 1
    assert first["host"].partition(".")[2] == second["host"].partition(".")[2]
    assert first["host"] != second["host"]


def test_what_windows_calls_its_own_stays() -> None:
    redacted = redact_bundle(DEMO["rds-healthy"], KEY)
    data = redacted["snapshot"]["subsets"]["services"]["data"]
    assert data["TermService"]["ObjectName"] == DEMO["rds-healthy"]["snapshot"]["subsets"]["services"]["data"]["TermService"]["ObjectName"]
    rules = {rule["id"] for rule in redacted["snapshot"]["subsets"]["firewall"]["data"]["rules"]}
    assert "RemoteDesktop-UserMode-In-TCP" in rules
