"""Sheets over the screen by keyboard: the focus goes in, stays and comes back; `Esc` closes one, drops no text."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Screen
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_alert
from tests.runtime.store_cases import make_warning

DRONE = 1001
SECOND_NS = 1_000_000_000


def holds_focus(sheet: Locator) -> bool:
    return bool(sheet.evaluate("one => one.contains(document.activeElement)"))


@pytest.mark.parametrize(("button", "name"), [("Keys ?", "Keys"), ("Go to F2", "Go to"), ("jonas", "Change password")])
def test_a_sheet_takes_the_focus_keeps_it_and_gives_it_back(screen: Screen, button: str, name: str) -> None:
    page = screen.open(f"?nomap&track={DRONE}").page
    opener = page.get_by_role("button", name=button, exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_have_accessible_name(name)
    assert holds_focus(sheet)
    for key in ("Tab", "Shift+Tab", "Shift+Tab", *("Tab",) * 6):
        page.keyboard.press(key)
        assert holds_focus(sheet), f"it left by {key}"
    if page.evaluate("document.activeElement.tagName") != "INPUT":
        page.keyboard.press("m")
    expect(page.get_by_role("region", name="Measure")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(opener).to_be_focused()
    expect(page.get_by_role("region", name="Track", exact=True)).to_be_visible()


def test_escape_closes_the_sheet_on_top_alone(screen: Screen) -> None:
    page = screen.open(f"?nomap&track={DRONE}").page
    page.keyboard.press("F2")
    expect(page.get_by_role("dialog", name="Go to")).to_be_visible()
    page.get_by_role("button", name="Keys").click()
    for left in (1, 0):
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(left)
    expect(page.get_by_role("region", name="Track", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Track", exact=True)).to_have_count(0)


def write_report(screen: Screen) -> Locator:
    """Draft a report on the track and change it."""
    page = screen.open(f"?nomap&track={DRONE}").page
    page.keyboard.press("r")
    report = page.get_by_role("dialog", name="Draft of a report")
    text = report.get_by_role("textbox")
    screen.wait_for(lambda: str(DRONE) in text.input_value())
    text.press_sequentially("Seen by the watch. ")
    return report


def test_a_changed_report_is_not_dropped_unasked(screen: Screen) -> None:
    report, page = write_report(screen), screen.page
    text = report.get_by_role("textbox")
    page.keyboard.press("Escape")
    expect(report.get_by_role("alert")).to_contain_text("kept nowhere")
    expect(report.get_by_role("button", name="Go on writing")).to_be_focused()
    page.keyboard.press("Escape")
    expect(report.get_by_role("alert")).to_have_count(0)
    expect(text).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    assert "Seen by the watch." in text.input_value()
    report.get_by_role("button", name="Close").click()
    report.get_by_role("button", name="Drop it").click()
    expect(report).to_have_count(0)


def test_a_report_that_was_saved_closes_at_once(screen: Screen) -> None:
    report, page = write_report(screen), screen.page
    with page.expect_download():
        report.get_by_role("button", name="Save as file").click()
    page.keyboard.press("Escape")
    expect(report).to_have_count(0)


def test_the_view_on_screen_is_named_to_whoever_may_not_see_it(screen: Screen) -> None:
    page = screen.open("?nomap&view=admin").page
    expect(page.get_by_text("This page is for administrators")).to_be_visible()
    assert page.locator(".views select").evaluate("one => one.selectedOptions[0]?.label") == "5 Administration"


def in_sight(page: Page) -> int:
    """Count the alerts whose two buttons can be seen and pressed."""
    return int(
        page.evaluate("""() => [...document.querySelectorAll(".alerts .alert")].filter((card) => {
  const buttons = [...card.querySelectorAll("footer button")];
  return buttons.length === 2 && buttons.every((one) => {
    const box = one.getBoundingClientRect();
    return [box.top + 1, box.bottom - 1].every((y) => document.elementFromPoint(box.left + 4, y) === one);
  });
}).length""")
    )


@pytest.mark.parametrize("language", ["en", "lt"])
def test_three_alerts_are_in_sight_with_their_buttons_beside_a_warning(
    screen: Screen, node: ScriptedNode, language: str
) -> None:
    reasons: dict[str, Any] = {
        "reasons": ("enters Rytų siena in 2:10 with 74 %", "no reply and no plan", "low and slow, 90 m/s at 240 m"),
        "reasons_lt": ("per 2:10 įskris, tikimybė 74 %", "neatsako ir nėra plano", "žemai ir lėtai, 90 m/s 240 m"),
        "danger": 0.91,
    }
    escalated: dict[str, Any] = {"state": "escalated", "escalated_to": "shift lead", "escalated_ns": NOW_NS}
    alerts = [
        make_alert("a", DRONE, eta_ns=NOW_NS + 130 * SECOND_NS, **reasons, **escalated),
        make_alert("b", DRONE + 1, eta_ns=NOW_NS + 200 * SECOND_NS, **reasons),
        make_alert("c", DRONE + 2, "advisory", eta_ns=NOW_NS + 400 * SECOND_NS, zone_name="Elektrinė", **reasons),
        make_alert("d", DRONE + 3, "advisory", eta_ns=NOW_NS + 500 * SECOND_NS, **reasons),
    ]
    node.picture.apply([*alerts, make_warning(NOW_NS, eta_from_ns=NOW_NS + 100 * SECOND_NS)], NOW_NS)
    page = screen.open(f"?nomap&lang={language}").page
    expect(page.locator(".alert")).to_have_count(4)
    page.keyboard.press("j")
    expect(page.locator(".alert.focused .reasons")).to_contain_text("240 m")
    screen.wait_for(lambda: in_sight(page) >= 3, timeout_s=5)


@pytest.mark.parametrize("language", ["en", "lt", "lv", "pl"])
def test_the_bar_is_one_line_on_a_small_screen(screen: Screen, node: ScriptedNode, language: str) -> None:
    node.accounts.create("administratorius", PASSWORD, "administrator")
    screen.page.set_viewport_size({"width": 1280, "height": 720})
    page = screen.open(f"?view=admin&theme=red-light&lang={language}", wait="frames", name="administratorius").page
    bar = page.locator("header.bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 60
