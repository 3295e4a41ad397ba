# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may read the listener's private key: the file's and the folder's access lists against what Windows documents.

Folder default (KB278381 and Microsoft's Azure checker): protected, Everyone 0x12019F, Administrators full, this folder only.
Key file: NETWORK SERVICE (the account of TermService) reads, SYSTEM has full control.
"""

from __future__ import annotations

from ..model import JsonMap
from ..sddl import ADMINISTRATORS, EVERYONE, FILE_ALL_ACCESS, NETWORK_SERVICE_TOKEN, SYSTEM, Dacl, SddlError, can_read, has_rights, parse_dacl
from .certificate import bound, thumbprint_of
from .gap import Gap

FOLDER_EVERYONE = 0x12019F  # the eight documented rights and SYNCHRONIZE
FOLDER_DACL = "D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"
KEY_FILE_DACL = "D:PAI(A;;FA;;;SY)(A;;FR;;;NS)"
WRITES = 0x2 | 0x4 | 0x40 | 0x10000 | 0x40000 | 0x80000  # write data, append, delete children, delete, write the list, take ownership
MAY_WRITE = frozenset({EVERYONE, ADMINISTRATORS, SYSTEM})  # Everyone creates keys by default; SYSTEM is harmless and common
LISTENER_KEY = ("file_exists", "file_empty", "network_service_reads", "system_has_full_control")
UNLISTED = "the files in the folder of machine keys could not be told apart"
CNG = 0  # provider type of keys that are not in this folder at all


def folder_access(data: JsonMap) -> JsonMap:
    """Judge the access list of the key folder.

    :param data: data of the snapshot subset ``key_store``.
    :returns: ``folder_everyone`` and ``folder_administrators`` (they have what is documented), ``folder_inherits``, ``folder_denies`` (somebody
        is denied something), ``folder_other_writers`` (how many more may write), ``foreign_key_files`` of another MachineGuid.
    """
    dacl = _dacl(data["folder"]["sddl"])
    unread = Gap("the folder's access list could not be read")
    return {
        "foreign_key_files": Gap(UNLISTED) if data["foreign_files"] is None else len(data["foreign_files"]),
        "folder_exists": data["folder"]["exists"],
        "folder_everyone": unread if dacl is None else has_rights(dacl, EVERYONE, FOLDER_EVERYONE),
        "folder_administrators": unread if dacl is None else has_rights(dacl, ADMINISTRATORS, FILE_ALL_ACCESS),
        "folder_inherits": unread if dacl is None else not dacl.protected,
        "folder_denies": unread if dacl is None else any(not entry.allows for entry in dacl.entries),
        "folder_other_writers": unread if dacl is None else len({entry.sid for entry in dacl.entries if entry.allows and entry.mask & WRITES} - MAY_WRITE),
    }


def listener_key(store: JsonMap, certificate: JsonMap) -> JsonMap:
    """Judge the key file of the certificate that the listener is told to serve.

    :param store: data of the snapshot subset ``key_store``; it knows the file of one container only.
    :param certificate: data of the snapshot subset ``certificate``.
    :returns: ``file_exists``, ``file_empty``, ``network_service_reads`` and ``system_has_full_control``.
    :raises LookupError: the listener's certificate has its key elsewhere, so that this file says nothing about it.
    """
    _require_same_key(store, certificate)
    return _judged(store["listener_key"])


def serving_key(store: JsonMap, certificate: JsonMap) -> JsonMap:
    """Judge the key file of the certificate that is in force: the listener's own, or of one that somebody bound.

    :param store: data of the snapshot subset ``key_store``.
    :param certificate: data of the snapshot subset ``certificate``.
    :returns: as :func:`listener_key`, and ``file_name`` and ``sddl``.
    :raises LookupError: nobody looked at that certificate's key, as with those of the newer provider.
    """
    binding, value = bound(certificate["bindings"])
    if binding not in ("custom", "template"):
        return {**listener_key(store, certificate), **{name: store["listener_key"][name] for name in ("file_name", "sddl")}}
    key = bound_key(store, thumbprint_of(value))
    if key is None or key["file_name"] is None:
        raise LookupError(f"the listener serves a {binding} certificate, and its key file was not looked at")
    return {**_judged(key), "file_name": key["file_name"], "sddl": key["sddl"]}


def bound_key(store: JsonMap, thumbprint: str | None) -> JsonMap | None:
    """Return what was read of the key of a certificate that the listener is told to serve; None where nobody looked for it.

    Its ``file_name`` is None for a key of another kind than the older RSA providers, whose files are known by name.
    """
    return next((key for key in store.get("bound_keys", {}).get("items", ()) if key["thumbprint"] == thumbprint), None)


def _judged(key: JsonMap) -> JsonMap:
    dacl = _dacl(key["sddl"])
    unread = Gap("the key file's access list could not be read" if key["exists"] else "the key file is not there")
    if key["exists"] is None:
        return dict.fromkeys(LISTENER_KEY, Gap("the key file's name could not be computed" if key["file_name"] is None else UNLISTED))
    return {
        "file_exists": key["exists"],
        "file_empty": key["exists"] and key["size"] == 0,
        "network_service_reads": unread if dacl is None else can_read(dacl, NETWORK_SERVICE_TOKEN),
        "system_has_full_control": unread if dacl is None else has_rights(dacl, SYSTEM, FILE_ALL_ACCESS),
    }


def _require_same_key(store: JsonMap, certificate: JsonMap) -> None:
    binding, value = bound(certificate["bindings"])
    if binding in ("custom", "template"):
        raise LookupError(f"the listener serves a {binding} certificate, and its key file was not looked at")
    provider = next(
        (entry["key_provider"] for held in certificate["stores"].values() for entry in held["certificates"] if entry["thumbprint"] == thumbprint_of(value)),
        None,
    )
    if provider is not None and (provider["provider_type"] == CNG or provider["container"] != store["listener_key"]["container"]):
        raise LookupError(f"the listener's key is in the container {provider['container'][:80]}, and that one's file was not looked at")


def _dacl(sddl: str | None) -> Dacl | None:
    if sddl is None:
        return None
    try:
        return parse_dacl(sddl)
    except SddlError:
        return None
