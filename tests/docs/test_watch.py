"""The handbook of the watch: its keys are those of the screen, its words too, and both languages say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "web" / "src" / "language"
PAGES = {"en": ROOT / "docs" / "operator" / "watch.md", "lt": ROOT / "docs" / "operator" / "budejimas.md"}
CODE = re.compile(r"`([^`]+)`")
BOLD = re.compile(r"\*\*(.+?)\*\*")
ADDRESSES = {"/report/"}
TYPED = {"enter"}
"""What ends a choice, in a list of the browser's own."""


def values(words: Any) -> Iterator[str]:
    """Yield every text of a catalogue."""
    if isinstance(words, str):
        yield words
    else:
        for one in words.values():
            yield from values(one)


@pytest.mark.parametrize("language", PAGES)
def test_what_is_quoted_stands_on_the_screen(language: str) -> None:
    catalogues = (WORDS / f"{language}.json", WORDS / "views" / f"{language}.json")
    shown = {text for path in catalogues for text in values(json.loads(path.read_text(encoding="utf-8")))}
    quoted = set(BOLD.findall(PAGES[language].read_text(encoding="utf-8")))
    assert len(quoted) > 25
    assert quoted - shown == set()


def test_every_key_that_is_named_does_something() -> None:
    code = (ROOT / "web" / "src" / "picture" / "keys.ts").read_text(encoding="utf-8")
    table = code.partition("KEYS:")[2].partition("};")[0]
    known = {a or b for a, b in re.findall(r'^  (?:(\w+)|"(.+?)"): "', table, re.MULTILINE)} | TYPED
    named = {key.lower() for key in CODE.findall(PAGES["en"].read_text(encoding="utf-8"))} - ADDRESSES
    assert len(named) > 10
    assert named - known == set()


def test_both_languages_have_the_same_keys_steps_and_tables_in_the_same_order() -> None:
    english, lithuanian = (page.read_text(encoding="utf-8") for page in PAGES.values())
    assert CODE.findall(english) == CODE.findall(lithuanian)
    assert shape(english) == shape(lithuanian)


def shape(page: str) -> list[str]:
    """Return how each line that is no running text begins, and how many words of the screen it quotes."""
    lines = (line for line in page.splitlines() if line[:1] in "#|123456789" and line)
    return [f"{re.split('[^#|0-9]', line)[0]} {line.count('|')} {len(BOLD.findall(line))}" for line in lines]
