# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What no operation may bring about without a break-glass, whatever the host is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.below import PROTOCOL, below_the_floor
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.key_store import FOLDER_DACL, KEY_FILE_DACL
from ansible_collections.rdpops.health.plugins.plugin_utils._core.operations import read_operation

from tests.support.operations import ABSENT, CREDSSP, KEY_FILE, KEYS, LICENSES, SDDL, TCP, TS, dword, examples, operation, value

SCHANNEL = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\{}\\Server"
TEXT = {"kind": "REG_SZ", "value": "0"}


def line(document: dict[str, Any]) -> str | None:
    below = below_the_floor(read_operation(document))
    assert below is None or (below.because and not below.because.endswith("."))
    return below.line if below else None


def setting(name: str, ensure: dict[str, Any], *, key: str = TCP, found: dict[str, Any] = ABSENT) -> str | None:
    return line(value("a", key, name, ensure, found))


def tls(version: str, name: str, ensure: dict[str, Any], found: dict[str, Any] = ABSENT) -> str | None:
    return setting(name, ensure, key=SCHANNEL.format(version), found=found)


def acl(kind: str, place: str, ensure: str, found: str = "D:(A;;FA;;;SY)") -> str | None:
    return line(operation("a", kind, {"key" if kind == "key_acl" else "path": place}, {"sddl": ensure}, {"sddl": found}))


@pytest.mark.parametrize("name", ["UserAuthentication", "USERAUTHENTICATION"])
def test_no_nla(name: str) -> None:
    assert setting(name, dword(0)) == "nla"
    assert [setting(name, ensure) for ensure in (dword(1), ABSENT, TEXT)] == [None, None, None]  # of a kind that Windows ignores, so that the default holds


@pytest.mark.parametrize(
    ("name", "low", "high", "expected"),
    [
        ("SecurityLayer", 0, 1, "security_layer"),
        ("MinEncryptionLevel", 1, 2, "min_encryption_level"),
        ("fAllowSecProtocolNegotiation", 0, 1, "security_layer"),
    ],
)
def test_settings_of_the_listener(name: str, low: int, high: int, expected: str) -> None:
    assert (setting(name, dword(low)), setting(name, dword(high))) == (expected, None)


def test_the_oracle() -> None:
    assert [setting("AllowEncryptionOracle", dword(number), key=CREDSSP) for number in (0, 1, 2, 7)] == [None, None, "encryption_oracle", "encryption_oracle"]


def test_what_term_service_loads() -> None:
    own, other = {"kind": "REG_SZ", "value": PROTOCOL.upper()}, {"kind": "REG_SZ", "value": "{00000000-20cf-4408-b73f-73ab70b8849f}"}
    assert [setting("LoadableProtocol_Object", ensure) for ensure in (own, other, ABSENT)] == [None, "protocol", "protocol"]


@pytest.mark.parametrize("version", ["TLS 1.0", "TLS 1.1"])
def test_an_old_tls_is_not_switched_on(version: str) -> None:
    assert [tls(version, "Enabled", ensure) for ensure in (dword(1), dword(0xFFFFFFFF), dword(0), ABSENT)] == ["tls", "tls", None, None]
    assert [tls(version, "DisabledByDefault", ensure) for ensure in (dword(0), dword(1), ABSENT)] == ["tls", None, None]
    assert tls(version, "Enabled", ABSENT, dword(0)) == tls(version, "DisabledByDefault", ABSENT, dword(1)) == "tls"  # the default is on


def test_tls_12_is_not_switched_off() -> None:
    assert [tls("TLS 1.2", "Enabled", ensure) for ensure in (dword(0), dword(1), ABSENT)] == ["tls", None, None]
    assert [tls("TLS 1.2", "DisabledByDefault", ensure) for ensure in (dword(1), dword(0))] == ["tls", None]


@pytest.mark.parametrize(
    ("name", "ensure", "expected"),
    [
        ("SessionEnv", {"start": "disabled"}, "services"),
        ("TermService", {"state": "stopped"}, "services"),
        ("UmRdpService", {"state": "stopped"}, None),
        ("TermService", {"restarted": True}, None),
        ("TermService", {"start": "manual", "state": "running"}, None),
    ],
)
def test_services(name: str, ensure: dict[str, Any], expected: str | None) -> None:
    assert line(operation("a", "service", {"service": name}, ensure, {"state": "running"})) == expected


@pytest.mark.parametrize(
    ("kind", "place", "ensure", "is_below"),
    [
        ("file_acl", KEYS, FOLDER_DACL, False),
        ("file_acl", KEYS, "D:PAI(A;;FA;;;WD)", True),
        ("file_acl", KEYS, "D:PAI(A;OICI;0x12019f;;;WD)", True),  # handed on to every key
        ("file_acl", KEYS, "D:PAI(A;OIIO;FR;;;AU)", True),
        ("file_acl", KEYS, "D:PAI(A;;0x10000000;;;BU)", True),
        ("file_acl", KEY_FILE, KEY_FILE_DACL, False),
        ("file_acl", KEY_FILE, "D:PAI(A;;FR;;;WD)", True),  # a private key that everybody reads is none
        ("file_acl", KEY_FILE, "D:P(A;;FR;;;S-1-5-21-1-2-3-513)", True),
        ("file_acl", KEY_FILE, "D:P(D;;FA;;;WD)(A;;FA;;;SY)", False),
        ("file_acl", KEY_FILE, "D:P(A;;ZZ;;;SY)", True),  # not understood
        ("key_acl", LICENSES, SDDL, False),
        ("key_acl", LICENSES, "D:PAI(A;CI;KA;;;BU)", True),
        ("key_acl", LICENSES, "D:PAI(A;CI;KW;;;AU)", True),
        ("key_acl", TS + "\\RCM", "D:PAI(A;CI;0x40000;;;WD)", True),
        ("key_acl", TS + "\\RCM", "D:PAI(A;CI;KA;;;NS)", False),
    ],
)
def test_access_lists(kind: str, place: str, ensure: str, is_below: bool) -> None:
    assert acl(kind, place, ensure) == ("access_list" if is_below else None)


def test_what_was_found_wide_may_be_left_so() -> None:
    wide = "D:AI(A;;FR;;;WD)"
    assert acl("file_acl", KEY_FILE, "D:AI(A;;FR;;;NS)(A;;FR;;;WD)", wide) is None
    assert acl("file_acl", KEY_FILE, "D:AI(A;;FA;;;WD)", wide) == "access_list"


def test_the_usual_operations_are_not_below() -> None:
    assert [kind for kind, document in examples().items() if line(document)] == []
