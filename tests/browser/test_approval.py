"""A warning is approved by persons: two where the policy says so, each with a proof that is not old."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, expect

from sargas.console.sessions import COOKIE
from tests.browser.conftest import Screen, watch
from tests.clock import Clock
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_two_person_node, mixed_sky, serve

pytestmark = pytest.mark.browser
S = 1_000_000_000


@pytest.fixture
def guarded(tmp_path: Path, clock: Clock) -> Iterator[ScriptedNode]:
    """A node whose red warnings two persons approve, with one that waits."""
    made = make_two_person_node(tmp_path, clock, first_approval_s=600.0)
    made.picture.apply([mixed_sky(NOW_NS, 0.0, 5)], NOW_NS)
    with serve(made):
        yield made
    made.store.close()


def open_as(browser: Browser, node: ScriptedNode, name: str) -> Screen:
    """Open the picture in a browser of its own, logged in as somebody."""
    account = node.accounts.verify(name, PASSWORD, "test")
    assert account is not None
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.add_cookies([{"name": COOKIE, "value": node.accounts.open_session(account), "url": node.url}])
    screen = watch(context, node)
    screen.page.goto(f"{node.url}/?nomap")
    expect(card(screen)).to_be_visible()
    return screen


def card(screen: Screen) -> Locator:
    return screen.page.get_by_label("Public warnings")


def press(screen: Screen, name: str) -> None:
    card(screen).get_by_role("button", name=name, exact=True).click()


def finish(*screens: Screen) -> None:
    for screen in screens:
        errors = screen.measure("errors")
        screen.page.context.close()
        assert (screen.complaints, errors) == ([], [])


def test_two_persons_approve_and_the_card_says_who_and_until_when(browser: Browser, guarded: ScriptedNode) -> None:
    first, second = open_as(browser, guarded, "jonas"), open_as(browser, guarded, "rasa")
    expect(card(first)).to_contain_text("Two persons must approve.")
    expect(card(first)).to_contain_text("Always possible: refuse; do not engage, warn and track.")
    press(first, "Approve")
    assert guarded.decisions == [], "nothing before the question is answered"
    press(first, "Yes")
    for screen in (first, second):
        expect(card(screen)).to_contain_text("First approval: jonas")
        expect(card(screen)).to_contain_text("A second person must approve by")
    expect(card(first)).to_contain_text("You have approved; a second person must too.")
    assert card(first).get_by_role("button", name="Approve").count() == 0
    assert guarded.picture.snapshot().warnings[0].state == "drafted"
    press(second, "Approve as second person")
    press(second, "Yes")
    for screen in (first, second):
        expect(card(screen)).to_contain_text("Approved: jonas, rasa")
    assert [decision.actor for decision in guarded.decisions] == ["jonas", "rasa"]
    finish(first, second)


def test_the_card_speaks_lithuanian(browser: Browser, guarded: ScriptedNode) -> None:
    screen = open_as(browser, guarded, "jonas")
    screen.page.get_by_role("button", name="LT").click()
    shown = screen.page.get_by_label("Perspėjimai gyventojams")
    expect(shown).to_contain_text("Turi patvirtinti du asmenys.")
    shown.get_by_role("button", name="Patvirtinti", exact=True).click()
    shown.get_by_role("button", name="Taip").click()
    expect(shown).to_contain_text("Pirmas patvirtino: jonas")
    expect(shown).to_contain_text("Visada galima: atmesti; neatakuoti, perspėti ir sekti.")
    finish(screen)


def test_an_old_password_is_asked_for_again_in_the_card(browser: Browser, guarded: ScriptedNode, clock: Clock) -> None:
    screen = open_as(browser, guarded, "jonas")
    clock.ns += 301 * S
    press(screen, "Approve")
    press(screen, "Yes")
    password = card(screen).get_by_label("Password")
    expect(password).to_be_focused()
    screen.complaints.clear()  # the browser itself reports the refused request
    password.fill("guess guess guess")
    press(screen, "Confirm")
    expect(card(screen)).to_contain_text("Wrong password or code, or a code used before.")
    assert guarded.decisions == []
    screen.complaints.clear()
    password.fill(PASSWORD)
    press(screen, "Confirm")
    expect(card(screen)).to_contain_text("First approval: jonas")
    expect(card(screen).get_by_label("Password")).to_have_count(0)
    finish(screen)


def test_the_code_of_the_authenticator_is_enough(browser: Browser, guarded: ScriptedNode, clock: Clock) -> None:
    screen = open_as(browser, guarded, "jonas")
    secret = guarded.accounts.enrol_second_factor("jonas")
    try:
        account = guarded.accounts.verify("jonas", PASSWORD, "test", pyotp.TOTP(secret).at(clock.ns // S))
        assert account is not None
        token = guarded.accounts.open_session(account)
        screen.page.context.add_cookies([{"name": COOKIE, "value": token, "url": guarded.url}])
        clock.ns += 400 * S
        screen.page.reload()
        press(screen, "Refuse")
        press(screen, "Yes")
        expect(card(screen).get_by_label("Password")).to_be_visible()
        screen.complaints.clear()
        card(screen).get_by_label("Code (if you have one)").fill(pyotp.TOTP(secret).at(clock.ns // S))
        press(screen, "Confirm")
        expect(card(screen)).to_contain_text("Refused: jonas")
        assert [decision.action for decision in guarded.decisions] == ["refuse"]
    finally:
        guarded.accounts.remove_second_factor("jonas")
    screen.complaints.clear()  # the session has ended with the factor
    screen.page.context.close()
