# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the public actions. The sidecar documents and the role's argument_specs say the same; a contract test compares them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # Any: the value types of an argument spec are Ansible's, untyped there

from .._core.consent import ALL_DOMAINS, DOMAINS
from .._core.evaluate import PROFILES, USUAL_PROFILES

ROLE_PREFIX = "rdp_health_"  # the role hands option ``x`` over from its variable ``rdp_health_x``

REPORT_DIR: dict[str, Any] = {"type": "path", "default": "rdp_health_report"}
FAIL_ON: dict[str, Any] = {"type": "str", "choices": ["outage", "security", "any", "never"], "default": "outage"}

CHECK_SPEC: Mapping[str, dict[str, Any]] = {
    "mode": {"type": "str", "choices": ["check", "report", "enforce"], "default": "check"},
    "views": {"type": "list", "elements": "str", "choices": ["inside", "outside"], "default": ["inside", "outside"]},
    "endpoint": {"type": "str"},
    "port": {"type": "int"},
    "probe_timeouts": {
        "type": "dict",
        "default": {},
        "options": {"connect": {"type": "float"}, "negotiate": {"type": "float"}, "tls": {"type": "float"}},
    },
    "probes": {"type": "list", "elements": "dict", "default": []},
    "client": {"type": "raw"},
    "error": {"type": "str"},
    "report_dir": REPORT_DIR,
    "save_bundles": {"type": "path"},
    "save_plans": {"type": "path"},
    "redact_bundles": {"type": "bool", "default": False},
    "return_facts": {"type": "bool", "default": False},
    "include_names": {"type": "bool", "default": False},
    "check_sources": {"type": "list", "elements": "str", "default": []},
    "waivers": {"type": "raw"},
    "profiles": {"type": "list", "elements": "str", "choices": list(PROFILES), "default": list(USUAL_PROFILES)},
    "fail_on": FAIL_ON,  # of no use for one host; a wrong one is told before a fleet is examined, not after
}

_ONLY_LOOKING = ("mode", "return_facts", "save_plans")
ENFORCE_SPEC: Mapping[str, dict[str, Any]] = {
    **{name: rule for name, rule in CHECK_SPEC.items() if name not in _ONLY_LOOKING},
    "domains": {"type": "list", "elements": "str", "choices": list(ALL_DOMAINS), "default": list(DOMAINS)},
    "allow_session_disconnect": {"type": "bool", "default": False},
    "allow_irreversible": {"type": "bool", "default": False},
    "open_journal": {"type": "str", "choices": ["take_back", "finish", "refuse"], "default": "take_back"},
    "plan": {"type": "path"},
}

# What the role alone does: a restart of Windows is made by another collection, and by no action of this one.
ROLE_ONLY: Mapping[str, dict[str, Any]] = {"allow_reboot": {"type": "bool", "default": False}}

_JOURNALS: Mapping[str, dict[str, Any]] = {"journal_id": {"type": "str"}, "older_than_days": {"type": "int", "default": 90}}
OPS_SPEC: Mapping[str, dict[str, Any]] = {  # what the module on the target declares
    "state": {"type": "str", "choices": ["applied", "taken_back", "resumed", "listed", "pruned"], "default": "applied"},
    "operations": {"type": "list", "elements": "dict"},
    **_JOURNALS,
    "plan_digest": {"type": "str"},
    "run_id": {"type": "str"},
    "open_journal": ENFORCE_SPEC["open_journal"],
    "consent": {"type": "list", "elements": "str", "choices": ["session_disconnect", "irreversible", "reboot"], "default": []},
    "break_glass": {"type": "dict", "options": {name: {"type": "str", "required": True} for name in ("owner", "reason", "expires_at")}},
    "again": {"type": "bool", "default": False},
}

ROLLBACK_SPEC: Mapping[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["taken_back", "listed", "pruned", "resumed"], "default": "taken_back"},
    **_JOURNALS,
    "open_journal": ENFORCE_SPEC["open_journal"],
    "allow_session_disconnect": {"type": "bool", "default": False},
    "allow_irreversible": {"type": "bool", "default": False},
}

REPORT_SPEC: Mapping[str, dict[str, Any]] = {
    "mode": CHECK_SPEC["mode"],
    "report_dir": REPORT_DIR,
    "fail_on": FAIL_ON,
    "earlier_runs": {"type": "bool"},  # without one: yes in mode report, which merges what is there, else no
    "hosts": {"type": "list", "elements": "str"},
}
