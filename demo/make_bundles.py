# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write the bundles of the demo fleet anew: `python demo/make_bundles.py [--new-certificates] [--check]`.

Certificates that a bundle holds already are kept, so that a second run changes nothing.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from .fleet.certificates import Shelf
    from .fleet.hosts import whole_fleet
else:  # started as a script, when the folder of this file is where imports begin
    from fleet.certificates import Shelf
    from fleet.hosts import whole_fleet

FOLDER = pathlib.Path(__file__).resolve().parent / "bundles"


def read_bundles(folder: pathlib.Path) -> dict[str, dict[str, Any]]:
    """Return the bundles that exist in a folder, by the name of their file without its ending."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def render(bundle: dict[str, Any]) -> str:
    """Return the text of a bundle's file."""
    return json.dumps(bundle, indent=2, ensure_ascii=False) + "\n"


def rendered_fleet(folder: pathlib.Path, *, new_certificates: bool) -> dict[pathlib.Path, str]:
    """Return what the files of the folder should contain; write nothing.

    :param folder: where the bundles lie, and where existing certificates are taken from
    :param new_certificates: make every certificate anew
    """
    shelf = Shelf() if new_certificates else Shelf.of_bundles(read_bundles(folder).values())
    return {folder / f"{host}.json": render(bundle) for host, bundle in whole_fleet(shelf).items()}


def _differing(files: dict[pathlib.Path, str]) -> list[pathlib.Path]:
    return [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def main(arguments: list[str]) -> int:
    """Write what differs, or with `--check` only say what would; return the exit status."""
    parser = argparse.ArgumentParser(description="Write the bundles of the demo fleet anew.")
    parser.add_argument("--new-certificates", action="store_true", help="make every certificate anew")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a bundle differs")
    options = parser.parse_args(arguments)
    FOLDER.mkdir(exist_ok=True)
    files = rendered_fleet(FOLDER, new_certificates=options.new_certificates)
    differing = _differing(files)
    for path in differing:
        if not options.check:
            path.write_text(files[path], encoding="utf-8")
        print(f"{'differs' if options.check else 'written'}: {path.name}")
    print(f"{len(files)} bundles, {len(differing)} of them different")
    return 1 if options.check and differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
