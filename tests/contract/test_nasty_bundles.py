# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""On hosts that mislead, nothing untrue is certain, and of a host in order nothing is said that would send anybody there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import facts_of_case
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Impact, Rank

from tests.support.host_states import CATALOGUE

TOLD: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("nasty_hosts.yml").read_text(encoding="utf-8"))
HOSTS = [host for host in TOLD if "name" in host]  # the rest are parts that several share
LABELS = ("truth", "in_order", "unsettled")
NAMES = [host["name"] for host in HOSTS]
IN_ORDER = [host for host in HOSTS if host.get("in_order")]


def ranked(host: dict[str, Any]) -> dict[str, tuple[Rank, Impact]]:
    facts = facts_of_case({name: part for name, part in host.items() if name not in LABELS})
    return {item.cause.id: (item.rank, item.cause.impact) for item in diagnose(facts, CATALOGUE.causes, CATALOGUE.usual)}


def test_there_are_enough_of_both_kinds() -> None:
    assert len(HOSTS) - len(IN_ORDER) >= 15
    assert len(IN_ORDER) >= 10
    assert len(set(NAMES)) == len(NAMES)
    assert {cause for host in HOSTS for cause in host["truth"]} <= {cause.id for cause in CATALOGUE.causes}
    assert not any(host["truth"] for host in IN_ORDER)


@pytest.mark.parametrize("host", HOSTS, ids=NAMES)
def test_nothing_is_certain_that_is_not_so(host: dict[str, Any]) -> None:
    assert [cause for cause, (rank, dummy) in ranked(host).items() if rank is Rank.CERTAIN and cause not in host["truth"]] == []


@pytest.mark.parametrize("host", [host for host in HOSTS if host["truth"] and not host.get("unsettled")], ids=lambda host: host["name"])
def test_what_is_so_is_named_as_surely_as_anything(host: dict[str, Any]) -> None:
    named = ranked(host)
    order = list(Rank)
    surest = min(order.index(rank) for rank, dummy in named.values())
    assert any(order.index(named[cause][0]) == surest for cause in host["truth"] if cause in named)


@pytest.mark.parametrize("host", IN_ORDER, ids=lambda host: host["name"])
def test_a_host_in_order_is_not_called_out_of_service(host: dict[str, Any]) -> None:
    sure = (Rank.CERTAIN, Rank.LIKELY)
    assert [cause for cause, (rank, impact) in ranked(host).items() if rank in sure and impact is Impact.OUTAGE] == []
