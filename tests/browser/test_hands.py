"""What hands do to a screen that changes under them: nothing is done twice, no letter typed is a command."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from sargas.model.records import Unit, ZoneChange
from tests.browser.conftest import Screen
from tests.console.node import NOW_NS, ScriptedNode, make_alert, make_tracks
from tests.runtime.store_cases import make_permission, make_unit, make_warning

pytestmark = pytest.mark.browser
DRONE = 1001
ZONES = "?nomap&lat=54.8&lon=24.5&zoom=8&list=zones"


def hold(screen: Screen, path: str) -> list[Route]:
    """Hold back what is asked of a path; each is answered when the test lets it go on."""
    held: list[Route] = []
    screen.intercept(path, lambda route: held.append(route))
    return held


def test_an_alert_is_acknowledged_once_however_often_the_key_is_pressed(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_alert("a", DRONE)], NOW_NS)
    page = screen.open().page
    held = hold(screen, "**/acknowledge")
    page.keyboard.press("j")
    for _ in range(3):
        page.keyboard.press("a")
    screen.wait_for(lambda: bool(held))
    page.wait_for_timeout(200)
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator(".alert.done")).to_be_visible()
    assert len(node.decisions) == 1
    page.unroute("**/acknowledge")
    answered = node.picture.snapshot().alerts[0].model_copy(update={"acknowledged_by": "rasa", "alert_id": "b"})
    node.picture.apply([answered, make_alert("c", DRONE + 1)], NOW_NS)
    expect(page.locator(".alert")).to_have_count(3)
    page.keyboard.press("j")  # on to what is new, not to what was answered before
    page.keyboard.press("a")
    screen.wait_for(lambda: [one.subject for one in node.decisions] == ["a", "c"])


def test_a_warning_is_approved_once_and_a_second_key_on_the_question_does_no_harm(
    screen: Screen, node: ScriptedNode
) -> None:
    node.picture.apply([make_warning(NOW_NS)], NOW_NS)
    page = screen.open().page
    held = hold(screen, "**/decide/approve")
    card = page.get_by_label("Public warnings")
    card.get_by_role("button", name="Approve").focus()
    page.keyboard.press("Space")
    expect(card.get_by_role("button", name="No")).to_be_focused()
    page.keyboard.press("Space")
    expect(card.get_by_role("button", name="Approve")).to_be_visible()
    assert "time=" not in page.url, "the live picture was not paused"
    assert held == []
    card.get_by_role("button", name="Approve").click()
    card.get_by_role("button", name="Yes").dblclick()
    screen.wait_for(lambda: bool(held))
    page.wait_for_timeout(200)
    assert len(held) == 1
    held[0].continue_()
    expect(card).to_contain_text("Approved: jonas")
    assert [one.action for one in node.decisions] == ["approve"]


def test_a_node_that_is_away_is_named_in_the_words_of_the_page(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_alert("a", DRONE)], NOW_NS)
    page = screen.open("?nomap&lang=lt").page
    screen.intercept("**/acknowledge", lambda route: route.abort())
    page.locator(".alert").get_by_role("button", name="Priimti").click()
    expect(page.get_by_role("region", name="Pavojai").get_by_role("alert")).to_have_text(
        "Nepriimta: Mazgas neatsako. Bandykite dar kartą."
    )
    screen.complaints.clear()  # the browser itself tells that nothing came


def test_the_keyboard_stays_where_it_was_when_its_deed_takes_the_button_away(
    screen: Screen, node: ScriptedNode
) -> None:
    node.picture.apply([make_alert("a", DRONE), make_permission(1, 5, valid_until_ns=NOW_NS + 10**13)], NOW_NS)
    page = screen.open("?nomap&list=permissions").page
    card = page.locator(".alert")
    card.get_by_role("button", name="Acknowledge").focus()
    page.keyboard.press("Enter")
    expect(card).to_have_class(re.compile("done"))
    screen.wait_for(lambda: bool(card.evaluate("one => one.contains(document.activeElement)")))
    panel = page.get_by_label("Permissions", exact=True)
    panel.locator("li summary").focus()
    page.keyboard.press("Enter")
    panel.get_by_role("button", name="Revoke", exact=True).focus()
    for _ in range(2):
        page.keyboard.press("Enter")  # the second, of a key held too long, revokes nothing
    expect(panel.get_by_role("button", name="Revoke", exact=True)).to_be_visible()
    expect(panel.locator("li")).to_have_count(1)
    page.locator(".tracks .row").first.focus()
    page.keyboard.press("Enter")
    page.locator(".detail header button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".detail")).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")


def test_a_mouse_leaves_the_space_bar_for_pausing(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_alert("a", DRONE)], NOW_NS)
    page = screen.open().page
    page.locator(".alert").get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".alert.done")).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")


def test_what_is_typed_about_an_alert_goes_on_while_others_come_and_it_moves(
    screen: Screen, node: ScriptedNode
) -> None:
    few = [make_alert(f"a{n}", DRONE + n, "advisory", raised_ns=NOW_NS + n, eta_ns=NOW_NS + n) for n in range(9)]
    node.picture.apply(few, NOW_NS)
    page = screen.open().page
    expect(page.locator(".alert")).to_have_count(9)
    page.locator(".alert").nth(4).get_by_role("button", name="Shelve").click()
    reason = page.get_by_label("Why is it laid aside?")
    expect(reason).to_be_focused()
    page.keyboard.type("mast")
    flood = [make_alert(f"b{n}", DRONE + n, "advisory", zone_id="plant", eta_ns=NOW_NS) for n in range(9)]
    node.picture.apply(flood, NOW_NS)
    expect(page.locator(".alert.group").first).to_be_visible()
    page.keyboard.type(" and ")
    escalated: dict[str, Any] = {"state": "escalated", "escalated_to": "shift lead", "escalated_ns": NOW_NS}
    node.picture.apply([few[4].model_copy(update=escalated)], NOW_NS)
    expect(page.locator(".alert").first).to_have_class(re.compile("escalated"))
    page.keyboard.type("amateurs")
    expect(reason).to_have_value("mast and amateurs")
    assert node.decisions == [], "no letter was taken for a command"
    page.locator(".alert").first.locator(".what").click()
    reason.focus()
    node.picture.apply([few[4].model_copy(update={"state": "ended", "ended_ns": NOW_NS})], NOW_NS)
    expect(reason).to_have_count(0)
    page.keyboard.type(" at a radio mast")
    page.wait_for_timeout(300)
    assert node.decisions == [], "nor of what is typed on when the field has gone with its alert"
    expect(page.locator(".detail")).to_be_visible()
    page.locator(".alert.ended .what").click()
    page.keyboard.press("a")
    screen.wait_for(lambda: [one.action for one in node.decisions] == ["acknowledge"])


def test_escape_leaves_a_field_and_keeps_what_is_typed_and_selected(screen: Screen, node: ScriptedNode) -> None:
    page = screen.open(f"{ZONES}&track={DRONE}").page
    panel = page.get_by_role("region", name="Zones")
    page.keyboard.press("/")
    page.keyboard.type("lot")
    page.keyboard.press("Escape")
    expect(page.locator(".detail")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("lot")
    panel.get_by_role("button", name="Draw a zone").click()
    panel.get_by_label("Name").fill("Pratybų laukas")
    page.keyboard.press("Escape")
    expect(panel.get_by_label("Name")).to_have_value("Pratybų laukas")
    page.keyboard.press("Escape")
    expect(panel.get_by_label("Name")).to_have_count(0)
    expect(page.locator(".detail")).to_be_visible()


def test_numbers_of_a_zone_are_typed_key_by_key(screen: Screen, node: ScriptedNode) -> None:
    page = screen.open(ZONES).page
    panel = page.get_by_role("region", name="Zones")
    panel.get_by_role("button", name="Change Elektrinė").click()
    for label, typed in (("Floor", "-250"), ("Value", "0.5"), ("Ceiling", "1200"), ("Radius", ".75")):
        field = panel.get_by_label(label)
        field.focus()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.type(typed)
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("status")).to_have_text("Saved: Elektrinė")
    (told,) = node.entered
    assert isinstance(told, ZoneChange)
    assert told.zone is not None
    zone = told.zone
    assert (zone.floor_m, zone.value, zone.ceiling_m, zone.radius_m) == (-250.0, 0.5, 1200.0, 750.0)


def test_what_is_typed_of_a_unit_outlives_a_look_at_another_list(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_unit(NOW_NS, ready_in_s=600)], NOW_NS)
    page = screen.open("?nomap&list=units").page
    panel = page.locator("#panel-units")
    panel.locator("li summary").click()
    panel.get_by_role("button", name="Change").click()
    panel.get_by_label("Contact").fill("LV-9")
    panel.get_by_label("Moves in, min").fill("")
    page.locator("#tab-zones").click()
    page.locator("#tab-units").click()
    expect(panel.get_by_label("Contact")).to_have_value("LV-9")
    panel.get_by_label("Contact").press("Enter")
    screen.wait_for(lambda: bool(node.entered))
    (told,) = node.entered
    assert isinstance(told, Unit)
    assert told.ready_in_s is None, "emptied: nobody knows, not at once"


def test_what_the_keys_chose_in_the_search_stays_chosen_when_others_come(screen: Screen, node: ScriptedNode) -> None:
    page = screen.open().page
    page.keyboard.press("F2")
    page.keyboard.type("10")
    hits = page.locator("#search-hits li")
    screen.wait_for(lambda: hits.count() > 3)
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    chosen = page.locator("#search-hits [aria-selected=true] b").inner_text()
    node.picture.apply([make_tracks([10])], NOW_NS)  # it stands before all that only begin like that
    expect(hits.first.locator("b")).to_have_text("10")
    expect(page.locator("#search-hits [aria-selected=true] b")).to_have_text(chosen)
