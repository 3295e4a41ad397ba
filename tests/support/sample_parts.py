# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short ways to make the parts of a made-up judgement: findings, causes, plans and probes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import (
    Cause,
    Check,
    Evidence,
    EvidenceRule,
    Facts,
    Finding,
    Impact,
    Judgement,
    Observation,
    Operation,
    Outcome,
    Plan,
    Rank,
    RankedCause,
    Reference,
    Refusal,
    RestartClass,
    Risk,
    Severity,
    Speaks,
    Strength,
    Verdict,
    View,
)
from ansible_collections.rdpops.health.plugins.plugin_utils._report.build import Run

NOW = datetime(2026, 11, 20, 8, 15, 30, tzinfo=timezone.utc)
RUN = Run("run-20261120-081512", NOW - timedelta(seconds=18), "check", False, "0.1.0", "1", hashlib.sha256(b"catalogue").hexdigest())
RDP_TCP = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp"
SESSION_ENV = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SessionEnv"
ERROR_CODE = {
    "given": "0x904/0x7",
    "code": 0x904,
    "extended": 7,
    "meaning": "The client lost its connection while the security of the connection was being set up.",
    "extended_meaning": "Extended 7: the server did not say why.",
    "documented": True,
    "note": "Reported for a dozen different faults.",
}

CHECKS = {
    "certificate.not_expired": (
        "The certificate that the listener serves is in date",
        "high",
        "outage",
        "Clients end the handshake or warn on an expired certificate.",
    ),
    "certificate.key_readable": ("NETWORK SERVICE may read the listener's private key", "critical", "outage", "Without the key TermService cannot speak TLS."),
    "service.session_env": ("SessionEnv can start", "high", "outage", "SessionEnv renews the self-signed certificate."),
    "service.term_service": ("TermService runs", "critical", "outage", "TermService is the listener."),
    "listener.enabled": ("Connections are allowed", "critical", "outage", "With fDenyTSConnections=1 nothing listens."),
    "listener.nla": ("Network Level Authentication is required", "high", "security", "Without it a stranger reaches the logon screen."),
    "listener.security_layer": ("The security layer is TLS", "high", "security", "Standard RDP security does not prove who the server is."),
    "credssp.oracle": ("The CredSSP oracle remediation is not Vulnerable", "high", "security", "Vulnerable lets a man in the middle relay credentials."),
    "tls.tls12_server": ("TLS 1.2 is on for servers", "critical", "outage", "Current clients offer nothing older."),
    "firewall.profile": ("The firewall lets Remote Desktop in on the active profile", "critical", "outage", "A dropped SYN looks like a host that is off."),
    "os.pending_reboot": ("No reboot is pending", "low", "hygiene", "A pending reboot leaves mixed versions of DLLs."),
}
REFERENCES = (Reference("Remote Desktop certificates", "https://learn.microsoft.com/troubleshoot/windows-server/remote"),)
IDS = {"cis": ("18.10.57.3.9.5",), "stig": ("V-254369",)}


def check(name: str, restart: str = "none", remedy: str | None = None) -> Check:
    title, severity, impact, why = CHECKS[name]
    return Check(
        name, title, why, Severity(severity), Impact(impact), (), None, {}, "", "",
        remedy=remedy, restart=RestartClass(restart), references=REFERENCES, profiles=("cis_l1", "stig"), ids=IDS,
    )  # fmt: skip


def finding(name: str, outcome: str, reason: str = "", *seen: Observation) -> Finding:
    fingerprint = hashlib.sha256(name.encode()).hexdigest()[:16]
    return Finding(check(name, remedy=name if outcome == "fail" else None), Outcome(outcome), reason or "As it should be.", seen, fingerprint)


def seen(path: str, value: Any, wanted: str = "", known: bool = True) -> Observation:
    return Observation(path, value, wanted, known)


def evidence(view: str, strength: str, text: str, *observations: Observation, holds: bool | None = True, speaks: str = "for") -> Evidence:
    rule = EvidenceRule("e-" + text[:8].lower().replace(" ", "-"), View(view), view, Speaks(speaks), Strength(strength), {}, text)
    return Evidence(rule, holds, text, observations)


def cause(
    ident: str, title: str, rank: str, *found: Evidence, against: tuple[Evidence, ...] = (), missing: tuple[Evidence, ...] = (), **more: Any
) -> RankedCause:
    made = Cause(
        id=ident,
        name=title.lower().replace(" ", "_")[:40],
        title=title,
        explanation=more.get("explanation", ""),
        impact=Impact(more.get("impact", "outage")),
        evidence=(),
        settles="",
        remedy=more.get("remedy"),
        restart=RestartClass(more.get("restart", "none")),
        advice=more.get("advice", ""),
        references=REFERENCES if rank == "certain" else (),
    )
    return RankedCause(made, Rank(rank), {"certain": 9, "likely": 6, "possible": 2, "ruled_out": -1}[rank], found, against, missing, more.get("next", ""))


def operation(number: int, kind: str, target: dict[str, Any], before: dict[str, Any], after: dict[str, Any], why: str, restart: str = "none") -> Operation:
    return Operation(f"op{number}", kind, target, after, before, True, Risk.LOW, RestartClass(restart), why)


def registry(path: str, name: str, before: Any, after: Any, why: str, restart: str = "none") -> Operation:
    states = [{"value": value, "kind": "absent" if value is None else "REG_DWORD"} for value in (before, after)]
    return operation(1, "registry_value", {"key": path, "value": name}, states[0], states[1], why, restart)


def plan(operations: Iterable[Operation] = (), refusals: Iterable[Refusal] = (), restart: str = "none", **predicted: str) -> Plan:
    steps = tuple(operations)
    digest = hashlib.sha256(repr(steps).encode()).hexdigest()
    return Plan(steps, tuple(refusals), RestartClass(restart), digest, {name.replace("__", "."): Outcome(word) for name, word in predicted.items()})


def probe(host: str, ended_at: str, symptom: str, sentence: str, connections: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    address = more.get("address", "192.0.2.11")
    return {
        "schema": "rdpops.health/probe/1",
        "target": {"host": host, "port": 3389, "address": address, "addresses": [address] if address else []},
        "vantage": more.get("vantage", "controller"),
        "probed_at": "2026-11-20T08:15:28Z",
        "connections": connections,
        "protocols": more.get("protocols", dict.fromkeys(("rdp", "ssl", "hybrid", "hybrid_ex"), "unknown")),
        "nla": more.get("nla", "unknown"),
        "tls": more.get("tls", {"outcome": "not_reached", "version": None, "cipher": None, "alert": None, "certificate": None}),
        "credssp": more.get("credssp"),
        "clock": more.get("clock"),
        "latency": more.get("latency", {"tries": 1, "steps": []}),
        "retried": more.get("retried"),
        "signatures": more.get("signatures", []),
        "ended_at": ended_at,
        "symptom": symptom,
        "sentence": sentence,
    }


def connection(requested: int, *steps: tuple[str, str, float, str], chosen: str | None = None, failure: str | None = None) -> dict[str, Any]:
    answer = None
    if chosen or failure:
        code, name = failure.split(" ") if failure else (None, None)
        answer = {
            "kind": "failure" if failure else "response",
            "selected": {"HYBRID_EX": 8, "HYBRID": 2, "SSL": 1}[chosen] if chosen else None,
            "selected_name": chosen,
            "flags": 0x1F if chosen else None,
            "flag_names": ["EXTENDED_CLIENT_DATA_SUPPORTED", "DYNVC_GFX_PROTOCOL_SUPPORTED", "RESTRICTED_ADMIN_MODE_SUPPORTED"] if chosen else [],
            "code": int(code) if code else None,
            "code_name": name,
        }
    return {
        "requested": requested,
        "answer": answer,
        "steps": [{"step": step, "outcome": word, "ms": took, "detail": detail} for step, word, took, detail in steps],
    }


REQUIRED = {"rdp": "refused", "ssl": "refused", "hybrid": "offered", "hybrid_ex": "offered"}
NAME, TCP, NEGOTIATED = ("resolve", "ok", 0.84, ""), ("connect", "ok", 1.92, ""), ("negotiate", "ok", 3.4, "")
SSL_REFUSED = connection(1, TCP, ("negotiate", "failure", 2.81, ""), failure="5 HYBRID_REQUIRED_BY_SERVER")
TLS_OK = {"outcome": "ok", "version": "TLSv1.2", "cipher": "ECDHE-RSA-AES256-GCM-SHA384", "alert": None, "certificate": None}


def certificate(host: str, not_after: str, not_before: str = "2026-05-08T11:02:13Z") -> dict[str, Any]:
    digest = hashlib.sha256(host.encode()).hexdigest().upper()
    subject = f"CN={host}.corp.example"
    return {
        "subject": subject,
        "issuer": subject,
        "not_before": not_before,
        "not_after": not_after,
        "sha1": digest[:40],
        "sha256": digest,
        "self_signed": True,
        "key": "RSA-2048",
        "signature": "sha256WithRSAEncryption",
    }


def system(product: str = "Windows Server 2022 Standard", build: int = 20348) -> dict[str, Any]:
    return {"product_name": product, "build": build}


def credssp(host: str, version: int = 6) -> dict[str, Any]:
    """What a host says of itself."""
    names = {"netbios_domain": "CORP", "netbios_computer": host.upper()[:15], "dns_domain": "corp.example", "dns_computer": f"{host}.corp.example"}
    return {
        "outcome": "ok",
        "version": version,
        "error_code": None,
        "mechanism": "ntlm",
        "names": {**names, "dns_tree": "example"},
        "os_build": "10.0.20348",
        "flags": 0xE2898235,
    }


def full_probe(host: str, **more: Any) -> dict[str, Any]:
    """A probe that came to the end, with every version of TLS and five tries."""
    steps = (NAME, TCP, NEGOTIATED, ("tls", "ok", 8.73, ""), ("credssp", "ok", 3.2, ""))
    sentence = "The endpoint speaks RDP, requires Network Level Authentication and completed TLS."
    versions = {"TLSv1": "refused", "TLSv1.1": "refused", "TLSv1.2": "accepted", "TLSv1.3": "accepted"}
    times = [(1.7, 1.92, 4.4), (2.9, 3.4, 9.1), (8.1, 8.73, 21.0)]
    named = ("min_ms", "median_ms", "max_ms")
    latency = [
        {"step": step, "tried": 5, "lost": lost, "failed": 0, **dict(zip(named, took, strict=True))}
        for step, lost, took in zip(("connect", "negotiate", "tls"), (1, 0, 0), times, strict=True)
    ]
    facts: dict[str, Any] = {
        "protocols": REQUIRED,
        "nla": "required",
        "tls": {**TLS_OK, "lowest": "TLSv1.2", "highest": "TLSv1.3", "versions": versions},
        "credssp": credssp(host),
        "clock": {"skew_seconds": -0.418, "uncertainty_seconds": 0.002},
        "latency": {"tries": 5, "steps": latency},
    }
    return probe(host, "complete", "reached_credssp", sentence, [connection(11, *steps, chosen="HYBRID_EX"), SSL_REFUSED], **{**facts, **more})


def case(host: str, verdict: str, sentence: str, document: dict[str, Any], **more: Any) -> tuple[Judgement, Facts, str]:
    findings = list(more.get("findings", ()))
    named = {item.check.id for item in findings}
    findings += [finding(name, more.get("others", "pass")) for name in CHECKS if name not in named]
    floor = {"nla": "kept", "security_layer": "kept", "min_encryption_level": "kept", "encryption_oracle": "kept", "tls": "kept", **more.get("floor", {})}
    gaps = {
        "client": "the client view was not asked for",
        "licensing": "licensing was not read: not_built",
        "events": "events was not read: not_built",
        **more.get("gaps", {}),
    }
    views = {"inside": more.get("inside", "ok"), "outside": "ok" if "probe" in document else "failed", "client": "not_asked"}
    judged = Judgement(host, Verdict(verdict), sentence, tuple(findings), tuple(more.get("causes", ())), more.get("plan", plan()), floor)
    return judged, Facts(host, NOW, {**document, "views": views}, gaps), more.get("source", "replay")
