# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may read the listener's private key: the file's and the folder's access lists against what Windows documents.

Folder default (KB278381 and Microsoft's Azure checker): protected, Everyone 0x12019F, Administrators full, this folder only.
Key file: NETWORK SERVICE (the account of TermService) reads, SYSTEM has full control.
"""

from __future__ import annotations

from typing import Any

from ..model import JsonMap
from ..sddl import ADMINISTRATORS, EVERYONE, FILE_ALL_ACCESS, NETWORK_SERVICE_TOKEN, SYSTEM, Dacl, SddlError, can_read, has_rights, parse_dacl

FOLDER_EVERYONE = 0x12019F  # the eight documented rights and SYNCHRONIZE
FOLDER_DACL = "D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"
KEY_FILE_DACL = "D:PAI(A;;FA;;;SY)(A;;FR;;;NS)"


def key_store_access(data: JsonMap) -> JsonMap:
    """Judge the access lists of the key folder and the listener's key file.

    :param data: data of the snapshot subset ``key_store``.
    :returns: for the key file ``key_file_exists``, ``key_file_empty``, ``network_service_reads``, ``system_has_full_control``; for the folder
        ``folder_everyone``, ``folder_administrators``, ``folder_inherits``; ``foreign_key_files`` of another MachineGuid.
        What could not be read or parsed is left out and reads as unknown.
    """
    key = data["listener_key"]
    answer: dict[str, Any] = {
        "key_file_exists": key["exists"],
        "key_file_empty": key["exists"] and key["size"] == 0,
        "foreign_key_files": len(data["foreign_files"]),
        "folder_exists": data["folder"]["exists"],
    }
    key_dacl = _dacl(key["sddl"])
    if key_dacl is not None:
        answer["network_service_reads"] = can_read(key_dacl, NETWORK_SERVICE_TOKEN)
        answer["system_has_full_control"] = has_rights(key_dacl, SYSTEM, FILE_ALL_ACCESS)
    folder_dacl = _dacl(data["folder"]["sddl"])
    if folder_dacl is not None:
        answer["folder_everyone"] = has_rights(folder_dacl, EVERYONE, FOLDER_EVERYONE)
        answer["folder_administrators"] = has_rights(folder_dacl, ADMINISTRATORS, FILE_ALL_ACCESS)
        answer["folder_inherits"] = not folder_dacl.protected
    return answer


def _dacl(sddl: str | None) -> Dacl | None:
    if sddl is None:
        return None
    try:
        return parse_dacl(sddl)
    except SddlError:
        return None
