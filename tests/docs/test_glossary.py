"""The glossary defines the words of the model, once each, and keeps no word that nobody uses."""

import re
from collections import Counter

import pytest

from sargas.model.records import Alert
from sargas.model.tracks import TrackStatus
from tests.docs.tables import ROOT

PAGE = ROOT / "docs" / "glossary.md"
TERMS = re.findall(r"\*\*(.+?)\*\*", PAGE.read_text(encoding="utf-8"))
STATES = [status.name.lower() for status in TrackStatus] + Alert.model_json_schema()["properties"]["tier"]["enum"]


def words(text: str) -> str:
    return re.sub(r"[\s_\-]+", " ", text.lower())


@pytest.fixture(scope="module")
def usage() -> str:
    roots = (ROOT / "src", ROOT / "docs", ROOT / "spec")
    files = [path for root in roots for kind in ("*.py", "*.md", "*.toml") for path in sorted(root.rglob(kind))]
    return words(" ".join(path.read_text(encoding="utf-8") for path in files if path != PAGE))


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_a_track_and_tier_of_an_alert_is_defined(state: str) -> None:
    assert state in TERMS


def test_no_term_has_two_meanings() -> None:
    assert [term for term, count in Counter(map(words, TERMS)).items() if count > 1] == []


@pytest.mark.parametrize("term", TERMS)
def test_every_term_is_used(term: str, usage: str) -> None:
    assert words(term) in usage, "used nowhere: take it out, or use the word"


def test_every_definition_names_its_source() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("- ")]
    assert lines
    assert [line for line in lines if not line.endswith("]")] == []
