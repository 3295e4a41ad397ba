# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Eyes that look more than once: what a client showed is judged with the look at which it was explained."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible import senses
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.catalogue import CATALOGUE
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.look import Seen
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.client_errors import load_client_errors
from ansible_collections.rdpops.health.plugins.plugin_utils._core.clock import parse_time
from ansible_collections.rdpops.health.plugins.plugin_utils._core.error_code import decode_error

from tests.support.host_states import base_document

ERROR = decode_error("0x904/0x7", load_client_errors()).to_document()


def seen(*, service: str = "running") -> Seen:
    document = base_document()
    document["snapshot"]["subsets"]["services"]["data"]["TermService"]["state"] = service
    return Seen("live", parse_time(document["collected_at"]), snapshot=document["snapshot"], probe=copy.deepcopy(document["probe"]))


def complaints(monkeypatch: pytest.MonkeyPatch, *looks: Seen) -> list[str]:
    coming: Iterator[Seen] = iter(looks)

    def look(action: Any, task_vars: dict[str, Any], wanted: Any) -> Seen:
        return next(coming)

    monkeypatch.setattr(senses, "look", look)
    eyes = senses.HostEyes(None, {}, "rds01", None, CATALOGUE, ERROR)  # type: ignore[arg-type]  # nothing of it is looked at here
    return [eyes.look().judgement.complaint for dummy in looks]


def test_a_code_that_the_first_look_explained_is_older_than_the_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaints(monkeypatch, seen(service="stopped"), seen(), seen()) == ["", "", ""]


def test_a_code_that_the_first_look_did_not_explain_stays_a_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaints(monkeypatch, seen(), seen()) == ["0x904/0x7", "0x904/0x7"]
