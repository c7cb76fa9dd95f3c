"""The analyst's page: asked, found, sorted, saved, plotted; a moment of a plot leads to the playback there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Route, expect

from sargas.runtime.history import HistoryWriter
from sargas.runtime.history.search import TrackSearch
from tests.browser.conftest import Screen
from tests.console.node import ScriptedNode, make_alert, make_configuration, make_node, mixed_sky, serve
from tests.runtime.history_cases import HOUR, START_NS, S
from tests.runtime.test_history_questions import night

pytestmark = pytest.mark.browser

NOW_NS = START_NS + 2 * HOUR
VIEW = "?nomap&view=history&from=2026-09-21T16:00Z&until=2026-09-21T18:00Z"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hours of tracks on record."""
    folder = tmp_path_factory.mktemp("history")
    writer = HistoryWriter(folder)
    for batch in night():
        writer.append(batch)
    writer.flush(60)
    writer.close()
    return folder


@pytest.fixture
def node(kept: Path, tmp_path: Path) -> Iterator[ScriptedNode]:
    """A node with those two hours behind it."""
    search = TrackSearch(kept)
    made = make_node(tmp_path, search=search, now_ns=lambda: NOW_NS)
    at_ns = START_NS + 600 * S
    made.store.write([make_alert("a", 2, danger=0.7, time_ns=at_ns, raised_ns=at_ns)])
    made.picture.apply([make_configuration(), mixed_sky(NOW_NS, 0.0, 5)], NOW_NS)
    with serve(made):
        yield made
    search.close()
    made.store.close()


def results(screen: Screen) -> Locator:
    return screen.page.get_by_role("region", name="Found").first


def numbers(screen: Screen) -> list[str]:
    return results(screen).locator("tbody th").all_inner_texts()


def search(screen: Screen) -> None:
    screen.page.get_by_role("button", name="Search").click()


def test_the_first_question_is_of_the_nodes_last_hours_whatever_time_the_display_has(screen: Screen) -> None:
    page = screen.open("?nomap&view=history").page
    expect(page.get_by_label("Until, UTC")).to_have_value("2026-09-21 18:00")
    expect(page.get_by_label("From, UTC")).to_have_value("2026-09-21 12:00")
    expect(results(screen)).to_contain_text("1–6 of 6")


def test_tracks_are_found_narrowed_sorted_and_reproduced_by_their_address(screen: Screen) -> None:
    page = screen.open(VIEW).page
    expect(results(screen)).to_contain_text("1–6 of 6")
    expect(page.get_by_role("row", name="2 2026-09-21 16:00Z")).to_contain_text("▲ Critical 70 %")
    page.get_by_role("button", name="Highest m").click()
    screen.wait_for(lambda: numbers(screen) == ["6", "5", "4", "3", "2", "1"])
    page.get_by_role("button", name="Highest m").click()
    screen.wait_for(lambda: numbers(screen) == ["1", "2", "3", "4", "5", "6"])
    page.locator(".question .two select").first.select_option(label="balloon")
    search(screen)
    screen.wait_for(lambda: numbers(screen) == ["4"])
    page.locator(".question .two select").first.select_option(label="any")
    page.get_by_role("textbox", name="Corners of the area").fill("23 54.15\n26 54.35")
    search(screen)
    screen.wait_for(lambda: numbers(screen) == ["2", "3"])
    address = page.url
    assert parse_qs(urlsplit(address).query)["area"] == ["23,54.15;26,54.35"]
    page.goto("about:blank")
    page.goto(address)
    screen.wait_for(lambda: numbers(screen) == ["2", "3"])
    page.get_by_role("button", name="Clear the area").click()
    area = page.get_by_role("img", name="Small map")
    area.click(position={"x": 2, "y": 2})
    search(screen)
    expect(page.get_by_role("alert")).to_have_text("One corner is no area: add another, or clear it.")
    area.click(position={"x": 300, "y": 250})
    search(screen)
    screen.wait_for(lambda: len(numbers(screen)) > 2)
    page.get_by_label("From, UTC").fill("2026-09-21 10:00")
    page.get_by_label("Until, UTC").fill("2026-09-21 11:00")
    search(screen)
    expect(results(screen)).to_contain_text("Nothing of that kind in that time and place.")


def test_what_was_found_is_saved_as_files(screen: Screen) -> None:
    page = screen.open(VIEW).page
    for name, ending in (("CSV", "csv"), ("GeoJSON", "geojson"), ("Parquet", "parquet")):
        with page.expect_download() as download:
            results(screen).get_by_role("link", name=name).click()
        assert download.value.suggested_filename == f"tracks-secret.{ending}"
        assert Path(download.value.path()).stat().st_size > 300


def test_a_track_is_plotted_and_a_moment_of_it_leads_to_its_playback(screen: Screen) -> None:
    asked: list[dict[str, Any]] = []

    def hear(payload: str | bytes) -> None:
        if '"playback"' in str(payload):
            asked.append(json.loads(payload))

    screen.page.once("websocket", lambda socket: socket.on("framesent", hear))
    page = screen.open(VIEW).page
    results(screen).get_by_role("button", name="2", exact=True).click()
    plots = page.get_by_role("region", name="Track 2 over time")
    for name in ("Altitude", "Speed", "Class probabilities", "Danger by its alerts"):
        expect(plots.get_by_role("slider", name=f"{name} over time")).to_be_visible()
    expect(plots.locator("path.line")).to_have_count(4)
    expect(plots.locator("circle.mark")).to_have_count(1)
    altitude = plots.get_by_role("slider", name="Altitude over time")
    expect(altitude).to_contain_text("Altitude, m")
    altitude.hover(position={"x": 400, "y": 60})
    expect(altitude).to_contain_text("200 m")
    altitude.focus()
    page.keyboard.press("Home")
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    said = altitude.get_attribute("aria-valuetext") or ""
    assert said.startswith("16:59:30Z"), said
    assert "plot=2" in page.url
    page.keyboard.press("Enter")
    expect(page.locator("main.page")).to_have_count(0)
    query = parse_qs(urlsplit(page.url).query)
    assert "plot" not in query, "what belongs to the question has left the address"
    assert "view" not in query
    screen.wait_for(lambda: bool(asked))
    moment = (START_NS + 59.5 * 60 * S) / 1e6
    assert abs(asked[0]["time_ms"] - moment) < 1000, "the node is asked for that very moment"
    assert asked[0]["paused"] is True
    expect(page.locator(".timebar")).to_contain_text("expected a record of screens, was none")


def test_tracks_are_counted_by_class_and_step(screen: Screen) -> None:
    page = screen.open(VIEW).page
    counts = page.get_by_role("region", name="Tracks by class")
    expect(counts).to_contain_text("in ten minutes")
    expect(counts.locator(".row-name")).to_have_text(["one-way drone", "balloon", "not classified"])
    drones = counts.locator("rect.bar")
    assert drones.count() == 12 + 6 + 6
    slider = counts.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert "one-way drone 4 · balloon 1" in (slider.get_attribute("aria-valuetext") or "").replace(
        "not classified 1 · ", ""
    )


def test_records_of_other_kinds_are_listed_and_lead_to_their_moment(screen: Screen) -> None:
    page = screen.open(VIEW).page
    page.get_by_label("What").select_option(label="Alerts")
    search(screen)
    row = page.get_by_role("row", name="2026-09-21 16:10Z")
    expect(row).to_contain_text("Critical")
    expect(row).to_contain_text("Rytų siena")
    page.get_by_label("What").select_option(label="Airport closures")
    search(screen)
    expect(results(screen)).to_contain_text("Nothing of that kind")
    page.keyboard.press("Escape")
    assert "what=closure" in page.url


def sorted_column(screen: Screen) -> tuple[str, str]:
    """Name and direction of the one column that says it is sorted."""
    (head,) = results(screen).locator('th[aria-sort="ascending"], th[aria-sort="descending"]').all()
    return head.inner_text().strip(" ▾▴"), head.get_attribute("aria-sort") or ""


def test_every_column_of_tracks_sorts_by_keyboard_and_says_so(screen: Screen, node: ScriptedNode) -> None:
    at_ns = START_NS + 700 * S
    node.store.write([make_alert("b", 4, "advisory", danger=0.9, time_ns=at_ns, raised_ns=at_ns)])
    page = screen.open(VIEW).page
    expect(results(screen)).to_contain_text("1–6 of 6")
    heads = results(screen).locator("thead th")
    expect(heads).to_have_count(9)
    for at in range(9):
        button = heads.nth(at).get_by_role("button")
        button.focus()
        orders = []
        for key in ("Enter", "Space"):
            page.keyboard.press(key)
            expect(page.locator(".answers")).to_have_attribute("aria-busy", "false")
            expect(button).to_be_focused()
            orders.append((*sorted_column(screen), numbers(screen)))
        (name, way, order), (same, other_way, turned) = orders
        assert name == same == heads.nth(at).inner_text().strip(" ▾▴")
        assert {way, other_way} == {"ascending", "descending"}
        assert (order != turned) == (name not in ("Last seen", "Fastest km/h")), (
            "these are the same of all: they stay in order of their numbers"
        )
        assert sorted(order) == sorted(turned)
    order, address = numbers(screen), page.url
    assert parse_qs(urlsplit(address).query)["sort"] == ["label"]
    page.goto("about:blank")
    page.goto(address)
    screen.wait_for(lambda: numbers(screen) == order)


def test_records_are_sorted_as_a_whole_and_a_page_of_them_is_an_address(screen: Screen, node: ScriptedNode) -> None:
    at_ns = START_NS + 900 * S
    names = ["Žemai", "zoo", "Abava"]
    node.store.write(
        [
            make_alert(f"b{at:03}", at, "advisory", zone_name=names[at % 3], time_ns=at_ns + at * S, raised_ns=at_ns)
            for at in range(150)
        ]
    )
    page = screen.open(f"{VIEW}&what=alert").page
    rows = results(screen).locator("tbody tr")
    expect(rows).to_have_count(100)
    assert sorted_column(screen) == ("Last changed", "descending")
    results(screen).get_by_role("button", name="Level").click()
    expect(rows.first).to_contain_text("Critical")
    words = results(screen).get_by_role("button", name="Zone, areas, words")
    words.press("Enter")
    expect(rows.first).to_contain_text("Abava")
    expect(rows.nth(99)).to_contain_text("zoo")
    assert sorted_column(screen) == ("Zone, areas, words", "ascending")
    following = results(screen).get_by_role("button", name="Next page")
    following.click()
    expect(rows).to_have_count(51)
    expect(following).to_be_disabled()
    expect(rows.last).to_contain_text("Žemai")
    shown, address = rows.all_inner_texts(), page.url
    assert parse_qs(urlsplit(address).query)["sort"] == ["text"]
    page.goto("about:blank")
    page.goto(address)
    expect(rows).to_have_count(51)
    assert rows.all_inner_texts() == shown
    results(screen).get_by_role("button", name="Page before").click()
    expect(rows).to_have_count(100)
    expect(rows.first).to_contain_text("Abava")
    results(screen).get_by_role("button", name="Track").click()
    assert not {"after", "before"} & set(parse_qs(urlsplit(page.url).query))


def test_the_keys_lead_there_and_back(screen: Screen) -> None:
    page = screen.open("?nomap").page
    page.keyboard.press("4")
    expect(page.get_by_role("button", name="Search")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("1 … 5")
    page.keyboard.press("?")
    page.keyboard.press("1")
    expect(page.locator("main.page")).to_have_count(0)
    assert "from=" not in page.url


def test_what_is_answered_late_or_not_at_all_leaves_nothing_of_another_question_on_the_page(screen: Screen) -> None:
    page = screen.open(VIEW).page
    plots = page.get_by_role("region", name="over time")
    held: list[Route] = []
    screen.intercept("**/api/history/tracks/2?*", lambda route: held.append(route))
    results(screen).get_by_role("button", name="2", exact=True).click()
    screen.wait_for(lambda: bool(held))
    results(screen).get_by_role("button", name="3", exact=True).click()
    expect(plots).to_have_accessible_name("Track 3 over time")
    with page.expect_response("**/api/history/tracks/2?*"):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(plots).to_have_accessible_name("Track 3 over time")
    counts = page.get_by_role("region", name="Tracks by class")
    expect(counts).to_be_visible()
    screen.intercept(
        "**/api/history/counts?*", lambda route: route.fulfill(status=503, json={"detail": "busy: ask again"})
    )
    page.get_by_label("From, UTC").fill("2026-09-21 17:00")
    search(screen)
    expect(page.get_by_role("alert")).to_contain_text("busy: ask again")
    expect(counts).to_have_count(0)
    screen.forgive("503")


def test_the_form_asks_in_the_order_of_the_page_and_for_the_time_that_is_typed(screen: Screen) -> None:
    page = screen.open(VIEW).page
    results(screen).get_by_role("button", name="Label").click()
    screen.wait_for(lambda: "sort=" in page.url)
    page.get_by_label("What").select_option(label="Alerts")
    search(screen)
    expect(page.get_by_role("row", name="2026-09-21 16:10Z")).to_be_visible()
    assert sorted_column(screen)[0] == "Label"
    for typed in ("2026-09-21 25:00", "2026-09-31 16:00"):
        page.get_by_label("From, UTC").fill(typed)
        search(screen)
        expect(page.get_by_role("alert")).to_have_text(f"There is no such time: {typed}")
    assert "from=2026-09-21T16" in page.url
