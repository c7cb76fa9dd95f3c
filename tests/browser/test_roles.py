"""Layouts by role: the airport sees its closures first, civil protection its warnings; each by address and by key."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from sargas.runtime.roster import Rights
from tests.browser.conftest import Screen
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_alert, make_configuration
from tests.runtime.store_cases import make_closure, make_warning

pytestmark = pytest.mark.browser

MINUTE = 60 * 10**9
TEXT = {
    "language": "en",
    "headline": "Close Vilnius",
    "description": "Two balloons.",
    "instruction": "Stop departures.",
}


def airports(node: ScriptedNode) -> None:
    """Give the node an airport that must close and one that is open."""
    made = make_configuration()
    plant = made.zones[1]
    zones = (
        plant.model_copy(update={"id": "EYVI", "name": "Vilnius", "closes": True}),
        plant.model_copy(update={"id": "EYKA", "name": "Kaunas", "closes": True}),
    )
    closure = make_closure(
        NOW_NS, state="close", from_ns=NOW_NS + 12 * MINUTE, until_ns=NOW_NS + 50 * MINUTE, probability=0.31,
        probability_now=0.02, entry_ns=(NOW_NS + 14 * MINUTE, NOW_NS + 25 * MINUTE), track_ids=(1003, 1004),
        exit_ns=(NOW_NS + 30 * MINUTE, NOW_NS + 45 * MINUTE), texts=(TEXT,),
    )  # fmt: skip
    node.picture.apply([made.model_copy(update={"zones": zones, "id": "configuration/2"}), closure], NOW_NS)


def test_the_airport_sees_what_to_close_when_and_why_first(screen: Screen, node: ScriptedNode) -> None:
    airports(node)
    page = screen.open("?nomap&view=airport").page
    board = page.get_by_role("region", name="Airports")
    expect(board.get_by_role("article")).to_have_count(2)
    first = board.get_by_role("article").first
    for words in (
        "Vilnius",
        "CLOSE: CLEAR NOW",
        "14:25–15:03",
        "in 12:0",
        "31 %",
        "close from 2.0 %",
        "Stop departures.",
    ):
        expect(first).to_contain_text(words)
    expect(board.get_by_role("article").nth(1)).to_contain_text("Open")
    bars = first.locator(".hour i")
    expect(bars).to_have_count(3)
    lefts = [float(bars.nth(at).evaluate("one => parseFloat(one.style.left)")) for at in range(3)]
    assert lefts == pytest.approx([100 * minutes / 60 for minutes in (12, 14, 30)], abs=0.5)
    headline = first.locator(".what").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert headline >= 20, "read from across the room"
    first.get_by_role("button", name="1003").click()
    expect(page.locator(".detail")).to_contain_text("1003")
    assert "view=airport" in page.url
    assert page.locator(".tracks").count() == 0
    node.picture.apply([make_alert("a", 1001)], NOW_NS)
    expect(page.locator(".alert")).to_have_count(1)
    page.keyboard.press("1")
    expect(page.get_by_role("region", name="Tracks").or_(page.locator(".tracks"))).to_be_visible()
    expect(board).to_have_count(0)


def test_civil_protection_sees_warnings_with_areas_and_recipients_first(screen: Screen, node: ScriptedNode) -> None:
    area = {"area_id": "LTU/2", "name": "Trakai", "polygon": ((24.8, 54.5), (25.0, 54.5), (25.0, 54.7))}
    sent = {"channel": "cell", "time_ns": NOW_NS, "attempts": 1, "state": "sent"}
    refused = {"channel": "sirens", "time_ns": NOW_NS, "attempts": 3, "state": "refused", "reason": "no answer"}
    draft = make_warning(NOW_NS, eta_from_ns=NOW_NS + 9 * MINUTE)
    told = make_warning(
        NOW_NS, id="w2", warning_id="w2", message_id="w2/1", level="yellow", state="approved", decided_by="ona",
        decided_ns=NOW_NS, areas=(area,), deliveries=(sent, refused),
        texts=({"language": "en", "headline": "Air warning: Trakai", "description": "d", "instruction": "i"},),
    )  # fmt: skip
    node.picture.apply([draft, told], NOW_NS)
    page = screen.open("?nomap").page
    page.keyboard.press("3")
    board = page.locator("section.warned")
    expect(board.get_by_role("article")).to_have_count(2)
    first, second = board.get_by_role("article").first, board.get_by_role("article").nth(1)
    for words in ("Air warning: Vilnius", "in 9:0", "Told once it is approved."):
        expect(first).to_contain_text(words)
    expect(second).to_contain_text("cell: sent")
    expect(second).to_contain_text("no answer")
    expect(second.get_by_role("button", name="Send again")).to_be_visible()
    second.get_by_role("button", name="Trakai").click()
    screen.wait_for(lambda: "lat=54.56" in page.url or "lat=54.57" in page.url)
    first.get_by_role("button", name="Approve").click()
    first.get_by_role("button", name="Yes").click()
    expect(first).to_contain_text("Approved: jonas")
    assert [one.action for one in node.decisions] == ["approve"]
    assert "view=protection" in page.url


def test_log_in_leads_to_the_view_of_the_account_unless_the_address_asks_for_one(
    screen: Screen, node: ScriptedNode
) -> None:
    airports(node)
    node.accounts.roster.change("jonas", Rights("operator", "LTU", home="airport"), "command")
    page = screen.page

    def log_in(query: str) -> None:
        page.goto("about:blank")  # a page that is open goes on asking
        page.context.clear_cookies()
        page.goto(f"{node.url}/{query}")
        page.get_by_label("Account").fill("jonas")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("button", name="Log out")).to_be_visible()

    log_in("?nomap")
    expect(page.locator("section.airports")).to_be_visible()
    assert "view=airport" in page.url
    log_in("?nomap&view=protection")
    expect(page.locator("section.warned")).to_be_visible()
    link = node.accounts.issue_one_time_link("jonas", 600)
    page.goto("about:blank")
    page.context.clear_cookies()
    page.goto(f"{node.url}/enter?token={link}")
    expect(page.locator("section.airports")).to_be_visible()
