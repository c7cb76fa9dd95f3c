"""The way in and the way out."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Screen
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_alert

pytestmark = pytest.mark.browser


def log_in(screen: Screen, password: str) -> None:
    screen.page.get_by_label("Account").fill("jonas")
    screen.page.get_by_label("Password").fill(password)
    screen.page.get_by_role("button", name="Log in").click()


def log_out(screen: Screen) -> None:
    screen.page.wait_for_load_state("networkidle")  # what is asked while the session ends is refused, and told of
    screen.page.get_by_role("button", name="Log out").click()
    expect(screen.page.get_by_label("Account")).to_be_visible()


def test_name_and_password_lead_to_the_picture_and_out_again(screen: Screen, node: ScriptedNode) -> None:
    screen.page.goto(f"{node.url}/?nomap")
    log_in(screen, "not the password")
    expect(screen.page.get_by_role("alert")).to_have_text("Unknown name, wrong password or code.")
    screen.forgive("401")
    log_in(screen, PASSWORD)
    expect(screen.page.get_by_role("button", name="Log out")).to_be_visible()
    screen.wait_for(lambda: screen.measure("tracks") == 40)
    log_out(screen)


def test_who_logs_out_while_the_node_is_away_stays_logged_out(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_alert("a", 1001)], NOW_NS)
    screen.open()
    expect(screen.page).to_have_title("(1) Sargas")
    token = next(c["value"] for c in screen.page.context.cookies() if c["name"] == "sargas_session")
    tries = list[str]()

    def cut_once(route: Route) -> None:
        tries.append(route.request.method)
        if tries.count("DELETE") == 1 and tries[-1] == "DELETE":
            route.abort()
        else:
            route.continue_()

    screen.intercept("**/api/session", cut_once)
    log_out(screen)
    assert tries.count("DELETE") == 2
    assert node.accounts.session(token) is None
    screen.forgive("ERR_FAILED")


def test_an_account_with_a_second_factor_is_asked_for_its_code(screen: Screen, node: ScriptedNode) -> None:
    secret = node.accounts.enrol_second_factor("jonas")
    try:
        screen.page.goto(f"{node.url}/?nomap")
        log_in(screen, PASSWORD)
        code = screen.page.get_by_label("Code of the authenticator app")
        expect(code).to_be_focused()
        screen.forgive("428")
        code.fill("000000")
        screen.page.get_by_role("button", name="Log in").click()
        expect(screen.page.get_by_role("alert")).to_have_text("Unknown name, wrong password or code.")
        screen.forgive("401")
        code.fill(pyotp.TOTP(secret).at(NOW_NS // 1_000_000_000))
        screen.page.get_by_role("button", name="Log in").click()
        log_out(screen)
    finally:
        node.accounts.remove_second_factor("jonas")


def test_a_one_time_link_works_once(screen: Screen, node: ScriptedNode) -> None:
    link = node.one_time_link()
    screen.page.goto(link)
    expect(screen.page.get_by_role("button", name="Log out")).to_be_visible()
    screen.wait_for(lambda: screen.measure("tracks") == 40)
    screen.page.goto("about:blank")  # a page that is open goes on asking
    screen.page.context.clear_cookies()
    screen.page.goto(link)
    expect(screen.page.get_by_role("alert")).to_contain_text("This one-time link was used")


def test_when_the_session_ends_the_picture_closes(
    screen: Screen, node: ScriptedNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sargas.console.stream.SESSION_CHECK_INTERVAL_S", 0.1)
    monkeypatch.setattr(node.accounts, "_session_ns", 9 * 60 * 10**9)
    screen.open()
    expect(screen.page.locator(".banners")).to_contain_text("Your session ends in ")
    token = next(c["value"] for c in screen.page.context.cookies() if c["name"] == "sargas_session")
    screen.page.wait_for_load_state("networkidle")  # what is asked while the session ends is refused, and told of
    node.accounts.close_session(token)
    expect(screen.page.get_by_label("Account")).to_be_visible()
    expect(screen.page.get_by_role("alert")).to_have_text("Your session has ended. Log in again.")
    expect(screen.page).to_have_title("Sargas")
    screen.complaints[:] = [one for one in screen.complaints if "401" not in one]  # of what was asked in between
