# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Results of ``rdp_probe`` tasks that looked from elsewhere, as a playbook hands them in: registered, one or many of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any  # Any: registered results and probes are JSON documents

from .._facts.probe import MAX_OTHERS, SCHEMA, check_probe
from .._facts.shapes import FactsError
from .options import BadInputError
from .plain import one_line, to_plain

DEFAULT_VANTAGE = "controller"  # what the probe of rdp_check itself says


@dataclass(frozen=True)
class Elsewhere:
    """What was handed in.

    :ivar missing: why there is no probe from a place that was asked, or None.
    """

    probes: tuple[dict[str, Any], ...] = ()
    missing: str | None = None


def read_handed(given: list[Any] | None, names: Collection[str], public_name: str, *, own: bool) -> Elsewhere:
    """Read what a task was handed.

    :param given: probes, results of ``rdp_probe`` that a task registered, or such results of a loop. Where one result holds several
        probes, those whose target is called by one of ``names`` are taken.
    :param names: what this host is called.
    :param own: whether the controller probes as well.
    :raises BadInputError: something is none of these, is from a place that another one is from, or there are too many.
    """
    found: list[dict[str, Any]] = []
    missing: list[str] = []
    for number, item in enumerate(given or ()):
        place = f"{public_name}: probes[{number}]"
        for result in _single_results(item):
            probes = _probes_of(result, place)
            if probes is None:
                missing.append(_why(result))
                continue
            mine = probes if len(probes) == 1 else [probe for probe in probes if _is_called(probe, names)]
            found += [_checked(probe, place) for probe in mine]
    if len(found) > MAX_OTHERS:
        raise BadInputError(f"{public_name}: probes holds {len(found)} of this host, expected at most {MAX_OTHERS}.")
    _refuse_twins([DEFAULT_VANTAGE] * own + [probe["vantage"] for probe in found], public_name)
    return Elsewhere(tuple(found), "; ".join(missing)[:600] or None)


def _single_results(item: Any) -> Iterator[Any]:
    """Yield the results of a loop one by one, and anything else as it is."""
    results = item.get("results") if isinstance(item, Mapping) else None
    yield from results if isinstance(results, list) else [item]


def _probes_of(result: Any, place: str) -> list[Any] | None:
    """Return the probes of a result, or None where the task made none: it failed, was skipped, or the place could not be reached.

    :raises BadInputError: it is no result of that module.
    """
    if isinstance(result, Mapping):
        if result.get("schema") == SCHEMA:
            return [to_plain(dict(result))]
        if isinstance(result.get("probes"), list):
            plain: list[Any] = to_plain(list(result["probes"]))
            return plain
        if any(result.get(word) for word in ("failed", "skipped", "unreachable")):
            return None
    raise BadInputError(f"{place} is no result of rdpops.health.rdp_probe.")


def _why(result: Mapping[str, Any]) -> str:
    word = "was skipped" if result.get("skipped") else "was not possible"
    return f"a probe from elsewhere {word}: {one_line(result.get('msg') or result.get('skip_reason') or 'no message', 200)}"


def _is_called(probe: Any, names: Collection[str]) -> bool:
    target = probe.get("target") if isinstance(probe, Mapping) else None
    host = target.get("host") if isinstance(target, Mapping) else None
    return isinstance(host, str) and host.casefold() in {name.casefold() for name in names}


def _checked(probe: Any, place: str) -> dict[str, Any]:
    try:
        check_probe(probe)
    except FactsError as exc:
        raise BadInputError(f"{place} cannot be used: {one_line(exc)}.") from exc
    checked: dict[str, Any] = probe
    return checked


def _refuse_twins(vantages: list[str], public_name: str) -> None:
    twin = next((name for name in vantages if vantages.count(name) > 1), None)
    if twin is not None:
        told = "give each rdp_probe task a vantage of its own"
        raise BadInputError(f"{public_name}: two probes of this host are from the vantage point {one_line(twin, 80)}; {told}.")
