"""A warning is approved by persons: two where the policy says so, each with a proof that is not old."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Locator, expect

from sargas.console.sessions import COOKIE
from sargas.model.warning_records import WarningArea
from tests.browser.conftest import Screen, Screens
from tests.clock import Clock
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_two_person_node, mixed_sky, serve

pytestmark = pytest.mark.browser
S = 1_000_000_000
RED = (240, 70, 60)


@pytest.fixture
def node(tmp_path: Path, clock: Clock) -> Iterator[ScriptedNode]:
    """A node whose red warnings two persons approve, with one that waits."""
    made = make_two_person_node(tmp_path, clock, first_approval_s=600.0)
    made.picture.apply([mixed_sky(NOW_NS, 0.0, 5)], NOW_NS)
    with serve(made):
        yield made
    made.store.close()


def open_as(screen: Screen, name: str) -> Screen:
    """Open the picture logged in as somebody."""
    account = screen.node.accounts.verify(name, PASSWORD, "test")
    assert account is not None
    token = screen.node.accounts.open_session(account)
    screen.page.context.add_cookies([{"name": COOKIE, "value": token, "url": screen.node.url}])
    screen.page.goto(f"{screen.node.url}/?nomap")
    expect(card(screen)).to_be_visible()
    return screen


def card(screen: Screen) -> Locator:
    return screen.page.get_by_label("Public warnings")


def press(screen: Screen, name: str) -> None:
    card(screen).get_by_role("button", name=name, exact=True).click()


def test_two_persons_approve_and_the_card_says_who_and_until_when(
    screens: Screens, screen: Screen, node: ScriptedNode
) -> None:
    with screens.lend(node) as other:
        first, second = open_as(screen, "jonas"), open_as(other, "rasa")
        expect(card(first)).to_contain_text("Two persons must approve.")
        expect(card(first)).to_contain_text("Always possible: refuse; do not engage, warn and track.")
        press(first, "Approve")
        assert node.decisions == [], "nothing before the question is answered"
        press(first, "Yes")
        for shown in (first, second):
            expect(card(shown)).to_contain_text("First approval: jonas")
            expect(card(shown)).to_contain_text("A second person must approve by")
        expect(card(first)).to_contain_text("You have approved; a second person must too.")
        assert card(first).get_by_role("button", name="Approve").count() == 0
        assert node.picture.snapshot().warnings[0].state == "drafted"
        press(second, "Approve as second person")
        press(second, "Yes")
        for shown in (first, second):
            expect(card(shown)).to_contain_text("Approved: jonas, rasa")
        assert [decision.actor for decision in node.decisions] == ["jonas", "rasa"]


def test_the_card_speaks_lithuanian(screen: Screen, node: ScriptedNode) -> None:
    open_as(screen, "jonas")
    screen.page.get_by_role("button", name="LT").click()
    shown = screen.page.get_by_label("Perspėjimai gyventojams")
    expect(shown).to_contain_text("Turi patvirtinti du asmenys.")
    shown.get_by_role("button", name="Patvirtinti", exact=True).click()
    shown.get_by_role("button", name="Taip").click()
    expect(shown).to_contain_text("Pirmas patvirtino: jonas")
    expect(shown).to_contain_text("Visada galima: atmesti; neatakuoti, perspėti ir sekti.")


def test_the_map_shows_whom_a_warning_is_for_until_it_is_refused(screen: Screen, node: ScriptedNode) -> None:
    large = WarningArea(area_id="w", name="West", polygon=((20.0, 55.4), (22.0, 55.4), (22.0, 56.6), (20.0, 56.6)))
    (draft,) = node.picture.snapshot().warnings
    node.picture.apply([draft.model_copy(update={"areas": (large,)})], NOW_NS)
    open_as(screen, "jonas")
    screen.wait_for(lambda: screen.count_pixels(RED, tolerance=40)[0] > 100)
    drawn = screen.count_pixels(RED, tolerance=40)[0]
    press(screen, "Refuse")
    press(screen, "Yes")
    expect(card(screen)).not_to_contain_text("Approve")
    screen.wait_for(lambda: screen.count_pixels(RED, tolerance=40)[0] < 20)
    assert drawn > 5 * screen.count_pixels(RED, tolerance=40)[0]
    assert [(one.action, one.subject) for one in node.decisions] == [("refuse", draft.message_id)]


def test_an_old_password_is_asked_for_again_in_the_card(screen: Screen, node: ScriptedNode, clock: Clock) -> None:
    open_as(screen, "jonas")
    clock.ns += 301 * S
    press(screen, "Approve")
    press(screen, "Yes")
    password = card(screen).get_by_label("Password")
    expect(password).to_be_focused()
    screen.complaints.clear()  # the browser itself reports the refused request
    password.fill("guess guess guess")
    press(screen, "Confirm")
    expect(card(screen)).to_contain_text("Wrong password or code, or a code used before.")
    assert node.decisions == []
    screen.complaints.clear()
    password.fill(PASSWORD)
    press(screen, "Confirm")
    expect(card(screen)).to_contain_text("First approval: jonas")
    expect(card(screen).get_by_label("Password")).to_have_count(0)


def test_the_code_of_the_authenticator_is_enough(screen: Screen, node: ScriptedNode, clock: Clock) -> None:
    open_as(screen, "jonas")
    secret = node.accounts.enrol_second_factor("jonas")
    try:
        account = node.accounts.verify("jonas", PASSWORD, "test", pyotp.TOTP(secret).at(clock.ns // S))
        assert account is not None
        token = node.accounts.open_session(account)
        screen.page.context.add_cookies([{"name": COOKIE, "value": token, "url": node.url}])
        clock.ns += 400 * S
        screen.page.reload()
        press(screen, "Refuse")
        press(screen, "Yes")
        expect(card(screen).get_by_label("Password")).to_be_visible()
        screen.complaints.clear()
        card(screen).get_by_label("Code (if you have one)").fill(pyotp.TOTP(secret).at(clock.ns // S))
        press(screen, "Confirm")
        expect(card(screen)).to_contain_text("Refused: jonas")
        assert [decision.action for decision in node.decisions] == ["refuse"]
    finally:
        node.accounts.remove_second_factor("jonas")
    screen.complaints.clear()  # the session has ended with the factor
