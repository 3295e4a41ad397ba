# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CredSSP oracle in force, and whether a machine has the fix for CVE-2018-0886."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.credssp import credssp_fix, minimum_version, oracle_in_force


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


@pytest.mark.parametrize(
    ("build", "version", "ubr", "expected"),
    [
        (14393, "10.0.14393.2248", 1, True),
        (14393, "10.0.14393.2247", 9999, False),
        (14393, None, 2248, True),
        (14393, None, 2247, False),
        (17134, "10.0.17134.48", None, True),
        (17763, None, None, True),
        (20348, "10.0.20348.1", 1, True),
        (9600, "6.3.9600.18999", 1, True),
        (9600, "6.3.9600.18998", 20000, False),
    ],
)
def test_the_file_tells_it_before_the_revision_of_windows(build: int, version: str | None, ubr: int | None, expected: bool) -> None:
    assert credssp_fix({"build": build, "ubr": ubr}, {"tspkg_version": version}) == {"patched": expected, "by": version or f"10.0.{build}.{ubr or 0}"}


@pytest.mark.parametrize(
    ("os", "credssp", "why"),
    [
        (None, None, "neither tspkg.dll nor the revision of Windows was told"),
        (None, {"tspkg_version": None}, "neither tspkg.dll"),
        ({"build": None, "ubr": 1}, None, "neither tspkg.dll"),
        ({"build": 14393, "ubr": None}, None, "neither tspkg.dll"),
        ({"build": 9600, "ubr": 20000}, {"tspkg_version": None}, "neither tspkg.dll"),  # there the revision is not that of the files
        ({"build": 10240, "ubr": 1}, {"tspkg_version": "10.0.10240.99999"}, "in which revision of build 10240"),
    ],
)
def test_what_nobody_knows_is_not_guessed(os: Any, credssp: Any, why: str) -> None:
    with pytest.raises(LookupError, match=why):
        credssp_fix(os, credssp)


@pytest.mark.parametrize(("build", "version"), [(9600, "6.3.9600.18999"), (14393, "10.0.14393.2248"), (20348, "10.0.20348.0"), (10240, None)])
def test_the_first_version_with_the_fix(build: int, version: str | None) -> None:
    assert minimum_version(build) == version
