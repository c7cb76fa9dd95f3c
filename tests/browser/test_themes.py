"""Colours by theme: for daylight, for a dark room, and red alone for eyes that must stay adapted to the dark."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import TRACKS, Screen
from tests.console.node import NOW_NS, ScriptedNode, make_alert, make_configuration, make_health
from tests.runtime.store_cases import make_warning

pytestmark = pytest.mark.browser

DAY_LAND, DAY_SEA = (241, 242, 236), (207, 223, 235)
NIGHT_LAND, NIGHT_SEA = (20, 29, 38), (11, 20, 29)
OTHER_THAN_RED = """async (png) => {
  const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes]));
  const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  pen.drawImage(picture, 0, 0);
  const {data} = pen.getImageData(0, 0, picture.width, picture.height);
  let others = 0, bright = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
    if (Math.max(g, b) > 0.36 * r + 4) others++;
    if (r > 128) bright++;
  }
  return {others, bright, all: data.length / 4};
}"""


def look(screen: Screen) -> dict[str, int]:
    """Count the pixels of the whole window that are not red, and those that are bright."""
    png = base64.b64encode(screen.page.screenshot()).decode()
    counted: dict[str, int] = screen.reckon(OTHER_THAN_RED, png)
    return counted


def test_one_key_changes_map_and_panels_and_the_address_and_the_browser_keep_it(screen: Screen) -> None:
    screen.open("", wait="map")
    screen.wait_for(lambda: screen.measure("tracks") == TRACKS)
    assert min(screen.count_pixels(NIGHT_LAND, NIGHT_SEA)) > 50_000
    screen.page.keyboard.press("b")
    expect(screen.page.get_by_role("button", name="Day B")).to_be_visible()
    screen.wait_for(lambda: "theme=day" in screen.page.url)
    screen.wait_for(lambda: min(screen.count_pixels(DAY_LAND, DAY_SEA)) > 50_000)
    screen.wait_for(lambda: screen.measure("drawn") > 0.8 * TRACKS)
    assert screen.measure("renderer") == "webgl2"
    screen.page.goto(f"{screen.node.url}/?nomap")  # the browser remembers
    expect(screen.page.get_by_role("button", name="Day B")).to_be_visible()
    assert screen.page.evaluate("document.documentElement.dataset.theme") == "day"
    screen.page.goto(f"{screen.node.url}/?nomap&theme=red-light")  # the address says otherwise
    expect(screen.page.get_by_role("button", name="Red light B")).to_be_visible()


def test_red_light_lets_no_other_hue_through_and_little_light(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_configuration(exercise=True), make_health("radar-west", "failed", reason="gone")], NOW_NS)
    node.picture.apply([make_alert("a", 1001), make_alert("b", 1003, "advisory"), make_warning(NOW_NS)], NOW_NS)
    screen.open("?theme=red-light&track=1001", wait="map")
    screen.page.get_by_text("Air warning: Vilnius").click()
    expect(screen.page.get_by_role("link", name="CAP 1.2")).to_be_visible()
    screen.wait_for(lambda: screen.measure("drawn") > 0.8 * TRACKS)
    screen.page.keyboard.press("j")
    screen.page.wait_for_timeout(500)
    counted = look(screen)
    assert counted["others"] == 0
    assert 0.005 < counted["bright"] / counted["all"] < 0.06
    screen.page.keyboard.press("b")
    expect(screen.page.get_by_role("button", name="Night B")).to_be_visible()
    assert look(screen)["others"] > 0.5 * counted["all"], "the count sees other hues where there are some"


def test_who_wants_no_motion_gets_none(screen: Screen) -> None:
    screen.page.emulate_media(reduced_motion="reduce")
    screen.open()
    moving = """() => [...document.querySelectorAll("*")].filter((node) => {
      const style = getComputedStyle(node);
      const lasts = style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
      return lasts || style.animationName !== "none";
    }).length"""
    assert screen.page.evaluate(moving) == 0
