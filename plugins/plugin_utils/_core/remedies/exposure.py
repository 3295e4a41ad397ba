# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Remedies for what the host exposes: the CredSSP oracle, TLS 1.2, the firewall. None of them opens anything wider than documented."""

from __future__ import annotations

from ..model import Facts, Refusal, RestartClass
from ..operations import Proposal, firewall_rule_active, registry_value, registry_value_absent
from ..paths import look_up

BUILT_IN_TCP_RULE = "RemoteDesktop-UserMode-In-TCP"


def remove_encryption_oracle(facts: Facts) -> Proposal:
    """Remove a left-over AllowEncryptionOracle, so that the patched default (mitigated) holds."""
    found = look_up(facts.document, facts.gaps, "credssp.AllowEncryptionOracle")
    if not found.known:
        return Proposal(refusals=(Refusal("remove_encryption_oracle", "the present value could not be read", "read the host first", "cannot_look"),))
    if found.value["kind"] == "absent":
        return Proposal()
    why = "ends the acceptance of clients without the CVE-2018-0886 fix; between patched machines the value never helped"
    return Proposal((registry_value_absent(found.value, "AllowEncryptionOracle", restart=RestartClass.REBOOT, why=why),))


def switch_on_tls12(facts: Facts) -> Proposal:
    """Switch TLS 1.2 on for the server side. Older versions stay as they are."""
    found = look_up(facts.document, facts.gaps, "tls.protocols.tls12.server")
    if not found.known or "denied" in (found.value["Enabled"]["kind"], found.value["DisabledByDefault"]["kind"]):
        return Proposal(refusals=(Refusal("switch_on_tls12", "the Schannel switches could not be read", "read the host first", "cannot_look"),))
    operations = []
    for name, value in (("Enabled", 1), ("DisabledByDefault", 0)):
        switch = found.value[name]
        if switch["kind"] != "absent" and switch["value"] != value:
            why = "switches TLS 1.2 on for the server side; TLS 1.0 and 1.1 are left alone"
            operations.append(registry_value(switch, name, kind="REG_DWORD", value=value, restart=RestartClass.REBOOT, why=why))
    return Proposal(tuple(operations), (OLDER_TLS,))


OLDER_TLS = Refusal(
    "switch_on_tls12",
    "switching TLS 1.0 or 1.1 on, or FIPS mode off, would be a downgrade",
    "one modern version is enough for every supported client",
    "never_weaker",
)


def open_firewall(facts: Facts) -> Proposal:
    """Switch the built-in rule on where it is off; where the profile is wrong or something blocks, say whose decision it is."""
    found = look_up(facts.document, facts.gaps, "derived.firewall")
    if not found.known:
        return Proposal(refusals=(Refusal("open_firewall", "firewall rules or active profile could not be read", "read the host first", "cannot_look"),))
    state = found.value
    if "lets_rdp_in" not in state:
        because = "whether Remote Desktop is let in depends on the address that asks"
        return Proposal(refusals=(Refusal("open_firewall", because, "ask the owner of those rules", "cannot_look"),))
    if state["lets_rdp_in"]:
        return Proposal()
    if state["blocked_by"]:
        because = f"the rule {state['blocked_by']} blocks Remote Desktop, and somebody made it for a reason"
        return Proposal(refusals=(Refusal("open_firewall", because, "ask its owner, then switch that one rule off", "by_hand"),))
    if state["local_rules_ignored"]:
        because = "a Group Policy makes this host ignore its local firewall rules"
        return Proposal(refusals=(Refusal("open_firewall", because, "add the Remote Desktop rule to that policy", "policy_owns"),))
    if state["only_other_profiles"] or "public" in state["active_profiles"]:
        active, allowed = ", ".join(state["active_profiles"]), ", ".join(state["allowed_profiles"]) or "none"
        because = f"the active network profile is {active}, active rules allow {allowed}; opening the port there would expose it"
        instead = "find out why the network is not recognised (domain hosts: the Network Location Awareness race at boot) and give it its right profile"
        return Proposal(refusals=(Refusal("open_firewall", because, instead, "never_weaker"),))
    if state["exceptions_refused"]:
        because = "the active network profile is set to let nothing in, whatever the rules say (DoNotAllowExceptions)"
        return Proposal(refusals=(Refusal("open_firewall", because, "ask its owner; a rule would change nothing", "by_hand"),))
    if state["rule_disabled"] and BUILT_IN_TCP_RULE in state["disabled_rules"]:
        return Proposal((firewall_rule_active(BUILT_IN_TCP_RULE, expect_active=False, why="switches the built-in Remote Desktop rule on"),))
    because = "there is no rule that allows Remote Desktop on this host"
    return Proposal(refusals=(Refusal("open_firewall", because, "restore the built-in rules of the Remote Desktop group", "by_hand"),))
