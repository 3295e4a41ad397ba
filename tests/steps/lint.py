# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Steps that read files and judge their form."""

from __future__ import annotations

import sys
from pathlib import Path

from .model import CannotRunError, Outcome, added
from .workplace import Workplace


def ruff(workplace: Workplace) -> Outcome:
    """Check every Python file."""
    return workplace.call("ruff", [sys.executable, "-m", "ruff", "check", "--no-cache", "."]).outcome()


def yamllint(workplace: Workplace) -> Outcome:
    """Check every YAML file."""
    return workplace.call("yamllint", [sys.executable, "-m", "yamllint", "--strict", "."]).outcome()


def shell_scripts(root: Path) -> list[Path]:
    """Return the shell scripts of the checkout, told by their first line."""
    folders = ("tools", "demo", "tests", "benchmarks", ".ci")
    files = [path for folder in folders for path in sorted((root / folder).rglob("*")) if path.suffix in {"", ".sh"} and path.is_file()]
    return [path for path in files if path.read_bytes()[:80].split(b"\n")[0] in {b"#!/bin/sh", b"#!/usr/bin/env bash", b"#!/bin/bash"}]


def shellcheck(workplace: Workplace) -> Outcome:
    """Check every shell script."""
    program = workplace.program("shellcheck", "Debian: apt-get install shellcheck")
    scripts = shell_scripts(workplace.root)
    return workplace.call("shellcheck", [program, *scripts]).outcome(f"{len(scripts)} scripts")


def ansible_lint(workplace: Workplace) -> Outcome:
    """Check roles, playbooks and metadata with the production profile."""
    program = workplace.program("ansible-lint", "not in this Python's lock file")
    extra = {"ANSIBLE_HOME": str(workplace.cache / "ansible-home")}
    return workplace.call("ansible-lint", [program, "--offline", "--profile", "production", "--nocolor"], extra=extra).outcome()


def changelog(workplace: Workplace) -> Outcome:
    """Check the changelog fragments."""
    program = workplace.program("antsibull-changelog", "not in this Python's lock file")
    return workplace.call("changelog", [program, "lint"]).outcome()


def docs(workplace: Workplace) -> Outcome:
    """Check the documentation of the collection and of every plugin, references included."""
    program = workplace.program("antsibull-docs", "not in this Python's lock file")
    if not any((workplace.root / "plugins" / "modules").glob("*")):
        raise CannotRunError("there are no modules yet")
    # It wants the real path, not the link: a folder of links would be documented file by file.
    where = workplace.cache / "collections" / "ansible_collections" / "rdpops" / "health"
    command = [program, "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=all", "."]
    return added([workplace.call("docs", command, cwd=where).outcome()])
