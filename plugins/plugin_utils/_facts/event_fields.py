# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands at which place of an event's ``properties``: the reader returns them in the order of the provider's template.

From published templates and event catalogues, not yet seen on a real host. Places that are not listed here have no known meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

# user: an account's name alone; account: with its domain before it, or a digest of it.
Personal = Literal["user", "domain", "account", "host", "address", "sid"]

_MANAGER = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
_SESSIONS = "Microsoft-Windows-TerminalServices-LocalSessionManager"
_CORE = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
_CLIENT = "Microsoft-Windows-TerminalServices-ClientActiveXCore"
_LABELLED = ("Name", "Value", "CustomLevel")  # the client's way: a label in English, what it stands for, a word
_TRANSITION = ("StateTransitionName", "PreviousState", "PreviousStateName", "NewState", "NewStateName", "Event", "EventName", "ErrorCode")

# provider -> id -> names of the properties, by their place
EVENT_FIELDS: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "Application Error": {
        1000: (
            "ApplicationName", "ApplicationVersion", "ApplicationTime", "ModuleName", "ModuleVersion", "ModuleTime", "ExceptionCode", "FaultOffset",
            "ProcessID", "ProcessTime", "ApplicationPath", "ModulePath",
        ),
    },
    "Microsoft-Windows-Security-Auditing": {
        4625: (
            "SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "TargetUserSid", "TargetUserName", "TargetDomainName", "Status",
            "FailureReason", "SubStatus", "LogonType", "LogonProcessName", "AuthenticationPackageName", "WorkstationName", "TransmittedServices",
            "LmPackageName", "KeyLength", "ProcessId", "ProcessName", "IpAddress", "IpPort",
        ),
        # Windows calls the second TargetDomainName, and writes the computer there that the account was locked from.
        4740: ("TargetUserName", "CallerComputerName", "TargetSid", "SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId"),
        4776: ("PackageName", "TargetUserName", "Workstation", "Status"),
    },
    "Microsoft-Windows-Kernel-PnP": {
        411: ("DeviceInstanceId", "DriverName", "ClassGuid", "ServiceName", "LowerFilters", "UpperFilters", "Problem", "Status"),
    },
    _MANAGER: {
        **{number: ("ListenerName",) for number in (258, 259, 260, 261, 262, 1050, 1051, 1052, 1053, 1054, 1055)},
        1003: ("ClientName",),
        1004: ("ClientName",),
        1036: ("ErrorCode",),
        1056: ("CertificateName",),
        1057: ("ErrorCode",),
        1058: ("ErrorCode",),
        1063: ("CertificateName",),
        1064: ("ErrorCode",),
        1067: ("ErrorCode",),
        1149: ("User", "Domain", "Address"),
    },
    _SESSIONS: {
        21: ("Account", "SessionID", "Address"),
        23: ("Account", "SessionID"),
        24: ("Account", "SessionID", "Address"),
        25: ("Account", "SessionID", "Address"),
        40: ("SessionID", "Reason"),
        41: ("Account", "SessionID"),
        42: ("Account", "SessionID"),
    },
    _CORE: {
        65: ("ConnectionName",),
        66: ("ConnectionName", "SessionID"),
        97: ("Component", "ErrorCode"),
        103: ("ReasonCode",),
        131: ("ConnectionType", "ClientAddress"),
        139: ("ErrorCode", "ClientAddress"),
        140: ("ClientAddress",),
        225: _TRANSITION,
        226: _TRANSITION,
    },
    _CLIENT: {
        226: _TRANSITION,
        1007: ("ErrorCode",),
        1017: ("ErrorCode",),
        1024: ("Name", "ServerName", "CustomLevel"),
        1026: _LABELLED,
        1027: ("Domain", "SessionID"),
        1028: _LABELLED,
        1029: ("Account",),
        1102: ("ServerName",),
    },
    "Microsoft-Windows-NTLM": {
        4001: (
            "TargetName", "UserName", "DomainName", "CallerPID", "ProcessName", "ClientLUID", "ClientUserName", "ClientDomainName", "MechanismOID",
        ),
        4002: ("CallerPID", "ProcessName", "ClientLUID", "ClientUserName", "ClientDomainName", "MechanismOID"),
        4003: ("UserName", "DomainName", "WorkstationName", "CallerPID", "ProcessName", "LogonType", "InProc", "Mechanism"),
    },
    "NETLOGON": {3210: ("DomainName", "ControllerName"), 5719: ("DomainName",)},
    "LsaSrv": {6041: ("TargetName", "Version")},
    "Schannel": {
        36870: ("Type", "ErrorCode", "ErrorStatus"),
        36871: ("Type", "ErrorState"),
        36874: ("Protocol",),
        36880: ("Type", "Protocol", "CipherSuite", "ExchangeStrength", "ContextHandle", "TargetName", "LocalCertSubjectName", "RemoteCertSubjectName"),
        36884: ("TargetName",),
        36887: ("AlertDesc",),
        36888: ("AlertDesc", "ErrorState"),
    },
}  # fmt: skip

# name of a property -> whose it is. All others name nobody.
PERSONAL: Mapping[str, Personal] = {
    "SubjectUserSid": "sid", "TargetUserSid": "sid", "TargetSid": "sid",
    "SubjectUserName": "user", "TargetUserName": "user", "UserName": "user", "ClientUserName": "user", "User": "user",
    "SubjectDomainName": "domain", "TargetDomainName": "domain", "DomainName": "domain", "ClientDomainName": "domain", "Domain": "domain",
    "Account": "account",
    "WorkstationName": "host", "Workstation": "host", "CallerComputerName": "host", "ClientName": "host", "CertificateName": "host", "ServerName": "host",
    "TargetName": "host", "ControllerName": "host",
    "LocalCertSubjectName": "host", "RemoteCertSubjectName": "host",
    "IpAddress": "address", "Address": "address", "ClientAddress": "address",
}  # fmt: skip


def personal_places(provider: str, number: int) -> dict[int, Personal]:
    """Return which properties of an event name somebody, by their place.

    :returns: nothing for an event that is not known: what its properties mean is not known either.
    """
    names = EVENT_FIELDS.get(provider, {}).get(number, ())
    return {place: PERSONAL[name] for place, name in enumerate(names) if name in PERSONAL}
