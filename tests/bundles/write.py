# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write the bundles of a package into a folder as plain files: `python -m tests.bundles.write FOLDER [--package tests.bundles.unseen]`.

Beside the bundles lie ``labels.yml``; ``clients/``, bundles of the machines that showed an error; and ``joins.yml``, which client and which
error text belong to which host.
"""

from __future__ import annotations

import argparse
import importlib
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml


def write_bundles(folder: Path, documents: Mapping[str, dict[str, Any]]) -> None:
    """Write one file for each bundle; make the folder where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_package(package: str, folder: Path) -> int:
    """Write everything of a package; return how many hosts there are.

    :param package: the full name of a package with ``bundles``, ``CLIENT_LETTER``, ``CLIENTS``, ``ERRORS`` and ``LABELS``.
    """
    source = importlib.import_module(package)
    hosts = source.bundles()
    write_bundles(folder, hosts)
    write_bundles(folder / "clients", source.bundles(source.CLIENT_LETTER))
    shutil.copyfile(source.LABELS, folder / "labels.yml")
    joins = {name: {"client": source.CLIENTS.get(name), "error": source.ERRORS.get(name)} for name in sorted({*source.CLIENTS, *source.ERRORS})}
    (folder / "joins.yml").write_text(yaml.safe_dump(joins, allow_unicode=True), encoding="utf-8")
    return len(hosts)


def main(arguments: Sequence[str]) -> int:
    """Write what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(description="Write labelled bundles into a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--package", default="tests.bundles.unseen")
    options = parser.parse_args(arguments)
    print(f"{write_package(options.package, options.folder)} bundles in {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
