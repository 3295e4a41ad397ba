# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run the chosen steps, all of them even if an earlier one failed, and say in a table what came out."""

from __future__ import annotations

import argparse
import fcntl
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import TextIO

from .model import CannotRunError, Outcome, Skip, Step, added, skipped
from .table import STEPS
from .workplace import Workplace, make_workplace

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 when nothing failed, 1 when something did, 2 for an unknown step."""
    parser = argparse.ArgumentParser(prog="./tests/run", description="Run the tests; without names all of them.")
    parser.add_argument("--list", action="store_true", help="say what there is and stop")
    parser.add_argument("names", nargs="*", metavar="step", help="steps or groups of steps; what is marked in --list runs by name alone")
    options = parser.parse_args(arguments)
    if options.list:
        print(describe())
        return 0
    unknown = sorted(set(options.names) - {name for step in STEPS for name in (step.name, step.group)})
    if unknown:
        print(f"There is no step or group named {', '.join(unknown)}. There is:\n{describe()}", file=sys.stderr)
        return 2
    chosen = [step for step in STEPS if (not options.names and not step.by_name) or {step.name, step.group} & set(options.names)]
    lock = claim(ROOT / ".cache" / "tests.lock")
    if lock is None:
        print("Another ./tests/run is at work in this checkout; the two would overwrite each other's files.", file=sys.stderr)
        return 2
    with lock:
        workplace = make_workplace(ROOT)
        results = [run_step(workplace, step) for step in chosen]
    print(summary(results))
    return 1 if any(outcome.failed for dummy, outcome, dummy_seconds in results) else 0


def claim(path: Path) -> TextIO | None:
    """Return an open file that locks the checkout until it is closed or this process ends, None if another has it."""
    stream = path.open("w", encoding="utf-8")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        return None
    return stream


def describe() -> str:
    """Return the table of steps for people."""
    return "\n".join(f"{step.name:14} {step.group:10} {step.does}{' (by name alone)' if step.by_name else ''}" for step in STEPS)


def run_step(workplace: Workplace, step: Step) -> tuple[Step, Outcome, float]:
    """Run one step; a step that breaks is a failure of that step alone."""
    print(f"=== {step.name}: {step.does}", flush=True)
    started = time.monotonic()
    try:
        outcome = step.run(workplace)
    except CannotRunError as reason:
        outcome = skipped(step.name, str(reason))
    except Exception:
        traceback.print_exc()
        outcome = Outcome(failed=1, note="the step itself broke")
    seconds = time.monotonic() - started
    print(f"    {outcome.word} in {seconds:.1f} s{f' ({outcome.note})' if outcome.note else ''}", flush=True)
    return step, outcome, seconds


def summary(results: list[tuple[Step, Outcome, float]]) -> str:
    """Return the table of results, every skip with its reason, and the counts as the last line."""
    lines = ["", f"{'step':14} {'result':8} {'seconds':>7} {'passed':>7} {'failed':>7} {'skipped':>8}  note"]
    for step, outcome, seconds in results:
        counts = f"{outcome.passed:7} {outcome.failed:7} {len(outcome.skips):8}"
        lines.append(f"{step.name:14} {outcome.word:8} {seconds:7.1f} {counts}  {outcome.note}".rstrip())
    total = added([outcome for dummy, outcome, dummy_seconds in results])
    if total.skips:
        lines += ["", "Skipped:", *skip_lines(total.skips)]
    lines += ["", f"{total.passed} passed, {total.failed} failed, {len(total.skips)} skipped"]
    return "\n".join(lines)


def skip_lines(skips: tuple[Skip, ...]) -> list[str]:
    """Return every skip by name, those of one reason below it."""
    reasons: dict[str, list[str]] = {}
    for skip in skips:
        reasons.setdefault(" ".join(skip.reason.split()), []).append(skip.name)
    return [line for reason, names in reasons.items() for line in (f"  {reason}", *(f"    {name}" for name in names))]


if __name__ == "__main__":
    # Ended from outside, it ends what it started, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
