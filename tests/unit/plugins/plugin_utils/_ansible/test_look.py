# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looking from several vantage points: what is judged, what is compared, what is kept in a bundle."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.bundles import bundle_document, save_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.look import Seen, Wanted, look, with_elsewhere
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.vantage import Elsewhere
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle, parse_bundle

from tests.conftest import ROOT

DEMO = ROOT / "demo" / "bundles" / "rds-healthy.json"
NOW = datetime(2026, 11, 20, 8, 15, 30, tzinfo=timezone.utc)
PROBE: dict[str, Any] = json.loads(DEMO.read_text(encoding="utf-8"))["probe"]
HERE, THERE, BEYOND = ({**PROBE, "vantage": name} for name in ("controller", "there", "beyond"))


def test_the_probe_from_here_stays_the_one_that_is_judged() -> None:
    seen = with_elsewhere(Seen("live", NOW, probe=HERE), Elsewhere((THERE, BEYOND)))
    assert (seen.probe, seen.elsewhere.probes) == (HERE, (THERE, BEYOND))


@pytest.mark.parametrize("why", [None, "the probe could not run"])
def test_without_one_from_here_the_first_takes_its_place(why: str | None) -> None:
    seen = with_elsewhere(Seen("live", NOW, probe_missing=why), Elsewhere((THERE, BEYOND), "beyond2 is down"))
    assert (seen.probe, seen.probe_missing, seen.elsewhere.probes) == (THERE, None, (BEYOND,))
    assert seen.elsewhere.missing == (f"{why}; beyond2 is down" if why else "beyond2 is down")


def test_nothing_from_elsewhere_changes_nothing() -> None:
    seen = Seen("live", NOW, probe_missing="the probe could not run")
    assert with_elsewhere(seen, Elsewhere()) == seen


def test_what_was_seen_from_elsewhere_is_kept_in_the_bundle(tmp_path: Path) -> None:
    seen = Seen("outside_only", NOW, probe=HERE, elsewhere=Elsewhere((THERE,)))
    assert load_bundle(save_bundle(tmp_path, bundle_document("rds01", seen))).other_probes == (THERE,)
    assert "other_probes" not in bundle_document("rds01", Seen("outside_only", NOW, probe=HERE))


def test_a_replayed_host_was_seen_from_where_its_bundle_says() -> None:
    document = {**json.loads(DEMO.read_text(encoding="utf-8")), "other_probes": [THERE]}

    class Replayed:
        replay_bundle = parse_bundle(json.dumps(document).encode(), "x")

    wanted: Any = Wanted(False, True, "rds01", None, None, False, Elsewhere((BEYOND,)))  # type: ignore[arg-type]  # nothing is probed
    seen = look(SimpleNamespace(_connection=Replayed()), {}, wanted)
    assert seen.elsewhere == Elsewhere((THERE,))
    assert seen.probe == PROBE
