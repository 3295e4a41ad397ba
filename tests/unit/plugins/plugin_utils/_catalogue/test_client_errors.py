# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of client error codes is read whole, or refused with the file and the place."""

from __future__ import annotations

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.client_errors import ClientErrorsError, load_client_errors, read_client_errors

EMPTY = "schema: rdpops.health/client-errors/1\ndisconnect: []\nextended: []\nextended_ranges: []\nstatus: []\nnotes: []\n"


def test_the_table_of_the_collection() -> None:
    table = load_client_errors()
    assert len(table.disconnect) > 40
    assert set(range(256, 268)) <= set(table.extended)
    assert all(meaning.text.endswith(".") for part in (table.disconnect, table.extended, table.status) for meaning in part.values())
    assert all(code & 0x80000000 for code in table.status)
    assert not any(code & 0x80000000 for code in table.disconnect)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[", "is not YAML"),
        ("x: 1", "schema must be"),
        (EMPTY + "more: 1\n", "unknown key 'more'"),
        (EMPTY.replace("status: []\n", ""), "'status'"),
        (EMPTY.replace("disconnect: []", "disconnect: [{code: 1, meaning: a}, {code: 1, meaning: b}]"), "0x1 stands twice"),
        (EMPTY.replace("disconnect: []", "disconnect: [{code: word, meaning: a}]"), "word"),
        (EMPTY.replace("disconnect: []", "disconnect: 7"), "lacks or misnames"),
        (EMPTY + "a: !!python/object/apply:os.system [id]\n", "is not YAML"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(ClientErrorsError) as caught:
        read_client_errors(text.encode(), "mine.yml")
    message = str(caught.value)
    assert words in message
    assert message.startswith("mine.yml")
    assert "\n" not in message
