"""Drift and closures on the screen: advice with what would reopen, winds and their age, drifters, regions."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from sargas.assessment.drift.closure_words import Told, tell
from sargas.model.local_time import LocalTime
from sargas.model.records import ClosureAdvice, ClosureRule, DriftForecast
from tests.browser.conftest import Screen, layers_at
from tests.console.node import NOW_NS, ScriptedNode
from tests.runtime.store_cases import LABEL, make_closure, make_launch, make_wind

pytestmark = pytest.mark.browser

MINUTE_NS = 60 * 10**9
BALLOON = 1001


def advice() -> ClosureAdvice:
    entry, leave = (
        (NOW_NS + 14 * MINUTE_NS, NOW_NS + 22 * MINUTE_NS),
        (NOW_NS + 30 * MINUTE_NS, NOW_NS + 44 * MINUTE_NS),
    )
    from_ns, until_ns = NOW_NS + 9 * MINUTE_NS, NOW_NS + 47 * MINUTE_NS
    told = Told("close", "Vilnius", from_ns, until_ns, entry, leave, 0.31, 2, 0.97)
    return make_closure(
        NOW_NS, state="close", from_ns=from_ns, until_ns=until_ns, probability=0.31, entry_ns=entry, exit_ns=leave,
        track_ids=(BALLOON,), texts=tell(told, ClosureRule(), LocalTime(), is_exercise=False),
    )  # fmt: skip


def forecast() -> DriftForecast:
    def place(minutes: int) -> dict[str, object]:
        lon, lat, half = 26.55 - 0.006 * minutes, 54.95 - 0.003 * minutes, 0.004 * minutes
        ring = [
            (lon - half, lat - half / 3),
            (lon + half, lat - half / 2),
            (lon + half, lat + half / 2),
            (lon, lat + half),
        ]
        return {
            "ahead_s": 60.0 * minutes, "latitude_deg": lat, "longitude_deg": lon, "altitude_low_m": 900.0,
            "altitude_high_m": 4200.0, "aloft": 0.9, "region_90": ring, "area_km2": 80.0,
        }  # fmt: skip

    entry = {"zone_id": "plant", "probability": 0.31, "earliest_ns": NOW_NS, "median_ns": NOW_NS, "latest_ns": NOW_NS}
    return DriftForecast.model_validate({
        "id": "d", "time_ns": NOW_NS, "origin": "n", "label": LABEL, "track_id": BALLOON, "drifts": 0.96, "rising": 0.1,
        "floating": 0.8, "falling": 0.1, "wind": "model", "places": [place(10), place(30), place(60)],
        "entries": [entry],
    })  # fmt: skip


def test_advice_winds_and_drifters_are_shown(screen: Screen, node: ScriptedNode) -> None:
    address, drawn = layers_at("lat=55.0&lon=25.0&zoom=8&lang=en&list=drift")
    screen.open(address, wait=drawn)
    panel = screen.page.get_by_role("region", name="Drift and closures")
    expect(panel).to_contain_text("No wind: drift by the tracks' own motion only")
    expect(panel).to_contain_text("No zone is marked as an airport")
    launch = make_launch(NOW_NS, latitude_deg=54.9, longitude_deg=26.6, earliest_ns=NOW_NS, latest_ns=NOW_NS)
    node.picture.apply([make_wind(NOW_NS, valid_ns=NOW_NS - 2 * 3600 * 10**9), forecast(), advice(), launch], NOW_NS)
    expect(panel).to_contain_text("Wind: model, tables: 1, levels: 1 · 2.0 h old")
    expect(panel).to_contain_text("Vilnius: close from")
    expect(panel).to_contain_text("A person decides.")
    expect(panel).to_contain_text("floating")
    panel.get_by_role("button", name=str(BALLOON)).click()
    screen.wait_for(lambda: screen.count_pixels((120, 200, 255), tolerance=90)[0] > 100)
    if folder := os.environ.get("SARGAS_SCREENSHOTS"):
        screen.page.screenshot(path=f"{folder}/drift.png")
    panel.get_by_label("On the map").uncheck()
    screen.wait_for(lambda: screen.count_pixels((120, 200, 255), tolerance=90)[0] < 100)
