# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the endpoint said of itself and how long it took: names, clock, latency, second tries; taken out of the probe by safe look-ups."""

from __future__ import annotations

from typing import Any

from .._core.model import JsonMap
from .looked_up import STEP_OUTCOMES, STEPS, as_mapping, integer, mappings, number, one_of, text_or_none, texts
from .redact import Cleaner

NAMES = ("netbios_computer", "netbios_domain", "dns_computer", "dns_domain", "dns_tree")
MECHANISMS = ("ntlm", "spnego", "none")
OFFERS = ("usual", "up_to_tls12", "own_hello")
VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
SUPPORT = ("accepted", "refused", "not_testable", "unknown")
SIGNATURES_LIMIT = 16
YEARS_100 = 3.2e9  # seconds; a clock that is further off is no clock


def endpoint_block(probe: JsonMap, clean: Cleaner) -> dict[str, Any]:
    """Return the part of the handshake block that is about the endpoint itself; what was not reached is null or empty."""
    return {
        "credssp": _credssp(probe.get("credssp"), clean),
        "clock": _clock(as_mapping(probe.get("clock"))),
        "latency": _latency(as_mapping(probe.get("latency"))),
        "retried": _retried(as_mapping(probe.get("retried")), clean),
        "signatures": texts(probe.get("signatures"), SIGNATURES_LIMIT, clean),
    }


def versions_block(tls: JsonMap) -> dict[str, Any]:
    """Return which versions of TLS the endpoint takes, where they were tried."""
    found = as_mapping(tls.get("versions"))
    return {
        "lowest": one_of(tls.get("lowest"), VERSIONS, "") or None,
        "highest": one_of(tls.get("highest"), VERSIONS, "") or None,
        "versions": {name: one_of(found.get(name), SUPPORT, "unknown") for name in VERSIONS} if found else None,
    }


def _credssp(credssp: object, clean: Cleaner) -> dict[str, Any] | None:
    told = as_mapping(credssp)
    if not told:
        return None
    names = as_mapping(told.get("names"))
    return {
        "outcome": one_of(told.get("outcome"), STEP_OUTCOMES, "error"),
        "version": integer(told.get("version"), 0, 0xFFFFFFFF),
        "error_code": integer(told.get("error_code"), 0, 0xFFFFFFFF),
        "mechanism": one_of(told.get("mechanism"), MECHANISMS, "none"),
        "names": {name: text_or_none(names.get(name), clean) for name in NAMES} if names else None,
        "os_build": text_or_none(told.get("os_build"), clean),
    }


def _clock(clock: JsonMap) -> dict[str, float] | None:
    skew, uncertainty = (number(clock.get(name), YEARS_100) for name in ("skew_seconds", "uncertainty_seconds"))
    return None if skew is None or uncertainty is None else {"skew_seconds": skew, "uncertainty_seconds": abs(uncertainty)}


def _latency(latency: JsonMap) -> dict[str, Any] | None:
    tries = integer(latency.get("tries"), 1, 1000)
    if tries is None:
        return None
    return {"tries": tries, "steps": [_times(step) for step in mappings(latency.get("steps"), len(STEPS))]}


def _times(step: JsonMap) -> dict[str, Any]:
    counts: dict[str, Any] = {name: integer(step.get(name), 0, 1000) or 0 for name in ("tried", "lost", "failed")}
    times = {name: number(step.get(name), 1e9) for name in ("min_ms", "median_ms", "max_ms")}
    return {"step": one_of(step.get("step"), STEPS, "resolve"), **counts, **times}


def _retried(retried: JsonMap, clean: Cleaner) -> dict[str, Any] | None:
    if not retried:
        return None
    return {
        "because": one_of(retried.get("because"), STEP_OUTCOMES, "error"),
        "offer": one_of(retried.get("offer"), OFFERS, "usual"),
        "outcome": one_of(retried.get("outcome"), STEP_OUTCOMES, "error"),
        "version": text_or_none(retried.get("version"), clean),
        "alert": integer(retried.get("alert"), 0, 255),
    }
