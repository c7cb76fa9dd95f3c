"""Pages and basemap come from the package; only what belongs to them can be asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sargas.console.context import PACKAGE
from tests.console.node import PASSWORD, make_node, open_client, serve

BASEMAP = PACKAGE / "basemap" / "baltic.pmtiles"
MOST_BASEMAP_BYTES = 4_000_000


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[httpx.Client]:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>Sargas</title>")
    (static / "assets" / "index-1a2b.js").write_text("export {};")
    (tmp_path / "secret.txt").write_text("secret")
    node = make_node(tmp_path, static_folder=static)
    with serve(node), open_client(node.url) as client:
        yield client
    node.store.close()


def test_the_entry_page_is_asked_for_each_time_and_the_rest_is_kept(pages: httpx.Client) -> None:
    entry = pages.get("/")
    assert (entry.status_code, entry.headers["cache-control"]) == (200, "no-cache")
    script = pages.get("/assets/index-1a2b.js")
    assert "immutable" in script.headers["cache-control"]
    assert "javascript" in script.headers["content-type"]


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/nowhere"])
def test_nothing_outside_the_pages_is_served(pages: httpx.Client, path: str) -> None:
    answer = pages.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_without_built_pages_the_browser_is_told_how_to_mend_it(tmp_path: Path) -> None:
    node = make_node(tmp_path, static_folder=tmp_path / "nothing")
    with serve(node), open_client(node.url) as client:
        answer = client.get("/")
        assert client.get("/api/health").json()["ui_built"] is False
    assert answer.status_code == 503
    assert "python hatch_build.py" in answer.text
    node.store.close()


def test_the_basemap_answers_ranges_as_its_reader_needs(operator: httpx.Client) -> None:
    answer = operator.get("/basemap/baltic.pmtiles", headers={"Range": "bytes=0-126"})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes 0-126/{BASEMAP.stat().st_size}"
    assert answer.content[:7] == b"PMTiles"
    assert len(answer.content) == 127


def test_the_basemap_ends_where_its_reader_expects(operator: httpx.Client) -> None:
    size = BASEMAP.stat().st_size
    assert operator.get("/basemap/baltic.pmtiles", headers={"Range": f"bytes={size}-"}).status_code == 416
    assert operator.head("/basemap/baltic.pmtiles").headers["content-length"] == str(size)


@pytest.mark.parametrize("name", ["other.pmtiles", "baltic.json", "..%2f__init__.py", "BALTIC.pmtiles"])
def test_only_basemaps_are_served_as_basemaps(operator: httpx.Client, name: str) -> None:
    assert operator.get(f"/basemap/{name}").status_code in (404, 422)


def test_the_basemap_is_small_enough_for_everybody_to_get_it() -> None:
    assert BASEMAP.read_bytes()[:7] == b"PMTiles"
    assert BASEMAP.stat().st_size <= MOST_BASEMAP_BYTES
    assert "OpenStreetMap contributors" in (BASEMAP.parent / "LICENSE.md").read_text(encoding="utf-8")


def test_who_may_not_see_the_picture_does_not_get_the_map(client: httpx.Client) -> None:
    assert client.get("/basemap/baltic.pmtiles").status_code == 401
    client.post("/api/session", json={"name": "ona", "password": PASSWORD})
    assert client.get("/basemap/baltic.pmtiles", headers={"Range": "bytes=0-6"}).content == b"PMTiles"
