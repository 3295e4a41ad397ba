# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The identity of this run of Ansible, shared by every worker and every play without a registered variable.

Both actions import this module at module level. The strategy loads an action's class in the parent process before it
forks the first worker for it, so the constant is made exactly once there and every fork inherits it. A second
``ansible-playbook`` is another process and gets another identity; that is what keeps host files of earlier runs apart.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timezone


@dataclass(frozen=True)
class Run:
    """One run of Ansible.

    :ivar id: sorts by time and is unlike that of any other run.
    :ivar started_at: when the collection was first asked for anything, UTC.
    """

    id: str
    started_at: datetime


def begin_run(now: datetime, suffix: str) -> Run:
    """Name a run after its start; the suffix keeps two runs of the same second apart."""
    return Run(id=f"{now.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}-{suffix}", started_at=now)


RUN = begin_run(datetime.now(timezone.utc), secrets.token_hex(4))
