# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Schannel switches over the defaults of the build."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.tls import TLS13_FIRST_BUILD, server_protocols

KINDS = {None: "absent", "denied": "denied"}


def switch(content: Any) -> dict[str, Any]:
    kind = KINDS.get(content, "REG_DWORD")
    return {"path": "HKLM\\S", "kind": kind, "value": content if kind == "REG_DWORD" else None}


def offered(build: int = 20348, **switches: tuple[Any, Any]) -> Any:
    protocols = {
        name: {"server": dict(zip(("Enabled", "DisabledByDefault"), map(switch, switches.get(name, (None, None))), strict=True))}
        for name in ("tls10", "tls11", "tls12", "tls13")
    }
    return server_protocols({"protocols": protocols}, {"build": build})


@pytest.mark.parametrize(
    ("enabled", "disabled", "on", "source"),
    [
        (None, None, True, "default"), (0, None, False, "set"), (0, 0, False, "set"), (1, None, True, "set"), (0xFFFFFFFF, 0, True, "set"),
        (None, 1, False, "set"), (1, 1, False, "set"), (None, 0, True, "default"), ("AAA=", None, True, "default"), (None, "AAA=", True, "default"),
    ],
)  # fmt: skip
def test_switches(enabled: Any, disabled: Any, on: bool, source: str) -> None:
    assert offered(tls12=(enabled, disabled))["tls12"] == {"enabled": on, "source": source}


@pytest.mark.parametrize(("build", "on"), [(14393, False), (20347, False), (20348, True), (26100, True)])
def test_tls13_came_with_server_2022(build: int, on: bool) -> None:
    assert TLS13_FIRST_BUILD == 20348
    assert offered(build)["tls13"] == {"enabled": on, "source": "default"}
    assert offered(build)["tls10"]["enabled"] is offered(build)["tls11"]["enabled"] is True


@pytest.mark.parametrize(
    ("build", "tls12", "tls13", "modern"),
    [(20348, 1, 1, True), (20348, 0, 1, True), (20348, 1, 0, True), (20348, 0, 0, False), (14393, 0, 1, False), (14393, 1, 0, True), (14393, 0, 0, False)],
)
def test_modern_is_what_a_client_can_speak(build: int, tls12: int, tls13: int, modern: bool) -> None:
    assert offered(build, tls12=(tls12, 0), tls13=(tls13, 0))["modern"] == {"enabled": modern}


def test_what_is_out_of_date_is_named_with_its_source() -> None:
    assert offered()["old"] == ["TLS 1.0 (the default of Windows)", "TLS 1.1 (the default of Windows)"]
    assert offered(tls10=(0, 1), tls11=(1, 0))["old"] == ["TLS 1.1 (set on this host)"]
    assert offered(tls10=(0, 1), tls11=(0, 1))["old"] == []


@pytest.mark.parametrize(("build", "enabled", "forced"), [(20347, 1, True), (20348, 1, False), (20347, None, False), (20347, 0, False)])
def test_tls13_is_forced_where_the_build_does_not_know_it(build: int, enabled: int | None, forced: bool) -> None:
    assert offered(build, tls13=(enabled, None))["forced"] is forced


@pytest.mark.parametrize("pair", [("denied", None), (None, "denied"), ("denied", 1), (0, "denied")])
def test_a_denied_switch_is_unknown(pair: Any) -> None:
    with pytest.raises(LookupError, match="denied"):
        offered(tls11=pair)
