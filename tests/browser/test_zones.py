"""Zones drawn on the map, changed, deleted and imported, by who may."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from sargas.console.sessions import COOKIE
from sargas.model.records import Zone, ZoneChange
from tests.browser.conftest import Screen
from tests.console.node import PASSWORD, ScriptedNode

pytestmark = pytest.mark.browser

VIEW = "?nomap&lat=54.8&lon=24.5&zoom=8&list=zones&filter=none"
TOOL = (236, 240, 244)


def zones_of(node: ScriptedNode) -> dict[str, Zone]:
    configuration = node.picture.snapshot().configuration
    assert configuration is not None
    return {zone.id: zone for zone in configuration.zones}


def in_front(screen: Screen) -> int:
    """Count what is drawn of a zone: counting opens a page before this one, and what is behind draws nothing."""
    screen.page.bring_to_front()
    screen.page.wait_for_timeout(500)
    return screen.count_pixels(TOOL, tolerance=40)[0]


def test_a_zone_is_drawn_with_clicks_and_typed_corners_and_stands_on_the_map(
    screen: Screen, node: ScriptedNode
) -> None:
    screen.open(VIEW)
    panel = screen.page.get_by_role("region", name="Zones")
    expect(panel.locator("li")).to_have_count(2)
    panel.get_by_role("button", name="Draw a zone").click()
    box = screen.page.locator(".mapbox").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = screen.count_pixels(TOOL, tolerance=40)[0]
    for dx, dy in ((-100, 60), (100, 60)):
        screen.page.mouse.click(middle[0] + dx, middle[1] + dy)
    corners = panel.get_by_label("Corners, one a line")
    screen.wait_for(lambda: corners.input_value().count("\n") == 1)
    corners.fill(f"{corners.input_value()}\n55° 00′ 00.0″ N 24° 30′ 00.0″ E")
    screen.wait_for(lambda: in_front(screen) > before + 300)
    panel.get_by_label("Name").fill("Pratybų laukas")
    panel.get_by_label("Kind").select_option("restricted")
    panel.get_by_label("Ceiling, m").fill("3000")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("status")).to_have_text("Saved: Pratybų laukas")
    expect(panel.locator("li")).to_have_count(3)
    expect(panel.locator("li", has_text="Pratybų laukas")).to_contain_text("≤ 3000 m")
    made = zones_of(node)["pratybu-laukas"]
    assert (made.kind, made.ceiling_m, len(made.polygon), made.polygon[2]) == ("restricted", 3000.0, 3, (24.5, 55.0))
    told = node.entered[-1]
    assert isinstance(told, ZoneChange)
    assert told.entered_by == "jonas"
    expect(panel.get_by_label("Corners, one a line")).to_have_count(0)
    screen.wait_for(lambda: in_front(screen) < before + 50)  # no track is drawn here: the draft alone had been


def test_a_zone_is_changed_and_what_nobody_touched_stays(screen: Screen, node: ScriptedNode) -> None:
    was = zones_of(node)["plant"]
    screen.open(VIEW)
    panel = screen.page.get_by_role("region", name="Zones")
    panel.get_by_role("button", name="Change Elektrinė").click()
    panel.get_by_label("Name").fill("Elektrinė 2")
    panel.get_by_label("Value").fill("4")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("status")).to_have_text("Saved: Elektrinė 2")
    assert zones_of(node)["plant"] == was.model_copy(update={"name": "Elektrinė 2", "value": 4.0})
    panel.get_by_role("button", name="Change Elektrinė 2").click()
    panel.get_by_label("Centre").fill("nowhere")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("alert")).to_have_text("Not a position: nowhere")
    screen.page.keyboard.press("Escape")
    expect(panel.get_by_label("Centre")).to_have_count(0)


def test_a_zone_is_deleted_after_being_asked_and_a_file_brings_more(
    screen: Screen, node: ScriptedNode, tmp_path: Path
) -> None:
    screen.open(VIEW)
    panel = screen.page.get_by_role("region", name="Zones")
    panel.get_by_role("button", name="Delete Elektrinė").click()
    assert node.entered == []
    panel.get_by_role("button", name="Delete it now").click()
    expect(panel.locator("li")).to_have_count(1)
    feature = {
        "type": "Feature",
        "properties": {"id": "dam", "name": "Užtvanka", "kind": "protected", "radius_m": 2000},
        "geometry": {"type": "Point", "coordinates": [24.0, 54.9]},
    }
    file = tmp_path / "zonos.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    panel.get_by_label("GeoJSON file").set_input_files(file)
    expect(panel.get_by_role("status")).to_have_text("Imported: 1 entered, 0 unchanged")
    expect(panel.locator("li")).to_have_count(2)
    file.write_text("{}", encoding="utf-8")
    panel.get_by_label("GeoJSON file").set_input_files(file)
    expect(panel.get_by_role("alert")).to_contain_text("expected a GeoJSON FeatureCollection")
    screen.complaints.clear()  # the browser itself tells of the refusal
    assert set(zones_of(node)) == {"lt-east", "dam"}


def test_who_only_looks_sees_zones_in_their_language_and_changes_none(screen: Screen, node: ScriptedNode) -> None:
    screen.open(VIEW)
    account = node.accounts.verify("ona", PASSWORD, "browser")
    assert account is not None
    token = node.accounts.open_session(account)
    screen.page.context.add_cookies([{"name": COOKIE, "value": token, "url": node.url, "sameSite": "Strict"}])
    screen.page.goto(f"{node.url}/{VIEW}&lang=lt")
    panel = screen.page.get_by_role("region", name="Zonos")
    expect(panel.locator("li")).to_have_count(2)
    expect(panel).to_contain_text("saugoma")
    assert panel.get_by_role("button").count() == 2, "only those that go there"
