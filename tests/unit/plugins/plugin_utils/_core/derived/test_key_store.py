# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may read the key, what the folder grants, and whose key it is."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.gap import Gap
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.key_store import FOLDER_DACL, KEY_FILE_DACL, folder_access, listener_key, serving_key

ABSENT = {"path": "HKLM\\X", "kind": "absent", "value": None}
THUMBPRINT = "AB" * 20
BOUND = {"path": "HKLM\\X", "kind": "REG_BINARY", "value": base64.b64encode(bytes.fromhex(THUMBPRINT)).decode()}
CONTAINER = {"container": "TSSecKeySet1", "provider": "p", "provider_type": 1}


def folder(sddl: Any = FOLDER_DACL) -> Any:
    return folder_access({"folder": {"exists": True, "sddl": sddl}, "foreign_files": ["a", "b"]})


def key(sddl: Any = KEY_FILE_DACL, provider: Any = None, bindings: Any = None, **changes: Any) -> Any:
    bound = {"SSLCertificateSHA1Hash": ABSENT, "TemplateCertificate": ABSENT, "SelfSignedCertificate": BOUND, **(bindings or {})}
    held = [{"thumbprint": "0" * 40, "key_provider": {**CONTAINER, "container": "other"}}, {"thumbprint": THUMBPRINT, "key_provider": provider}]
    stores = {"remote_desktop": {"certificates": held}, "my": {"certificates": []}}
    file = {"container": "TSSecKeySet1", "file_name": "f", "exists": True, "size": 2200, "sddl": sddl, **changes}
    return listener_key({"listener_key": file}, {"bindings": bound, "stores": stores})


def test_the_documented_lists() -> None:
    assert folder() == {
        "foreign_key_files": 2, "folder_exists": True, "folder_everyone": True, "folder_administrators": True, "folder_inherits": False,
        "folder_denies": False, "folder_other_writers": 0,
    }  # fmt: skip
    assert key() == {"file_exists": True, "file_empty": False, "network_service_reads": True, "system_has_full_control": True}
    assert (FOLDER_DACL, KEY_FILE_DACL) == ("D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)", "D:PAI(A;;FA;;;SY)(A;;FR;;;NS)")


@pytest.mark.parametrize("sddl", [None, "", "O:SYG:SY", "D:NO_ACCESS_CONTROL", "D:(OA;;FR;;;NS)"])
def test_what_cannot_be_read_is_a_gap(sddl: Any) -> None:
    assert [name for name, value in key(sddl).items() if isinstance(value, Gap)] == ["network_service_reads", "system_has_full_control"]
    gaps = [name for name, value in folder(sddl).items() if isinstance(value, Gap)]
    assert gaps == ["folder_everyone", "folder_administrators", "folder_inherits", "folder_denies", "folder_other_writers"]


@pytest.mark.parametrize(
    ("sddl", "reads", "system"),
    [("D:(A;;FA;;;SY)", False, True), ("D:(A;;FR;;;NS)(A;;FR;;;SY)", True, False), ("D:(D;;FR;;;NS)(A;;FA;;;NS)(A;;FA;;;SY)", False, True)],
)
def test_key_file(sddl: str, reads: bool, system: bool) -> None:
    answer = key(sddl)
    assert (answer["network_service_reads"], answer["system_has_full_control"]) == (reads, system)


@pytest.mark.parametrize(
    ("sddl", "everyone", "administrators", "inherits", "denies", "writers"),
    [
        ("D:AI(A;;0x12019f;;;WD)(A;;FA;;;BA)", True, True, True, False, 0),
        ("D:P(A;;FR;;;WD)(A;;FA;;;BA)", False, True, False, False, 0),
        ("D:P(A;;FA;;;WD)(A;;FR;;;BA)", True, False, False, False, 0),
        ("D:P", False, False, False, False, 0),
        ("D:P(A;;0x12019f;;;WD)(A;;FA;;;BA)(A;;FA;;;SY)", True, True, False, False, 0),  # SYSTEM is harmless
        ("D:P(D;;FR;;;NS)(A;;0x12019f;;;WD)(A;;FA;;;BA)", True, True, False, True, 0),
        ("D:P(A;;0x12019f;;;WD)(A;;FA;;;BA)(A;;FA;;;BU)(A;;FR;;;NS)(A;;FW;;;S-1-5-21-1-2-3-1001)", True, True, False, False, 2),
    ],
)
def test_folder(sddl: str, everyone: bool, administrators: bool, inherits: bool, denies: bool, writers: int) -> None:
    answer = folder(sddl)
    assert (answer["folder_everyone"], answer["folder_administrators"], answer["folder_inherits"]) == (everyone, administrators, inherits)
    assert (answer["folder_denies"], answer["folder_other_writers"]) == (denies, writers)


@pytest.mark.parametrize(("exists", "size", "empty"), [(True, 0, True), (True, 1, False), (True, None, False), (False, 0, False), (False, None, False)])
def test_empty(exists: bool, size: Any, empty: bool) -> None:
    assert key(exists=exists, size=size)["file_empty"] is empty
    assert key(exists=exists, size=size)["file_exists"] is exists


def test_a_file_whose_name_is_not_known_is_neither_there_nor_gone() -> None:
    """Given a host that did not tell its MachineGuid, then nothing is known of the file."""
    assert {type(value) for value in key(None, exists=None, size=None).values()} == {Gap}


@pytest.mark.parametrize("provider", [None, CONTAINER, {**CONTAINER, "provider_type": 24}])
def test_the_file_is_that_of_the_listener(provider: Any) -> None:
    assert key(provider=provider)["file_exists"] is True


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"provider": {**CONTAINER, "container": "Elsewhere"}}, "Elsewhere"),
        ({"provider": {**CONTAINER, "provider_type": 0}}, "TSSecKeySet1"),  # a CNG key is in another folder, whatever it is called
        ({"bindings": {"SSLCertificateSHA1Hash": BOUND}}, "custom"),
        ({"bindings": {"TemplateCertificate": BOUND}}, "template"),
    ],
)
def test_the_file_of_another_key_says_nothing(changes: Any, word: str) -> None:
    with pytest.raises(LookupError, match=word):
        key(**changes)


@pytest.mark.parametrize("right", ["0x2", "0x4", "0x40", "SD", "WD", "WO"])
def test_each_right_that_changes_something_makes_a_writer(right: str) -> None:
    assert folder(f"D:P(A;;{right};;;BU)")["folder_other_writers"] == 1
    assert folder("D:P(A;;0x1201a9;;;BU)")["folder_other_writers"] == 0
    assert folder(f"D:P(D;;{right};;;BU)")["folder_other_writers"] == 0


def test_why_an_access_list_is_not_known() -> None:
    assert "not there" in key(None, exists=False)["network_service_reads"].why
    assert "not be read" in key(None)["network_service_reads"].why


@pytest.mark.parametrize(("name", "why"), [(None, "name could not be computed"), ("f", "could not be told apart")])
def test_a_key_file_that_nobody_found_is_unknown(name: str | None, why: str) -> None:
    told = key(file_name=name, exists=None, size=None)
    assert all(isinstance(value, Gap) and why in value.why for value in told.values())
    foreign = folder_access({"folder": {"exists": True, "sddl": FOLDER_DACL}, "foreign_files": None})["foreign_key_files"]
    assert isinstance(foreign, Gap)


def in_force(binding: str, items: list[dict[str, Any]]) -> Any:
    bindings = {"SSLCertificateSHA1Hash": ABSENT, "TemplateCertificate": ABSENT, "SelfSignedCertificate": ABSENT, binding: BOUND}
    own = {"container": "TSSecKeySet1", "file_name": "own", "exists": True, "size": 2200, "sddl": KEY_FILE_DACL}
    store = {"listener_key": own, "bound_keys": {"kind": "", "items": items, "truncated": False}}
    stores = {name: {"certificates": []} for name in ("remote_desktop", "my")}
    return serving_key(store, {"bindings": bindings, "stores": stores})


CLOSED = {"thumbprint": THUMBPRINT, "file_name": "theirs", "exists": True, "size": 2300, "sddl": "D:PAI(A;;FA;;;SY)(A;;FA;;;BA)"}


@pytest.mark.parametrize("binding", ["SSLCertificateSHA1Hash", "TemplateCertificate"])
def test_the_key_of_a_certificate_that_somebody_bound_is_its_own(binding: str) -> None:
    found = in_force(binding, [{**CLOSED, "thumbprint": "0" * 40, "sddl": KEY_FILE_DACL}, CLOSED])
    assert (found["file_name"], found["network_service_reads"], found["file_exists"], found["sddl"]) == ("theirs", False, True, CLOSED["sddl"])
    assert in_force(binding, [{**CLOSED, "size": 0}])["file_empty"] is True


def test_the_listeners_own_key_is_in_force_where_nothing_else_is_bound() -> None:
    found = in_force("SelfSignedCertificate", [CLOSED])
    assert (found["file_name"], found["network_service_reads"], found["sddl"]) == ("own", True, KEY_FILE_DACL)


@pytest.mark.parametrize("items", [[], [{**CLOSED, "thumbprint": "0" * 40}], [{**CLOSED, "file_name": None, "sddl": None}]])
def test_a_bound_key_that_nobody_looked_at_is_unknown(items: list[dict[str, Any]]) -> None:
    with pytest.raises(LookupError, match="a custom certificate, and its key file was not looked at"):
        in_force("SSLCertificateSHA1Hash", items)
