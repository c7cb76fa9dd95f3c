"""Triage without a pointer: hear, acknowledge, classify, draft a report; and the story that the track page tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from sargas.runtime.history import History, HistoryWriter
from tests.browser.conftest import TRACKS, Screen
from tests.console.node import (
    NOW_NS,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_lost,
    make_node,
    mixed_sky,
    serve,
)
from tests.runtime.store_cases import make_claim

DRONE = 1001


@pytest.fixture
def node(tmp_path: Path) -> Iterator[ScriptedNode]:
    """A node with forty tracks and what was kept of them for half a minute."""
    writer = HistoryWriter(tmp_path / "history")
    for second in range(-30, 1):
        writer.append(mixed_sky(NOW_NS + second * 1_000_000_000, float(second), TRACKS))
    writer.close()
    history = History(tmp_path / "history")
    made = make_node(tmp_path, history=history)
    made.picture.apply([make_configuration(), mixed_sky(NOW_NS, 0.0, TRACKS)], NOW_NS)
    with serve(made):
        yield made
    made.store.close()
    history.close()


def raise_alert(node: ScriptedNode) -> None:
    alert = make_alert("a1", DRONE)
    node.store.write([alert])
    node.picture.apply([alert], NOW_NS)


def test_alert_after_alert_is_answered_by_two_keys_each(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply(
        [make_alert(f"a{n}", DRONE + n, raised_ns=NOW_NS + n, zone_name=f"zone {n}") for n in range(3)], 0
    )
    page = screen.open().page
    for number in range(3):
        page.keyboard.press("j")
        expect(page.locator(".alert.focused")).to_contain_text(f"zone {number}")
        page.keyboard.press("a")
        expect(page.locator(".alert.done", has_text=f"zone {number}")).to_be_visible()
    assert [one.subject for one in node.decisions] == ["a0", "a1", "a2"]


def test_a_flood_is_answered_as_a_whole_though_one_may_not_ask_so_often(
    screen: Screen, node: ScriptedNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    flood = [make_alert(f"a{n}", DRONE, "advisory", raised_ns=NOW_NS + n) for n in range(6)]
    others = [make_alert(f"b{n}", DRONE, zone_id=f"z{n}") for n in range(9)]
    node.picture.apply([*flood, *others], NOW_NS)
    page = screen.open().page
    refusals = iter(range(4))

    def wait_ns(address: str, now_ns: int) -> int:
        return 1 if len(node.decisions) == 3 and next(refusals, None) is not None else 0

    monkeypatch.setattr(node.app.state.console.requests, "wait_ns", wait_ns)
    page.locator(".alert.group.advisory").get_by_role("button", name="Acknowledge all").click()
    screen.wait_for(lambda: len(node.decisions) == len(flood))
    screen.forgive("429")
    assert sorted(one.subject for one in node.decisions) == [one.alert_id for one in flood]
    assert next(refusals, None) is None  # it asked again each time it was told to wait


def test_six_keys_acknowledge_classify_and_draft_a_report(screen: Screen, node: ScriptedNode) -> None:
    screen.open()
    raise_alert(node)
    page = screen.page
    expect(page.get_by_text("Rytų siena").first).to_be_visible()
    keys = ["j", "a", "i", "h", "Enter", "r"]
    for key in keys[:2]:
        page.keyboard.press(key)
    screen.wait_for(lambda: len(node.decisions) == 1)
    expect(page.locator("#set-class")).to_be_visible()
    for key in keys[2:5]:
        page.keyboard.press(key)
    screen.wait_for(lambda: any(getattr(one, "value", "") == "helicopter" for one in node.entered))
    page.keyboard.press(keys[5])
    report = page.get_by_role("dialog", name="Draft of a report")
    text = report.get_by_role("textbox", name="Text of the report")
    screen.wait_for(lambda: f"Report on track {DRONE}" in text.input_value())
    assert "Class: helicopter (" in text.input_value()
    assert "by jonas" in text.input_value()
    with page.expect_download() as saved:
        report.get_by_role("button", name="Save as file").click()
    assert saved.value.suggested_filename == f"report-track-{DRONE}.txt"
    assert "Critical alert: Rytų siena" in Path(saved.value.path()).read_text()
    page.keyboard.press("Escape")
    expect(report).to_have_count(0)
    expect(page.get_by_role("region", name="Track", exact=True)).to_be_visible()


def test_the_track_page_tells_who_saw_it_and_what_it_was_held_for(screen: Screen, node: ScriptedNode) -> None:
    raise_alert(node)
    screen.open(f"?nomap&track={DRONE}")
    screen.page.locator(".story summary").click()
    story = screen.page.locator(".story ol")
    expect(story).to_contain_text("first seen by radar-")
    expect(story).to_contain_text("held for: one-way drone (90 %)", ignore_case=True)
    expect(story).to_contain_text("critical alert: Rytų siena", ignore_case=True)
    screen.page.get_by_role("button", name="LT").click()
    expect(story).to_contain_text("pirmą kartą matė radar-")


def test_the_story_of_a_lost_track_tells_what_may_be_and_how_it_was_found(screen: Screen, node: ScriptedNode) -> None:
    lost, later = 1990, NOW_NS + 60 * 10**9
    shares = ({"name": "hidden", "probability": 0.6}, {"name": "landed_or_crashed", "probability": 0.4})
    ended = {"state": "ended", "end": "is_newer_track", "ended_ns": later, "time_ns": later}
    newer = ({"track_id": DRONE, "probability": 0.93},)
    began = make_lost(lost, hypotheses=shares, time_ns=NOW_NS + 10**10)
    node.store.write([began, make_lost(lost, hypotheses=shares, may_be=newer, **ended)])
    node.picture.apply([mixed_sky(later, 60.0, TRACKS)], later)
    screen.open(f"?nomap&track={lost}")
    screen.page.locator(".story summary").click()
    lines = screen.page.locator(".story li")
    expect(lines).to_contain_text(
        [
            "lost: last plot",
            "may be: hidden below coverage 60 %, landed or crashed 40 %",
            f"may be track {DRONE} now (93 %)",
            f"found: it is track {DRONE} (93 %)",
        ]
    )
    screen.page.get_by_role("button", name="LT").click()
    expect(lines.nth(1)).to_contain_text("galbūt: skrenda žemiau aprėpties 60 %, nusileido arba nukrito 40 %")


def test_a_story_opened_before_the_track_comes_stays_open(screen: Screen, node: ScriptedNode) -> None:
    screen.open("?nomap&track=1041")
    title = screen.page.locator(".story summary").element_handle()
    node.picture.apply([mixed_sky(NOW_NS + 10**9, 1.0, 41)], NOW_NS + 10**9)
    expect(screen.page.get_by_role("region", name="Held of it")).to_be_visible()
    assert title is not None
    assert title.evaluate("one => one.isConnected"), "another in its place is a closed one, if it was just opened"


def test_a_critical_alert_is_heard_until_it_is_answered_and_mute_ends_by_itself(
    screen: Screen, node: ScriptedNode
) -> None:
    screen.open()
    page = screen.page
    expect(page.get_by_role("button", name="The alarm is not heard")).to_be_visible()
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="The alarm is heard")).to_be_visible()
    raise_alert(node)
    screen.wait_for(lambda: int(screen.measure("sounds")) == 1)
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="The alarm is muted for")).to_be_visible()
    node.picture.apply([make_alert("a2", DRONE + 1)], NOW_NS)
    expect(page.locator(".alerts li").filter(has_text="Rytų siena")).to_have_count(2)
    read_out = page.locator(".alerts [aria-live=assertive] p")
    expect(read_out).to_have_count(2)
    expect(read_out.last).to_contain_text("Rytų siena")
    page.wait_for_timeout(1200)
    assert screen.measure("sounds") == 1
    page.keyboard.press("x")
    screen.wait_for(lambda: int(screen.measure("sounds")) == 2)


def test_a_flood_of_a_thousand_alerts_is_ten_rows_with_the_worst_first(screen: Screen, node: ScriptedNode) -> None:
    screen.open()
    page = screen.page
    flood = [
        make_alert(
            f"f{number}", DRONE + number % TRACKS, "advisory", zone_id=f"z{number % 40}", zone_name=f"Z{number % 40}"
        )
        for number in range(1000)
    ]
    node.picture.apply([*flood, make_alert("worst", DRONE)], NOW_NS)
    rows = page.locator(".alerts > ul > li")
    expect(rows.first).to_contain_text("Rytų siena")
    expect(page.locator(".alerts .badge")).to_contain_text("1001")
    assert rows.count() <= 10
    page.keyboard.press("j")
    page.keyboard.press("a")
    screen.wait_for(lambda: [one.subject for one in node.decisions] == ["worst"])
    group = page.locator(".alert.group").first
    expect(group).to_contain_text("1000 alerts alike")
    group.locator(".what").click()
    expect(group.locator("ul > li")).to_have_count(50)
    expect(group).to_contain_text("950 more")


def test_a_claim_that_gives_one_reason_twice_is_shown_and_the_page_goes_on(screen: Screen, node: ScriptedNode) -> None:
    twice = ("seen through the glass", "seen through the glass")
    node.picture.apply([make_claim(DRONE, NOW_NS, evidence=twice)], NOW_NS)
    screen.open(f"?nomap&track={DRONE}")
    held = screen.page.get_by_role("region", name="Held of it")
    held.locator("summary", has_text="From").click()
    expect(held.get_by_text(twice[0])).to_have_count(2)


def test_a_class_that_was_chosen_for_one_track_is_not_set_for_the_next(screen: Screen, node: ScriptedNode) -> None:
    page = screen.open(f"?nomap&track={DRONE}").page
    page.locator("#set-class").select_option("helicopter")
    page.locator(".tracks .row", has_text="1002").first.click()
    expect(page.locator(".detail header")).to_contain_text("1002")
    expect(page.locator("#set-class")).to_have_value("")
