# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans on disk: written by a look for a person to review, read by the repair that applies exactly that."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

from .._core.model import Plan
from .._core.plan_file import PlanFileError, Reviewed, plan_document, read_plan
from .._files.read import read_at_most
from .._report.slug import slug
from .options import BadInputError
from .saved import save_document

LARGEST_PLAN = 256 * 1024


def save_plan(folder: Path, host: str, plan: Plan) -> Path:
    """Write the plan of one host, mode 0600.

    :raises ReportError: the folder or the file cannot be written; one sentence.
    """
    # Written by the clock of this machine, not of a saved host: a review holds for a day of the people who review.
    return save_document(folder, host, plan_document(host, plan, datetime.now(timezone.utc)), "plans")


def reviewed_plan(given: str | None, host: str, public_name: str) -> Reviewed | None:
    """Read the plan that somebody reviewed.

    :param given: a plan, or the folder that a look has written plans to.
    :raises BadInputError: there is none for this host, or it cannot be applied.
    """
    if given is None:
        return None
    path = Path(given).expanduser()
    path = path / f"{slug(host)}.json" if path.is_dir() else path
    try:
        content = read_at_most(path, LARGEST_PLAN)
        if len(content) > LARGEST_PLAN:
            raise BadInputError(f"{public_name}: plan: {path} is larger than {LARGEST_PLAN // 1024} KiB, no plan is.")
        return read_plan(json.loads(content), host, datetime.now(timezone.utc))
    except OSError as exc:
        raise BadInputError(f"{public_name}: plan: {path} cannot be read: {exc.strerror}.") from exc
    except PlanFileError as exc:
        raise BadInputError(f"{public_name}: plan: {path} cannot be applied: {exc}.") from exc
    except (ValueError, RecursionError) as exc:
        raise BadInputError(f"{public_name}: plan: {path} is not JSON.") from exc
