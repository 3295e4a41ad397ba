# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The words that people read, for every closed vocabulary of the report: one table each, used by HTML and text alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from .._core.model import JsonMap

VERDICT_ORDER = ("failing", "unknown", "attention", "healthy")  # worst first; unknown is never treated as good
RANK_ORDER = ("certain", "likely", "possible", "ruled_out")
OUTCOME_ORDER = ("fail", "unknown", "waived", "pass", "not_applicable")
SEVERITY_ORDER = ("critical", "high", "medium", "low", "info")

RESTART = {
    "none": "restarts nothing",
    "session_env": "restarts SessionEnv, drops no session",
    "term_service": "restarts TermService, drops every session",
    "reboot": "takes effect after a reboot",
}
RISK = {"low": "low risk", "restarts_listener": "restarts the listener", "may_cut_connection": "may cut the connection"}
IMPACT = {"outage": "outage", "security": "security", "hygiene": "hygiene"}
OUTCOME = {"fail": "failed", "unknown": "unknown", "waived": "waived", "pass": "passed", "not_applicable": "not applicable"}
RANK = {"certain": "certain", "likely": "likely", "possible": "possible", "ruled_out": "ruled out"}
VIEW = {"inside": "from inside", "outside": "from outside", "client": "from the client"}
WHOM = {
    "network": "the network team", "directory": "the directory team", "pki": "the certificate team", "azure": "Azure support", "microsoft": "Microsoft support",
}  # fmt: skip
VIEW_STATUS = {
    "ok": "looked", "partial": "looked in part", "unreachable": "could not look", "failed": "could not look", "code_only": "a typed code only",
    "not_asked": "not asked to look",
}  # fmt: skip
FLOOR = {
    "nla": "Network Level Authentication required",
    "security_layer": "Security layer at least Negotiate",
    "min_encryption_level": "Encryption level at least Client Compatible",
    "encryption_oracle": "CredSSP oracle remediation not Vulnerable",
    "tls": "No TLS below 1.2 newly enabled",
    "firewall": "Firewall on for the active profile",
    "public_profile": "Port not newly opened on the profile Public",
}
REFUSAL_RULE = {
    "never_weaker": "never weaker than before",
    "lock_out": "would lock people out",
    "policy_owns": "Group Policy owns it",
    "needs_consent": "needs your consent",
    "cannot_look": "could not look",
    "by_hand": "for a person to do",
}
REPAIR = {  # what enforcing came to, worst first
    "rolled_back": "taken back",
    "still_broken_other_cause": "still broken by another cause",
    "unreachable": "not reached",
    "refused": "not touched",
    "pending_reboot": "waiting for a restart",
    "fixed_inside_only": "fixed as seen from inside",
    "fixed": "fixed",
    "already_right": "already right",
}
STATUS = {
    "changed": "changed",
    "unchanged": "was so already",
    "would_change": "would be changed",
    "conflict": "not as assumed",
    "refused": "refused",
    "failed": "failed",
    "not_run": "not carried out",
}
JOURNAL = {
    "open": "open: the next run settles it",
    "finished": "finished: can be taken back",
    "taken_back": "taken back",
    "partly_taken_back": "taken back in part: look at the host",
    "damaged": "damaged: look at the host",
}
KIND_RAN = {"lab": "this kind has run in the lab, never on real Windows", "nowhere": "this kind has run nowhere yet"}
SIMULATED = "Played on a copy of a saved host: this proves the plan, never that anything works on Windows."
PROTOCOL = {"rdp": "Standard RDP security", "ssl": "TLS", "hybrid": "CredSSP (NLA)", "hybrid_ex": "CredSSP with early authorization"}
# first name of a path in the facts, read or concluded -> what it is about; bookkeeping of the reader (subsets) is about nothing
SUBJECT = {
    "os": "the system", "listener": "the listener's settings", "services": "the services", "certificate": "the listener's certificate",
    "key_store": "the key store", "tls": "the settings of TLS", "credssp": "the settings of CredSSP", "logon": "rights and settings of the log-on",
    "firewall": "the firewall", "ports": "the ports", "sessions": "the sessions", "licensing": "the licences", "time": "the host's clock",
    "clock": "the host's clock", "events": "the event log", "azure": "the machine in Azure", "avd": "Azure Virtual Desktop",
    **dict.fromkeys(("client_cache", "client_licensing", "client_credentials", "client_policy", "client_events"), "the host as a client of others"),
    **dict.fromkeys(("client", "client_attempt", "client_error", "client_saved", "client_delegation", "client_licences"), "the client"),
    "probe": "the endpoint from outside", "outside": "the endpoint from outside", "other_probes": "the endpoint from elsewhere",
    "vantages": "the endpoint from elsewhere", "served_certificate": "the certificate on the wire", "served_name": "the certificate on the wire",
    "served_against_configured": "the certificate on the wire", "answering_computer": "the name of who answers", "contradictions": "whether the views agree",
    "effective": "the listener's settings", "listener_key": "the listener's private key",
    "serving_key": "the listener's private key", "listener_kinds": "the listener's settings",
    "listener_stack": "the listener's settings", "term_service": "the services", "term_service_faults": "the services",
    "network_services": "the services of the network", "cipher_suites": "the cipher suites", "connection_limit": "the limit of connections",
    "certificate_renewal": "the renewal of the certificate", "port_asked": "the port that was asked", "logged": "the event log",
    "judgement": "the whole host", "account": "the account", "logons_refused": "refused log-ons", "sessions_ended": "ended sessions",
    "network_address": "the ports", "crashes": "the event log", "redirection": "the listener's settings",
    "credssp_fix": "the fix of CredSSP", "client_credssp_fix": "the client",
}  # fmt: skip
STEP = {"resolve": "Name", "connect": "TCP", "negotiate": "Negotiation", "tls": "TLS", "credssp": "CredSSP", "complete": "Complete"}
STEP_OUTCOME = {
    "ok": "ok",
    "not_found": "not found",
    "timeout": "no answer in time",
    "refused": "refused",
    "reset": "reset",
    "closed": "closed",
    "unreachable": "unreachable",
    "failure": "failure answer",
    "not_rdp": "answer is not RDP",
    "alert": "TLS alert",
    "silent": "silence",
    "clear_text": "clear-text answer",
    "not_tls": "answer is not TLS",
    "not_credssp": "answer is not CredSSP",
    "spnego_only": "no NTLM, only Kerberos",
    "local_tls_too_strict": "our own TLS library refused",
    "error": "error of the probe",
    "not_reached": "not reached",
}

WRONG_ARGUMENTS = "This host was not examined, its arguments are wrong: "  # how the sentence of such a host begins; the fleet counts it by that
RAN_WHERE = "Nothing in this report has run on real Windows: checks, causes and repairs were tested on saved facts and on simulated hosts only."


def count(number: int, noun: str, plural: str = "") -> str:
    """Say a number with its noun: ``1 host``, ``1,000 hosts``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def headline(counts: Mapping[str, int]) -> str:
    """Say the state of a fleet in one sentence, worst first."""
    hosts = counts["hosts"]
    if not hosts:
        return "No host was looked at"
    told = complaints(counts)
    if counts["healthy"] == hosts:
        well = "The only host is healthy" if hosts == 1 else f"All {hosts:,} hosts are healthy"
        return f"{well}, but {told}" if told else well
    parts = [
        (counts["failing"], "is failing", "are failing"),
        (counts["unknown"], "is unknown", "are unknown"),
        (counts["attention"], "needs attention", "need attention"),
    ]
    said = [f"{number:,} {one if number == 1 else many}" for number, one, many in parts if number]
    first, found, rest = said[0].partition(" ")
    said[0] = f"{first} of {count(hosts, 'host')}{found}{rest}"
    return ", ".join(said) + (f"; {told}" if told else "")


def complaints(counts: Mapping[str, int]) -> str:
    """Say of how many hosts a client reports a failure that nothing explains; empty where of none."""
    number = counts["complaints"]
    return f"a client reports a failure of {count(number, 'host')} that nothing explains" if number else ""


def repaired(index: JsonMap) -> str:
    """Say what the repair of a fleet came to in one line, worst first; empty where the run only looked."""
    repair = index["repair"]
    if repair is None:
        return ""
    parts = [f"{repair['outcomes'][word]:,} {told}" for word, told in REPAIR.items() if repair["outcomes"][word]]
    if index["run"]["check_mode"]:
        parts.insert(0, f"{repair['changed']:,} would be changed")
    said = ", ".join(parts)
    if not repair["simulated"]:
        return said
    return f"{said} ({'all' if repair['simulated'] == repair['hosts'] else format(repair['simulated'], ',')} simulated on saved hosts)"


def ending(index: JsonMap) -> str:
    """Say how the run ends and why, in one sentence; the same words wherever a fleet is reported."""
    wrong = index["counts"]["wrong_arguments"]
    state = "fails" if index["exit"] == "failed" else "does not fail"
    reason = f"wrong arguments for {count(wrong, 'host')}, whatever rdp_health_fail_on says" if wrong else f"rdp_health_fail_on is {index['fail_on']}"
    return f"This run {state}: {reason}."


def milliseconds(value: object) -> str:
    """Say a duration so that the digits shown are the digits known."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    if value >= 1000:
        return f"{value / 1000:,.1f} s"
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"


def moment(text: object) -> str:
    """Say a report's time for people, ``20 Nov 2026, 08:15 UTC``; a text that is no time is returned as it is."""
    try:
        when = datetime.fromisoformat(str(text))
    except ValueError:
        return str(text)
    utc = when.replace(tzinfo=timezone.utc) if when.tzinfo is None else when.astimezone(timezone.utc)
    return f"{utc.day} {utc:%b %Y, %H:%M} UTC"
