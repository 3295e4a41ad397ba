# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a playbook hands in as the client: a registered result, a snapshot, the path of a bundle, and nothing else."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.client import NOBODY, Client, read_client
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.options import BadInputError
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import BASES
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.client import check_client

from tests.support.bad_bundles import good_bundle
from tests.support.host_states import base_document

BUNDLE = BASES / "client.json"
SNAPSHOT = json.loads(BUNDLE.read_text(encoding="utf-8"))["snapshot"]


def read(given: Any) -> Client:
    return read_client(given, "rdp_check")


@pytest.mark.parametrize("given", [None, "", {}])
def test_nothing_is_nobody(given: Any) -> None:
    assert read(given) == NOBODY


@pytest.mark.parametrize(
    ("given", "host"),
    [
        (SNAPSHOT, "client"),
        ({"changed": False, "failed": False, "snapshot": SNAPSHOT}, "client"),
        ({"changed": False, "snapshot": SNAPSHOT, "_ansible_delegated_vars": {"ansible_delegated_host": "pc07"}}, "pc07"),
        (str(BUNDLE), "client"),
    ],
)
def test_every_form_gives_the_same_view(given: Any, host: str) -> None:
    before = copy.deepcopy(given)
    found = read(given)
    assert found.missing is None
    assert found.view == {"host": host, "snapshot": SNAPSHOT}
    check_client(found.view)
    assert given == before


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"unreachable": True, "msg": "no route\n to host"}, "reading the client was not possible: no route to host"),
        ({"failed": True, "msg": "access denied"}, "reading the client was not possible: access denied"),
        ({"skipped": True, "skip_reason": "Conditional result was False"}, "reading the client was skipped: Conditional result was False"),
    ],
)
def test_a_machine_that_was_not_read_is_unknown(given: Any, missing: str) -> None:
    assert read(given) == Client(missing=missing)


def test_a_bundle_of_a_machine_that_could_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "pc07.json"
    path.write_text(json.dumps(good_bundle()), encoding="utf-8")
    assert read(str(path)) == Client(missing="the bundle of the client says that it could not be read: connection refused")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (7, "expected a registered result"),
        ({"changed": False}, "no result of rdpops.health.win_rdp_info"),
        ({"snapshot": {"schema": "rdpops.health/snapshot/1"}}, "cannot be used"),
        ({"snapshot": {**SNAPSHOT, "schema": "rdpops.health/snapshot/9"}}, "snapshot/9"),
        ("no-such-host", "no-such-host: the bundle cannot be read"),
        (" ", "no path of a bundle"),
        ("a\0b", "no path of a bundle"),
    ],
)
def test_anything_else_is_one_sentence(given: Any, words: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read(given)
    assert words in str(caught.value)
    assert str(caught.value).startswith("rdp_check: client (in the role: rdp_health_client)")


def test_a_snapshot_without_anything_of_a_client() -> None:
    host = copy.deepcopy(base_document()["snapshot"])
    for name in ("os", "tls"):
        host["subsets"][name] = {"status": "not_asked", "kind": "not_asked", "message": "", "ms": 0, "data": None}
    with pytest.raises(BadInputError, match="nothing of a client"):
        read({"snapshot": host})
