"""The conformance vectors of releases: what others must read, we read; what we write is what they say."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sargas.formats.release.envelope import unseal
from tests.formats.release.make_vectors import FOLDER, envelope_of, plots_as_told, tracks_as_told, vectors

VECTORS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def test_the_files_are_those_that_are_made() -> None:
    made = json.loads(json.dumps(vectors()))
    assert set(made) == set(VECTORS)
    for name, content in made.items():
        # another zlib may pack otherwise: what is compared is what is inside
        assert content["envelope"] == VECTORS[name]["envelope"]
        assert content["told"] == VECTORS[name]["told"]


@pytest.mark.parametrize("name", VECTORS)
def test_a_sealed_vector_is_read_as_it_says(name: str) -> None:
    vector: dict[str, Any] = VECTORS[name]
    release = unseal(bytes.fromhex(vector["sealed"]), vector["verify_key"])
    assert json.loads(json.dumps(envelope_of(release))) == vector["envelope"]
    readers: dict[str, Callable[[bytes], object]] = {"state": tracks_as_told, "plots": plots_as_told, "log": json.loads}
    assert json.loads(json.dumps(readers[release.traffic](release.body))) == vector["told"]
