# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The judgement of one host, without Ansible: evaluate and diagnose, and the whole judge with plan and prediction.

    python benchmarks/judge.py [--rounds 200]

Goal: evaluate + diagnose <= 5 ms. The floor is json.loads of the same bundle, measured in the same run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / ".cache" / "collections")]

from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.load import load_catalogue
from ansible_collections.rdpops.health.plugins.plugin_utils._core.diagnose import diagnose
from ansible_collections.rdpops.health.plugins.plugin_utils._core.evaluate import evaluate
from ansible_collections.rdpops.health.plugins.plugin_utils._core.judge import judge
from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import Catalogue, Facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.build import build_facts
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import parse_bundle

from benchmarks.timing import clock


def timed(work: Callable[[], object], rounds: int) -> float:
    """Median of ``rounds`` runs, in milliseconds."""
    samples = []
    for dummy in range(rounds):
        start = clock()
        work()
        samples.append((clock() - start) * 1000)
    return statistics.median(samples)


def row(path: Path, catalogue: Catalogue, rounds: int) -> str:
    """Measure one bundle."""
    raw = path.read_bytes()
    bundle = parse_bundle(raw, path.name)

    def build() -> Facts:
        return build_facts(bundle.host, bundle.collected_at, snapshot=bundle.snapshot, probe=bundle.probe, unreachable=bundle.unreachable)

    facts = build()
    floor = timed(lambda: json.loads(raw), rounds)
    loaded = timed(lambda: parse_bundle(raw, path.name), rounds)
    built = timed(build, rounds)
    core = timed(lambda: (evaluate(facts, catalogue.checks), diagnose(facts, catalogue.causes)), rounds)
    whole = timed(lambda: judge(facts, catalogue), rounds)
    return f"{path.stem:20} {floor:8.2f} ms {loaded:8.2f} ms {built:5.2f} ms {core:9.2f} ms {whole:5.2f} ms   {core / floor:.1f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    start = clock()
    catalogue = load_catalogue()
    print(f"load the catalogue once: {(clock() - start) * 1000:.1f} ms ({len(catalogue.checks)} checks, {len(catalogue.causes)} causes)")
    print(f"{'bundle':20} {'json.loads':>11} {'load+check':>11} {'facts':>8} {'eval+diagn.':>12} {'judge':>8}   eval+diagnose / json.loads")
    for path in sorted((REPOSITORY / "demo" / "bundles").glob("*.json")):
        print(row(path, catalogue, rounds))


if __name__ == "__main__":
    main()
