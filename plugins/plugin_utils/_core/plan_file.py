# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan that a person reviews: written by a check, applied later as it stands or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # Any: a plan file is a JSON document

from .clock import format_time, parse_time
from .model import Operation, Plan
from .operations import OperationError, read_operation, to_document
from .plan import digest_of

SCHEMA = "rdpops.health/plan/1"
OLDEST = timedelta(hours=24)
FIELDS = frozenset({"schema", "host", "digest", "written_at", "operations"})
MOST_OPERATIONS = 64


class PlanFileError(ValueError):
    """The document is no plan that can be applied; the message is one sentence."""


@dataclass(frozen=True)
class Reviewed:
    """A plan as it was reviewed."""

    host: str
    digest: str
    written_at: datetime
    operations: tuple[Operation, ...]


def plan_document(host: str, plan: Plan, now: datetime) -> dict[str, Any]:
    """Return the document of a plan."""
    operations = [{**to_document(operation), "why": operation.why} for operation in plan.operations]
    return {"schema": SCHEMA, "host": host, "digest": plan.digest, "written_at": format_time(now), "operations": operations}


def read_plan(document: object, host: str, now: datetime) -> Reviewed:
    """Read a plan for this host.

    :raises PlanFileError: it is none, is for another host, was changed after it was written, or is older than a day.
    """
    if not isinstance(document, dict) or document.keys() != FIELDS or document["schema"] != SCHEMA:
        raise PlanFileError(f"a plan is an object of the schema {SCHEMA} with {', '.join(sorted(FIELDS))}")
    listed = document["operations"]
    if not isinstance(listed, list) or len(listed) > MOST_OPERATIONS:
        raise PlanFileError(f"operations is a list of at most {MOST_OPERATIONS}")
    if document["host"] != host:
        raise PlanFileError(f"the plan is for the host {str(document['host'])[:100]}, not for {host}")
    try:
        operations = tuple(read_operation(entry) for entry in listed)
        written_at = parse_time(str(document["written_at"]))
    except OperationError as error:
        raise PlanFileError(str(error)) from error
    except ValueError as error:
        raise PlanFileError("written_at is not a time") from error
    if digest_of(host, operations) != document["digest"]:
        raise PlanFileError("its digest does not fit its operations: it was changed after it was written")
    if not now - OLDEST <= written_at <= now + timedelta(minutes=10):
        raise PlanFileError(f"it was written at {format_time(written_at)}; a plan holds for 24 hours, so look again")
    return Reviewed(host, document["digest"], written_at, operations)
