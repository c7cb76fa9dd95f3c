"""The time axis: an operator pauses, goes back, sees what was, can decide nothing there, and comes back to now."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import TRACKS, Screen, Screens
from tests.browser.relay import relay
from tests.clock import Clock
from tests.console.node import (
    NOW_NS,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_health,
    make_lost,
    make_node,
    mixed_sky,
    serve,
)

pytestmark = pytest.mark.browser

DRONE = 1001
S = 1_000_000_000
REPLAY, EXERCISE = (95, 208, 224), (213, 139, 255)


@pytest.fixture
def node(tmp_path: Path, clock: Clock) -> Iterator[ScriptedNode]:
    """A node that has been watching forty tracks for a minute and keeps what its screens show."""
    made = make_node(tmp_path, now_ns=clock, screen_folder=tmp_path / "screen")
    with serve(made):
        made.picture.apply([make_configuration(), make_health("radar-east"), make_health("radar-west")], NOW_NS)
        for second in range(0, 61, 3):
            live(made, clock, second)
        yield made
    made.store.close()


def live(node: ScriptedNode, clock: Clock, second: int, *others: object) -> None:
    """Let the live picture be that of a second after the begin; until second 30 there is no drone."""
    clock.ns = NOW_NS + second * S
    sky = mixed_sky(clock.ns, float(second), TRACKS)
    node.picture.apply([sky.take(slice(1 if second < 30 else 0, None)), *others], clock.ns)  # type: ignore[list-item]
    broadcast, deadline = node.app.state.console.broadcast, time.monotonic() + 10
    while broadcast._revision != node.picture.revision:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(0.02)


def shown_time(screen: Screen) -> str:
    """Return the bar's clock."""
    return screen.page.locator(".clock").inner_text()


def at(second: int) -> str:
    """Return the UTC of a second after the begin as the bar shows it."""
    return time.strftime("%H:%M:%SZ", time.gmtime(NOW_NS // S + second))


def test_an_operator_pauses_goes_back_and_comes_back_to_live(screen: Screen, node: ScriptedNode, clock: Clock) -> None:
    node.picture.apply([make_lost(7)], NOW_NS + 60 * S)
    screen.open(f"?nomap&track={DRONE}")
    open_ones = screen.page.locator("#tab-incidents b")
    expect(open_ones).to_have_text("1")
    position = screen.page.locator(".detail dd", has_text="° N")
    now = position.inner_text()
    screen.page.keyboard.press(" ")
    expect(open_ones).to_have_count(0)  # they are of now
    banner = screen.page.locator(".banner.playback")
    expect(banner).to_contain_text("REPLAY")
    expect(banner).to_contain_text("Paused.")
    expect(position).to_have_text(now)
    live(node, clock, 63)
    for _ in range(5):
        screen.page.keyboard.press(",")
    expect(screen.page.locator(".clock")).to_have_text(at(55))
    expect(position).not_to_have_text(now)
    assert screen.count_pixels(REPLAY, tolerance=12)[0] > 500, "the map is framed"
    screen.page.keyboard.press("End")
    expect(banner).to_have_count(0)
    expect(screen.page.locator(".clock")).to_have_text(at(63))
    assert screen.measure("tracks") == TRACKS


def test_scrubbing_back_shows_an_older_state_and_the_selection_survives(screen: Screen, node: ScriptedNode) -> None:
    screen.open(f"?nomap&track={DRONE}")
    screen.wait_for(lambda: screen.measure("tracks") == TRACKS)
    screen.page.get_by_label("Length of the strip").select_option("15 min")
    strip = screen.page.get_by_role("slider", name="Instant shown")
    expect(strip).not_to_have_attribute("aria-disabled", "true")
    box = strip.bounding_box()
    assert box is not None
    y, x_of = box["y"] + box["height"] / 2, lambda ago_s: box["x"] + box["width"] * (1 - ago_s / 900)
    screen.page.mouse.move(x_of(2), y)
    screen.page.mouse.down()
    screen.page.mouse.move(x_of(30), y)
    screen.page.mouse.move(x_of(45), y)
    screen.page.mouse.up()
    screen.wait_for(lambda: screen.measure("tracks") == TRACKS - 1)
    expect(screen.page.locator(".detail")).to_contain_text("This track is no more")
    screen.wait_for(lambda: "time=2026" in screen.page.url)
    screen.page.keyboard.press("End")
    screen.wait_for(lambda: screen.measure("tracks") == TRACKS)
    expect(screen.page.locator(".detail dd", has_text="° N")).to_be_visible()
    screen.wait_for(lambda: "time=" not in screen.page.url)


def test_an_alert_of_the_past_cannot_be_acknowledged_and_new_ones_are_counted(
    screen: Screen, node: ScriptedNode, clock: Clock
) -> None:
    live(node, clock, 61, make_alert("old", DRONE))
    live(node, clock, 64)
    screen.open()
    card = screen.page.locator(".alert")
    expect(card).to_contain_text("Acknowledge")
    screen.page.keyboard.press(" ")
    expect(screen.page.locator(".banner.playback")).to_be_visible()
    expect(card).to_contain_text("Entered Rytų siena")
    expect(card.get_by_role("button", name="Acknowledge")).to_have_count(0)
    expect(screen.page.locator(".alerts .spoken")).to_be_empty()  # an alert of the past is not called out again
    assert screen.page.locator(".map").get_attribute("data-watermark") == "REPLAY"
    screen.page.keyboard.press("j")
    screen.page.keyboard.press("a")
    sounds = screen.measure("sounds")
    live(node, clock, 67, make_alert("new", 1002))
    news = screen.page.locator(".banner.playback .news")
    expect(news).to_contain_text("1 new alert live")
    expect(news).to_contain_text("(1 critical)")
    expect(screen.page).to_have_title("(1) Sargas")
    screen.wait_for(lambda: screen.measure("sounds") > sounds)  # the alarm is that of now
    expect(card).to_have_count(1)
    screen.page.keyboard.press(",")
    screen.page.keyboard.press(",")
    screen.page.keyboard.press(",")
    screen.page.keyboard.press(",")
    expect(card).to_have_count(0)
    assert node.decisions == []
    screen.page.get_by_role("button", name="Back to live").first.click()
    expect(card).to_have_count(2)
    expect(card.get_by_role("button", name="Acknowledge").first).to_be_visible()


def said(screen: Screen) -> list[str]:
    """Return what the screen says in words: table, the alert but for its buttons, sources, the selected track."""
    parts = (".tracks", ".alert .what", "#panel-sources", ".detail dl")
    return [screen.page.locator(part).inner_text() for part in parts]


def test_a_replay_says_word_for_word_what_live_said(screen: Screen, node: ScriptedNode, clock: Clock) -> None:
    failed = make_health("radar-west", "failed", reason="no datagrams")
    raised = make_alert("a", DRONE, state="acknowledged", acknowledged_by="ona")
    live(node, clock, 70, failed, raised)
    screen.open(f"?nomap&track={DRONE}")
    screen.wait_for(lambda: "no datagrams" in said(screen)[2] and shown_time(screen) == at(70))
    expect(screen.page.locator(".tracks")).to_contain_text("40 of 40")  # the table is listed in a worker
    was = said(screen)
    live(node, clock, 90, make_health("radar-west"), make_alert("a", DRONE, danger=0.9))
    screen.wait_for(lambda: said(screen) != was and shown_time(screen) == at(90))
    screen.page.keyboard.press(" ")
    expect(screen.page.locator(".banner.playback")).to_be_visible()
    for _ in range(19):
        screen.page.keyboard.press(",")
    expect(screen.page.locator(".clock")).to_have_text(at(71))
    screen.wait_for(lambda: said(screen) == was)


def test_a_loop_goes_round_between_two_instants(screen: Screen, node: ScriptedNode) -> None:
    opened = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(NOW_NS // S + 20))
    screen.open(f"?nomap&time={opened}")
    screen.page.get_by_role("button", name="Loop from here").click()
    screen.page.locator(".map").hover()
    for _ in range(3):
        screen.page.keyboard.press(".")
    expect(screen.page.locator(".clock")).to_have_text(at(23))
    screen.page.get_by_role("button", name="Loop until here").click()
    expect(screen.page.locator(".banner.playback")).to_contain_text("Running")
    seen: list[str] = []
    while [at(22), at(20)] != [time for time in seen if time in (at(22), at(20))][-2:]:
        now = shown_time(screen).replace("\n", "")
        seen += [now] if now != (seen or [""])[-1] else []
        assert len(seen) < 40
        screen.page.wait_for_timeout(100)
    assert set(seen) <= {at(second) for second in range(20, 24)}
    screen.page.get_by_role("button", name="End loop").click()
    screen.wait_for(lambda: shown_time(screen) > at(24))


def test_a_link_opens_the_same_instant_and_it_plays_on(screen: Screen, node: ScriptedNode) -> None:
    opened = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(NOW_NS // S + 20))
    screen.open(f"?nomap&time={opened}")
    assert shown_time(screen) == at(20)
    assert screen.measure("tracks") == TRACKS - 1
    screen.page.get_by_label("Speed").select_option("8×")
    screen.page.keyboard.press(" ")
    expect(screen.page.locator(".banner.playback")).to_contain_text("Running at 8×.")
    screen.wait_for(lambda: screen.measure("tracks") == TRACKS)
    screen.wait_for(lambda: "speed=8" in screen.page.url)
    screen.page.keyboard.press(" ")
    expect(screen.page.locator(".banner.playback")).to_contain_text("Paused.")


def test_before_the_record_nothing_is_shown_and_that_is_said(screen: Screen) -> None:
    opened = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(NOW_NS // S - 600))
    screen.open(f"?nomap&time={opened}")
    expect(screen.page.locator(".banner.note", has_text="Nothing was recorded")).to_be_visible()
    assert screen.measure("tracks") == 0


def test_the_clock_of_the_bar_is_that_of_what_is_shown_in_lithuanian_too(screen: Screen) -> None:
    screen.open("?nomap&lang=lt")
    expect(screen.page.locator(".clock")).to_have_text(at(60))  # the node says its time once a second
    screen.page.keyboard.press(" ")
    screen.page.keyboard.press(",")
    expect(screen.page.locator(".clock")).to_have_text(at(59))
    expect(screen.page.locator(".banner.playback")).to_contain_text("PAKARTOJIMAS")
    screen.page.get_by_label("Greitis").select_option("0,5×")
    screen.page.keyboard.press(" ")
    expect(screen.page.locator(".banner.playback")).to_contain_text("0,5× greičiu")


def test_exercise_stays_framed_as_exercise_in_a_replay(screen: Screen, node: ScriptedNode, clock: Clock) -> None:
    live(node, clock, 61, make_configuration(exercise=True))
    live(node, clock, 64)
    screen.open()
    expect(screen.page.locator(".banner.exercise")).to_be_visible()
    screen.page.keyboard.press(" ")
    expect(screen.page.locator(".banner.playback")).to_be_visible()
    expect(screen.page.locator(".banner.exercise")).to_be_visible()
    screen.wait_for(lambda: min(screen.count_pixels(EXERCISE, REPLAY, tolerance=12)) > 500)
    for _ in range(5):
        screen.page.keyboard.press(",")
    expect(screen.page.locator(".banner.exercise")).to_have_count(0)  # a minute ago it was none


def test_nothing_of_now_is_done_or_said_of_what_was(screen: Screen, node: ScriptedNode, clock: Clock) -> None:
    page = screen.open(f"?nomap&track={DRONE}&list=zones").page
    panel = page.get_by_role("region", name="Zones")
    panel.get_by_role("button", name="Draw a zone").click()
    panel.get_by_label("Name").fill("Pratybos")
    page.keyboard.press("Escape")
    page.keyboard.press(" ")
    expect(page.locator(".banner.playback")).to_be_visible()
    expect(panel.get_by_label("Name")).to_have_count(0)
    page.keyboard.press("r")
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("End")
    expect(panel.get_by_label("Name")).to_have_value("Pratybos")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog", name="Draft of a report")).to_be_visible()
    screen.complaints.clear()  # there is no history to draft it from


def test_who_goes_back_to_live_while_the_link_is_lost_is_live_when_it_returns(
    screens: Screens, node: ScriptedNode
) -> None:
    with relay(node.url) as line, screens.lend(replace(node, url=line.url)) as screen:
        screen.open()
        screen.page.keyboard.press(" ")
        banner = screen.page.locator(".banner.playback")
        expect(banner).to_contain_text("Paused.")
        line.go_dead()
        expect(screen.page.locator(".banner.lost")).to_be_visible()
        screen.page.keyboard.press("End")
        expect(screen.page.locator(".banner.lost")).to_have_count(0, timeout=40_000)
        expect(banner).to_have_count(0)


def test_a_longer_strip_that_is_answered_late_is_not_drawn_over_a_shorter_one(
    screen: Screen, node: ScriptedNode
) -> None:
    page = screen.open().page
    strip = page.get_by_role("slider", name="Instant shown")
    expect(strip).not_to_have_attribute("aria-disabled", "true")
    held: list[Route] = []
    screen.intercept("**/api/timeline?*", lambda route: held.append(route))
    length = page.get_by_label("Length of the strip")
    length.select_option("24 h")
    screen.wait_for(lambda: len(held) == 1)
    length.select_option("15 min")
    screen.wait_for(lambda: len(held) == 2)
    empty = '{"first_ms": null, "last_ms": null, "gaps": [], "marks": []}'
    with page.expect_response(held[1].request.url):
        held[1].continue_()
    page.wait_for_timeout(300)
    with page.expect_response(held[0].request.url):
        held[0].fulfill(body=empty, content_type="application/json")
    page.wait_for_timeout(700)
    expect(strip).not_to_have_attribute("aria-disabled", "true")
    page.unroute_all()


def test_a_permission_is_offered_from_when_its_form_is_opened_not_from_when_the_page_was(
    screen: Screen, node: ScriptedNode, clock: Clock
) -> None:
    page = screen.open("?nomap&list=permissions").page
    expect(page.locator(".clock")).to_have_text(at(60))
    live(node, clock, 600)
    expect(page.locator(".clock")).to_have_text(at(600))
    panel = page.get_by_label("Permissions", exact=True)
    panel.get_by_text("Add or import").click()
    expect(panel.get_by_label("From (UTC)")).to_have_value("2026-09-21 14:23")
    expect(panel.get_by_label("Until (UTC)")).to_have_value("2026-09-21 16:23")
    panel.get_by_label("From (UTC)").fill("2026-09-21 20:00")
    panel.get_by_text("Add or import").click()
    panel.get_by_text("Add or import").click()
    expect(panel.get_by_label("From (UTC)")).to_have_value("2026-09-21 20:00")


def test_the_shift_is_of_now_while_the_picture_is_of_before(screen: Screen, node: ScriptedNode, clock: Clock) -> None:
    live(node, clock, 60, make_alert("a", DRONE))
    page = screen.open("?nomap&list=shift").page
    waiting = page.locator(".shift dd").first
    expect(waiting).to_contain_text(re.compile(r"for [1-9]:\d\d"))
    page.keyboard.press(" ")
    for _ in range(5):
        page.keyboard.press(",")
    expect(page.locator(".clock")).to_have_text(at(55))
    expect(waiting).to_contain_text(re.compile(r"for [1-9]:\d\d"))
