# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What may be touched is the same on the controller and on the target: by the lists themselves, and by what each side says of operations."""

from __future__ import annotations

import functools
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._core import vocabulary
from ansible_collections.rdpops.health.plugins.plugin_utils._core.operations import OperationError, read_operation
from ansible_collections.rdpops.health.tests.support import operations, powershell, target_scripts
from ansible_collections.rdpops.health.tests.support.said import said_by

ACCEPTED = [*operations.examples().values(), *operations.others()]
REFUSED = list(operations.hostile())
# What the target looks at and the controller leaves to it: the folders of this host and user.
ONLY_THE_TARGET = [
    {**operations.examples()["file_isolate"], "target": {"path": operations.KEY_FILE.replace("C:", "D:")}},
    {**operations.examples()["file_remove"], "target": {"path": "C:\\users\\other\\Documents\\Default.rdp"}},
    operations.value("a", operations.TCP, "LoadableProtocol_Object", {"kind": "REG_SZ", "value": "{00000000-0000-0000-0000-000000000001}"}, operations.ABSENT),
    operations.value("a", operations.TCP, "LoadableProtocol_Object", operations.ABSENT, {"kind": "REG_SZ", "value": "x"}),
]


@functools.cache
def told() -> dict[str, Any]:
    """Return the target's lists and its answers, or skip the test where there is no engine."""
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "operations.jsonl"
        asked.write_text("".join(json.dumps(each) + "\n" for each in [*ACCEPTED, *REFUSED, *ONLY_THE_TARGET]), encoding="utf-8")
        return said_by(powershell.find_windows_engine(), "vocabulary.ps1", target_scripts.UTILITIES / "_RdpAllow.psm1", asked)


def controller_refuses(document: dict[str, Any]) -> bool:
    try:
        read_operation(document)
    except OperationError:
        return True
    return False


def test_kinds_are_the_same() -> None:
    assert set(told()["kinds"]) == set(vocabulary.KINDS) == set(operations.examples())


def test_registry_values_are_the_same() -> None:
    assert {key: set(names.split()) for key, names in told()["values"].items()} == {key: set(names) for key, names in vocabulary.REGISTRY_VALUES.items()}


def test_places_are_the_same() -> None:
    places = told()["places"]
    assert tuple(places["registry_key"]) == vocabulary.REMOVABLE_KEYS
    assert tuple(places["file_remove"]) == vocabulary.REMOVABLE_FILES
    assert places["file_acl"] == [vocabulary.KEY_FOLDER, vocabulary.KEY_FILE]
    assert places["file_isolate"] == vocabulary.KEY_FILE
    assert [place.replace("\\\\", "\\").replace("\\ ", " ") for place in places["key_acl"]] == list(vocabulary.KEYS_WITH_ACL)
    assert tuple(places["service"].split("|")) == vocabulary.SERVICES
    assert tuple(places["firewall_rule"].split("|")) == vocabulary.FIREWALL_RULES
    assert places["certificate_remove"] == rf"{vocabulary.STORE}\|{vocabulary.THUMBPRINT}"
    assert places["credential_remove"] == vocabulary.CREDENTIAL + r"\|[12]"


@pytest.mark.parametrize("place", range(len(ACCEPTED)), ids=[f"{number}-{each['kind']}" for number, each in enumerate(ACCEPTED)])
def test_both_accept(place: int) -> None:
    assert told()["answers"][place] == ""
    assert not controller_refuses(ACCEPTED[place])


def test_both_refuse_with_one_sentence() -> None:
    """Given operations of unknown kinds, on other places, in other forms and of wrong types, then each is refused by each side."""
    answers = told()["answers"][len(ACCEPTED) : len(ACCEPTED) + len(REFUSED)]
    shown = [json.dumps(each)[:300] for each in REFUSED]
    assert [text for text, answer in zip(shown, answers, strict=True) if not answer] == []
    assert [text for text, each in zip(shown, REFUSED, strict=True) if not controller_refuses(each)] == []
    assert [answer for answer in answers if not answer.startswith("operation 1 is refused: ") or not answer.endswith(".") or len(answer) > 200] == []


def test_the_target_is_narrower() -> None:
    assert all(told()["answers"][len(ACCEPTED) + len(REFUSED) :])
    assert not any(controller_refuses(each) for each in ONLY_THE_TARGET)
