"""Disturbed satellite navigation on the screen: cells on the map, events in the panel, marks on aircraft, a switch."""

from __future__ import annotations

from typing import Any

import h3
import pytest
from playwright.sync_api import expect

from sargas.model.records import GnssInterference
from tests.browser.conftest import Screen
from tests.console.node import NOW_NS, ScriptedNode
from tests.runtime.store_cases import LABEL

pytestmark = pytest.mark.browser

CENTRE = h3.latlng_to_cell(55.5, 24.5, 4)
RED, YELLOW, GREEN = (86, 41, 45), (69, 68, 45), (27, 48, 46)
"""The colours of the scale on land, as the map shows them."""
DRONE = 1001


def event(event_id: str, **fields: Any) -> GnssInterference:
    return GnssInterference.model_validate(
        {
            "id": event_id, "time_ns": NOW_NS, "origin": "node", "label": LABEL, "event_id": event_id,
            "cause": "jamming", "state": "begun", "start_ns": NOW_NS, "found_ns": NOW_NS, "confidence": 0.99,
        }
        | fields
    )  # fmt: skip


def ring(*cells: str) -> list[tuple[float, float]]:
    (outline, *_) = h3.cells_to_geo(cells)["coordinates"]
    return [(longitude, latitude) for longitude, latitude in outline[:-1]]


def field() -> list[GnssInterference]:
    """Return a red cell under alarm amid yellow, green and sparse ones, and an aircraft that is spoofed."""
    around = sorted(h3.grid_ring(CENTRE, 1))
    shares = [(CENTRE, 10, 0.8), *((cell, 10, 0.05) for cell in around[:2]), *((cell, 10, 0.0) for cell in around[2:5])]
    cells = [
        event(f"cell/{cell}", cell=cell, band="high", is_alarm=False, polygon=ring(cell), aircraft=n, share=share)
        for cell, n, share in [*shares, (around[5], 2, 0.0)]
    ]
    area = event(
        "area", cell=CENTRE, band="high", polygon=ring(CENTRE), aircraft=10, affected=9, share=0.8,
        reason="9 of 10 aircraft in ten minutes lost their navigation",
    )  # fmt: skip
    liar = event(
        "liar", icao_address="4ca001", cause="spoofing", track_ids=[DRONE], reason="the position jumped farther"
    )
    return [*cells, area, liar]


def test_cells_events_and_marks_are_shown_and_switched_off(screen: Screen, node: ScriptedNode) -> None:
    screen.open("?lat=55.5&lon=24.5&zoom=7&lang=en&list=gnss", wait="map")
    panel = screen.page.get_by_role("region", name="Satellite navigation")
    expect(panel).to_contain_text("No disturbance known")
    before = screen.count_pixels(RED, YELLOW, GREEN, tolerance=12)
    node.picture.apply(field(), NOW_NS)
    expect(panel.locator("li")).to_have_count(2)
    expect(panel.locator("li").nth(0)).to_contain_text("Area above 5,000 m")
    expect(panel.locator("li").nth(0)).to_contain_text("9 of 10 aircraft")
    expect(panel.locator("li").nth(1)).to_contain_text("4CA001")
    screen.wait_for(
        lambda: all(
            now > was + 2000
            for now, was in zip(screen.count_pixels(RED, YELLOW, GREEN, tolerance=12), before, strict=True)
        )
    )
    panel.locator("li").nth(1).get_by_role("button").click()
    expect(screen.page.locator(".detail h2")).to_have_text(str(DRONE))
    screen.page.keyboard.press("n")
    expect(panel.get_by_role("checkbox")).not_to_be_checked()
    screen.wait_for(lambda: "gnss=off" in screen.page.url)
    screen.wait_for(lambda: screen.count_pixels(RED, tolerance=12)[0] < 500)


def test_the_panel_speaks_lithuanian_and_keeps_off_what_the_address_says(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply(field(), NOW_NS)
    screen.open("?nomap&lang=lt&gnss=off&list=gnss")
    panel = screen.page.get_by_role("region", name="Palydovinė navigacija")
    expect(panel).to_contain_text("paveikta orlaivių: 9 iš 10")
    expect(panel).to_contain_text("klastojama")
    expect(panel.get_by_role("checkbox")).not_to_be_checked()
