# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Counts of JUnit files, as pytest and ansible-test write them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from .model import Outcome, Skip


def read_junit(path: Path) -> Outcome:
    """Return what a JUnit file counts; an error outside the tests themselves counts as a failure.

    The file was written by our own test tools a moment ago, so the standard library's parser is enough.
    """
    passed, failed, skips = 0, 0, []
    for case in ElementTree.parse(path).iter("testcase"):
        name = ".".join(filter(None, [case.get("classname"), case.get("name")]))
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif skip is not None:
            skips.append(Skip(name, skip.get("message") or (skip.text or "").strip() or "no reason given"))
        else:
            passed += 1
    return Outcome(passed, failed, tuple(skips))
