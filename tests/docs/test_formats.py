"""Every format has its page, and every page its format."""

import pytest

from sargas.formats import registry
from tests.docs.tables import ROOT

PAGES = ROOT / "docs" / "formats"


@pytest.mark.parametrize("name", registry.names())
def test_every_format_has_the_page_its_manifest_names(name: str) -> None:
    manifest = registry.manifest(name)
    assert manifest.doc == f"formats/{name}.md"
    page = (ROOT / "docs" / manifest.doc).read_text(encoding="utf-8")
    assert page.startswith("# ")
    assert "|---" in page, "a page lists the fields in tables"


def test_no_page_is_left_of_a_format_that_is_gone() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == set(registry.names())
