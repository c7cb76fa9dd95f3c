"""The phone page: a report in few taps, kept without a network, sent once, with the time it was seen."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Geolocation, Locator, Route, ViewportSize, expect

from sargas.console.sessions import COOKIE
from sargas.model.records import HumanReport
from tests.browser.conftest import Screen, Screens, watch
from tests.browser.test_accessibility import AXE, faults
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode

pytestmark = pytest.mark.browser
VIEWPORT = ViewportSize(width=390, height=844)
PLACE = Geolocation(latitude=54.6872, longitude=25.2797, accuracy=12.0)
S = 1_000_000_000


@pytest.fixture(scope="module")
def phones(browser: Browser) -> Iterator[Screens]:
    """Phones that may tell their place."""
    kind = {"viewport": VIEWPORT, "has_touch": True, "is_mobile": True, "locale": "en-GB", "geolocation": PLACE}
    with closing(Screens(browser, kind)) as made:
        yield made


@pytest.fixture
def phone(phones: Screens, node: ScriptedNode) -> Iterator[Screen]:
    """A phone that may tell its place; what the page complained of fails the test."""
    with phones.lend(node) as lent:
        lent.page.context.grant_permissions(["geolocation"])
        yield lent


def log_in(phone: Screen, name: str = "jonas") -> None:
    account = phone.node.accounts.verify(name, PASSWORD, "phone")
    assert account is not None
    token = phone.node.accounts.open_session(account)
    phone.page.context.add_cookies([{"name": COOKIE, "value": token, "url": phone.node.url, "sameSite": "Strict"}])


def open_page(phone: Screen) -> None:
    """Open the page and wait until it is kept on the phone."""
    phone.page.goto(f"{phone.node.url}/report")
    phone.wait_for(lambda: bool(phone.measure("ready")))
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")


def button(phone: Screen, name: str) -> Locator:
    return phone.page.get_by_role("button", name=name, exact=True)


def tap(phone: Screen, *names: str, pace_s: float = 0.0) -> int:
    """Tap one button after the other, as fast as a person does; return how many taps it took."""
    for name in names:
        phone.page.wait_for_timeout(1000 * pace_s)
        button(phone, name).tap()
    return len(names)


def enter_report(phone: Screen, what: str = "Drone") -> None:
    tap(phone, what, "NE north-east", "About a kilometre", "SW south-west")
    expect(phone.page.get_by_text("54.68720, 25.27970, within 12 m")).to_be_visible()
    tap(phone, "Send")
    expect(phone.page.get_by_role("heading", name="What is it?")).to_be_focused()


def fill_login(phone: Screen) -> None:
    phone.page.get_by_label("Account", exact=True).fill("jonas")
    phone.page.get_by_label("Password").fill(PASSWORD)
    phone.page.locator("form").get_by_role("button", name="Log in").tap()


def reports(phone: Screen) -> list[HumanReport]:
    return [one for one in phone.node.entered if isinstance(one, HumanReport)]


def test_a_report_takes_five_taps_and_less_than_twenty_seconds(phone: Screen) -> None:
    log_in(phone)
    began = time.monotonic()
    open_page(phone)
    taps = tap(phone, "Drone", "NE north-east", "About a kilometre", "SW south-west", "Send", pace_s=1.0)
    phone.wait_for(lambda: len(reports(phone)) == 1)
    took_s = time.monotonic() - began
    print(f"{taps} taps, {took_s:.1f} s at one tap a second")
    assert (taps, took_s <= 20.0) == (5, True)
    [report] = reports(phone)
    assert (report.seen, report.bearing_deg, report.distance, report.heading_deg) == (
        "drone", 45.0, "about_a_kilometre", 225.0,
    )  # fmt: skip
    assert (report.sense, report.confidence, report.channel, report.entered_by) == ("seen", 0.7, "app", "jonas")
    assert (report.latitude_deg, report.longitude_deg) == (PLACE["latitude"], PLACE["longitude"])
    assert report.place_sigma_m == pytest.approx(12.0 / 2.45)
    assert report.observed_ns is not None
    assert 3.0 < (NOW_NS - report.observed_ns) / S < 10.0, "seen when the first button was tapped, not when it was sent"
    expect(button(phone, "Nothing waits")).to_be_visible()
    expect(phone.page.locator("main").get_by_role("status")).to_have_text(
        "Drone · NE · about a kilometre · towards SW: sent"
    )


FULL = """Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };"""


def test_a_browser_that_keeps_no_choices_sends_all_the_same(phone: Screen) -> None:
    phone.is_spent = True  # its storage stays full
    phone.page.add_init_script(FULL)
    log_in(phone)
    open_page(phone)
    enter_report(phone)
    phone.wait_for(lambda: len(reports(phone)) == 1)
    expect(phone.page.get_by_text("Connected as jonas")).to_be_visible()
    tap(phone, "LT")
    expect(phone.page.locator("html")).to_have_attribute("lang", "lt")


def test_without_a_network_it_waits_and_arrives_once_with_the_time_it_was_seen(phone: Screen) -> None:
    log_in(phone)
    open_page(phone)
    expect(phone.page.get_by_text("Connected as jonas")).to_be_visible()
    phone.page.context.set_offline(True)
    enter_report(phone)
    expect(button(phone, "Waiting 1")).to_be_visible()
    expect(phone.page.get_by_text("No network: reports are kept and sent later")).to_be_visible()
    phone.page.reload()
    expect(button(phone, "Waiting 1")).to_be_visible()
    enter_report(phone, "Balloon")
    expect(button(phone, "Waiting 2")).to_be_visible()
    assert reports(phone) == []
    phone.page.wait_for_timeout(3000)
    phone.page.context.set_offline(False)
    expect(button(phone, "Nothing waits")).to_be_visible()
    phone.page.wait_for_timeout(6000)  # longer than it waits before it tries again
    assert [one.seen for one in reports(phone)] == ["drone", "balloon"]
    ages_s = [(NOW_NS - (one.observed_ns or 0)) / S for one in reports(phone)]
    assert ages_s[0] > ages_s[1] > 3.0
    assert any("ERR_INTERNET_DISCONNECTED" in one for one in phone.complaints)
    phone.complaints.clear()


def test_the_page_opens_without_a_network_and_asks_nothing_of_it(phone: Screen) -> None:
    open_page(phone)
    phone.page.context.set_offline(True)
    phone.page.goto(f"{phone.node.url}/report")
    expect(phone.page.get_by_role("heading", name="What is it?")).to_be_visible()
    assert phone.page.url.endswith("/report/")
    expect(phone.page.get_by_text("No network")).to_be_visible()
    phone.complaints.clear()


def test_half_an_hour_late_it_keeps_its_time_and_says_that_it_no_longer_counts(phone: Screen) -> None:
    log_in(phone)
    open_page(phone)
    phone.page.context.set_offline(True)
    enter_report(phone)
    expect(button(phone, "Waiting 1")).to_be_visible()
    later_ms = phone.page.evaluate("Date.now()") + 30 * 60_000
    phone.page.clock.set_system_time(later_ms / 1000)
    phone.is_spent = True  # its clock stays wrong
    tap(phone, "Waiting 1")
    expect(phone.page.get_by_text("seen more than 15 min ago: goes on record")).to_be_visible()
    phone.page.context.set_offline(False)
    expect(phone.page.get_by_text("sent, on record; too late to change the picture")).to_be_visible()
    [report] = reports(phone)
    assert report.observed_ns is not None
    assert (NOW_NS - report.observed_ns) / S == pytest.approx(1800.0, abs=30.0)
    phone.complaints.clear()


def test_send_is_in_sight_on_a_low_screen_and_no_word_is_broken(phone: Screen) -> None:
    phone.page.set_viewport_size({"width": 390, "height": 664})  # what a browser's own bars leave of it
    phone.page.goto(f"{phone.node.url}/report/?lang=lt")
    phone.wait_for(lambda: bool(phone.measure("ready")))
    lines = """() => [...document.querySelectorAll(".choices button")].map((one) => {
      const range = document.createRange();
      const isWord = (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim();
      range.selectNode([...one.childNodes].findLast(isWord));
      return range.getClientRects().length;
    })"""
    expect(button(phone, "Sraigtasparnis")).to_be_visible()
    assert phone.page.evaluate(lines) == [1] * 6
    tap(phone, "Dronas", "ŠR šiaurės rytai", "Apie kilometrą", "PV pietvakariai")
    send = button(phone, "Siųsti")
    expect(send).to_be_in_viewport(ratio=1)
    box = send.bounding_box()
    assert box is not None
    at_edge = [box["x"] + box["width"] / 2, box["y"] + box["height"] - 4]
    hit = "([x, y]) => document.elementFromPoint(x, y)?.closest('button')?.textContent.trim()"
    assert phone.page.evaluate(hit, at_edge) == "Siųsti", "nothing lies over it"


def test_an_answer_that_is_lost_makes_no_second_report(phone: Screen) -> None:
    log_in(phone)
    open_page(phone)
    lost: list[int] = []

    def lose_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    phone.intercept("**/api/reports", lose_first_answer)
    enter_report(phone)
    phone.wait_for(lambda: lost == [202])
    assert len(reports(phone)) == 1
    expect(button(phone, "Waiting 1")).to_be_visible()
    expect(button(phone, "Nothing waits")).to_be_visible()
    assert (lost, len(reports(phone))) == ([202], 1)
    phone.complaints.clear()


def test_who_is_not_logged_in_reports_first_and_logs_in_then(phone: Screen) -> None:
    open_page(phone)
    enter_report(phone)
    expect(button(phone, "Waiting 1")).to_be_visible()
    tap(phone, "Log in")
    fill_login(phone)
    expect(button(phone, "Nothing waits")).to_be_visible()
    assert [one.entered_by for one in reports(phone)] == ["jonas"]


def test_what_is_refused_says_why_and_can_be_mended_or_dropped(phone: Screen) -> None:
    log_in(phone, "ona")
    open_page(phone)
    enter_report(phone)
    enter_report(phone, "Balloon")
    tap(phone, "Refused 2")
    expect(phone.page.get_by_text("refused: expected a role out of administrator, operator, was viewer")).to_have_count(
        2
    )
    phone.page.get_by_role("listitem").filter(has_text="Balloon").get_by_role("button", name="Drop").tap()
    tap(phone, "Really drop")
    expect(button(phone, "Refused 1")).to_be_visible()
    tap(phone, "Another account")
    fill_login(phone)
    expect(phone.page.get_by_text("Connected as jonas")).to_be_visible()
    tap(phone, "Refused 1", "Mend")
    phone.page.get_by_label("Ear", exact=True).check()
    tap(phone, "Send")
    expect(button(phone, "Nothing waits")).to_be_visible()
    assert [(one.seen, one.sense, one.entered_by) for one in reports(phone)] == [("drone", "heard", "jonas")]
    phone.complaints.clear()  # the browser itself reports the refused requests


def test_who_leaves_a_report_that_is_mended_begins_a_new_one(phone: Screen) -> None:
    log_in(phone)
    open_page(phone)
    enter_report(phone)
    tap(phone, "Nothing waits", "Mend", "Back")
    expect(phone.page.get_by_role("heading", name="On this phone")).to_be_visible()
    tap(phone, "Back")
    enter_report(phone, "Balloon")
    phone.wait_for(lambda: [one.seen for one in reports(phone)] == ["drone", "balloon"])
    assert len({one.report_id for one in reports(phone)}) == 2
    tap(phone, "Nothing waits")
    phone.page.get_by_role("listitem").filter(has_text="Balloon").get_by_role("button", name="Mend").tap()
    phone.page.locator("button.summary").tap()
    expect(phone.page.locator(".mended")).to_contain_text("Mend: Balloon")
    tap(phone, "New report")
    expect(phone.page.locator(".mended")).to_have_count(0)


def test_one_account_does_not_send_what_another_entered(phone: Screen) -> None:
    log_in(phone)
    open_page(phone)
    expect(phone.page.get_by_text("Connected as jonas")).to_be_visible()
    phone.page.context.set_offline(True)
    enter_report(phone)
    expect(button(phone, "Waiting 1")).to_be_visible()
    log_in(phone, "ona")
    phone.page.context.set_offline(False)
    expect(phone.page.get_by_text("Connected as ona")).to_be_visible()
    tap(phone, "Waiting 1")
    expect(phone.page.get_by_text("waits for jonas to log in")).to_be_visible()
    assert reports(phone) == []
    phone.complaints.clear()


def test_without_the_phones_place_it_is_typed_or_picked(phone: Screen) -> None:
    log_in(phone)
    phone.page.context.clear_permissions()
    open_page(phone)
    tap(phone, "Not known", "Not known", "Not known", "Stays, or not known", "Send")
    place = phone.page.get_by_label("Place, degrees north and east")
    expect(place).to_be_focused()
    expect(place).to_have_attribute("aria-invalid", "true")
    place.fill("54,6872; 25,2797")
    tap(phone, "Send")
    phone.wait_for(lambda: len(reports(phone)) == 1)
    tap(phone, "Light", "Overhead", "Stays, or not known")
    tap(phone, "54.68720, 25.27970", "Send")
    phone.wait_for(lambda: len(reports(phone)) == 2)
    first, second = reports(phone)
    assert (first.latitude_deg, first.longitude_deg, first.place_sigma_m) == (54.6872, 25.2797, 100.0)
    assert (first.seen, first.bearing_deg, first.distance, first.heading_deg) == ("unknown", None, None, None)
    assert (second.seen, second.bearing_deg, second.distance) == ("light", None, "overhead")
    assert (second.latitude_deg, second.longitude_deg) == (54.6872, 25.2797)


UNREADABLE = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll("body *")].filter(
    (one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return texts.map((one) => {
    const [a, b] = [light(numbers(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
    return {text: one.textContent.trim(), contrast: (a + 0.05) / (b + 0.05)};
  }).filter(({contrast}) => contrast < 7);
}"""
SMALL_OR_NAMELESS = """() => [...document.querySelectorAll("button, input, select, summary, a")]
  .filter((one) => one.checkVisibility())
  .map((one) => {
    const {width, height} = one.getBoundingClientRect();
    const labels = [...(one.labels ?? [])].map((label) => label.textContent).join();
    const name = one.getAttribute("aria-label") || labels || one.textContent;
    return {name: name.trim(), width, height};
  })
  .filter(({name, width, height}) => !name || width < 44 || height < 44)"""
KEPT = """caches.keys().then(async ([name]) => {
  const requests = await (await caches.open(name)).keys();
  return requests.map((one) => new URL(one.url).pathname);
})"""
SCREENS: dict[str, tuple[str, ...]] = {
    "what": (),
    "where": ("Drone",),
    "far": ("Drone", "NE north-east"),
    "heading": ("Drone", "NE north-east", "Far"),
    "finish": ("Drone", "NE north-east", "Far", "Stays, or not known"),
    "outbox": ("Nothing waits",),
    "login": ("Log in",),
}


@pytest.mark.parametrize("name", SCREENS)
def test_every_target_is_large_and_named_and_every_word_readable_in_sun_and_dark(phone: Screen, name: str) -> None:
    open_page(phone)
    expect(button(phone, "Log in")).to_be_visible()
    tap(phone, *SCREENS[name])
    if name == "finish":
        phone.page.get_by_text("Words, and who you are").tap()
        phone.page.get_by_text("Another place").tap()
    for scheme in ("light", "dark"):
        phone.page.emulate_media(color_scheme=scheme)
        assert phone.page.evaluate(UNREADABLE) == []
    assert phone.page.evaluate(SMALL_OR_NAMELESS) == []
    assert phone.page.locator("main h2").count() == 1
    phone.page.evaluate("document.documentElement.style.fontSize = '34px'")  # 200 % of its own 17
    width = phone.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], "at 200 % nothing lies beside the screen"


def test_axe_finds_nothing_on_any_screen_in_any_language(browser: Browser, node: ScriptedNode) -> None:
    context = browser.new_context(viewport=VIEWPORT, has_touch=True, locale="en-GB", bypass_csp=True)
    phone = watch(context, node)
    found: list[str] = []
    for name in SCREENS:
        open_page(phone)
        tap(phone, "EN")
        expect(button(phone, "Log in")).to_be_visible()
        tap(phone, *SCREENS[name])
        phone.page.add_script_tag(path=AXE)
        for language in ("EN", "LT", "LV", "PL"):
            tap(phone, language)
            expect(phone.page.locator("html")).to_have_attribute("lang", language.lower())
            found += faults(phone.page, f"{name} in {language}")
            width = phone.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            found += [f"{name} in {language}: wider than the screen"] if width[0] > width[1] else []
    context.close()
    assert found == []
    assert phone.complaints == []


def test_it_goes_by_keyboard_alone_in_lithuanian_too(phone: Screen) -> None:
    log_in(phone)
    open_page(phone)
    tap(phone, "LT")
    expect(phone.page.get_by_role("heading", name="Kas tai?")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.lang") == "lt"
    keys = phone.page.keyboard
    button(phone, "Dronas").focus()
    for heading in ("Kurioje pusėje nuo jūsų?", "Kaip toli?", "Kur link skrenda?", "Patikrinkite ir siųskite"):
        keys.press("Enter")
        expect(phone.page.get_by_role("heading", name=heading)).to_be_focused()
        keys.press("Tab")
    expect(phone.page.get_by_text("54.68720, 25.27970")).to_be_visible()
    for _ in range(8):
        if phone.page.evaluate("document.activeElement.type") == "submit":
            break
        keys.press("Tab")
    keys.press("Enter")
    phone.wait_for(lambda: len(reports(phone)) == 1)
    [report] = reports(phone)
    assert (report.seen, report.bearing_deg, report.heading_deg) == ("drone", 315.0, 315.0)


def test_it_can_be_installed_and_keeps_nothing_of_the_console(phone: Screen) -> None:
    open_page(phone)
    manifest = phone.page.request.get(f"{phone.node.url}/report/manifest.webmanifest")
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    told = manifest.json()
    assert (told["scope"], told["start_url"], told["display"]) == ("/report", "/report/", "standalone")
    for icon in told["icons"]:
        answer = phone.page.request.get(f"{phone.node.url}{icon['src']}")
        assert (answer.status, answer.headers["content-type"]) == (200, icon["type"])
    worker = phone.page.request.get(f"{phone.node.url}/report/worker.js")
    assert (worker.headers["service-worker-allowed"], worker.headers["cache-control"]) == ("/report", "no-cache")
    assert phone.page.evaluate("navigator.serviceWorker.ready.then((one) => new URL(one.scope).pathname)") == "/report"
    kept = phone.page.evaluate(KEPT)
    assert "/report/" in kept
    assert not [path for path in kept if path.startswith("/api") or "basemap" in path or "index-" in path]


def test_it_weighs_less_than_sixty_kilobytes(phone: Screen) -> None:
    sizes: dict[str, int] = {}
    phone.page.on("response", lambda one: sizes.update({one.url: len(gzip.compress(one.body()))}) if one.ok else None)
    phone.is_spent = True  # whoever had it next would be listened to
    phone.page.goto(f"{phone.node.url}/report/")
    phone.wait_for(lambda: bool(phone.measure("ready")))
    shown = {url: size for url, size in sizes.items() if "/assets/" in url or url.endswith("/report/")}
    print(f"{len(shown)} files, {sum(shown.values()) / 1000:.1f} kB gz")
    assert len(shown) >= 3
    assert sum(shown.values()) < 60_000


def test_two_fixes_of_one_spot_are_one_place_and_a_double_tap_one_report(phone: Screen) -> None:
    log_in(phone)
    open_page(phone)
    for nearly in (0.0, 1e-6):
        fix = Geolocation(latitude=PLACE["latitude"] + nearly, longitude=PLACE["longitude"], accuracy=12.0)
        phone.page.context.set_geolocation(fix)
        phone.page.wait_for_timeout(200)
        tap(phone, "Drone", "NE north-east", "About a kilometre", "SW south-west")
        expect(phone.page.get_by_text("54.68720, 25.27970, within 12 m")).to_be_visible()
        button(phone, "Send").dblclick()
        expect(phone.page.get_by_role("heading", name="What is it?")).to_be_focused()
    expect(button(phone, "Nothing waits")).to_be_visible()
    assert len({one.report_id for one in reports(phone)}) == 2
    tap(phone, "Drone", "NE north-east", "About a kilometre", "SW south-west")
    phone.page.get_by_text("Another place").click()
    expect(button(phone, "54.68720, 25.27970")).to_have_count(1)
    phone.page.context.set_geolocation(PLACE)


def test_what_was_said_so_far_waits_while_somebody_logs_in(phone: Screen) -> None:
    open_page(phone)
    tap(phone, "Drone", "NE north-east", "About a kilometre", "SW south-west")
    phone.page.get_by_text("Words, and who you are").click()
    phone.page.get_by_label("In your own words").fill("two of them")
    phone.page.get_by_role("radio", name="Ear").check()
    tap(phone, "Log in")
    fill_login(phone)
    expect(phone.page.get_by_role("button", name="Drone · NE")).to_be_visible()
    tap(phone, "Send")
    phone.wait_for(lambda: len(reports(phone)) == 1)
    [report] = reports(phone)
    assert (report.words, report.sense, report.seen) == ("two of them", "heard", "drone")
