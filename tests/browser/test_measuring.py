"""Measuring on the map and without a mouse: distances, bearings, closest approach, rings."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from pyproj import Geod

from tests.browser.conftest import Screen

pytestmark = pytest.mark.browser

DRONE = 1001
TOOL = (236, 240, 244)
HAIRLINE = 120
"""How far the colour of a line thinner than a pixel is from its own: it is blended with the ground."""
VIEW = "?nomap&lat=54.75&lon=26.0&zoom=8&filter=drone"
PIXELS_PER_DEGREE = 512 * 2**8 / 360
WGS84 = Geod(ellps="WGS84")


def test_clicks_measure_distance_and_bearing_on_the_ellipsoid_and_escape_ends_it(screen: Screen) -> None:
    screen.open(VIEW)
    screen.page.keyboard.press("m")
    panel = screen.page.get_by_role("region", name="Measure")
    expect(panel).to_contain_text("two or more")
    box = screen.page.locator(".mapbox").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = screen.count_pixels(TOOL, tolerance=30)[0]
    for dx, dy in ((-150, 0), (150, 0), (150, 120)):
        screen.page.mouse.click(middle[0] + dx, middle[1] + dy)
    half = 150 / PIXELS_PER_DEGREE
    bearing, _, distance = WGS84.inv(26.0 - half, 54.75, 26.0 + half, 54.75)
    first = panel.locator("li").first.locator("b")
    expect(first).to_have_text(f"{distance / 1000:.1f} km · {distance / 1852:.1f} NM · {bearing:03.0f}°")
    expect(panel.locator("li").nth(1)).to_contain_text("· 180°")
    expect(panel).to_contain_text("Together")
    screen.wait_for(lambda: screen.count_pixels(TOOL, tolerance=30)[0] > before + 300)
    screen.page.mouse.move(*middle)  # a dragged map adds no point
    screen.page.mouse.down()
    screen.page.mouse.move(middle[0] + 40, middle[1], steps=4)
    screen.page.mouse.up()
    expect(panel.locator("li")).to_have_count(2)
    panel.get_by_role("button", name="Take back").click()
    expect(panel.locator("li")).to_have_count(1)
    screen.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    screen.wait_for(lambda: screen.count_pixels(TOOL, tolerance=30)[0] <= before + 20)


def test_without_a_mouse_a_track_is_measured_with_its_closest_approach_and_rings(screen: Screen) -> None:
    screen.open(f"{VIEW}&track={DRONE}")
    screen.page.keyboard.press("m")
    panel = screen.page.get_by_role("region", name="Measure")
    panel.get_by_role("button", name="Middle of the map").click()
    panel.get_by_role("button", name="Selected track").click()
    bearing, _, distance = WGS84.inv(26.0, 54.75, 26.55, 54.93)
    leg = panel.locator("li").first
    expect(leg.locator("b")).to_have_text(f"{distance / 1000:.1f} km · {distance / 1852:.1f} NM · {bearing:03.0f}°")
    expect(leg).to_contain_text(re.compile(r"nearest in 1[0-3]:\d\d \(\d\d:\d\d:\d\dZ\): 2[0-9]\.\d km"))
    before = screen.count_pixels(TOOL, tolerance=HAIRLINE)[0]
    panel.get_by_label("Rings around the first").check()
    screen.wait_for(lambda: screen.count_pixels(TOOL, tolerance=HAIRLINE)[0] > before + 800)


def test_a_sensor_is_measured_by_its_name(screen: Screen) -> None:
    screen.open("?nomap&lat=55.3&lon=25.6&zoom=9&filter=none&lang=lt")
    screen.page.keyboard.press("m")
    box = screen.page.locator(".mapbox").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    screen.page.mouse.click(middle[0] + 4, middle[1] - 3)
    screen.page.mouse.click(middle[0] + 100, middle[1])
    expect(screen.page.get_by_role("region", name="Matavimas").locator("li")).to_contain_text("radar-east →")
