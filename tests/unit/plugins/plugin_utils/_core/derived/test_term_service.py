# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TermService against what Windows ships."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.term_service import term_service

from tests.support.host_states import host


def told(**service: Any) -> Any:
    return term_service({"TermService": {**host().document["services"]["TermService"], **service}})


def value(text: Any, kind: str = "REG_SZ") -> dict[str, Any]:
    return {"path": "HKLM\\S", "kind": kind, "value": text}


@pytest.mark.parametrize(
    ("account", "right"),
    [("NT Authority\\NetworkService", True), ("NT AUTHORITY\\NETWORK SERVICE", True), ("LocalSystem", False), (".\\svc-rdp", False), (None, False), (7, False)],
)
def test_the_account(account: Any, right: bool) -> None:
    assert told(ObjectName=value(account))["account_right"] is right


@pytest.mark.parametrize(
    ("library", "right"),
    [
        ("%SystemRoot%\\System32\\termsrv.dll", True), ("C:\\Windows\\system32\\TERMSRV.DLL", True), ("%ProgramFiles%\\RDP Wrapper\\rdpwrap.dll", False),
        ("C:\\Temp\\System32\\termsrv.dll", False), (None, False),
    ],
)  # fmt: skip
def test_the_library(library: Any, right: bool) -> None:
    assert told(ServiceDll=value(library, "REG_EXPAND_SZ"))["library_right"] is right


def test_what_nobody_can_know() -> None:
    assert isinstance(told(ObjectName=value(None, "denied"))["account_right"], Gap)
    assert told(ObjectName=value(None, "denied"))["library_right"] is True
    assert all(isinstance(answer, Gap) for answer in told(exists=False).values())
