# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may read the key, and what the folder grants."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.key_store import FOLDER_DACL, KEY_FILE_DACL, key_store_access


def access(key: Any = KEY_FILE_DACL, folder: Any = FOLDER_DACL, **changes: Any) -> Any:
    listener_key = {"exists": True, "size": 2200, "sddl": key, **changes}
    return key_store_access({"listener_key": listener_key, "folder": {"exists": True, "sddl": folder}, "foreign_files": ["a", "b"]})


def test_the_documented_lists() -> None:
    assert access() == {
        "key_file_exists": True, "key_file_empty": False, "foreign_key_files": 2, "folder_exists": True, "network_service_reads": True,
        "system_has_full_control": True, "folder_everyone": True, "folder_administrators": True, "folder_inherits": False,
    }  # fmt: skip
    assert (FOLDER_DACL, KEY_FILE_DACL) == ("D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)", "D:PAI(A;;FA;;;SY)(A;;FR;;;NS)")


@pytest.mark.parametrize("sddl", [None, "", "O:SYG:SY", "D:NO_ACCESS_CONTROL", "D:(OA;;FR;;;NS)"])
def test_what_cannot_be_read_is_left_out(sddl: Any) -> None:
    assert access(key=sddl).keys() & {"network_service_reads", "system_has_full_control"} == set()
    assert not [name for name in access(folder=sddl) if name in ("folder_everyone", "folder_administrators", "folder_inherits")]


@pytest.mark.parametrize(
    ("key", "reads", "system"),
    [("D:(A;;FA;;;SY)", False, True), ("D:(A;;FR;;;NS)(A;;FR;;;SY)", True, False), ("D:(D;;FR;;;NS)(A;;FA;;;NS)(A;;FA;;;SY)", False, True)],
)
def test_key_file(key: str, reads: bool, system: bool) -> None:
    answer = access(key=key)
    assert (answer["network_service_reads"], answer["system_has_full_control"]) == (reads, system)


@pytest.mark.parametrize(
    ("folder", "everyone", "administrators", "inherits"),
    [
        ("D:AI(A;;0x12019f;;;WD)(A;;FA;;;BA)", True, True, True), ("D:P(A;;FR;;;WD)(A;;FA;;;BA)", False, True, False),
        ("D:P(A;;FA;;;WD)(A;;FR;;;BA)", True, False, False), ("D:P", False, False, False),
    ],
)  # fmt: skip
def test_folder(folder: str, everyone: bool, administrators: bool, inherits: bool) -> None:
    answer = access(folder=folder)
    assert (answer["folder_everyone"], answer["folder_administrators"], answer["folder_inherits"]) == (everyone, administrators, inherits)


@pytest.mark.parametrize(("exists", "size", "empty"), [(True, 0, True), (True, 1, False), (True, None, False), (False, 0, False), (False, None, False)])
def test_empty(exists: bool, size: Any, empty: bool) -> None:
    assert access(exists=exists, size=size)["key_file_empty"] is empty
    assert access(exists=exists, size=size)["key_file_exists"] is exists
