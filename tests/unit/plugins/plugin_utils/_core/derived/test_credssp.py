# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CredSSP oracle in force."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.credssp import oracle_in_force


def oracle(kind: str, value: Any) -> Any:
    return oracle_in_force({"AllowEncryptionOracle": {"path": "HKLM\\C", "kind": kind, "value": value}})


@pytest.mark.parametrize(
    ("kind", "value", "number", "wrong_kind"),
    [
        ("absent", None, 1, False), ("REG_DWORD", 0, 0, False), ("REG_DWORD", 1, 1, False), ("REG_DWORD", 2, 2, False), ("REG_DWORD", 7, 7, False),
        ("REG_SZ", "2", 1, True), ("REG_DWORD", "AgI=", 1, True),
    ],
)  # fmt: skip
def test_in_force(kind: str, value: Any, number: int, wrong_kind: bool) -> None:
    assert oracle(kind, value) == {"oracle": number, "wrong_kind": wrong_kind}


def test_denied_is_unknown() -> None:
    with pytest.raises(LookupError, match="denied"):
        oracle("denied", None)
