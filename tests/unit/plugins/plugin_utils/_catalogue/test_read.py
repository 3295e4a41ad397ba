# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""YAML that somebody else wrote: bounded, plain, and each refusal one sentence with the file and the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._catalogue.read import MAX_BYTES, MAX_DEPTH, CatalogueError, read_yaml

BAD: dict[str, tuple[bytes, str]] = {
    "not_utf_8": (b"a: caf\xe9", "not UTF-8 (byte 6)"),
    "too_large": (b"a: " + b"x" * MAX_BYTES, "larger than 64 KiB"),
    "repeated_name": (b"a: 1\nb: 2\na: 3\n", "the name 'a' stands twice (line 3)"),
    "repeated_inside": (b"a: {b: 1, b: 2}\n", "the name 'b' stands twice"),
    "alias": (b"a: &x [1]\nb: *x\n", "alias"),
    "billion_laughs": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "alias"),
    "merge_key": (b"a: 1\n<<: {a: 2}\n", "plain text (line 2)"),
    "list_as_name": (b"? [a]\n: 1\n", "plain text"),
    "mapping_as_name": (b"? {a: 1}\n: 1\n", "plain text"),
    "python_object": (b"a: !!python/object/apply:os.system [id]\n", "tag"),
    "python_name": (b"a: !!python/name:os.system ''\n", "tag"),
    "own_tag": (b"a: !vault x\n", "tag"),
    "timestamp_tag": (b"a: !!timestamp x\n", "tag"),
    "bool_tag": (b"a: !!bool x\n", "tag"),
    "binary_tag": (b"a: !!binary AAAA\n", "tag"),
    "month_13": (b"a: 2026-13-01\n", "not YAML"),
    "long_number": (b"a: " + b"9" * 5000 + b"\n", "not YAML"),
    "two_documents": (b"a: 1\n---\na: 2\n", "not YAML"),
    "never_closed": (b"a: [1, 2\n", "not YAML"),
    "tab": (b"a:\n\t- 1\n", "not YAML"),
    "nul": (b"a: x\x00y\n", "not YAML"),
    "escape": (b"a: \x1b[2J\n", "not YAML"),
    "deep_lists": (b"a: " + b"[" * 900 + b"]" * 900, "deep"),
    "deep_and_never_closed": (b"[" * 60_000, "deep"),
    "deep_mappings": (b"{a: " * 400, "deep"),
    "one_too_deep": (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "deep"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_one_sentence(name: str, tmp_path: Path) -> None:
    content, words = BAD[name]
    path = tmp_path / "bad.yml"
    path.write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        read_yaml(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert words in sentence
    assert sentence.isprintable()
    assert len(sentence) < len(str(path)) + 200


@pytest.mark.parametrize("name", ["none.yml", "."])
def test_a_file_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_yaml(tmp_path / name)


def test_plain_values_and_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "good.yml"
    raw = "a: 'é'\nb: [1, true, null, 1.5, \"x\"]\nc: {d: >-\n  e}\n".encode()
    path.write_bytes(b"a: '\xc3\xa9'\nb: [1, true, null, 1.5]\n")
    assert read_yaml(path) == ({"a": "é", "b": [1, True, None, 1.5]}, b"a: '\xc3\xa9'\nb: [1, true, null, 1.5]\n")
    assert raw
    path.write_bytes(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    read_yaml(path)
    path.write_bytes(b"#" * MAX_BYTES)
    assert read_yaml(path)[0] is None
