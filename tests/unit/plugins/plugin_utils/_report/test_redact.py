# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names of people and accounts stay out of a report unless somebody asked for them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._report.redact import WITHHELD, Cleaner, is_well_known_account


def services(account: str) -> dict[str, Any]:
    return {"services": {"TermService": {"ObjectName": {"path": "HKLM", "value": account, "kind": "REG_SZ"}}}}


@pytest.mark.parametrize(
    "name",
    ["LocalSystem", "NT AUTHORITY\\NetworkService", "NT Authority\\LocalService", ".\\LocalSystem", "nt authority\\system", "NT SERVICE\\TermService", ""],
)
def test_an_account_of_windows_itself_is_no_secret(name: str) -> None:
    assert is_well_known_account(name)
    assert Cleaner(services(name)).text(f"runs as {name}") == f"runs as {name}"


@pytest.mark.parametrize("name", ["CONTOSO\\j.doe", ".\\jdoe", "svc-rdp@contoso.example", "jdoe", "CONTOSO\\gmsa$"])
def test_any_other_account_is_withheld_wherever_it_stands(name: str) -> None:
    # Given a service that runs as somebody, when a text or a value names that account, then the name is gone.
    clean = Cleaner(services(name))
    assert name not in clean.text(f"TermService runs as {name}, not as NETWORK SERVICE")
    assert clean.value({"value": name, "kind": "REG_SZ"}) == {"value": WITHHELD, "kind": "REG_SZ"}


def test_names_are_kept_when_asked_for() -> None:
    clean = Cleaner(services("CONTOSO\\jdoe"), include_names=True)
    assert clean.text("runs as CONTOSO\\jdoe") == "runs as CONTOSO\\jdoe"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C:\\Users\\jdoe\\evil.dll", f"C:\\Users\\{WITHHELD}\\evil.dll"),
        ("C:\\Users\\Public\\x.dll", "C:\\Users\\Public\\x.dll"),
        ("Kerberos auth failure for principal jdoe@CONTOSO.EXAMPLE: no key", f"Kerberos auth failure for principal {WITHHELD}: no key"),
        ("EmbedCtxt=@FirewallAPI.dll,-28752", "EmbedCtxt=@FirewallAPI.dll,-28752"),
        ("CN=host.corp.example", "CN=host.corp.example"),
        ("HKLM\\SYSTEM\\CurrentControlSet", "HKLM\\SYSTEM\\CurrentControlSet"),
    ],
)
def test_names_are_found_by_their_form(text: str, expected: str) -> None:
    assert Cleaner({}).text(text) == expected


def test_a_field_that_is_called_user_is_withheld_unless_it_holds_an_identifier() -> None:
    value = {"user": "jdoe", "owner": "S-1-5-18", "nested": {"account": "x"}}
    assert Cleaner({}).value(value) == {"user": WITHHELD, "owner": "S-1-5-18", "nested": {"account": WITHHELD}}


def test_a_field_called_user_is_found_inside_a_list_too() -> None:
    assert Cleaner({}).value([{"user": "jdoe"}, [{"user": "jdoe"}]]) == [{"user": WITHHELD}, [{"user": WITHHELD}]]


def test_a_name_on_the_edge_of_the_cut_is_withheld_whole() -> None:
    clean = Cleaner(services("CONTOSO\\jonathan"))
    assert "CONTOSO" not in clean.text("x" * 95 + " CONTOSO\\jonathan was here and stayed", 104)


def test_a_short_account_does_not_eat_the_sentences() -> None:
    # Given an account called "a", when a sentence has the word, then only the value that is the name goes.
    clean = Cleaner(services("a"))
    assert clean.text("a reboot is needed") == "a reboot is needed"
    assert clean.value("a") == WITHHELD
