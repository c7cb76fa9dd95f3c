"""Near, the page asks for a part of a large picture; what matters stays whole."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from sargas.model.tracks import Tracks
from tests.browser.conftest import Screen
from tests.console.node import NOW_NS, make_alert, mixed_sky

pytestmark = pytest.mark.browser

MANY, S = 2000, 1_000_000_000
NEAR = "?nomap&lat=55&lon=24&zoom=10"


def sky(second: int) -> Tracks:
    """Return many tracks from 20 to 28 degrees east on one latitude, all of which move."""
    tracks = mixed_sky(NOW_NS + second * S, 0.0, MANY)
    longitude = np.linspace(20.0, 28.0, MANY) + second * 1e-4
    return replace(tracks, longitude_deg=longitude, latitude_deg=np.full(MANY, 55.0))


def fly(screen: Screen, second: int) -> int:
    """Move every track once; return how many bytes of frames that cost the page."""
    frames, octets = screen.measure("frames"), screen.measure("bytes")
    screen.node.picture.apply([sky(second)], NOW_NS + second * S)
    screen.wait_for(lambda: screen.measure("frames") > frames)
    return int(screen.measure("bytes")) - int(octets)


def test_from_near_a_part_comes_and_what_matters_besides(screen: Screen) -> None:
    screen.node.picture.apply([sky(1)], NOW_NS + S)
    first, last = int(sky(1).track_id[0]), f"LOT{MANY - 1}"
    screen.node.picture.apply([make_alert("alert/1", first)], NOW_NS + S)
    screen.open("?nomap&lat=55&lon=24&zoom=6")
    screen.wait_for(lambda: screen.measure("tracks") == MANY)
    whole = fly(screen, 2)
    screen.open(NEAR)
    screen.wait_for(lambda: screen.measure("tracks") < MANY / 4)
    part = fly(screen, 3)
    assert part < whole / 4, (part, whole)
    expect(screen.page.locator(".count")).to_contain_text(f"{MANY} tracks")
    expect(screen.page.locator(".tracks .part")).to_contain_text(f"{MANY} in all")
    top = screen.page.locator(".tracks .row").first
    expect(top.locator(".name")).to_have_text(str(first))  # four degrees away, and alerting
    screen.page.keyboard.press("j")
    screen.page.keyboard.press("g")  # the map goes there, with what flies around it
    screen.wait_for(lambda: "lat=55" in screen.page.url and "lon=20" in screen.page.url)
    screen.wait_for(lambda: screen.measure("drawn") > 20)
    # what is selected stays, wherever the map goes
    screen.page.keyboard.press("Escape")
    screen.page.locator(".tracks .row").nth(3).click()
    screen.wait_for(lambda: "track=" in screen.page.url)  # the row itself may have moved on
    (chosen,) = parse_qs(urlsplit(screen.page.url).query)["track"]
    screen.page.goto(f"{screen.node.url}/{NEAR}&track={chosen}")
    screen.wait_for(lambda: 0 < (screen.measure("tracks") or 0) < MANY / 4)
    fly(screen, 4)
    expect(screen.page.locator(".detail")).to_contain_text(chosen)
    # a search, a filter and a person who wants everything get everything
    screen.page.keyboard.press("F2")
    screen.page.get_by_role("combobox", name="Go to").fill(last)
    expect(screen.page.locator("#hit-0")).to_contain_text(last)
    screen.page.keyboard.press("Escape")
    screen.wait_for(lambda: screen.measure("tracks") < MANY / 4)
    screen.page.keyboard.press("/")
    screen.page.keyboard.type(last)
    expect(screen.page.locator(".tracks .row .callsign")).to_have_text([last])
    screen.page.keyboard.press("Control+A")
    screen.page.keyboard.press("Delete")
    screen.wait_for(lambda: screen.measure("tracks") < MANY / 4)
    screen.page.get_by_role("button", name="Everywhere").click()
    screen.wait_for(lambda: screen.measure("tracks") == MANY)
