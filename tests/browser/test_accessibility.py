"""axe-core finds nothing on any screen, in both languages and all three themes (WCAG 2.0 to 2.2, A and AA)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from sargas.runtime.history import HistoryWriter
from sargas.runtime.history.search import TrackSearch
from tests.browser.conftest import DESK, Screen, Screens
from tests.browser.test_drift import advice, forecast
from tests.browser.test_navigation import field
from tests.browser.test_network import share
from tests.browser.test_triage import node as node  # a node that kept what its tracks did
from tests.console.node import (
    NOW_NS,
    PASSWORD,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_health,
    make_lost,
    make_node,
    make_registration,
    make_tracks,
    serve,
)
from tests.console.test_administration import PARTS, RULES
from tests.runtime.store_cases import (
    make_claim,
    make_launch,
    make_permission,
    make_sighting,
    make_unit,
    make_warning,
    make_wind,
)

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
THEMES = ("night", "day", "red-light")
LANGUAGES = ("EN", "LT")
ALL_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RULES_OF_A_THEME = ("color-contrast", "link-in-text-block", "target-size")
"""What another theme can change: it has other colours, and boxes to check, for the same elements (see themes.css)."""
RULES_OF_A_PAGE = (
    *("bypass", "duplicate-id-aria", "heading-order", "landmark-banner-is-top-level", "landmark-main-is-top-level"),
    *("landmark-complementary-is-top-level", "landmark-contentinfo-is-top-level", "landmark-no-duplicate-banner"),
    *("landmark-no-duplicate-contentinfo", "landmark-no-duplicate-main", "landmark-one-main", "landmark-unique"),
    *("page-has-heading-one", "region"),
)
"""What hangs on more than the list in sight."""
UNFOLD = "() => document.querySelectorAll('details').forEach((one) => (one.open = true))"
DRESS = "theme => { document.documentElement.dataset.theme = theme; }"
RUN = """async ([part, rules]) => {
  const {violations, passes} = await axe.run(part.length ? {include: part.map((one) => [one])} : document, {
    resultTypes: ["violations"],
    runOnly: rules,
  });
  return {
    passes: passes.length,
    violations: violations.flatMap(({id, nodes}) => nodes.map((node) =>
      `${id}: ${node.target.join(" ")} ${node.any.map((one) => one.message).join("; ")}`)),
  };
}"""


def faults(page: Page, where: str, *part: str, rules: Sequence[str] = ()) -> list[str]:
    """Run axe on the page as it stands, or on parts of it; a run that checks next to nothing is a fault too.

    Axe looks at every element it is shown. What stands beside the part that a step changes was looked at in the step
    before, in the same theme and language: looking at it again says the same and takes nine tenths of the time. Of a
    further theme only what it changes is looked at.
    """
    is_first = page.evaluate("document.documentElement.dataset.theme") not in THEMES[1:]
    looked_for = rules or (ALL_RULES if is_first else RULES_OF_A_THEME)
    found: dict[str, Any] = page.evaluate(RUN, [list(part), looked_for])
    least = (5 if part or rules else 12) if is_first else 1
    few = [f"only {found['passes']} rules applied"] if found["passes"] < least else []
    return [f"{where}: {fault}" for fault in few + found["violations"]]


def faults_in_all_themes(page: Page, where: str, *part: str) -> list[str]:
    """Run axe in the first theme, then in the others, put on by the attribute that all their rules hang on.

    The key that changes the theme does the same, and draws the map anew for each step.
    """
    found = []
    for theme in THEMES:
        page.evaluate(DRESS, theme)
        found += faults(page, f"{theme} {where}", *part)
    page.evaluate(DRESS, THEMES[0])
    return found


def panel_of(page: Page) -> str:
    """Return the id of the list that is in sight."""
    return str(page.locator(".lists [role=tab][aria-selected=true]").get_attribute("aria-controls"))


@pytest.fixture(scope="module")
def screens(browser: Browser) -> Iterator[Screens]:
    """Screens whose pages take a script from the test."""
    made = Screens(browser, DESK | {"bypass_csp": True})
    yield made
    made.close()


def fill(node: ScriptedNode) -> None:
    """Put something of every kind on the screen: alerts in every state, all lists, a track that much is said of."""
    share(node)
    later = {"valid_until_ns": NOW_NS + 10**13}
    node.picture.apply(
        [
            make_alert("a", 1001, danger=0.7),
            make_alert("b", 1002, "advisory", state="acknowledged", acknowledged_by="ona"),
            make_alert("c", 1003, "critical", state="escalated", escalated_to="shift lead", escalated_ns=NOW_NS),
            make_alert("d", 1004, "critical", state="ended", ended_ns=NOW_NS),
            make_alert("e", 1005, "advisory", state="held_back", was_shown=False, danger=0.01),
            make_alert(
                "f", 1006, "advisory", state="shelved", shelved_by="jonas", shelved_reason="survey",
                shelved_until_ns=NOW_NS + 10**12,
            ),
            make_health("radar-east", "degraded", reason="clock 1.4 s behind"),
            make_health("radar-west", "quarantined", reason="edition 1.10 expected"),
            make_registration("radar-west", "walked_off", reason="azimuth off"),
            make_registration("radar-east", "uncertain"),
            make_lost(1007),
            make_warning(NOW_NS),
            make_warning(NOW_NS, id="w9", warning_id="other", state="approved", decided_by="jonas", decided_ns=NOW_NS),
            make_permission(1, 5, **later),
            make_sighting(1, NOW_NS, latitude_deg=54.9, longitude_deg=25.0),
            make_unit(NOW_NS),
            make_unit(NOW_NS, unit_id="qra", name="Zokniai", role="quick_reaction", state="busy"),
            make_wind(NOW_NS),
            make_launch(NOW_NS),
            make_claim(1001, NOW_NS, claim_id="m", about="class", value="one_way_drone", source="sargas"),
            make_claim(1001, NOW_NS, claim_id="n", about="danger", value="armed_possible", source="sargas"),
            advice(),
            forecast(),
            *field(),
        ],
        NOW_NS,
    )  # fmt: skip


def test_no_list_has_a_fault_in_any_language_and_theme(screen: Screen, node: ScriptedNode) -> None:
    fill(node)
    page = screen.open("?nomap&track=1001").page
    page.add_script_tag(path=AXE)
    tabs, found = page.get_by_role("tab"), []
    for language in LANGUAGES:
        page.get_by_role("button", name=language, exact=True).click()
        for at in range(tabs.count()):
            name = show_list(page, at)
            found += faults_in_all_themes(page, f"{language} {name}", f"#{panel_of(page)}", ".tabs")
            if language == LANGUAGES[0]:
                found += faults(page, f"{name}, whole page", rules=RULES_OF_A_PAGE)
    for theme in THEMES:
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        for language in LANGUAGES:
            page.get_by_role("button", name=language, exact=True).click()
            found += faults(page, f"{theme} {language} {show_list(page, 0)}, whole page")
        page.keyboard.press("b")
    assert not found, "\n".join(found)


def show_list(page: Page, at: int) -> str:
    """Show a list with all that can be unfolded, and return its name."""
    tab = page.get_by_role("tab").nth(at)
    tab.click()
    page.evaluate(UNFOLD)
    return tab.inner_text().strip()


def test_no_page_over_the_picture_has_a_fault(screens: Screens, tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path / "history")
    writer.append(make_tracks([1, 2], time_ns=NOW_NS - 10**12))
    writer.append(make_tracks([1, 2], time_ns=NOW_NS - 10**11))
    writer.flush(60)
    search = TrackSearch(tmp_path / "history")
    node = make_node(tmp_path, audit=True, parts=lambda: PARTS, release_rules=lambda: RULES, search=search)
    node.store.write([make_alert("a", 1, danger=0.5, time_ns=NOW_NS - 10**11)])
    node.accounts.create("rita", PASSWORD, "administrator")
    node.accounts.tokens.issue("rita", ["read"], 30)
    paused = make_health("radar-west", "paused", reason="paused by rita: it is jammed")
    node.picture.apply(
        [make_configuration(), make_health("radar-east"), paused, make_registration("radar-east")], NOW_NS
    )
    found: list[str] = []
    with serve(node), screens.lend(node) as screen:
        page = screen.open("?nomap&view=admin", name="rita").page
        page.add_script_tag(path=AXE)
        for language in LANGUAGES:
            page.get_by_role("button", name=language, exact=True).click()
            tabs = page.locator("main.page").get_by_role("tab")
            for at in range(tabs.count()):
                tabs.nth(at).click()
                if at == 1:
                    page.locator("main.page tbody button").first.click()
                page.evaluate(UNFOLD)
                name = f"{language} {tabs.nth(at).inner_text().strip()}"
                found += faults_in_all_themes(page, name, *(("main.page",) if at else ()))
                if at and language == LANGUAGES[0]:
                    found += faults(page, f"{name}, whole page", rules=RULES_OF_A_PAGE)
            page.keyboard.press("4")
            page.locator(".results tbody button").first.click()
            expect(page.locator(".plot")).to_have_count(4)
            found += faults_in_all_themes(page, f"{language} history")
            page.keyboard.press("5")
    search.close()
    writer.close()
    node.store.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "words"), [("lv", "Trauksmes"), ("pl", "Alarmy")])
def test_a_prepared_language_has_no_fault_and_fits(
    screen: Screen, node: ScriptedNode, language: str, words: str
) -> None:
    fill(node)
    page = screen.open(f"?nomap&track=1001&lang={language}").page
    page.add_script_tag(path=AXE)
    expect(page.get_by_role("heading", name=words, exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == language
    found = faults(page, language)
    bar = page.locator("header.bar").bounding_box()
    assert bar is not None
    assert not found, "\n".join(found)
    assert bar["height"] < 60, "the bar is one line"


def test_no_layout_of_a_role_has_a_fault(screen: Screen, node: ScriptedNode) -> None:
    fill(node)
    page = screen.open("?nomap&view=airport").page
    page.add_script_tag(path=AXE)
    found: list[str] = []
    for language in LANGUAGES:
        page.get_by_role("button", name=language, exact=True).click()
        for key, board in (("2", "airports"), ("3", "warned")):
            page.keyboard.press(key)
            expect(page.locator(f"section.{board}")).to_be_visible()
            found += faults_in_all_themes(page, f"{language} view {key}")
    assert not found, "\n".join(found)


def test_no_sheet_tool_or_form_has_a_fault(screen: Screen, node: ScriptedNode) -> None:
    page = screen.page
    found: list[str] = []
    for language in LANGUAGES:
        page.goto(f"{node.url}/?theme={THEMES[0]}&lang={language.lower()}")
        expect(page.locator(".login form")).to_be_visible()
        page.add_script_tag(path=AXE)
        found += faults_in_all_themes(page, f"{language} log in")
    screen.open(f"?nomap&track=1001&theme={THEMES[0]}&lang=en")
    page.add_script_tag(path=AXE)
    for language in LANGUAGES:
        page.get_by_role("button", name=language, exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", language.lower())
        found += faults_of_sheets(page, language)
    assert not found, "\n".join(found)


def faults_of_sheets(page: Page, language: str) -> list[str]:
    """Open one thing after the other over the picture and run axe on it, once on the whole page too; close all."""
    found: list[str] = []

    def look(name: str, part: str) -> None:
        found.extend(faults_in_all_themes(page, f"{language} {name}", part))
        if language == LANGUAGES[0]:
            found.extend(faults(page, f"{name}, whole page"))

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    look("keys", "[role=dialog]")
    page.keyboard.press("?")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog").locator("textarea")).not_to_have_value("")
    look("report", "[role=dialog]")
    page.get_by_role("dialog").get_by_role("button").first.click()
    page.keyboard.press("m")
    for _ in range(3):
        page.locator(".measure .deeds button").nth(1).click()
    look("measure", ".measure")
    page.keyboard.press("Escape")
    page.locator("#tab-zones").click()
    page.locator(".zones .deeds button").first.click()
    expect(page.locator(".zones form")).to_be_visible()
    look("zone", ".zones")
    page.keyboard.press("F2")
    page.keyboard.type("54 25")
    expect(page.locator("#search-hits li")).to_have_count(1)
    look("search", ".search")
    page.locator(".search .asked button").click()
    page.locator(".zones form button[type=button]").last.click()
    expect(page.locator(".zones form")).to_have_count(0)
    page.locator("#tab-sources").click()
    return found
