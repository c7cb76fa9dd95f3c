"""Units that could respond and incidents: on the map, in lists, by keyboard and search; axe looks at both lists too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Screen
from tests.console.node import NOW_NS, make_lost
from tests.runtime.store_cases import make_report, make_sighting, make_unit, make_warning

pytestmark = pytest.mark.browser
VIEW = "?nomap&lat=54.9&lon=25.3&zoom=8.2"
S = 1_000_000_000


def tell(screen: Screen) -> None:
    """Put three units and four incidents into the picture and on record."""
    down = {"name": "landed_or_crashed", "probability": 0.8, "place": (25.9, 55.2), "area_km2": 4.0}
    screen.node.store.write(
        [
            make_report(1, NOW_NS - 900 * S, observed_ns=NOW_NS - 900 * S),
            make_sighting(2, NOW_NS - 60 * S, state="ended", latitude_deg=55.1, longitude_deg=24.7),
        ]
    )
    screen.node.picture.apply(
        [
            make_unit(NOW_NS),
            make_unit(NOW_NS, unit_id="qra", name="Zokniai", role="quick_reaction", state="busy", longitude_deg=24.4),
            make_unit(NOW_NS, unit_id="heli", name="Erelis", role="helicopter", state="unavailable", latitude_deg=55.2),
            make_lost(1003, hypotheses=(down,), last_seen_ns=NOW_NS - 300 * S),
            make_sighting(1, NOW_NS, latitude_deg=54.6, longitude_deg=25.8),
            make_warning(NOW_NS),
        ],
        NOW_NS,
    )


def test_units_and_incidents_are_drawn_listed_and_opened_by_a_click(screen: Screen) -> None:
    tell(screen)
    screen.open(f"{VIEW}&list=incidents")
    rows = screen.page.locator("#panel-incidents li")
    expect(rows).to_have_count(4)
    expect(rows.last).to_have_class(re.compile("closed"))
    expect(screen.page.locator("#tab-incidents b")).to_have_text("3")
    screen.page.locator("#tab-units").click()
    expect(rows).to_have_count(0)  # what no list shows is not in the page: a night has hundreds
    screen.page.locator("#tab-incidents").click()
    expect(rows).to_have_count(4)
    drawn = screen.page.locator(".layer-ground")
    with_both = drawn.screenshot()
    screen.page.keyboard.press("u")
    screen.page.keyboard.press("o")
    expect(screen.page).to_have_url(re.compile("units=off.*incidents=off"))
    screen.wait_for(lambda: drawn.screenshot() != with_both)
    without = drawn.screenshot()
    screen.page.keyboard.press("o")
    screen.wait_for(lambda: drawn.screenshot() != without)
    screen.page.keyboard.press("u")
    # the crash is at 25.9 E 55.2 N; its pin's head is 20 pixels above that
    rows.filter(has_text="Came down").get_by_role("button").click()
    expect(screen.page.locator(".detail header")).to_contain_text("1003")
    expect(screen.page.locator(".detail .story")).to_have_attribute("open", "")
    screen.wait_for(lambda: "lon=25.9" in screen.page.url)
    box = screen.page.locator(".mapbox").bounding_box()
    assert box is not None
    screen.page.keyboard.press("Escape")
    screen.page.locator("#tab-units").click()
    screen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 20)
    expect(screen.page.locator("#tab-incidents")).to_have_attribute("aria-selected", "true")
    expect(screen.page.locator(".detail header")).to_contain_text("1003")


def test_a_unit_is_entered_moved_found_and_removed_by_keyboard_alone(screen: Screen) -> None:
    screen.open(f"{VIEW}&list=units")
    panel = screen.page.locator("#panel-units")
    expect(panel.locator(".empty")).to_be_visible()
    panel.locator(".more > summary").press("Enter")
    for label, value in (("Id", "patrol-7"), ("Name", "Patrulis 7"), ("Latitude", "54.7"), ("Longitude", "25.3")):
        panel.get_by_label(re.compile(f"^{label}")).first.fill(value)
    panel.get_by_label("Contact").press_sequentially("LV-7")
    panel.get_by_label("Contact").press("Enter")
    row = panel.locator("li")
    expect(row).to_contain_text("ready")
    row.locator("summary").press("Enter")
    row.get_by_role("button", name="Change").press("Enter")
    panel.get_by_label("State").select_option("busy")
    panel.get_by_label("Moves in, min").fill("1.5")
    panel.get_by_label("Moves in, min").press("Enter")
    expect(row).to_contain_text("busy")
    expect(row).to_contain_text("moves in 1.5 min")
    screen.page.locator("#tab-units").focus()
    screen.page.keyboard.press("F2")
    screen.page.keyboard.type("lv-7")
    expect(screen.page.locator("#hit-0")).to_contain_text("Patrulis 7")
    screen.page.keyboard.press("Enter")
    screen.wait_for(lambda: "lat=54.7" in screen.page.url)
    expect(row).to_have_class(re.compile("chosen"))
    row.get_by_role("button", name="Remove").press("Enter")
    row.get_by_role("button", name="Remove it now").press("Enter")
    expect(row).to_have_count(0)


def test_a_file_of_units_is_imported_or_every_bad_row_told(screen: Screen) -> None:
    screen.open(f"{VIEW}&list=units")
    panel = screen.page.locator("#panel-units")
    panel.locator(".more > summary").click()
    head = "unit_id,name,role,latitude_deg,longitude_deg\n"
    bad = {"name": "u.csv", "mimeType": "text/csv", "buffer": f"{head}a,A,tank,54,25\n".encode()}
    panel.get_by_label("CSV or GeoJSON file").set_input_files(bad)  # type: ignore[arg-type]
    expect(panel.get_by_role("alert")).to_contain_text("2: role")
    screen.forgive("422")
    good = bad | {"buffer": f"{head}a,A,patrol,54,25\nb,B,rescue,54,26\n".encode()}
    panel.get_by_label("CSV or GeoJSON file").set_input_files(good)  # type: ignore[arg-type]
    expect(panel.locator("li")).to_have_count(2)
