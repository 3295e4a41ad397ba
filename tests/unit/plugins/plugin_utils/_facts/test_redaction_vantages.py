# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What other vantage points saw names the host as much as the probe does."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import parse_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.redaction import new_key, redact_bundle

DOCUMENT = json.loads((Path(__file__).parents[5] / "demo" / "bundles" / "rds-healthy.json").read_text(encoding="utf-8"))


def test_nothing_of_them_survives() -> None:
    other = {**DOCUMENT["probe"], "vantage": "geheimstadt", "target": {**DOCUMENT["probe"]["target"], "host": "geheimhost.example.com"}}
    other["sentence"] = "geheimhost.example.com completed the RDP negotiation."
    redacted = redact_bundle({**DOCUMENT, "other_probes": [other]}, new_key())
    text = json.dumps(redacted)
    assert "geheim" not in text
    assert other["tls"]["certificate"]["sha1"] not in text
    (read,) = parse_bundle(text.encode(), "x").other_probes
    assert (read["symptom"], read["ended_at"]) == (other["symptom"], other["ended_at"])
    assert read["vantage"] != redacted["probe"]["vantage"]
