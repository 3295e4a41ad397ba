# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of steps, in the order in which they run: what is quick and most often wrong comes first."""

from __future__ import annotations

from . import lab, lint, python, sanity, whole
from .model import Step

STEPS = (
    Step("ruff", "lint", "Python files keep the rules of pyproject.toml", lint.ruff),
    Step("yamllint", "lint", "YAML files keep the rules of .yamllint", lint.yamllint),
    Step("shellcheck", "lint", "shell scripts are clean", lint.shellcheck),
    Step("mypy", "lint", "types hold strictly in the rooms that know nothing of Ansible", python.mypy),
    Step("unit", "unit", "tests/unit", python.pytest_of("tests/unit")),
    Step("contract", "contract", "tests/contract: imports go one way, docs equal specs, house rules", python.pytest_of("tests/contract")),
    Step("e2e", "e2e", "tests/e2e: the whole playbook over replayed hosts", python.pytest_of("tests/e2e")),
    Step("lab", "lab", "tests/lab: Windows hosts made of real parts, and the playbook over them", lab.lab),
    Step("lab-repair", "lab-repair", "the slow half of tests/lab: every way to repair a lab host, and to cut it off", lab.lab_repair, by_name=True),
    Step("demo", "demo", "the README's first command, twice", whole.demo),
    Step("molecule", "molecule", "the molecule scenarios", whole.molecule),
    Step("ansible-lint", "lint", "production profile, offline", lint.ansible_lint),
    Step("package", "package", "build, install elsewhere, run by full name", whole.package),
    Step("changelog", "docs", "changelog fragments", lint.changelog),
    Step("docs", "docs", "plugin documentation and its references", lint.docs),
    Step("sanity-2.21", "sanity", "ansible-test sanity in full", sanity.sanity_on("2.21")),
    Step("sanity-2.20", "sanity", "compile, import, validate-modules", sanity.sanity_on("2.20")),
    Step("sanity-2.19", "sanity", "compile, import, validate-modules", sanity.sanity_on("2.19")),
)
