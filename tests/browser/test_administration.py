"""The administrator's page: sources, people, tokens, labels, parts and audit, each change asked for again and noted."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import segno
from playwright.sync_api import Locator, expect

from sargas.console.administering import PROOF_LASTS_S
from sargas.console.sessions import COOKIE
from sargas.model.columns import NS_PER_S
from sargas.model.label import Classification, Label
from sargas.model.records import AlertPolicy, PolicyChange, SourceLabel, SourcePause, WarningPolicy
from sargas.runtime.audit.look import look_into
from tests.browser.conftest import Screen, Screens
from tests.clock import Clock
from tests.console.node import (
    NOW_NS,
    PASSWORD,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_health,
    make_node,
    make_registration,
    mixed_sky,
    serve,
)
from tests.console.test_administration import PARTS, RULES

pytestmark = pytest.mark.browser

NEW_PASSWORD = "keturi gandrai virš ežero"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW_NS)


@pytest.fixture
def node(tmp_path: Path, clock: Clock) -> Iterator[ScriptedNode]:
    """A node with an administrator, an audit, rules of release, and a radar in trouble."""
    made = make_node(tmp_path, now_ns=clock, audit=True, parts=lambda: PARTS, release_rules=lambda: RULES)
    made.accounts.create("rita", PASSWORD, "administrator")
    made.picture.apply(
        [
            make_configuration(),
            make_health("radar-east", received=1200, decoded=1190, rejected=10),
            make_health("radar-west", "degraded", reason="clock 1.4 s behind"),
            make_registration("radar-east"),
            mixed_sky(NOW_NS, 0.0, 5),
        ],
        NOW_NS,
    )
    with serve(made):
        yield made
    made.store.close()


def open_as(screen: Screen, name: str, query: str) -> Locator:
    """Open a view as somebody and return the page over the picture."""
    account = screen.node.accounts.verify(name, PASSWORD, "browser")
    assert account is not None
    token = screen.node.accounts.open_session(account)
    screen.page.context.add_cookies([{"name": COOKIE, "value": token, "url": screen.node.url, "sameSite": "Strict"}])
    screen.page.goto(f"{screen.node.url}/{query}")
    return screen.page.locator("main.page")


def press(page: Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def prove(screen: Screen) -> None:
    """Answer the question for the password."""
    asked = screen.page.get_by_role("dialog", name="Show that it is you")
    asked.get_by_label("Password").fill(PASSWORD)
    asked.get_by_role("button", name="Confirm").click()
    expect(asked).to_have_count(0)


def deeds_of(node: ScriptedNode) -> list[tuple[str, str, str]]:
    folder = node.app.state.console.settings.audit_folder
    return [(one.actor, one.action, one.object) for one in look_into(folder).latest]


def test_an_administrator_lets_a_new_person_in_who_chooses_a_password(
    screens: Screens, screen: Screen, node: ScriptedNode, clock: Clock
) -> None:
    page = open_as(screen, "rita", "?nomap&view=admin&part=people")
    clock.ns += round((PROOF_LASTS_S + 60) * NS_PER_S)
    made = page.locator("form").last
    made.get_by_label("Account").fill("Dainius")
    made.get_by_label("Clearance").select_option(label="Restricted")
    made.get_by_label("First view").select_option(label="Civil protection")
    press(page, "Create")
    prove(screen)
    screen.forgive("428")
    once = page.get_by_role("region", name="For dainius")
    link, secret = (once.locator("code").nth(at).inner_text() for at in (0, 1))
    press(once, "Handed over, hide it")
    expect(page.get_by_role("row", name="dainius Operator the node's Restricted Civil protection")).to_contain_text(
        "no password yet"
    )
    assert secret not in screen.page.content()

    with screens.lend(node) as person:
        person.page.goto(link)
        expect(person.page.get_by_role("heading", name="Choose a password, dainius")).to_be_visible()
        person.page.get_by_label("New password").fill(NEW_PASSWORD)
        person.page.get_by_label("The same again").fill(NEW_PASSWORD + "!")
        person.page.get_by_role("button", name="Choose it").click()
        expect(person.page.get_by_role("alert")).to_have_text("The two are not the same.")
        person.page.get_by_label("The same again").fill(NEW_PASSWORD)
        person.page.get_by_role("button", name="Choose it").click()
        expect(person.page.get_by_role("button", name="Log out")).to_be_visible()
        assert "view=protection" in person.page.url
        person.page.get_by_role("button", name="Log out").click()
        person.page.goto(f"{node.url}/?nomap")
        person.page.get_by_label("Account").fill("dainius")
        person.page.get_by_label("Password").fill(NEW_PASSWORD)
        person.page.get_by_role("button", name="Log in").click()
        code = pyotp.TOTP(secret).at(clock() // NS_PER_S)
        person.page.get_by_label("Code of the authenticator app").fill(code)
        person.forgive("428")
        person.page.get_by_role("button", name="Log in").click()
        expect(person.page.get_by_role("button", name="Log out")).to_be_visible()
        assert "view=protection" in person.page.url, "log-in leads to the person's first view"
    assert ("rita", "account:create", "dainius") in deeds_of(node)


def test_rights_locks_and_sessions_are_changed_and_the_last_administrator_stays(
    screen: Screen, node: ScriptedNode
) -> None:
    page = open_as(screen, "rita", "?nomap&view=admin&part=people")
    press(page, "Change jonas")
    form = page.get_by_role("group", name="Change jonas")
    form.get_by_label("Clearance").select_option(label="Confidential")
    form.get_by_label("Nation").fill("LVA")
    press(form, "Save")
    expect(page.get_by_role("row", name="jonas Operator LVA Confidential")).to_be_visible()
    account = next(one for one in node.accounts.list() if one.name == "jonas")
    assert (account.nation, account.clearance) == ("LVA", Classification.CONFIDENTIAL)
    press(form, "Lock")
    assert node.accounts.roster.find("jonas").locked_ns is None, "nothing before the question is answered"
    press(form, "Lock jonas out now")
    expect(page.get_by_role("row", name="jonas")).to_contain_text("locked")
    assert node.accounts.verify("jonas", PASSWORD, "test") is None
    press(form, "Unlock")
    expect(page.get_by_role("row", name="jonas")).to_contain_text("open")
    press(form, "New second factor")
    press(form, "Make it: sessions and tokens end")
    expect(page.get_by_role("region", name="For jonas")).to_contain_text("otpauth://")
    press(page, "Change rita")
    own = page.get_by_role("group", name="Change rita")
    expect(own).to_contain_text("The last administrator who can log in")
    expect(own.locator("select").first).to_be_disabled()
    assert own.get_by_role("button", name="Lock").count() == 0
    done = {action for actor, action, what in deeds_of(node) if (actor, what) == ("rita", "jonas")}
    assert done == {"account:rights", "account:lock", "account:unlock", "account:second-factor"}


def test_a_token_is_shown_once_works_and_is_revoked(screen: Screen, node: ScriptedNode) -> None:
    page = open_as(screen, "rita", "?nomap&view=admin&part=tokens")
    page.get_by_label("Account").fill("jonas")
    page.get_by_label("Purpose").fill("wall")
    page.get_by_label("report").check()
    press(page, "Create")
    once = page.get_by_role("region", name="API token of jonas")
    token = once.locator("code").inner_text()
    session = node.accounts.session_of_token(token)
    assert session is not None
    assert (session.account.name, session.scopes) == ("jonas", {"read", "report"})
    press(once, "Handed over, hide it")
    row = page.get_by_role("row", name=session.token_id)
    expect(row).to_contain_text("read, report")
    assert token not in screen.page.content()
    press(row, f"Revoke {session.token_id}")
    press(row, "Revoke it now")
    expect(page).to_contain_text("No program has a token.")
    assert node.accounts.session_of_token(token) is None


def test_sources_labels_parts_and_audit_are_read_at_a_glance_and_by_keyboard(
    screen: Screen, node: ScriptedNode
) -> None:
    page = open_as(screen, "rita", "?nomap")
    expect(screen.page.get_by_label("View")).to_have_value("picture")
    screen.page.keyboard.press("5")
    expect(page.get_by_role("tab", name="Sources")).to_have_attribute("aria-selected", "true")
    assert "view=admin" in screen.page.url
    east = page.get_by_role("row", name="radar-east")
    for words in ("ok", "1,200", "0.8 %", "registered", "+0.25 ± 0.01 °", "Unclassified"):
        expect(east).to_contain_text(words)
    expect(page).to_contain_text("clock 1.4 s behind")
    page.get_by_role("tab", name="Sources").focus()
    for _ in range(3):
        screen.page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Labels and releases")).to_be_focused()
    expect(page).to_contain_text("may be released to LTU, LVA, POL")
    expect(page.get_by_role("row", name="Tracks")).to_contain_text("up to Restricted")
    expect(page.get_by_role("row", name="Alerts")).to_contain_text("not agreed")
    screen.page.keyboard.press("ArrowRight")
    expect(page.get_by_role("form", name="Public warnings")).to_contain_text("As configured.")
    screen.page.keyboard.press("ArrowRight")
    expect(page.get_by_role("row", name="Journal")).to_contain_text("the disk is full")
    expect(page.get_by_role("row", name="Link to LVA")).to_contain_text("it does not reach us")
    screen.page.keyboard.press("ArrowRight")
    expect(page).to_contain_text("every byte as it was written")
    expect(page.get_by_role("row", name="rita login")).to_be_visible()
    assert "part=audit" in screen.page.url
    node.picture.apply([make_alert("a", 1001)], NOW_NS)
    expect(page.get_by_role("status").filter(has_text="1 alert waits in the picture")).to_be_visible()
    screen.page.keyboard.press("1")
    expect(page).to_have_count(0)
    expect(screen.page.locator(".alert")).to_have_count(1)
    screen.page.go_back()
    expect(page.get_by_role("tab", name="Audit")).to_be_visible()


def test_a_person_changes_the_own_password_in_the_bar(screen: Screen, node: ScriptedNode) -> None:
    open_as(screen, "jonas", "?nomap")
    screen.page.get_by_role("button", name="jonas", exact=True).click()
    asked = screen.page.get_by_role("dialog", name="Change password")
    asked.get_by_label("New password").fill(NEW_PASSWORD)
    asked.get_by_label("The same again").fill(NEW_PASSWORD)
    asked.get_by_role("button", name="Choose it").click()
    expect(asked).to_have_count(0)
    assert node.accounts.verify("jonas", NEW_PASSWORD, "test") is not None
    assert node.accounts.verify("jonas", PASSWORD, "test") is None


def test_nobody_else_is_offered_it_or_let_in(screen: Screen, node: ScriptedNode) -> None:
    page = open_as(screen, "jonas", "?nomap&view=admin")
    expect(page).to_contain_text("for administrators who may see everything")
    assert "5 Administration" not in screen.page.get_by_label("View").inner_text()
    screen.page.keyboard.press("1")
    screen.page.keyboard.press("5")
    expect(page).to_have_count(0)


def test_a_source_is_paused_with_a_reason_and_everybody_is_told(
    screens: Screens, screen: Screen, node: ScriptedNode, clock: Clock
) -> None:
    page = open_as(screen, "rita", "?nomap&view=admin")
    clock.ns += round((PROOF_LASTS_S + 60) * NS_PER_S)
    row = page.get_by_role("row").filter(has=screen.page.get_by_role("rowheader", name="radar-east"))
    row.get_by_role("button", name="Pause radar-east").click()
    form = page.locator("form.pause")
    reason = form.get_by_label("Why it is paused; everybody is told")
    expect(reason).to_be_focused()
    reason.press("Enter")
    expect(form).to_be_visible()
    assert node.entered == [], "without a reason nothing is done"
    reason.fill("it is jammed")
    reason.press("Enter")
    prove(screen)
    screen.forgive("428")
    expect(page.get_by_role("status").first).to_have_text("Paused: radar-east")
    expect(form).to_have_count(0)
    told = [(one.source, one.state, one.reason, one.entered_by) for one in node.entered if isinstance(one, SourcePause)]
    assert told == [("radar-east", "paused", "it is jammed", "rita")]
    node.picture.apply([make_health("radar-east", "paused", reason="paused by rita: it is jammed")], NOW_NS)
    expect(row).to_contain_text("paused")
    expect(page.get_by_text("paused by rita: it is jammed")).to_be_visible()
    with screens.lend(node) as watcher:
        watcher.open("?nomap", name="ona")
        listed = watcher.page.get_by_role("region", name="Sources")
        expect(listed).to_contain_text("paused by rita: it is jammed")
        expect(watcher.page.locator(".banner.note")).to_contain_text("1 source")
    row.get_by_role("button", name="Let radar-east go on").click()
    page.locator("form.pause").get_by_role("button", name="Let radar-east go on").click()
    expect(page.get_by_role("status").first).to_have_text("Goes on: radar-east")
    assert isinstance(node.entered[-1], SourcePause)
    assert node.entered[-1].state == "resumed"


MODULES_OF = """async ({png, count}) => {
  const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes]));
  const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  pen.drawImage(picture, 0, 0);
  const side = picture.width / count, rows = [];
  for (let y = 0; y < count; y++) {
    rows.push([]);
    for (let x = 0; x < count; x++) {
      const [r] = pen.getImageData(Math.floor((x + 0.5) * side), Math.floor((y + 0.5) * side), 1, 1).data;
      rows[y].push(r < 100 ? 1 : 0);
    }
  }
  return rows;
}"""


@pytest.mark.parametrize("theme", ["night", "red-light"])
def test_a_second_factor_is_shown_as_a_code_for_the_camera(screen: Screen, theme: str) -> None:
    page = open_as(screen, "rita", f"?nomap&view=admin&part=people&theme={theme}")
    press(page, "Change jonas")
    press(page, "New second factor")
    press(page, "Make it: sessions and tokens end")
    once = page.get_by_role("region", name="For jonas")
    uri = once.locator("code").nth(1).inner_text()
    assert uri.startswith("otpauth://totp/")
    picture = once.get_by_role("img", name="QR code of the second factor")
    expect(picture).to_have_js_property("complete", value=True)
    shown = picture.screenshot()
    code = segno.make(uri, error="m", micro=False)
    expected = [list(row) for row in code.matrix_iter(border=4)]
    found = screen.reckon(MODULES_OF, {"png": base64.b64encode(shown).decode(), "count": len(expected)})
    assert found == [[int(bool(module)) for module in row] for row in expected], "it is the code of that very address"
    press(once, "Handed over, hide it")
    expect(picture).to_have_count(0)
    assert "data:image/svg+xml" not in screen.page.content()


def test_rules_are_changed_with_a_reason_and_never_below_the_configuration(screen: Screen, node: ScriptedNode) -> None:
    page = open_as(screen, "rita", "?nomap&view=admin&part=rules")
    alerts = page.get_by_role("form", name="Alerts")
    expect(alerts).to_contain_text("As configured.")
    budget = alerts.get_by_label("Advisories shown within an hour at most")
    expect(budget).to_have_value("6")
    budget.fill("12")
    alerts.get_by_label("Escalated to").fill("duty officer")
    press(alerts, "Change the rules of alerts")
    assert node.entered == [], "without a reason nothing is done"
    alerts.get_by_label("Why it is changed").fill("a busy night")
    alerts.get_by_label("Why it is changed").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Changed; in force from now on.")
    (change,) = node.entered
    assert isinstance(change, PolicyChange)
    assert (change.alerting, change.reason, change.entered_by) == (
        AlertPolicy(advisories_per_hour=12, escalate_to="duty officer"),
        "a busy night",
        "rita",
    )
    expect(budget).to_have_value("12")
    expect(alerts).to_contain_text("in the configuration: 6")
    warnings = page.get_by_role("form", name="Public warnings")
    warnings.get_by_role("checkbox", name="red").check()
    proof = warnings.get_by_label("Password or code is asked again")
    proof.fill("1200")
    warnings.get_by_label("Why it is changed").fill("an attack")
    press(warnings, "Change the rules of warnings")
    assert len(node.entered) == 1, "more than the configuration has is not even sent"
    proof.fill("60")
    press(warnings, "Change the rules of warnings")
    screen.wait_for(lambda: len(node.entered) == 2)
    assert isinstance(node.entered[1], PolicyChange)
    assert node.entered[1].warnings == WarningPolicy(two_persons=("red",), proof_lasts_s=60.0)
    screen.page.get_by_role("button", name="LT", exact=True).click()
    expect(page.get_by_role("tab", name="Taisyklės")).to_be_visible()


def test_the_label_of_a_source_is_narrowed_after_a_look_at_who_gets_what(screen: Screen, node: ScriptedNode) -> None:
    wide = Label(releasable_to=("LVA", "POL"), originator="LTU")
    configuration = make_configuration()
    sources = tuple(one.model_copy(update={"label": wide}) for one in configuration.sources)
    node.picture.apply([configuration.model_copy(update={"sources": sources})], NOW_NS)
    page = open_as(screen, "rita", "?nomap&view=admin")
    row = page.get_by_role("row").filter(has=screen.page.get_by_role("rowheader", name="radar-east"))
    expect(row).to_contain_text("may be released to LVA, POL")
    row.get_by_role("button", name="Change the label of radar-east").click()
    form = page.get_by_role("form", name="Label of radar-east")
    nations = form.get_by_label("Nations that may have it")
    expect(nations).to_have_value("LVA POL")
    form.get_by_label("Why it is changed").fill("its owner asked")
    nations.fill("EST pol")
    press(form, "Show what changes")
    expect(form.get_by_role("alert")).to_contain_text("wider than the configuration allows")
    expect(form.get_by_role("button", name="Change the label of radar-east")).to_have_count(0)
    nations.fill("pol")
    expect(form.get_by_role("alert")).to_have_count(0)
    form.get_by_label("Classification").select_option(label="Restricted")
    form.get_by_label("From when").fill("2026-09-21 15:00")
    press(form, "Show what changes")
    expect(form.get_by_role("row", name="LVA · Tracks")).to_contain_text("gets itdoes not")
    expect(form.get_by_role("row", name="jonas · account")).to_contain_text("gets itgets it")
    assert node.entered == [], "looking changes nothing"
    press(form, "Change the label of radar-east")
    expect(page.get_by_role("status").first).to_have_text("radar-east has another label from 2026-09-21 15:00Z on.")
    (word,) = node.entered
    assert isinstance(word, SourceLabel)
    assert (word.marking.releasable_to, word.marking.classification) == (("POL",), Classification.RESTRICTED)
    assert (word.source, word.state, word.reason, word.entered_by) == (
        "radar-east",
        "announced",
        "its owner asked",
        "rita",
    )
    assert word.from_ns == 1_790_002_800 * NS_PER_S
    node.picture.apply([word.model_copy(update={"id": "held", "state": "in_force"})], NOW_NS)
    expect(row).to_contain_text("may be released to POL")


def test_a_button_that_makes_something_is_pressed_once(screen: Screen, node: ScriptedNode) -> None:
    page = open_as(screen, "rita", "?nomap&view=admin&part=tokens")
    page.get_by_label("Account").fill("jonas")
    page.get_by_role("button", name="Create").dblclick()
    once = page.get_by_role("region", name="API token of jonas")
    expect(once).to_be_visible()
    screen.page.wait_for_timeout(500)
    assert len([one for one in deeds_of(node) if one[1] == "token:issue"]) == 1
    expect(page.locator("tbody tr")).to_have_count(1)


def test_rights_go_to_the_person_they_were_chosen_for_though_another_is_looked_at(
    screen: Screen, node: ScriptedNode, clock: Clock
) -> None:
    page = open_as(screen, "rita", "?nomap&view=admin&part=people")
    clock.ns += round((PROOF_LASTS_S + 60) * NS_PER_S)
    press(page, "Change jonas")
    form = page.get_by_role("group", name="Change jonas")
    form.get_by_label("Clearance").select_option(label="Confidential")
    press(form, "Save")
    expect(screen.page.get_by_role("dialog", name="Show that it is you")).to_be_visible()
    page.get_by_role("button", name="Change ona").dispatch_event("click")
    prove(screen)
    screen.forgive("428")
    expect(page.get_by_role("row", name="jonas Operator")).to_contain_text("Confidential")
    assert next(one for one in node.accounts.list() if one.name == "jonas").role == "operator"


def test_what_is_typed_in_one_form_of_the_rules_outlives_a_change_by_the_other(
    screen: Screen, node: ScriptedNode
) -> None:
    page = open_as(screen, "rita", "?nomap&view=admin&part=rules")
    alerts, warnings = (page.get_by_role("form", name=name) for name in ("Alerts", "Public warnings"))
    warnings.get_by_label("Why it is changed").fill("an attack")
    alerts.get_by_label("Advisories shown within an hour at most").fill("12")
    alerts.get_by_label("Why it is changed").fill("a busy night")
    press(alerts, "Change the rules of alerts")
    expect(page.get_by_role("status")).to_have_text("Changed; in force from now on.")
    expect(warnings.get_by_label("Why it is changed")).to_have_value("an attack")
    expect(alerts.get_by_label("Why it is changed")).to_have_value("")


def test_a_label_from_a_time_that_is_none_is_not_given_at_once(screen: Screen, node: ScriptedNode) -> None:
    page = open_as(screen, "rita", "?nomap&view=admin")
    page.get_by_role("button", name="Change the label of radar-east").click()
    form = page.get_by_role("form", name="Label of radar-east")
    form.get_by_label("Classification").select_option(label="Restricted")
    form.get_by_label("From when").fill("2026-09-21 25:00")
    form.get_by_label("Why it is changed").fill("its owner asked")
    press(form, "Show what changes")
    press(form, "Change the label of radar-east")
    expect(page.get_by_role("alert")).to_have_text("There is no such time: 2026-09-21 25:00")
    assert node.entered == []
