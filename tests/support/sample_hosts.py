# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Eight made-up hosts, each with its own trouble, as judgements and facts: nothing here was read from a host."""

from __future__ import annotations

from ansible_collections.rdpops.health.plugins.plugin_utils._core.model import (
    Facts,
    Judgement,
    RankedCause,
    Refusal,
)

from .sample_parts import (
    CHECKS,
    NAME,
    NEGOTIATED,
    RDP_TCP,
    REQUIRED,
    SESSION_ENV,
    SSL_REFUSED,
    TCP,
    TLS_OK,
    case,
    cause,
    certificate,
    connection,
    evidence,
    finding,
    full_probe,
    operation,
    plan,
    probe,
    registry,
    seen,
    system,
)


def healthy(host: str = "rds-healthy") -> tuple[Judgement, Facts, str]:
    document = {"os": system(), "probe": full_probe(host), "served_name": {"asked": host, "matches": True}}
    document["derived"] = {"served_certificate": certificate(host, "2027-05-08T11:02:13Z")}
    return case(host, "healthy", "Remote Desktop answers, requires Network Level Authentication, and every check passed.", document)


ENDED = seen("derived.served_certificate.not_after", "2026-11-04T09:12:44Z", "after 2026-11-20T08:15:30Z")
START = seen("services.SessionEnv.Start", {"path": SESSION_ENV, "value": 4, "kind": "REG_DWORD"}, "3 (manual) or 2 (automatic)")
NO_HASH = seen("certificate.bindings.SSLCertificateSHA1Hash", {"path": RDP_TCP, "value": None, "kind": "absent"})
NO_EVENTS = seen("events.rcm", None, "", known=False)


def expired(host: str = "rds-cert-expired") -> tuple[Judgement, Facts, str]:
    document = {"os": system(), "probe": {**full_probe(host), "sentence": "The endpoint completed TLS and showed a certificate that ended 16 days ago."}}
    document["derived"] = {"served_certificate": certificate(host, "2026-11-04T09:12:44Z")}
    findings = [
        finding("certificate.not_expired", "fail", "The certificate ended on 4 Nov 2026, 16 days ago.", ENDED),
        finding("service.session_env", "fail", "SessionEnv is disabled.", START),
        finding("os.pending_reboot", "not_applicable", "Not asked for."),
    ]
    steps = [
        registry(SESSION_ENV, "Start", 4, 3, "A disabled service cannot be started."),
        operation(2, "service", {"service": "SessionEnv"}, {"state": "stopped"}, {"state": "running"}, "Starting it renews the certificate.", "session_env"),
        operation(3, "wait_until", {"condition": "listener_certificate"}, {"days_left": -16}, {"days_left": "at least 30"}, "Proves that it is new."),
    ]
    made = plan(steps, (), "session_env", certificate__not_expired="pass", service__session_env="pass")
    sentence = "The listener's certificate ended 16 days ago because SessionEnv, which renews it, is disabled."
    return case(host, "failing", sentence, document, findings=findings, causes=expired_causes(), plan=made)


def expired_causes() -> list[RankedCause]:
    main = cause(
        "C05",
        "Self-signed certificate expired, and SessionEnv, which renews it, is disabled",
        "certain",
        evidence("outside", "strong", "The certificate on the wire ended 16 days ago.", ENDED),
        evidence("inside", "strong", "SessionEnv is disabled, so nothing renews the certificate.", START),
        explanation="Windows renews its own Remote Desktop certificate through SessionEnv. While that service is disabled the old one stays, and expires.",
        advice="Set SessionEnv to manual and start it; it makes a new certificate within seconds.",
        restart="session_env",
        remedy="service.session_env",
    )
    bound = cause(
        "C08",
        "A certificate bound by hand is missing, expired or has no key",
        "possible",
        evidence("outside", "supporting", "The certificate on the wire is expired.", ENDED),
        against=(evidence("inside", "supporting", "No certificate is bound by hand.", NO_HASH, speaks="against"),),
        missing=(evidence("inside", "supporting", "Event 1053 names the configured certificate.", NO_EVENTS, holds=None),),
        next="Read the RCM events of the last day: 1053 would name a bound certificate.",
    )
    failing = cause(
        "C06",
        "Renewal fails although SessionEnv runs",
        "ruled_out",
        against=(evidence("inside", "strong", "SessionEnv does not run.", START, speaks="against"),),
    )
    return [main, bound, failing]


def key_acl(host: str = "rds-key-acl") -> tuple[Judgement, Facts, str]:
    sddl = seen("key_store.listener_key.sddl", "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)", "an entry that lets NETWORK SERVICE (NS) read")
    first = connection(11, NAME, TCP, NEGOTIATED, ("tls", "closed", 2.4, "closed right after the ClientHello"), chosen="HYBRID_EX")
    again = connection(11, TCP, NEGOTIATED, ("tls", "closed", 2.2, "TLS 1.2 only: closed again"), chosen="HYBRID_EX")
    seen_outside = probe(
        host,
        "tls",
        "tls_closed",
        "RDP answers, but the endpoint closes the connection right after the TLS ClientHello.",
        [first, SSL_REFUSED, again],
        protocols=REQUIRED,
        nla="required",
        tls={**TLS_OK, "outcome": "closed", "version": None, "cipher": None},
        address="192.0.2.12",
    )
    main = cause(
        "C01",
        "NETWORK SERVICE cannot read the listener's private key",
        "certain",
        evidence("inside", "strong", "The key file grants NETWORK SERVICE nothing.", sddl),
        evidence("outside", "strong", "The endpoint closes right after the ClientHello, where it first needs the key."),
        missing=(evidence("inside", "supporting", "Schannel event 36870 with 0x8009030D.", holds=None),),
        explanation="TermService runs as NETWORK SERVICE. Without read access to the key file TLS ends before the server has said anything.",
        advice="Give NETWORK SERVICE read access to that one key file again, then restart SessionEnv.",
        restart="session_env",
    )
    others = [
        cause(ident, title, "ruled_out", against=(evidence("inside", "strong", "The facts from inside say otherwise.", speaks="against"),))
        for ident, title in (("C02", "MachineKeys folder ACL broken"), ("C03", "Key file missing"), ("C11", "TLS 1.2 switched off"))
    ]
    key = "f686aace6942fb7f7ceb231212eef4a4_00000000-aaaa-bbbb-cccc-000000000001"
    step = operation(
        1,
        "file_acl",
        {"path": f"C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\{key}"},
        {"sddl": "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)"},
        {"sddl": "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;NS)"},
        "One file, one entry; the folder stays as it is.",
        "session_env",
    )
    findings = [
        finding("certificate.key_readable", "fail", "The key file's ACL has no entry for NETWORK SERVICE.", sddl),
        finding("certificate.not_expired", "unknown", "No certificate was seen from outside.", seen("derived.served_certificate", None, "", False)),
    ]
    return case(
        host,
        "failing",
        "The listener cannot use its private key: NETWORK SERVICE lost read access to the key file.",
        {"os": system(), "probe": seen_outside},
        findings=findings,
        causes=[main, *others],
        plan=plan([step], (), "session_env", certificate__key_readable="pass"),
        gaps={"derived.served_certificate": "no certificate was seen from outside"},
    )


def firewall(host: str = "rds-firewall") -> tuple[Judgement, Facts, str]:
    profile = seen("firewall.active_profiles", ["public"], "one of domain, private")
    timed_out = connection(11, NAME, ("connect", "timeout", 5000.4, "no SYN-ACK within 5 s"))
    main = cause(
        "C22",
        "The firewall does not let Remote Desktop in on the active profile",
        "certain",
        evidence("inside", "strong", "The built-in rules allow the domain and private profiles; the active one is public.", profile),
        evidence("outside", "strong", "The SYN to port 3389 gets no answer, although TermService runs."),
        advice="Correct the network profile, or enable the rule RemoteDesktop-UserMode-In-TCP for the public profile if that is meant.",
    )
    filtered = cause(
        "C23",
        "Something between the two filters the port",
        "possible",
        evidence("outside", "supporting", "The SYN to port 3389 gets no answer."),
        missing=(evidence("outside", "strong", "A probe from another vantage point.", holds=None),),
        next="Probe from a machine in the same network segment: an answer there points at the path.",
    )
    refusal = Refusal(
        "firewall.profile",
        "Switching the network to private would also open other programs' rules.",
        "Set the profile yourself with Set-NetConnectionProfile, or allow the one rule in your policy.",
        "needs_consent",
    )
    made = plan((), [refusal])
    document = {
        "os": system("Windows 11 Enterprise", 26100),
        "other_probes": [full_probe(host, vantage="the same segment", address="192.0.2.15")],
        "probe": probe(
            host, "connect", "connect_timeout", "The name resolves, but nothing answers on port 3389 within 5 seconds.", [timed_out], address="192.0.2.15"
        ),
    }
    return case(
        host,
        "failing",
        "The firewall drops Remote Desktop because the network counts as public.",
        document,
        findings=[finding("firewall.profile", "fail", "No enabled allow rule holds for the public profile.", profile)],
        causes=[main, filtered],
        plan=made,
        gaps={"derived.served_certificate": "no certificate was seen from outside"},
    )


def policy_off(host: str = "rds-policy-off") -> tuple[Judgement, Facts, str]:
    denied = seen(
        "listener.values.fDenyTSConnections.policy",
        {"path": "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services", "value": 1, "kind": "REG_DWORD"},
        "0 or absent",
    )
    refused = connection(11, NAME, ("connect", "refused", 1.1, "RST"))
    main = cause(
        "C16",
        "A Group Policy denies Remote Desktop",
        "certain",
        evidence("inside", "strong", "The policy value is 1; the local value, 0, does not count.", denied),
        evidence("outside", "strong", "Port 3389 refuses: nothing listens."),
        advice="Change the policy 'Allow users to connect remotely by using Remote Desktop Services'; a local change would be overwritten.",
    )
    refusal = Refusal(
        "listener.enabled",
        "The value is set by Group Policy, so a local write would be futile.",
        "Find the policy with gpresult /h and set it to Enabled or Not configured.",
        "policy_owns",
    )
    document = {
        "os": system(),
        "probe": probe(host, "connect", "connect_refused", "Port 3389 refuses connections: nothing listens there.", [refused], address="192.0.2.16"),
    }
    return case(
        host,
        "failing",
        "A Group Policy denies Remote Desktop connections.",
        document,
        findings=[finding("listener.enabled", "fail", "Group Policy sets fDenyTSConnections to 1.", denied)],
        causes=[main],
        plan=plan((), [refusal]),
    )


def tls_off(host: str = "rds-tls12") -> tuple[Judgement, Facts, str]:
    value = seen(
        "tls.protocols.tls12.server.Enabled",
        {"path": "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server", "value": 0, "kind": "REG_DWORD"},
        "absent or not 0",
    )
    alert = connection(11, NAME, TCP, NEGOTIATED, ("tls", "alert", 2.9, "alert 70, protocol version"), chosen="HYBRID_EX")
    main = cause(
        "C11",
        "TLS 1.2 is switched off for servers",
        "certain",
        evidence("inside", "strong", "SCHANNEL says Enabled=0 for TLS 1.2, and this release has no TLS 1.3.", value),
        evidence("outside", "strong", "The endpoint ends TLS with alert 70, protocol version."),
        advice="Remove the two values below TLS 1.2\\Server, then reboot.",
        restart="reboot",
    )
    document = {
        "os": system("Windows Server 2019 Standard", 17763),
        "probe": probe(
            host,
            "tls",
            "tls_alert",
            "RDP answers, but TLS ends with alert 70 (protocol version).",
            [alert, SSL_REFUSED],
            protocols=REQUIRED,
            nla="required",
            tls={"outcome": "alert", "version": None, "cipher": None, "alert": 70, "certificate": None},
            address="192.0.2.14",
        ),
    }
    step = registry(
        "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server",
        "Enabled",
        0,
        1,
        "Clients of today offer TLS 1.2 or newer.",
        "reboot",
    )
    return case(
        host,
        "failing",
        "TLS 1.2 is switched off on the host, so no current client can connect.",
        document,
        findings=[finding("tls.tls12_server", "fail", "TLS 1.2 is switched off for servers.", value)],
        causes=[main],
        plan=plan([step], (), "reboot", tls__tls12_server="pass"),
        floor={"tls": "broken"},
    )


def oracle(host: str = "rds-oracle") -> tuple[Judgement, Facts, str]:
    value = seen("credssp.AllowEncryptionOracle", {"path": "HKLM\\...\\CredSSP\\Parameters", "value": 2, "kind": "REG_DWORD"}, "at most 1, or absent")
    nla = seen("derived.effective.UserAuthentication", 0, "1")
    steps = (NAME, TCP, NEGOTIATED, ("tls", "ok", 9.6, ""))
    outside = probe(
        host,
        "complete",
        "reached_tls",
        "The endpoint speaks RDP and accepts clients without Network Level Authentication.",
        [
            connection(11, *steps, chosen="HYBRID_EX"),
            connection(1, TCP, NEGOTIATED, chosen="SSL"),
            connection(0, TCP, ("negotiate", "failure", 2.2, ""), failure="1 SSL_REQUIRED_BY_SERVER"),
        ],
        protocols={**REQUIRED, "ssl": "offered"},
        nla="optional",
        tls=TLS_OK,
        address="192.0.2.13",
    )
    causes = [
        cause(
            "C28",
            "The CredSSP workaround of 2018 was never taken back",
            "likely",
            evidence("inside", "strong", "AllowEncryptionOracle is 2 (Vulnerable).", value),
            impact="security",
            advice="Delete the value; both sides have been patched since May 2018.",
            restart="reboot",
        ),
        cause(
            "C15",
            "Network Level Authentication is off",
            "certain",
            evidence("inside", "strong", "UserAuthentication is 0.", nla),
            evidence("outside", "strong", "The endpoint accepts TLS without CredSSP."),
            impact="security",
            advice="Set UserAuthentication to 1 once no account needs a password change at logon.",
        ),
    ]
    findings = [finding("credssp.oracle", "fail", "AllowEncryptionOracle is 2.", value), finding("listener.nla", "fail", "NLA is not required.", nla)]
    step = registry(RDP_TCP, "UserAuthentication", 0, 1, "Raises the floor again.")
    document = {
        "os": system("Windows Server 2016 Standard", 14393),
        "probe": outside,
        "derived": {"served_certificate": certificate(host, "2027-02-01T00:00:00Z")},
    }
    return case(
        host,
        "attention",
        "Connections work, but two workarounds leave the host weaker than it should be.",
        document,
        findings=findings,
        causes=causes,
        plan=plan([step], (), "none", listener__nla="pass"),
        floor={"nla": "broken", "encryption_oracle": "broken"},
    )


def no_winrm(host: str = "rds-no-winrm") -> tuple[Judgement, Facts, str]:
    why = "the host could not be read: the WinRM connection to port 5986 timed out"
    gaps = dict.fromkeys(("os", "listener", "services", "certificate", "key_store", "tls", "credssp", "firewall"), why)
    document = {"probe": full_probe(host), "derived": {"served_certificate": certificate(host, "2027-03-15T08:00:00Z")}}
    findings = [
        finding("certificate.not_expired", "pass"),
        *(finding(name, "unknown", "The host could not be read.") for name in CHECKS if name != "certificate.not_expired"),
    ]
    floor = dict.fromkeys(("security_layer", "min_encryption_level", "encryption_oracle", "tls"), "unknown")
    return case(
        host,
        "unknown",
        "Remote Desktop answers from outside, but the host could not be read, so nothing else is known.",
        document,
        findings=findings,
        gaps=gaps,
        inside="unreachable",
        floor=floor,
    )


CASES = (healthy, expired, key_acl, firewall, policy_off, tls_off, oracle, no_winrm)
