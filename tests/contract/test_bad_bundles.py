# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A bundle that is no bundle gets one sentence, with the file and the place, and nothing else happens."""

from __future__ import annotations

import json
import pathlib

import pytest
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.load import load_bundle, parse_bundle
from ansible_collections.rdpops.health.plugins.plugin_utils._facts.shapes import FactsError

from tests.support.bad_bundles import BadBundle, bad_bundles, good_bundle, hostile_bundles
from tests.support.schemas import bundle_validator

LONGEST_SENTENCE = 600  # characters; more than this is no sentence but the file itself


@pytest.mark.parametrize("bad", bad_bundles(), ids=lambda bad: bad.name)
def test_a_bad_bundle_gets_one_sentence(bad: BadBundle, tmp_path: pathlib.Path) -> None:
    # Given a file that is no bundle
    path = tmp_path / f"{bad.name}.json"
    path.write_bytes(bad.content)
    # When it is read
    with pytest.raises(FactsError) as caught:
        load_bundle(path)
    # Then one printable line says which file, and where or what
    sentence = str(caught.value)
    assert path.name in sentence
    assert bad.must_say in sentence.replace(str(path), "")
    assert sentence.isprintable()
    assert len(sentence) < LONGEST_SENTENCE + len(str(path))


@pytest.mark.parametrize("bad", [bad for bad in bad_bundles() if bad.about_fields and not bad.name.startswith("time_")], ids=lambda bad: bad.name)
def test_the_published_schema_refuses_it_as_well(bad: BadBundle) -> None:
    # Given a document that is JSON and no bundle; the form of a time is left to the loader, a schema only annotates it
    document = json.loads(bad.content)
    # Then schema and loader agree
    assert not bundle_validator().is_valid(document)


@pytest.mark.parametrize("content", [content for _name, content in hostile_bundles()], ids=[name for name, _content in hostile_bundles()])
def test_hostile_text_in_the_right_place_is_data(content: bytes) -> None:
    # Given a bundle of the right shape with a text that would like to be executed
    bundle = parse_bundle(content, "hostile.json")
    # Then it is kept as it is, and schema and loader agree
    assert bundle.host == json.loads(content)["host"]
    assert bundle_validator().is_valid(json.loads(content))


def test_what_the_bad_bundles_start_from_is_good(tmp_path: pathlib.Path) -> None:
    # Given the document that the bad ones are made from
    path = tmp_path / "good.json"
    path.write_text(json.dumps(good_bundle()), encoding="utf-8")
    # Then it is a bundle: each bad one is bad for its own reason only
    assert load_bundle(path).host == "rds01.example.com"


def test_names_are_unique() -> None:
    names = [bad.name for bad in bad_bundles()]
    assert len(names) == len(set(names))
