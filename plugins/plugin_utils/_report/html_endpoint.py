# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the endpoint said of itself: its names, build and clock, the flags of its answer, and how long each step took."""

from __future__ import annotations

from .._core.model import JsonMap
from .html_parts import facts_list, row, table, tag, took
from .markup import Child, Markup, el, group
from .words import STEP, STEP_OUTCOME

PATCHED_FROM = 5  # version of CredSSP that came with the fix of CVE-2018-0886
_OFFER = {"usual": "the same offer", "up_to_tls12": "an offer that stops at TLS 1.2", "own_hello": "a hello of our own with versions and suites of old"}
_LIMITS = (("min_ms", "Quickest"), ("median_ms", "Median"), ("max_ms", "Slowest"))


def endpoint_part(handshake: JsonMap) -> Markup:
    """Return both columns, or nothing where the endpoint said nothing."""
    entries = [*_names(handshake["credssp"]), ("Clock", _clock(handshake["clock"])), *_signs(handshake)]
    said = any(value not in (None, "") for dummy, value in entries)
    told = el("div", el("p", el("strong", "What it says of itself"), class_="which"), facts_list(entries)) if said else None
    times = _times(handshake["latency"])
    return el("div", told, times, class_="pair endpoint") if told or times else group()


def clock_words(clock: JsonMap) -> str:
    """Say how far a clock is off, with no more digits than are known."""
    skew, uncertainty = clock["skew_seconds"], clock["uncertainty_seconds"]
    digits = next((places for places, least in enumerate((1.0, 0.1, 0.01)) if uncertainty >= least), 3)
    if abs(skew) <= uncertainty:
        return f"as ours, ± {uncertainty:,.{digits}f} s"
    way = "ahead of" if skew > 0 else "behind"
    long = f" ({abs(skew) / 60:,.0f} min)" if abs(skew) >= 120 else ""
    return f"{abs(skew):,.{digits}f} s{long} {way} ours, ± {uncertainty:,.{digits}f} s"


def _names(credssp: JsonMap | None) -> list[tuple[str, Child]]:
    if credssp is None:
        return []
    names = credssp["names"] or {}
    short = "\\".join(name for name in (names.get("netbios_domain"), names.get("netbios_computer")) if name)
    tree = names.get("dns_tree")
    forest = el("small", f"forest {tree}") if tree and tree != names.get("dns_domain") else None
    return [
        ("Calls itself", group(el("span", short, class_="hostname"), el("small", names.get("dns_computer") or "")) if short else names.get("dns_computer")),
        ("Domain", group(names["dns_domain"], forest) if names.get("dns_domain") else None),
        ("System", credssp["os_build"] and f"Windows {credssp['os_build']}, by its own account"),
        ("CredSSP", _version(credssp)),
    ]


def _version(credssp: JsonMap) -> Markup | str:
    version = credssp["version"]
    if version is None:
        return STEP_OUTCOME[credssp["outcome"]]
    code = f", error 0x{credssp['error_code']:08X}" if credssp["error_code"] is not None else ""
    if version < PATCHED_FROM:
        return group(tag("bad", f"version {version}{code}"), el("small", "lacks the fix of CVE-2018-0886"))
    return f"version {version}{code}"


def _clock(clock: JsonMap | None) -> str | None:
    return None if clock is None else clock_words(clock)


def _signs(handshake: JsonMap) -> list[tuple[str, Child]]:
    flags: list[str] = next((one["answer"]["flag_names"] for one in handshake["connections"] if one["answer"] and one["answer"]["flag_names"]), [])
    again = handshake["retried"]
    return [
        ("Flags", group([el("code", name.replace("_", " ").lower(), class_="flag") for name in flags]) if flags else None),
        ("Tried again", None if again is None else _again(again)),
        ("Looks like", ", ".join(handshake["signatures"]).replace("_", " ") or None),
    ]


def _again(again: JsonMap) -> str:
    came = STEP_OUTCOME[again["outcome"]]
    number = f" {again['alert']}" if again["alert"] is not None else ""
    version = f" with {again['version']}" if again["version"] else ""
    return f"after \u201c{STEP_OUTCOME[again['because']]}\u201d, with {_OFFER[again['offer']]}: {came}{number}{version}"


def _times(latency: JsonMap | None) -> Markup | None:
    """Return the times of several tries; those of a single one stand beside the steps already."""
    if latency is None or latency["tries"] < 2:
        return None
    rows = [
        row(STEP[step["step"]], *(took(step[name]) or "–" for name, dummy in _LIMITS), _of(step["lost"], step["tried"]), _of(step["failed"], step["tried"]))
        for step in latency["steps"]
    ]
    heads = ("Step", *(head for dummy, head in _LIMITS), "No answer", "Failed")
    return table(f"Time per step over {latency['tries']} tries", heads, rows, class_="latency")


def _of(number: int, tried: int) -> str:
    return f"{number} of {tried}" if number else "none"
