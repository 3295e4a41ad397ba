# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page about the client's view: codes are read as it says, and values stand where it says; and what the page about bundles says of single subsets."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._ansible.client import read_client
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.cases import BASES
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.logon import DISABLED, LOCKED_OUT, NO_PASSWORD_NEEDED
from ansible_collections.rdpops.health.plugins.plugin_utils._core.derived.sessions import FIRST_LISTENER, LISTENERS
from ansible_collections.rdpops.health.plugins.plugin_utils._core.error_code import MAX_TEXT, ErrorCodeError, parse_error

from tests.support.optional import REPOSITORY

PAGE = (REPOSITORY / "docs" / "client.md").read_text(encoding="utf-8")
BUNDLES = " ".join((REPOSITORY / "docs" / "bundle.md").read_text(encoding="utf-8").split())
BASE: dict[str, Any] = json.loads((BASES / "client.json").read_text(encoding="utf-8"))
CODES = re.findall(r"^\| `([^`]+)` \| ((?:0x\w+|extended 0x\w+)(?:, extended 0x\w+)?|refused) \|$", PAGE, flags=re.MULTILINE)


@pytest.mark.parametrize(("typed", "read"), CODES)
def test_codes_are_read_as_the_page_says(typed: str, read: str) -> None:
    if read == "refused":
        with pytest.raises(ErrorCodeError):
            parse_error(typed)
        return
    code, extended = parse_error(typed)
    parts = ("" if code is None else f"0x{code:X}", "" if extended is None else f"extended 0x{extended:X}")
    assert ", ".join(filter(None, parts)) == read


def test_the_codes_are_all_there() -> None:
    assert len(CODES) > 10
    assert f"up to {MAX_TEXT} characters" in PAGE


def test_the_values_stand_where_the_page_says() -> None:
    """Given the keys of the page, then they are those of the example, and the reader names each value."""
    policy = BASE["snapshot"]["subsets"]["client_policy"]["data"]
    rows = re.findall(r"^\| `(HK\w+\\[^`]+)` \| (.+) \|$", PAGE, flags=re.MULTILINE)
    told = {(key, name) for key, names in rows for name in re.findall(r"`([A-Za-z]+)`", names)}
    held = {(value["path"], name) for part in ("values", "user_values") for name, value in policy[part].items()}
    assert told == held
    reader = (REPOSITORY / "plugins" / "module_utils" / "_RdpClient.psm1").read_text(encoding="utf-8")
    assert [name for dummy, name in told if name not in reader] == []


def test_the_example_needs_no_more_than_host_and_snapshot(tmp_path: Any) -> None:
    """Given the example as of another day, then its view is the same; and one that could not be read is a gap."""
    path = tmp_path / "client.json"
    path.write_text(json.dumps({**BASE, "collected_at": "2031-01-01T00:00:00Z"}), encoding="utf-8")
    assert read_client(str(path), "test").view == read_client(str(BASES / "client.json"), "test").view
    path.write_text(json.dumps({**BASE, "snapshot": None, "unreachable": "asleep"}), encoding="utf-8")
    assert "asleep" in (read_client(str(path), "test").missing or "")


def test_single_fields_of_a_bundle() -> None:
    assert f"0x{DISABLED:X} disabled, 0x{LOCKED_OUT:X} locked, 0x{NO_PASSWORD_NEEDED:X} needs no password" in BUNDLES
    assert f"a number from {FIRST_LISTENER} on" in BUNDLES
    assert all(name in BUNDLES.casefold() for name in LISTENERS)
