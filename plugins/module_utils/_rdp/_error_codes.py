# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the error codes in a CredSSP answer are called (MS-ERREF; NTSTATUS, and SSPI codes of Windows)."""

from __future__ import annotations

from typing import Final, Mapping

ERROR_NAMES: Final[Mapping[int, str]] = {
    0xC000005E: "STATUS_NO_LOGON_SERVERS",
    0xC0000064: "STATUS_NO_SUCH_USER",
    0xC000006A: "STATUS_WRONG_PASSWORD",
    0xC000006D: "STATUS_LOGON_FAILURE",
    0xC000006E: "STATUS_ACCOUNT_RESTRICTION",
    0xC000006F: "STATUS_INVALID_LOGON_HOURS",
    0xC0000070: "STATUS_INVALID_WORKSTATION",
    0xC0000071: "STATUS_PASSWORD_EXPIRED",
    0xC0000072: "STATUS_ACCOUNT_DISABLED",
    0xC0000133: "STATUS_TIME_DIFFERENCE_AT_DC",
    0xC000015B: "STATUS_LOGON_TYPE_NOT_GRANTED",
    0xC0000193: "STATUS_ACCOUNT_EXPIRED",
    0xC0000224: "STATUS_PASSWORD_MUST_CHANGE",
    0xC0000234: "STATUS_ACCOUNT_LOCKED_OUT",
    0xC000035B: "STATUS_BAD_BINDINGS",
    0xC0000413: "STATUS_AUTHENTICATION_FIREWALL_FAILED",
    0xC0000418: "STATUS_NTLM_BLOCKED",
    0x80090302: "SEC_E_UNSUPPORTED_FUNCTION",
    0x80090308: "SEC_E_INVALID_TOKEN",
    0x8009030C: "SEC_E_LOGON_DENIED",
    0x80090311: "SEC_E_NO_AUTHENTICATING_AUTHORITY",
    0x80090331: "SEC_E_ALGORITHM_MISMATCH",
}


def error_text(code: int) -> str:
    """Return a code as people look it up, with its name where it has one here."""
    name = ERROR_NAMES.get(code)
    return f"0x{code:08X}" + (f" ({name})" if name else "")
