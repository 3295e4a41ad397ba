# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a subset that was read does not tell: where a null stands for "could not look", a gap takes its place, so that nobody takes it for a no."""

from __future__ import annotations

from typing import Any

# path -> what could not be read
NULLS = {
    "os.domain.joined": "whether the host is a member of a domain",
    "os.domain.entra_joined": "whether the host is joined to Entra ID",
    "os.pending_reboot.component_based_servicing": "whether an update waits for a restart",
    "os.pending_reboot.windows_update": "whether Windows Update waits for a restart",
    "os.pending_reboot.pending_file_rename": "whether files wait to be replaced at the next start",
    "os.rdpops": "what earlier repairs left on the host",
    "os.rdpops.open_journals": "which journals of earlier repairs are open",
    "os.rdpops.break_glass": "which break-glass marks stand on the host",
}


def take_out_untold(document: dict[str, Any], gaps: dict[str, str]) -> None:
    """Take the nulls of :data:`NULLS` out of a facts document and say why they are not there.

    :param document: changed in its upper parts; what it shares with a snapshot stays as it is.
    """
    for path, what in NULLS.items():
        *ways, last = path.split(".")
        holder = _holder(document, ways)
        if holder is None or last not in holder:
            continue
        if holder[last] is None:
            why = holder.get("kind")
            _cut(document, ways, last)
            gaps[path] = f"{what} could not be read" + (f": {why}" if why else "")
        elif path == "os.rdpops" and holder[last].get("kind") and None not in holder[last].values():
            gaps[path] = f"not all of {what} could be looked at: {holder[last]['kind']}"


def _holder(document: dict[str, Any], ways: list[str]) -> dict[str, Any] | None:
    found: Any = document
    for name in ways:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _cut(document: dict[str, Any], ways: list[str], last: str) -> None:
    """Take one name out, in copies of all that leads to it."""
    holder = document
    for name in ways:
        holder[name] = dict(holder[name])
        holder = holder[name]
    del holder[last]
