"""Positions in the format that was chosen, and a search that goes to whatever has a name or a position."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Screen

pytestmark = pytest.mark.browser

DRONE = 1001


def centre(screen: Screen) -> tuple[float, float]:
    """Read latitude and longitude of the view out of the address."""
    found = re.search(r"lat=([\d.]+)&lon=([\d.]+)", screen.page.url)
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)


def test_positions_follow_the_pointer_and_the_chosen_format(screen: Screen) -> None:
    screen.open(f"?nomap&track={DRONE}&lat=55&lon=25&zoom=7")
    pointer = screen.page.locator(".readout .pointer")
    position = screen.page.locator(".detail dd", has_text="54")
    expect(position.last).to_have_text("54.9300° N 26.5500° E")
    box = screen.page.locator(".map").bounding_box()
    assert box is not None
    screen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(pointer).to_have_text(re.compile(r"^55\.00\d\d° N 2(5\.00|4\.99)\d\d° E$"))
    formats = screen.page.get_by_label("How positions are written")
    formats.select_option("MGRS")
    expect(pointer).to_have_text(re.compile(r"^35U L[AB] \d{5} \d{5}$"))
    expect(screen.page.locator(".detail")).to_contain_text("35U MA 71164 87094")
    screen.wait_for(lambda: "coords=mgrs" in screen.page.url)
    formats.select_option("dms")
    expect(screen.page.locator(".detail")).to_contain_text("54° 55′ 48.0″ N 26° 33′ 00.0″ E")
    screen.page.goto(f"{screen.node.url}/?nomap&track={DRONE}")  # the browser remembers
    expect(screen.page.locator(".detail")).to_contain_text("54° 55′ 48.0″ N 26° 33′ 00.0″ E")


@pytest.mark.parametrize(
    ("typed", "kind", "latitude", "longitude"),
    [
        ("54 41 13.9 N 25 16 46.9 E", "Position", 54.6872, 25.2797),
        ("35U LA 89106 61342", "Position", 54.6872, 25.2797),
        ("elektr", "Zone", 54.75, 24.9),
        ("panevezys", "Town", 55.7319, 24.3598),
    ],
)
def test_the_search_goes_to_positions_zones_and_towns(
    screen: Screen, typed: str, kind: str, latitude: float, longitude: float
) -> None:
    screen.open()
    screen.page.keyboard.press("F2")
    screen.page.keyboard.type(typed)
    expect(screen.page.locator("#search-hits li").first).to_contain_text(kind)
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_role("dialog")).to_have_count(0)
    screen.wait_for(lambda: abs(centre(screen)[0] - latitude) + abs(centre(screen)[1] - longitude) < 0.01)
    assert screen.page.evaluate("document.activeElement === document.body")


def test_the_search_selects_a_track_by_any_of_its_names(screen: Screen) -> None:
    screen.open("?nomap&lang=lt")
    screen.page.get_by_role("button", name="Eiti į F2").click()
    asked = screen.page.get_by_role("combobox", name="Eiti į")
    asked.fill("lot00")
    options = screen.page.locator("#search-hits li")
    expect(options.first).to_contain_text("Taikinys")
    screen.wait_for(lambda: options.count() > 2)
    title = options.nth(1).locator("b").inner_text()
    asked.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    asked.press("Enter")
    expect(screen.page.locator(".detail h2")).to_have_text(title)
    screen.page.keyboard.press("F2")
    screen.page.keyboard.type("nowhere at all")
    expect(screen.page.get_by_role("dialog")).to_contain_text("Tokio vardo nėra")
    screen.page.keyboard.press("Escape")
    expect(screen.page.get_by_role("dialog")).to_have_count(0)


def test_towns_are_asked_for_again_after_a_failure(screen: Screen) -> None:
    page = screen.open().page
    screen.intercept("**/api/places", lambda route: route.abort())
    page.keyboard.press("F2")
    page.keyboard.type("panevezys")
    expect(page.get_by_role("dialog")).to_contain_text("Nothing of that name")
    screen.forgive("ERR_FAILED")
    page.unroute_all()
    page.keyboard.press("Escape")
    page.keyboard.press("F2")
    page.keyboard.type("panevezys")
    expect(page.locator("#search-hits li").first).to_contain_text("Town")
