# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The value in force for each listener setting: Group Policy before the local key before the built-in default.

Defaults and kinds: the registry map of the listener (Microsoft's ADMX files and support articles). A value of the wrong kind is
ignored by the service, so it is ignored here too and reported as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..model import JsonMap


@dataclass(frozen=True)
class Setting:
    """What Windows takes when nothing is set, and the kind that a value must have to count."""

    default: Any  # int or str, by kind
    kind: str = "REG_DWORD"


UNLIMITED = 0xFFFFFFFF

SETTINGS = {
    "fDenyTSConnections": Setting(1),
    "PortNumber": Setting(3389),
    # Shipped hosts carry 2; what a missing value means is documented as 1 by old references only: take the weaker reading.
    "SecurityLayer": Setting(1),
    "UserAuthentication": Setting(1),
    "MinEncryptionLevel": Setting(2),
    "fAllowSecProtocolNegotiation": Setting(1),
    "fEnableWinStation": Setting(1),
    "fLogonDisabled": Setting(0),
    "MaxInstanceCount": Setting(UNLIMITED),
    "LanAdapter": Setting(0),
    "SelectTransport": Setting(2),
    "TSServerDrainMode": Setting(0),
    "WinStationsDisabled": Setting("0", "REG_SZ"),
    "fPromptForPassword": Setting(0),
    "fEncryptRPCTraffic": Setting(0),
}

# setting -> the name that its policy has in the editor, below Remote Desktop Services > Remote Desktop Session Host
POLICIES = {
    "fDenyTSConnections": "Allow users to connect remotely by using Remote Desktop Services",
    "SecurityLayer": "Require use of specific security layer for remote (RDP) connections",
    "UserAuthentication": "Require user authentication for remote connections by using Network Level Authentication",
    "MinEncryptionLevel": "Set client connection encryption level",
    "MaxInstanceCount": "Limit number of connections",
    "SelectTransport": "Select RDP transport protocols",
    "fPromptForPassword": "Always prompt for password upon connection",
    "fEncryptRPCTraffic": "Require secure RPC communication",
}


def effective_values(listener: JsonMap) -> JsonMap:
    """Compute the value in force per setting.

    :param listener: data of the snapshot subset ``listener``.
    :returns: name -> ``{value, source: policy|local|default, set_by, wrong_kind}``, where ``set_by`` says for people who decides, and names
        the policy to change. A setting whose local or policy value could not
        be read is left out, so that it reads as unknown.
    """
    values = listener.get("values", {})
    result: dict[str, JsonMap] = {}
    for name, setting in SETTINGS.items():
        sides = values.get(name)
        if sides is None:
            continue
        effective = _effective(name, setting, sides.get("policy"), sides.get("local"))
        if effective is not None:
            result[name] = effective
    return result


def wrong_kinds(listener: JsonMap) -> JsonMap:
    """Name the settings that somebody wrote with the wrong kind, so that the service ignores them.

    :returns: ``names``, and how many of them there are under ``count``.
    """
    names = [name for name, value in effective_values(listener).items() if value["wrong_kind"]]
    return {"names": names, "count": len(names)}


def _effective(name: str, setting: Setting, policy: JsonMap | None, local: JsonMap | None) -> JsonMap | None:
    wrong_kind = False
    for source, side in (("policy", policy), ("local", local)):
        if side is None or side["kind"] == "absent":
            continue
        if side["kind"] == "denied":
            return None
        # A number whose stored length does not fit its kind arrives as text.
        if side["kind"] == setting.kind and isinstance(side["value"], type(setting.default)):
            return {"value": side["value"], "source": source, "set_by": _set_by(name, source), "wrong_kind": wrong_kind}
        wrong_kind = True
    return {"value": setting.default, "source": "default", "set_by": "the default of Windows", "wrong_kind": wrong_kind}


def _set_by(name: str, source: str) -> str:
    return "the host's own value" if source == "local" else f'the Group Policy "{POLICIES.get(name, name)}"'
