"""Where a track is and will be, on the map: ellipse, cone, and a map that follows it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from sargas.picture.ahead import Ahead, AheadPlace
from tests.browser.conftest import TRACKS, Screen
from tests.console.node import NOW_NS, ScriptedNode, make_alert, mixed_sky

pytestmark = pytest.mark.browser

DRONE, ANOTHER = 1001, 1002
VIEW = "?nomap&lat=54.93&lon=26.3&zoom=9&filter=none"
CONE = (43, 49, 55)
"""The fill of a cone on the plain ground, in night colours."""


def cone(longitude: float, latitude: float) -> Ahead:
    """Make a cone to the west, as wide after ten minutes as a third of its way."""
    places = tuple(
        AheadPlace(ahead_s, latitude, longitude - 0.0008 * ahead_s, 600.0, 15.0 * ahead_s)
        for ahead_s in (30.0, 60.0, 120.0, 180.0, 300.0, 420.0, 600.0)
    )
    return Ahead(NOW_NS, places)


def cone_pixels(screen: Screen) -> int:
    return screen.count_pixels(CONE, tolerance=12)[0]


def test_the_cone_of_the_selected_track_comes_and_goes_with_it(screen: Screen, node: ScriptedNode) -> None:
    node.ahead[DRONE] = cone(26.55, 54.93)
    screen.open(VIEW)
    screen.wait_for(lambda: screen.measure("frames") > 0)
    before = cone_pixels(screen)
    screen.page.goto(f"{screen.node.url}/{VIEW}&track={DRONE}")
    screen.wait_for(lambda: cone_pixels(screen) > before + 3000)
    screen.page.keyboard.press("Escape")
    screen.wait_for(lambda: cone_pixels(screen) < before + 300)
    assert f"track={DRONE}" not in screen.page.url


def test_an_alerted_track_has_its_cone_unselected(screen: Screen, node: ScriptedNode) -> None:
    node.ahead[DRONE] = cone(26.55, 54.93)
    screen.open(VIEW)
    screen.wait_for(lambda: screen.measure("frames") > 0)
    before = cone_pixels(screen)
    node.picture.apply([make_alert("a", DRONE)], NOW_NS)
    screen.wait_for(lambda: cone_pixels(screen) > before + 3000)
    assert "track=" not in screen.page.url, "nothing is selected"


def test_the_ellipse_is_drawn_of_the_selected_track_when_it_is_larger_than_its_symbol(
    screen: Screen, node: ScriptedNode
) -> None:
    ring = (204, 209, 214)
    screen.open(f"?nomap&lat=54.93&lon=26.55&zoom=12&filter=none&track={DRONE}")  # 50 m sigma: 122 m, 11 pixels
    screen.wait_for(lambda: screen.measure("drawn") == 1)
    close = screen.count_pixels(ring, tolerance=60)[0]
    for _ in range(4):
        screen.page.keyboard.press("e")
    screen.wait_for(lambda: screen.count_pixels(ring, tolerance=60)[0] > close + 100)
    assert screen.measure("drawn") == 1


def test_the_map_follows_the_selected_track_until_it_is_dragged(screen: Screen, node: ScriptedNode) -> None:
    screen.open(f"{VIEW}&track={DRONE}")
    screen.page.keyboard.press("f")
    expect(screen.page.get_by_text("Following 1001")).to_be_visible()
    screen.wait_for(lambda: "lon=26.55" in screen.page.url)
    node.picture.apply([mixed_sky(NOW_NS + 10**9, 600.0, TRACKS)], NOW_NS + 10**9)
    screen.wait_for(lambda: re.search(r"lon=26\.0[789]", screen.page.url) is not None)
    box = screen.page.locator(".mapbox").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8)
    screen.page.mouse.move(*middle)
    screen.page.mouse.down()
    screen.page.mouse.move(middle[0] + 90, middle[1] + 20, steps=5)
    screen.page.mouse.up()
    expect(screen.page.get_by_text("Following 1001")).to_have_count(0)
    address = screen.page.url
    screen.wait_for(lambda: screen.page.url != address)
    dragged = screen.page.url
    node.picture.apply([mixed_sky(NOW_NS + 2 * 10**9, 1200.0, TRACKS)], NOW_NS + 2 * 10**9)
    expect(screen.page.locator(".detail")).to_contain_text("25.60")
    assert screen.page.url == dragged


def test_with_the_basemap_too_a_drag_ends_it_and_nothing_is_followed_without_a_selection(screen: Screen) -> None:
    screen.open("?lat=54.93&lon=26.3&zoom=8", wait="map")
    screen.page.keyboard.press("f")
    expect(screen.page.locator(".following")).to_have_count(0)
    screen.page.get_by_text(str(ANOTHER), exact=True).click()
    screen.page.keyboard.press("f")
    expect(screen.page.locator(".following")).to_be_visible()
    box = screen.page.locator(".mapbox").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5)
    screen.page.mouse.move(*middle)
    screen.page.mouse.down()
    screen.page.mouse.move(middle[0] + 90, middle[1] + 20, steps=5)
    screen.page.mouse.up()
    expect(screen.page.locator(".following")).to_have_count(0)
