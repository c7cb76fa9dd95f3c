"""What is on the screen fits it: on a small one, in the longest words, and on a wall read from two metres."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Screen
from tests.browser.test_picture import CRITICAL
from tests.console.node import NOW_NS, ScriptedNode, make_alert, make_health
from tests.runtime.store_cases import make_unit, make_warning

pytestmark = pytest.mark.browser

COVERED = """() => [...document.querySelectorAll(".timebar :is(button, select)")].filter((one) => {
  const box = one.getBoundingClientRect();
  const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return hit !== one && !one.contains(hit);
}).map((one) => one.textContent.trim())"""
SMALL_TEXT = """() => [...document.querySelectorAll(".picture *")].filter((one) =>
  [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
  && one.checkVisibility() && !one.matches(".attribution, .spoken") && parseFloat(getComputedStyle(one).fontSize) < 20
).map((one) => one.textContent.trim())"""


def busy(node: ScriptedNode) -> None:
    """Give the node what takes room: alerts, warnings that wait, units, a source that is out."""
    units = [make_unit(NOW_NS, id=f"u{n}", unit_id=f"u{n}", name=f"Patrulis {n}") for n in range(4)]
    drafts = [make_warning(NOW_NS, id=f"w{n}", warning_id=f"w{n}", message_id=f"w{n}/1") for n in range(3)]
    alerts = [make_alert(f"a{n}", 1001 + n) for n in range(3)]
    node.picture.apply([*units, *drafts, *alerts, make_health("radar-west", "failed", reason="gone")], NOW_NS)


def test_no_list_and_no_form_lies_over_the_strip_of_time(screen: Screen, node: ScriptedNode) -> None:
    busy(node)
    screen.page.set_viewport_size({"width": 1280, "height": 720})
    page = screen.open("?nomap&lang=lt").page
    tabs = page.get_by_role("tab")
    found: list[str] = []
    for at in range(tabs.count()):
        tabs.nth(at).click()
        page.evaluate("() => document.querySelectorAll('.lists details').forEach((one) => (one.open = true))")
        if (draw := page.get_by_role("button", name="Brėžti zoną")).count():
            draw.click()
        panel = page.locator(".lists [role=tabpanel]:visible").bounding_box()
        assert panel is not None
        assert panel["height"] > 80, "something of each list is in sight"
        found += [f"{tabs.nth(at).inner_text()}: {one}" for one in page.evaluate(COVERED)]
    assert found == []


@pytest.mark.parametrize("language", ["en", "lt", "lv", "pl"])
def test_no_head_of_a_column_runs_into_the_next(screen: Screen, node: ScriptedNode, language: str) -> None:
    screen.page.set_viewport_size({"width": 1280, "height": 720})
    page = screen.open(f"?nomap&lang={language}").page
    wide = """() => [...document.querySelectorAll(".head > span")]
      .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent.trim())"""
    assert page.evaluate(wide) == []


def test_the_longest_class_and_the_keys_are_read_whole_on_a_small_screen(screen: Screen, node: ScriptedNode) -> None:
    screen.page.set_viewport_size({"width": 1280, "height": 600})
    page = screen.open("?nomap&lang=lt").page
    cell = page.locator(".row .type").first
    expect(cell).to_have_text("vienkartinis dronas")
    cell.evaluate("one => (one.textContent = 'mažas lėktuvo tipo dronas')")
    assert cell.evaluate("one => one.scrollWidth <= one.clientWidth")
    page.keyboard.press("?")
    last = page.get_by_role("dialog").locator("dd").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    page.locator(".row").first.click()
    expect(page.locator("#set-class")).to_be_attached()
    page.set_viewport_size({"width": 720, "height": 450})  # a common screen at 200 %
    assert page.locator(".detail").evaluate("one => one.scrollHeight <= one.clientHeight + 1"), (
        "it is whole, not a slit"
    )


def test_the_button_of_the_second_person_is_not_broken(screen: Screen, node: ScriptedNode) -> None:
    first = {"approved_by": "jonas", "approved_ns": NOW_NS, "until_ns": NOW_NS + 600 * 10**9}
    node.picture.apply([make_warning(NOW_NS, approvals_needed=2, first_approval=first)], NOW_NS)
    page = screen.open("?nomap&lang=lt").page
    refuse = page.get_by_role("button", name="Atmesti")
    box = refuse.bounding_box()
    assert box is not None
    assert box["height"] < 35, "one line"


def test_a_wall_is_read_from_two_metres_and_has_nothing_to_press(screen: Screen, node: ScriptedNode) -> None:
    busy(node)
    page = screen.open("?nomap&lat=54.9&lon=26.5&zoom=8").page
    screen.wait_for(lambda: screen.count_pixels(CRITICAL)[0] > 200)
    ring = screen.count_pixels(CRITICAL)[0]
    screen.open("?nomap&wall&lat=54.9&lon=26.5&zoom=8")
    expect(page.locator(".alert")).to_have_count(3)
    assert page.evaluate(SMALL_TEXT) == []
    screen.wait_for(lambda: screen.count_pixels(CRITICAL)[0] > 1.5 * ring)
    assert page.locator(":is(button, select, input):visible").count() == page.locator(".alert .what").count()
    more = [make_warning(NOW_NS, id=f"w{n}", warning_id=f"w{n}", message_id=f"w{n}/1") for n in range(3, 5)]
    page.set_viewport_size({"width": 1920, "height": 1080})
    node.picture.apply(more, NOW_NS)
    expect(page.locator(".warnings > ul > li")).to_have_count(5)
    expect(page.locator(".warnings > ul > li").last).to_be_in_viewport(ratio=1)  # nobody is there to scroll
