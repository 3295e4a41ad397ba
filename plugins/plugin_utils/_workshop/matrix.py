# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compare diagnoses with labels: how often the first cause named is a true one, and whether the words for sureness mean what they say.

What is really the matter stands in a file of its own that nothing which diagnoses reads. Any folder of bundles will do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any  # Any: a YAML document before it is checked

from .._catalogue.client_errors import load_client_errors
from .._catalogue.codes import load_codes
from .._catalogue.read import CatalogueError, read_yaml
from .._core.diagnose import diagnose
from .._core.error_code import ErrorCodeError, decode_error
from .._core.model import Cause, Facts, Rank, RankedCause
from .._core.standing import stands
from .._facts.build import build_facts
from .._facts.load import Bundle, load_bundle
from .._facts.shapes import FactsError

# What is kept of a bundle -> the views that stay
VIEWS: Mapping[str, frozenset[str]] = {
    "full": frozenset({"inside", "outside", "client"}),
    "inside": frozenset({"inside"}),
    "outside": frozenset({"outside"}),
    "client": frozenset({"client"}),
}
NONE = "none"
CLAIMS = (Rank.CERTAIN, Rank.LIKELY, Rank.POSSIBLE)
NAMED = 5  # bundles in a row that is wrong
MAX_LABELS_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Diagnosed:
    """One bundle: what is the matter, and what was named, surest first."""

    name: str
    true: tuple[str, ...]
    named: tuple[tuple[str, Rank], ...]


@dataclass
class Matrix:
    """What came of all bundles under one choice of views.

    :ivar blank: bundles that have nothing of these views, and were left out.
    :ivar confusion: (first true cause, first named cause) -> names of the bundles.
    :ivar claims: rank -> (claims made, claims that were true).
    :ivar wrong_certain: bundle and cause of every certain claim that was not true.
    """

    views: str
    bundles: int = 0
    blank: int = 0
    with_cause: int = 0
    top1: int = 0
    top3: int = 0
    quiet: int = 0
    confusion: defaultdict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    claims: dict[Rank, tuple[int, int]] = field(default_factory=lambda: dict.fromkeys(CLAIMS, (0, 0)))
    wrong_certain: list[tuple[str, str]] = field(default_factory=list)


def read_labels(path: Path) -> dict[str, tuple[str, ...]]:
    """Read a file of labels: ``{name of the bundle's file: {causes: [ids]}}``, or a list of ids in place of the inner mapping, also below ``labels``.

    :raises CatalogueError: it cannot be used; one sentence.
    """
    document = read_yaml(path, MAX_LABELS_BYTES)[0]
    labels = document.get("labels", document) if isinstance(document, dict) else None
    if not isinstance(labels, dict):
        raise CatalogueError(f"{path}: must be a mapping of names to causes")
    return {str(name): _causes(label, f"{path}: {str(name)[:60]}") for name, label in labels.items()}


def _causes(label: Any, place: str) -> tuple[str, ...]:
    causes = label.get("causes") if isinstance(label, dict) else label
    if not isinstance(causes, list) or not all(isinstance(cause, str) for cause in causes):
        raise CatalogueError(f"{place}: causes must be a list of ids of causes, empty for a healthy host")
    return tuple(causes)


@dataclass(frozen=True)
class Join:
    """What goes with the bundle of a host: a machine that showed an error, and the error that somebody typed.

    :ivar client: name of the client's own bundle, without ``.json``.
    """

    client: str | None = None
    error: str | None = None


def read_joins(path: Path) -> dict[str, Join]:
    """Read a file of joins: ``{name of the host's bundle: {client: name of the client's bundle or null, error: text or null}}``.

    :raises CatalogueError: it cannot be used; one sentence.
    """
    document = read_yaml(path, MAX_LABELS_BYTES)[0]
    if not isinstance(document, dict) or not all(isinstance(join, dict) and join.keys() <= {"client", "error"} for join in document.values()):
        raise CatalogueError(f"{path}: must be a mapping of names to client and error")
    return {str(name): Join(*(None if join.get(key) is None else str(join[key]) for key in ("client", "error"))) for name, join in document.items()}


def bundles_of(folder: Path, labels: Mapping[str, Sequence[str]], joins: Mapping[str, Join] | None = None) -> tuple[list[tuple[str, Bundle]], list[str]]:
    """Read the labelled bundles of a folder and of the folders in it.

    :param joins: what goes with which bundle; the clients' bundles lie in the same folder or below it.
    :returns: name and bundle of each, and one sentence for every one that cannot be used, or has no label, or is missing.
    """
    joined = joins or {}
    paths, problems = _by_name(folder)
    clients = {join.client for join in joined.values()}
    found = []
    for name, path in paths.items():
        if name not in labels:
            problems += [] if name in clients else [f"{path}: has no label and was left out"]
            continue
        try:
            found.append((name, _joined(load_bundle(path), joined.get(name, Join()), paths)))
        except (FactsError, ErrorCodeError) as error:
            problems.append(str(error))
    problems += [f"{folder}: there is no bundle {name}.json, and it has a label" for name in labels if name not in paths]
    return found, problems


def _by_name(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """Return the bundles of a folder by their names, and a sentence for each name that two of them have."""
    paths: dict[str, Path] = {}
    problems = []
    for path in sorted(folder.rglob("*.json")):
        first = paths.setdefault(path.stem, path)
        problems += [] if first is path else [f"{path}: was left out, because {first} has the same name, and a label cannot tell them apart"]
    return paths, problems


def _joined(bundle: Bundle, join: Join, paths: Mapping[str, Path]) -> Bundle:
    client = dict(bundle.client or {})
    if join.client is not None:
        if join.client not in paths:
            raise FactsError(f"there is no bundle {join.client}.json of the client of {bundle.host}")
        other = load_bundle(paths[join.client])
        client |= {"host": other.host, "snapshot": other.snapshot}
    if join.error is not None:
        client |= {"error_code": decode_error(join.error, load_client_errors()).to_document()}
    return replace(bundle, client=client) if client else bundle


def matrix(bundles: Iterable[tuple[str, Bundle]], labels: Mapping[str, tuple[str, ...]], causes: Sequence[Cause], views: str = "full") -> Matrix:
    """Diagnose every bundle with the views that are kept, and compare.

    :param views: a key of ``VIEWS``; a bundle that has nothing of them is left out, because nobody could diagnose it.
    """
    result, usual = Matrix(views), load_codes().symptoms
    for name, bundle in bundles:
        facts = facts_with(bundle, views)
        if facts is None:
            result.blank += 1
        else:
            _count(result, Diagnosed(name, labels[name], _named(diagnose(facts, causes, usual))))
    return result


def facts_with(bundle: Bundle, views: str) -> Facts | None:
    """Build the facts of a bundle as if only some views had been asked for; None where nothing is left."""
    kept = VIEWS[views]
    inside, outside = "inside" in kept, "outside" in kept and bundle.probe is not None
    client = bundle.client if "client" in kept else None
    if not (inside or outside or client is not None):
        return None
    return build_facts(
        bundle.host,
        bundle.collected_at,
        snapshot=bundle.snapshot if inside else None,
        unreachable=bundle.unreachable if inside else None,
        probe=bundle.probe if outside else None,
        other_probes=bundle.other_probes if outside else (),
        client=client,
    )


def _named(ranked: Iterable[RankedCause]) -> tuple[tuple[str, Rank], ...]:
    return tuple((item.cause.id, item.rank) for item in ranked if stands(item.rank, item.score))


def _count(result: Matrix, seen: Diagnosed) -> None:
    names = [name for name, dummy in seen.named]
    result.bundles += 1
    first = names[0] if names else NONE
    result.confusion[(seen.true[0] if seen.true and first not in seen.true else first if seen.true else NONE, first)].append(seen.name)
    if seen.true:
        result.with_cause += 1
        result.top1 += first in seen.true
        result.top3 += bool(set(names[:3]) & set(seen.true))
    else:
        result.quiet += not any(rank in (Rank.CERTAIN, Rank.LIKELY) for dummy, rank in seen.named)
    for name, rank in seen.named:
        made, right = result.claims[rank]
        result.claims[rank] = made + 1, right + (name in seen.true)
        if rank is Rank.CERTAIN and name not in seen.true:
            result.wrong_certain.append((seen.name, name))


def told(result: Matrix) -> list[str]:
    """Return the matrix as lines for a terminal."""
    healthy = result.bundles - result.with_cause
    blank = f"; {result.blank} more have nothing of these views" if result.blank else ""
    return [
        f"views: {result.views}; {result.bundles} bundles, {result.with_cause} with a cause, {healthy} without{blank}",
        f"  top-1  {_share(result.top1, result.with_cause)}",
        f"  top-3  {_share(result.top3, result.with_cause)}",
        f"  quiet  {_share(result.quiet, healthy)}  (nothing certain or likely where nothing is the matter)",
        "  claimed    made  true   (calibration: how often a cause that is called so is a true one)",
        *(f"  {rank.value:9} {made:5}  {_share(right, made)}" for rank, (made, right) in result.claims.items()),
        f"  wrong certain: {len(result.wrong_certain)}",
        *(f"    {bundle}: {cause}" for bundle, cause in result.wrong_certain),
        "  true cause -> first named: bundles, what is wrong first",
        *(_row(pair, names) for pair, names in sorted(result.confusion.items(), key=lambda item: (item[0][0] == item[0][1], item[0]))),
    ]


def _row(pair: tuple[str, str], names: Sequence[str]) -> str:
    was, said = pair
    row = f"  {'  ' if was == said else '! '}{was:>10} -> {said:10} {len(names):5}"
    return row if was == said else f"{row}  {', '.join(names[:NAMED])}{' ...' if len(names) > NAMED else ''}"


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.1%})" if whole else "-"
