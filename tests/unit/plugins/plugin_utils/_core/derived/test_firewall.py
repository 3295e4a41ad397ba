# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the firewall lets in."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.firewall import parse_rule, rdp_through_firewall
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap
from hypothesis import given, settings
from hypothesis import strategies as st

ALLOW = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Svc=termservice|"
BLOCK = ALLOW.replace("Allow", "Block")


def rule(text: str, port: int = 3389) -> Any:
    return parse_rule("R", "local", text, port)


def with_(**fields: str | None) -> str:
    text = ALLOW
    for name, content in fields.items():
        kept = [part for part in text.split("|") if not part.startswith(f"{name}=")]
        text = "|".join([*kept[:-1], *([] if content is None else [f"{name}={content}"]), ""])
    return text


def test_the_built_in_rule() -> None:
    found = rule(ALLOW)
    assert (found.id, found.hive, found.allows, found.active, found.limited) == ("R", "local", True, True, False)
    assert found.profiles == {"domain", "private", "public"}


@pytest.mark.parametrize(
    ("text", "concerns"),
    [
        (with_(Dir="Out"), False), (with_(Dir=None), False), (with_(Dir="in"), True), (with_(Protocol="17"), False), (with_(Protocol=None), True),
        (with_(Action="ByPass"), False), (with_(Action=None), False), (with_(Action="BLOCK"), True),
        (with_(LPort="3388"), False), (with_(LPort=None), True), (with_(LPort="3380-3400"), True), (with_(LPort="3390-3400"), False),
        (with_(LPort="1-3389"), True),
        (with_(LPort="3389-"), False), (with_(LPort="RPC-EPMap"), False), (with_(LPort="²"), False), (with_(LPort="9" * 5000), False),
        (with_(LPort="１"), False),
        (with_(LPort="-3389"), False), (with_(LPort="3400-3380"), False), (with_(LPort="03389"), True),
        (with_(LPort="80") + "LPort=3389|", True), (with_(LPort=None) + "LPort2_10=3300-3400|", True), (with_(LPort=None) + "LPort2_10=5000-5010|", False),
        (with_(LPort="80") + "LPort2_10=3389-3390|", True),
        (with_(Svc="TermService"), True), (with_(Svc="*"), True), (with_(Svc="umrdpservice"), False), (with_(Svc=None), True),
        (with_(App="%SystemRoot%\\system32\\svchost.exe"), True), (with_(App="C:\\Tools\\other.exe"), False), (with_(App="C:\\evilsvchost.exe"), False),
        (with_(App="System"), False), (with_(App="C:\\WINDOWS\\System32\\SVCHOST.EXE"), True),
        ("", False), ("nonsense", False), ("|||=|", False), ("v2.0|dir=IN|ACTION=allow|", True),
    ],
)  # fmt: skip
def test_what_concerns_the_listener(text: str, concerns: bool) -> None:
    assert (rule(text) is not None) is concerns


def test_fields_of_a_rule() -> None:
    assert rule(with_(Profile="Domain") + "Profile=Private|").profiles == {"domain", "private"}
    assert not rule(with_(Active="FALSE")).active
    assert not rule(with_(Active=None)).active
    assert rule(with_(RA4="192.0.2.0/24")).limited
    assert rule(with_(RA42="LocalSubnet")).limited
    assert rule(with_(RA6="2001:db8::/32")).limited
    for name in ("LA4", "LA62", "IF", "IFType", "Security", "Security2", "RMAuth", "RUAuth", "LUAuth"):
        assert rule(with_(**{name: "x"})).limited, name
    assert not rule(BLOCK).allows
    assert rule(with_(LPort="13389"), 13389) is not None


@given(st.text(alphabet="|=-LPort0123456789²ActiveTRUEDirIn", max_size=60))
@settings(max_examples=80)
def test_no_text_breaks_the_reader(text: str) -> None:
    rule("Action=Allow|Dir=In|" + text)


def setting(number: int | None = None, kind: str = "REG_DWORD") -> dict[str, Any]:
    return {"path": "HKLM\\F", "kind": "absent" if number is None and kind == "REG_DWORD" else kind, "value": number}


NAMES = ("EnableFirewall", "DefaultInboundAction", "DoNotAllowExceptions")


def judged(*rules: Any, active: Any = ("domain",), local: Any = None, policy: Any = None, truncated: bool = False, port: Any = None) -> Any:
    sides = {
        "local": {**dict.fromkeys(NAMES, setting()), **(local or {})},
        "policy": {**dict.fromkeys((*NAMES, "AllowLocalPolicyMerge"), setting()), **(policy or {})},
    }
    plain = {"local": dict.fromkeys(NAMES, setting()), "policy": dict.fromkeys((*NAMES, "AllowLocalPolicyMerge"), setting())}
    entries = [
        {"id": f"R{index}", "hive": hive, "text": text}
        for index, (hive, text) in enumerate(item if isinstance(item, tuple) else ("local", item) for item in rules)
    ]
    firewall = {
        "active_profiles": None if active is None else list(active), "truncated": truncated, "rules": entries,
        "profiles": {"domain": sides, "private": plain, "public": plain},
    }  # fmt: skip
    values = {"PortNumber": {"policy": None, "local": port or setting(3389)}}
    return rdp_through_firewall(firewall, {"values": values})


DOMAIN, OFF = with_(Profile="Domain"), with_(Active="FALSE")


@pytest.mark.parametrize(
    ("rules", "more", "lets_in"),
    [
        ((ALLOW,), {}, True),
        ((), {}, False),
        ((OFF,), {}, False),
        ((ALLOW, BLOCK), {}, False),  # a block wins, whatever the order
        ((BLOCK, ALLOW), {}, False),
        ((ALLOW, BLOCK.replace("TRUE", "FALSE")), {}, True),
        ((ALLOW, BLOCK + "Profile=Public|"), {}, True),
        ((ALLOW, BLOCK + "RA4=192.0.2.9|"), {}, None),  # somebody is blocked, and who asks is not known
        ((ALLOW + "RA4=10.1.2.0/24|",), {}, None),  # somebody is let in
        ((ALLOW + "IFType=RemoteAccess|",), {}, None),
        ((ALLOW + "Security=AuthenticateEncrypt|",), {}, None),
        ((ALLOW + "RA4=10.1.2.0/24|", ALLOW), {}, True),
        ((ALLOW + "RA4=10.1.2.0/24|", BLOCK), {}, False),
        ((DOMAIN + "RA4=10.1.2.0/24|",), {"active": ("domain", "public")}, None),
        ((ALLOW + "RA4=10.1.2.0/24|",), {"local": {"DefaultInboundAction": setting(0)}}, True),
        (("v2.30|Action=Allow|Active=TRUE|Dir=In|Name=app|LUOwn=S-1-5-21-1|AppPkgId=S-1-15-2-1|",), {}, False),  # an app's rule, not the listener's
        ((DOMAIN,), {}, True),
        ((DOMAIN,), {"active": ("public",)}, False),
        ((DOMAIN,), {"active": ("domain", "public")}, None),  # it depends on the adapter that one comes in by
        ((), {"local": {"EnableFirewall": setting(0)}}, True),
        ((BLOCK,), {"local": {"EnableFirewall": setting(0)}}, True),
        ((), {"policy": {"EnableFirewall": setting(0)}}, True),
        ((), {"local": {"EnableFirewall": setting(0)}, "policy": {"EnableFirewall": setting(1)}}, False),
        ((), {"local": {"DefaultInboundAction": setting(0)}}, True),
        ((BLOCK,), {"local": {"DefaultInboundAction": setting(0)}}, False),
        ((ALLOW,), {"local": {"DoNotAllowExceptions": setting(1)}}, False),
        ((ALLOW,), {"policy": {"DoNotAllowExceptions": setting(1)}}, False),
        ((ALLOW,), {"policy": {"AllowLocalPolicyMerge": setting(0)}}, False),
        ((ALLOW,), {"policy": {"AllowLocalPolicyMerge": setting(1)}}, True),
        ((("policy", ALLOW),), {"policy": {"AllowLocalPolicyMerge": setting(0)}}, True),
        ((("policy", ALLOW), BLOCK), {"policy": {"AllowLocalPolicyMerge": setting(0)}}, True),  # an ignored rule blocks nothing
        ((("mdm", ALLOW), BLOCK), {"policy": {"AllowLocalPolicyMerge": setting(0)}}, True),  # what device management sets is no local rule
        ((ALLOW, ("mdm", BLOCK)), {}, False),
        ((ALLOW,), {"local": {"EnableFirewall": setting(0, "REG_SZ")}, "port": setting()}, True),  # the wrong kind and an absent port: defaults
    ],
)
def test_lets_in(rules: Any, more: Any, lets_in: bool) -> None:
    answer = judged(*rules, **more)["lets_rdp_in"]
    assert (None if isinstance(answer, Gap) else answer) is lets_in


def test_what_it_says_about_the_reason() -> None:
    assert judged(ALLOW, BLOCK)["blocked_by"] == "R1"
    assert judged(BLOCK, local={"EnableFirewall": setting(0)})["blocked_by"] is None
    other = judged(DOMAIN, active=("public",))
    assert (other["only_other_profiles"], other["allowed_profiles"], other["active_profiles"], other["rule_disabled"]) == (True, ["domain"], ["public"], False)
    off = judged(OFF, ("policy", OFF), ("mdm", OFF))
    assert (off["rule_disabled"], off["disabled_rules"], off["allowed_profiles"], off["only_other_profiles"]) == (True, ["R0"], [], False)
    assert not judged(OFF, ALLOW)["rule_disabled"]
    assert not judged()["rule_disabled"]
    assert not judged(BLOCK.replace("TRUE", "FALSE"))["rule_disabled"]
    ignored = judged(ALLOW, policy={"AllowLocalPolicyMerge": setting(0)})
    assert ignored["local_rules_ignored"]
    assert not judged(ALLOW)["local_rules_ignored"]
    assert not judged(ALLOW, policy={"AllowLocalPolicyMerge": setting(0), "EnableFirewall": setting(0)})["local_rules_ignored"]
    assert judged(ALLOW, local={"DoNotAllowExceptions": setting(1)})["exceptions_refused"]
    assert not judged(ALLOW, local={"DoNotAllowExceptions": setting(1), "EnableFirewall": setting(0)})["exceptions_refused"]
    assert judged(ALLOW)["filtering"]
    assert not judged(ALLOW, local={"EnableFirewall": setting(0)})["filtering"]
    assert not judged(ALLOW, active=("domain", "public"), local={"EnableFirewall": setting(0)})["filtering"]


@pytest.mark.parametrize(
    "more",
    [
        {"active": None}, {"active": ()}, {"truncated": True}, {"port": setting(None, "denied")}, {"local": {"EnableFirewall": setting(None, "denied")}},
        {"policy": {"AllowLocalPolicyMerge": setting(None, "denied")}},
        {"policy": {"EnableFirewall": setting(None, "denied")}, "local": {"EnableFirewall": setting(1)}},
    ],
)  # fmt: skip
def test_what_could_not_be_read_is_unknown(more: Any) -> None:
    with pytest.raises(LookupError):
        judged(ALLOW, **more)


def test_a_policy_spares_the_look_at_the_local_value() -> None:
    assert judged(ALLOW, policy={"EnableFirewall": setting(1)}, local={"EnableFirewall": setting(None, "denied")})["lets_rdp_in"]


def test_a_hive_that_is_closed_says_which_and_why() -> None:
    firewall = {"active_profiles": ["domain"], "truncated": True, "hives": {"policy": "", "mdm": "access_denied", "local": ""}}
    with pytest.raises(LookupError, match=r"rules of mdm \(access_denied\) could not be read"):
        rdp_through_firewall(firewall, {})


def test_rules_that_keep_out_certain_peers_are_named() -> None:
    """Given what a ban tool writes, then it is named where it is in force, and a rule that lets certain peers in is not."""
    banned = BLOCK + "RA4=192.0.2.77|"
    told = judged(ALLOW, banned)
    assert (told["blocking_some"], told["blocks_some"], told["blocked_by"]) == (["R1"], True, None)
    for quiet in (ALLOW + "RA4=192.0.2.77|", BLOCK, banned.replace("Active=TRUE", "Active=FALSE"), banned + "Profile=Public|"):
        assert (judged(ALLOW, quiet)["blocking_some"], judged(ALLOW, quiet)["blocks_some"]) == ([], False)
    assert judged(ALLOW, banned, local={"EnableFirewall": setting(0)})["blocks_some"] is False


BANNED = with_(RA4="192.0.2.77", Action="Block") + "RA42=198.51.100.6|"
NEAR = with_(RA4="LocalSubnet")


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([ALLOW], []),
        ([ALLOW, NEAR], []),  # another rule lets everybody in
        ([NEAR], ["R0 lets in only LocalSubnet"]),
        ([ALLOW, BANNED], ["R1 keeps out 192.0.2.77, 198.51.100.6"]),
        ([NEAR, BANNED], ["R0 lets in only LocalSubnet", "R1 keeps out 192.0.2.77, 198.51.100.6"]),
        ([NEAR, BLOCK], []),  # nobody comes, whoever it is
        ([with_(RMauth="O:SYG:SYD:(A;;CC;;;BA)", Security="Authenticate")], ["R0 lets in only certain computers, protected connections"]),
        ([NEAR.replace("Active=TRUE", "Active=FALSE")], []),
    ],
)
def test_the_rules_that_make_it_depend_on_the_peer_are_told(texts: list[str], told: list[str]) -> None:
    found = judged(*texts)
    assert (found["limited_rules"], found["by_address"]) == (told, bool(told))
    assert found["limited_told"] == "; ".join(told)
    assert told == [] or found["lets_rdp_in"] == Gap(f"it depends on who comes from where: {found['limited_told']}")


def test_where_everything_is_open_by_default_only_bans_matter() -> None:
    assert judged(NEAR, BANNED, local={"DefaultInboundAction": setting(0)})["limited_rules"] == ["R1 keeps out 192.0.2.77, 198.51.100.6"]


def test_of_many_rules_the_first_few_are_told() -> None:
    many = judged(ALLOW, *[BANNED] * 7)
    assert len(many["limited_rules"]) == 5
    assert many["limited_told"].endswith(" and 2 more")
