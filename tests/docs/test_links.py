"""Relative links and named files in the pages lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs.tables import ROOT, markdown_pages

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:src|tests|docs|spec|web|benchmarks|basemap)/[\w./-]+)(?:::(\w+))?`")


def anchors(page: Path) -> set[str]:
    """Name the anchors of a page as the usual renderers do."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", list(markdown_pages()), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_relative_link_is_broken(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", list(markdown_pages()), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_and_test_named_is_there(page: Path) -> None:
    if page.name == "CHANGELOG.md":
        return  # tells of files that were
    gone = []
    for path, test in NAMED.findall(page.read_text(encoding="utf-8")):
        place = ROOT / path
        if not place.exists() or (test and f"def {test}(" not in place.read_text(encoding="utf-8")):
            gone.append(f"{path}::{test}")
    assert gone == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = [t.partition("#")[0] for t in LINK.findall(page.read_text(encoding="utf-8")) if ":" not in t]
        places = [(page.parent / target).resolve() for target in targets if target]
        waiting += [place for place in places if place.suffix == ".md"]
        waiting += [inner for place in places if place.is_dir() for inner in place.glob("*.md")]
    pages = {page for folder in ("docs", "spec") for page in (ROOT / folder).rglob("*.md")}
    assert sorted(str(page.relative_to(ROOT)) for page in pages - reached) == []
