# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What other programs print is judged by what they state: right, wrong, silent or crashed."""

from __future__ import annotations

import json

from ansible_collections.rdpops.health.benchmarks.peers import ACCEPTED, CERTIFICATE, CODE, CRASHED, NAMES, NLA, PEERS, RIGHT, SILENT, VERSION, WRONG, Truth

from tests.conftest import ROOT

JUDGE = {peer.name: peer.judge for peer in PEERS}
PLAIN = Truth("plain", frozenset({"rdp"}), nla_required=False, code=None, tls=False, subject="", names=False)
STRICT = Truth("strict", frozenset({"hybrid"}), nla_required=True, code="HYBRID_REQUIRED_BY_SERVER", tls=True, subject="RDS01", names=True)


def test_ours_is_judged_as_the_others_are() -> None:
    probe = json.loads((ROOT / "demo" / "bundles" / "rds-healthy.json").read_text(encoding="utf-8"))["probe"]
    told = JUDGE["this probe"](json.dumps([probe]), STRICT)
    assert (told[ACCEPTED], told[NLA], told[NAMES]) == (RIGHT, RIGHT, RIGHT)
    assert JUDGE["this probe"](json.dumps([probe]), PLAIN)[NLA] == WRONG


def test_nmap_that_calls_everything_a_success_is_wrong() -> None:
    said = "|     CredSSP (NLA): SUCCESS\n|     SSL: SUCCESS\n|     Native RDP: SUCCESS\n"
    assert JUDGE["nmap"](said, PLAIN) == {ACCEPTED: WRONG, NLA: WRONG, CERTIFICATE: SILENT, NAMES: SILENT}


def test_nmap_that_is_right_and_nmap_that_crashed() -> None:
    assert JUDGE["nmap"]("|     CredSSP (NLA): SUCCESS\n|   NetBIOS_Computer_Name: RDS01\n", STRICT)[NLA] == RIGHT
    assert set(JUDGE["nmap"]("| rdp-enum-encryption: ERROR: Script execution failed\n", STRICT).values()) == {CRASHED}


def test_rdp_sec_check() -> None:
    said = "\n".join(f"supports PROTOCOL_{name:<7}: {state}" for name, state in (("RDP", "TRUE"), ("SSL", "TRUE"), ("HYBRID", "FALSE")))
    assert JUDGE["rdp-sec-check"](said, PLAIN)[ACCEPTED] == WRONG
    assert JUDGE["rdp-sec-check"](said.replace("SSL    : TRUE", "SSL    : FALSE"), PLAIN)[ACCEPTED] == RIGHT
    assert JUDGE["rdp-sec-check"]("HYBRID_REQUIRED_BY_SERVER", STRICT)[CODE] == RIGHT
    assert JUDGE["rdp-sec-check"]("", STRICT)[ACCEPTED] == SILENT


def test_sslyze() -> None:
    said = "Certificate #0\nCommon Name: RDS01\n * TLS 1.3 Cipher Suites:\n"
    assert JUDGE["sslyze"](said, STRICT) == {ACCEPTED: SILENT, VERSION: RIGHT, CERTIFICATE: RIGHT}
    assert JUDGE["sslyze"](said, PLAIN)[ACCEPTED] == WRONG
