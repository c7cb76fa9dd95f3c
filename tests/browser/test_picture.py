"""What an operator sees: the map, the tracks, the alerts, and the truth about all of them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from sargas.console.sessions import COOKIE
from sargas.model.columns import NS_PER_S
from tests.browser.conftest import TRACKS, Screen, Screens, watch
from tests.browser.relay import relay
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
from tests.runtime.store_cases import make_claim, make_permission, make_warning

pytestmark = pytest.mark.browser

LAND = (20, 29, 38)
SEA = (11, 20, 29)
BORDER = (76, 99, 117)
UNKNOWN = (211, 189, 98)
CRITICAL = (255, 77, 77)
PERMITTED = (112, 168, 114)
SIMULATED = (213, 139, 255)
DRONE = 1001
COLOUR = "one => getComputedStyle(one).color"


def test_the_map_is_not_blank_and_the_tracks_are_on_it(screen: Screen) -> None:
    screen.open("", wait="map")
    screen.wait_for(lambda: screen.measure("tracks") == TRACKS)
    assert screen.measure("renderer") == "webgl2"
    screen.wait_for(lambda: 0.8 * TRACKS < screen.measure("drawn") <= TRACKS)
    land, sea, border, symbols = screen.count_pixels(LAND, SEA, BORDER, UNKNOWN)
    assert min(land, sea) > 50_000
    assert border > 500
    assert symbols > 500
    assert (
        screen.page.locator(".attribution").inner_text() == "© OpenStreetMap contributors (ODbL) · GeoNames CC BY 4.0"
    )


def test_tracks_move_when_the_picture_does(screen: Screen, node: ScriptedNode) -> None:
    screen.open(f"?nomap&track={DRONE}")
    position = screen.page.locator(".detail dd", has_text="° N")
    expect(position).to_have_text("54.9300° N 26.5500° E")
    node.picture.apply([mixed_sky(NOW_NS + 10**9, 60.0, TRACKS)], NOW_NS + 10**9)
    expect(position).to_have_text("54.9327° N 26.5030° E")
    screen.wait_for(lambda: len(screen.measure("latency")) >= 1)


def test_an_alert_appears_by_itself_and_two_keys_acknowledge_it(screen: Screen, node: ScriptedNode) -> None:
    screen.open()
    expect(screen.page.get_by_text("No alerts")).to_be_visible()
    before = screen.count_pixels(CRITICAL)[0]
    node.picture.apply([make_alert("zone/lt-east/1001", DRONE)], NOW_NS)
    card = screen.page.locator(".alert")
    expect(card).to_contain_text("Entered Rytų siena")
    expect(card).to_contain_text("Track 1001")
    expect(screen.page).to_have_title("(1) Sargas")
    screen.wait_for(lambda: screen.count_pixels(CRITICAL)[0] > before + 200)  # the track is ringed on the map
    screen.page.keyboard.press("j")
    expect(screen.page.locator(".detail h2")).to_have_text("1001")
    screen.page.keyboard.press("a")
    expect(card).to_contain_text("Acknowledged: jonas")
    expect(screen.page).to_have_title("Sargas")
    assert [(d.actor, d.subject) for d in node.decisions] == [("jonas", "zone/lt-east/1001")]


def test_an_alert_is_acknowledged_by_click_too(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_alert("a", DRONE), make_alert("b", 1002, "advisory")], NOW_NS)
    screen.open()
    cards = screen.page.locator(".alert")
    expect(cards.nth(0)).to_contain_text("Critical")
    cards.nth(1).get_by_role("button", name="Acknowledge").click()
    screen.wait_for(lambda: len(node.decisions) == 1)
    assert node.decisions[0].subject == "b"


def test_a_raid_shows_its_members_and_an_escalated_alert_whom_it_went_to(screen: Screen, node: ScriptedNode) -> None:
    raid = make_alert(
        "raid", DRONE, state="escalated", track_ids=(DRONE, 1002), danger=0.71, escalated_to="shift lead",
        escalated_ns=NOW_NS, reasons_lt=("gali nešti sprogmenį (60%)",),
    )  # fmt: skip
    held = make_alert("held", 1003, "advisory", "held_back", was_shown=False, danger=0.01)
    node.picture.apply([raid, held], NOW_NS)
    screen.open()
    card = screen.page.locator(".alert")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("2 objects: ")
    expect(card).to_contain_text("danger 71 %")
    expect(card).to_contain_text("passed to shift lead")
    expect(screen.page.get_by_text("1 advisory held back")).to_be_visible()
    screen.page.get_by_role("button", name="LT", exact=True).click()
    expect(card).to_contain_text("gali nešti sprogmenį (60%)")
    expect(card).not_to_contain_text("no transponder reply")


def test_an_alert_is_shelved_only_with_a_reason(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_alert("a", DRONE)], NOW_NS)
    screen.open()
    card = screen.page.locator(".alert")
    card.get_by_role("button", name="Shelve").click()
    card.get_by_role("button", name="Lay aside").click()
    assert node.decisions == []
    card.get_by_label("Why is it laid aside?").fill("survey flight, phoned")
    card.get_by_role("button", name="Lay aside").click()
    screen.wait_for(lambda: len(node.decisions) == 1)
    decision = node.decisions[0]
    assert (decision.action, decision.subject, decision.reason) == ("shelve", "a", "survey flight, phoned")
    laid = {"shelved_by": "jonas", "shelved_reason": "survey flight, phoned", "shelved_until_ns": decision.until_ns}
    node.picture.apply([make_alert("a", DRONE, state="shelved", **laid)], NOW_NS + 10**9)
    expect(card).to_contain_text("Shelved by jonas until")
    expect(screen.page).to_have_title("Sargas")


def test_keys_do_nothing_while_somebody_types(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_alert("a", DRONE)], NOW_NS)
    screen.open()
    screen.page.keyboard.press("j")
    screen.page.keyboard.press("/")
    screen.page.keyboard.type("jaa")
    expect(screen.page.get_by_role("searchbox")).to_have_value("jaa")
    expect(screen.page.locator(".alert")).to_contain_text("Acknowledge")
    assert node.decisions == []


def test_one_filter_rules_map_and_table_and_stands_in_the_address(screen: Screen) -> None:
    screen.open()
    screen.wait_for(lambda: screen.measure("drawn") > 30)
    screen.page.get_by_role("searchbox").fill("drone")
    expect(screen.page.locator(".shown")).to_have_text(f"1 of {TRACKS}")
    expect(screen.page.locator(".row")).to_have_count(1)
    screen.wait_for(lambda: screen.measure("drawn") == 1)
    screen.wait_for(lambda: "filter=drone" in screen.page.url)
    screen.page.get_by_role("searchbox").fill("height<3")
    expect(screen.page.get_by_text("Not understood: height<3")).to_be_visible()


def test_the_table_holds_only_the_rows_in_sight_and_sorts(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([mixed_sky(NOW_NS, 0.0, 3000)], NOW_NS)
    screen.open()
    expect(screen.page.locator(".shown")).to_have_text("3000 of 3000")
    assert screen.page.locator(".row").count() < 60
    screen.page.get_by_role("columnheader", name="Track").click()
    expect(screen.page.locator(".row .name").first).to_have_text("1001")
    screen.page.locator(".rows").evaluate("rows => rows.scrollTop = rows.scrollHeight")
    expect(screen.page.locator(".row .name").last).to_have_text("4000")


def test_both_languages_say_everything_at_once(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_alert("a", DRONE)], NOW_NS)
    screen.open()
    screen.page.get_by_role("button", name="LT").click()
    expect(screen.page.get_by_role("heading", name="Pavojai")).to_be_visible()
    expect(screen.page.locator(".alert")).to_contain_text("Įskrido į zoną „Rytų siena“")
    expect(screen.page.locator(".bar .count")).to_have_text("40 taikinių")
    assert screen.page.evaluate("document.documentElement.lang") == "lt"


def test_a_source_in_trouble_is_named_first_with_its_reason(screen: Screen, node: ScriptedNode) -> None:
    screen.open()
    node.picture.apply([make_health("radar-west", "quarantined", reason="edition 1.10 expected", lost=7)], NOW_NS)
    sources = screen.page.locator(".sources li")
    expect(sources.first).to_contain_text("radar-west")
    expect(sources.first).to_contain_text("edition 1.10 expected")
    expect(screen.page.get_by_text("1 source does not deliver")).to_be_visible()


def test_when_no_source_delivers_the_picture_is_as_old_as_what_was_heard_last(
    screen: Screen, node: ScriptedNode
) -> None:
    heard = {"last_receive_ns": NOW_NS - 900 * 10**9, "reason": "nothing received for more than 15 s"}
    node.picture.apply([make_health(f"radar-{name}", "silent", **heard) for name in ("east", "west")], NOW_NS)
    screen.open()
    banner = screen.page.locator(".banner.stale")
    expect(banner).to_have_text(re.compile(r"^No sensor input\. The picture stands still\. for 1[45] min$"))
    expect(screen.page.locator(".link")).to_contain_text(re.compile("picture 1[45] min old"))
    node.picture.apply([make_health("radar-east", last_receive_ns=NOW_NS)], NOW_NS)
    expect(screen.page.locator(".banner.stale")).to_have_count(0)


def test_a_radar_that_walked_off_is_named_first_with_its_reason_and_its_bias(
    screen: Screen, node: ScriptedNode
) -> None:
    screen.open()
    reason = "azimuth off by +0.80 deg since 12:03 UTC"
    off = make_registration("radar-west", "walked_off", reason=reason, azimuth_bias_deg=1.05)
    node.picture.apply([make_registration("radar-east"), off], NOW_NS)
    radars = screen.page.locator(".radars li")
    expect(radars).to_have_count(2)
    expect(radars.first).to_contain_text("radar-west")
    expect(radars.first).to_contain_text("+1.05 ± 0.01 °")
    expect(radars.first).to_contain_text("walked off")
    expect(radars.first).to_contain_text(reason)
    expect(radars.last).to_contain_text("registered")


def test_an_exercise_cannot_be_mistaken_for_the_real_sky(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_configuration(exercise=True)], NOW_NS)
    screen.open()
    banner = screen.page.locator(".banner.exercise")
    expect(banner).to_contain_text("EXERCISE")
    box = banner.bounding_box()
    assert box is not None
    assert box["width"] == 1440
    assert screen.page.locator(".picture.exercise").count() == 1


def test_a_symbol_that_comes_later_is_drawn_when_it_comes(screen: Screen, node: ScriptedNode) -> None:
    screen.open("?nomap&zoom=7")
    screen.wait_for(lambda: screen.count_pixels(UNKNOWN)[0] > 500)
    before = screen.count_pixels(SIMULATED)[0]
    node.picture.apply([mixed_sky(NOW_NS + NS_PER_S, 1.0, TRACKS, simulated=True)], NOW_NS + NS_PER_S)
    screen.wait_for(lambda: screen.count_pixels(SIMULATED)[0] > before + 10)
    assert screen.count_pixels(UNKNOWN)[0] > 500


def test_when_the_link_is_lost_the_screen_says_so_and_recovers(screens: Screens, tmp_path: Path) -> None:
    node = make_node(tmp_path)
    node.picture.apply([make_configuration(), mixed_sky(NOW_NS, 0.0, TRACKS)], NOW_NS)
    with screens.lend(node) as screen:
        with serve(node):
            screen.open()
        expect(screen.page.locator(".banner.lost")).to_contain_text("Link lost")
        expect(screen.page.locator(".link.lost")).to_be_visible()
        said = screen.page.locator(".banner.lost [role=alert], .banner.lost[role=alert]")
        assert not re.search(r"\d", said.inner_text()), "nobody hears each second read out"
        screen.complaints.clear()  # the browser itself reports the refused requests
    node.store.close()


def test_without_webgl_the_picture_is_reduced_but_there(
    chromium: str, playwright: Playwright, node: ScriptedNode
) -> None:
    bare = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-3d-apis"])
    screen = watch(bare.new_context(viewport={"width": 1440, "height": 900}), node).open("")
    expect(screen.page.get_by_text("Reduced drawing mode")).to_be_visible()
    assert screen.measure("renderer") == "canvas"
    screen.wait_for(lambda: screen.measure("drawn") > 30)
    assert screen.count_pixels(UNKNOWN)[0] > 500
    bare.close()


def test_a_line_that_died_without_a_word_is_left_for_a_new_one(screens: Screens, node: ScriptedNode) -> None:
    with relay(node.url) as line, screens.lend(replace(node, url=line.url)) as screen:
        screen.open()
        line.go_dead()
        expect(screen.page.locator(".banner.lost")).to_contain_text("Link lost")
        node.picture.apply([make_alert("a1", 1001)], NOW_NS)
        expect(screen.page.locator(".alert")).to_contain_text("Rytų siena", timeout=30_000)
        expect(screen.page.locator(".banner.lost")).to_have_count(0)


def test_a_lost_drawing_context_falls_back_at_once(screen: Screen) -> None:
    screen.open()
    canvas = screen.page.locator(".layer-tracks")
    canvas.evaluate("canvas => canvas.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()")
    expect(screen.page.get_by_text("Reduced drawing mode")).to_be_visible(timeout=2000)
    screen.wait_for(lambda: screen.count_pixels(UNKNOWN)[0] > 500)
    screen.complaints.clear()  # the browser itself warns of the loss


def test_at_twice_the_size_everything_is_still_in_reach(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_alert("a", DRONE)], NOW_NS)
    screen.page.set_viewport_size({"width": 720, "height": 450})
    screen.open()
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= 720
    screen.page.get_by_role("button", name="Acknowledge").click()
    screen.wait_for(lambda: len(node.decisions) == 1)


def test_the_replay_says_what_it_is_and_lets_nobody_decide(screens: Screens, tmp_path: Path) -> None:
    node = make_node(tmp_path, replay=True)
    node.picture.apply([make_configuration(), mixed_sky(NOW_NS, 0.0, TRACKS), make_alert("a", DRONE)], NOW_NS)
    with serve(node), screens.lend(node) as screen:
        screen.open()
        expect(screen.page.locator(".banner.replay")).to_contain_text("RECORDING")
        expect(screen.page.locator(".alert")).to_contain_text("Entered Rytų siena")
        assert screen.page.get_by_role("button", name="Acknowledge").count() == 0
    node.store.close()


def test_the_keys_are_listed_on_demand(screen: Screen) -> None:
    screen.open()
    screen.page.keyboard.press("?")
    expect(screen.page.get_by_role("dialog", name="Keys")).to_be_visible()
    screen.page.keyboard.press("Escape")
    expect(screen.page.get_by_role("dialog")).to_have_count(0)


def test_the_track_says_what_is_held_of_it_and_an_operator_masks_the_class_and_gives_it_back(
    screen: Screen, node: ScriptedNode
) -> None:
    machine = make_claim(
        DRONE, NOW_NS, claim_id="m", about="class", value="one_way_drone", source="sargas", evidence=("straight",)
    )
    armed = make_claim(DRONE, NOW_NS, claim_id="d", about="danger", value="armed_possible", source="sargas")
    node.picture.apply([machine, armed], NOW_NS)
    screen.open(f"?nomap&track={DRONE}")
    held = screen.page.get_by_label("Held of it")
    expect(held).to_contain_text("one-way drone")
    expect(held).to_contain_text("may carry a warhead")
    held.get_by_text("one-way drone").first.click()
    expect(held).to_contain_text("sargas, grade B2")
    expect(held).to_contain_text("straight")
    held.get_by_label("Set class").select_option("balloon")
    held.get_by_role("button", name="Set").click()
    expect(held.locator("li.class strong")).to_have_text("balloon")
    expect(held).to_contain_text("instead of: one-way drone (sargas)")
    held.get_by_role("button", name="Take back").click()
    expect(held.locator("li.class strong")).to_have_text("one-way drone")
    assert [claim.state for claim in node.picture.claims(DRONE)] == ["made", "made", "withdrawn"]


@pytest.mark.parametrize(("value", "is_loud"), [("armed_possible", True), ("armed_unlikely", False)])
def test_only_what_may_be_armed_has_the_colour_of_danger(
    screen: Screen, node: ScriptedNode, value: str, is_loud: bool
) -> None:
    said = {"class": "one_way_drone", "danger": value}
    node.picture.apply([make_claim(DRONE, NOW_NS, claim_id=k, about=k, value=v) for k, v in said.items()], NOW_NS)
    held = screen.open(f"?nomap&track={DRONE}").page.get_by_label("Held of it")
    danger, plain = (held.locator(f"li.{about} strong").evaluate(COLOUR) for about in ("danger", "class"))
    assert (danger != plain) == is_loud


def test_permissions_are_listed_entered_imported_and_revoked(
    screen: Screen, node: ScriptedNode, tmp_path: Path
) -> None:
    node.picture.apply([make_permission(1, 5, valid_until_ns=NOW_NS + 10**13)], NOW_NS)
    screen.open(f"?nomap&track={DRONE}&list=permissions")
    panel = screen.page.get_by_label("Permissions", exact=True)
    expect(panel.locator("li")).to_have_count(1)
    expect(panel).to_contain_text("Vilniaus policija")
    panel.get_by_text("Add or import").click()
    panel.get_by_label("Id", exact=True).fill("dronas-7")
    panel.get_by_label("Holder").fill("Pasienis")
    panel.get_by_label("Purpose").select_option("border_guard")
    expect(panel.get_by_label("From (UTC)")).to_have_value("2026-09-21 14:13")  # whatever the browser's country
    panel.get_by_label("Until (UTC)").fill("2027-01-01 00:00")
    panel.get_by_label("Remote ID").fill("1581C5BKD22501230")
    panel.get_by_role("button", name="At the selected track").click()
    panel.get_by_role("button", name="Enter", exact=True).click()
    expect(panel.locator("li")).to_have_count(2)
    expect(panel.get_by_role("status")).to_have_text("Entered: dronas-7")
    made = next(one for one in node.picture.snapshot().permissions if one.permission_id == "dronas-7")
    assert (made.centre, made.radius_m, made.entered_by) == ((26.55, 54.93), 3000.0, "jonas")
    assert (made.purpose, made.uas_id, made.valid_until_ns) == (
        "border_guard", "1581C5BKD22501230", 1_798_761_600_000_000_000,
    )  # fmt: skip
    file = tmp_path / "leidimai.csv"
    file.write_text(
        "permission_id,holder,valid_from,valid_until,latitude_deg,longitude_deg,radius_m\n"
        "klubas,Klubas,2026-09-21T08:00Z,2027-09-22T08:00Z,54.9,no,1000\n",
        encoding="utf-8",
    )
    panel.get_by_label("CSV or GeoJSON file").set_input_files(file)
    expect(panel.get_by_role("alert")).to_contain_text("2: longitude_deg: expected a number")
    screen.complaints.clear()  # the browser itself tells of the refusal
    file.write_text(file.read_text(encoding="utf-8").replace(",no,", ",24.0,"), encoding="utf-8")
    panel.get_by_label("CSV or GeoJSON file").set_input_files(file)
    expect(panel.get_by_role("status")).to_have_text("Imported: 1 entered, 0 unchanged")
    panel.get_by_text("Pasienis").click()
    panel.get_by_role("button", name="Revoke", exact=True).locator("visible=true").click()
    panel.get_by_role("button", name="Revoke it now").click()
    expect(panel.locator("li")).to_have_count(2)
    expect(panel.get_by_role("status")).to_have_text("Revoked: dronas-7")


def test_who_only_looks_sees_permissions_and_changes_none(screen: Screen, node: ScriptedNode) -> None:
    node.picture.apply([make_permission(1, 5, valid_until_ns=NOW_NS + 10**13)], NOW_NS)
    screen.open()
    account = node.accounts.verify("ona", PASSWORD, "browser")
    assert account is not None
    token = node.accounts.open_session(account)
    screen.page.context.add_cookies([{"name": COOKIE, "value": token, "url": node.url, "sameSite": "Strict"}])
    screen.page.reload()
    tab = screen.page.get_by_role("tab", name="Permits")
    expect(screen.page.get_by_role("tab", selected=True)).to_have_text("Sources")
    screen.page.get_by_role("tab", name="Sources").press("ArrowLeft")  # round to the last
    expect(screen.page.get_by_role("tab", name="Incidents")).to_be_focused()
    for _ in range(4):
        screen.page.keyboard.press("ArrowLeft")
    expect(tab).to_be_focused()
    screen.wait_for(lambda: "list=permissions" in screen.page.url)
    panel = screen.page.get_by_label("Permissions", exact=True)
    expect(panel.locator("li")).to_have_count(1)
    panel.get_by_text("Vilniaus policija").click()
    expect(panel.get_by_text("3000").or_(panel.get_by_text("permission-1"))).to_be_visible()
    assert panel.get_by_role("button").count() == 0
    assert panel.get_by_text("Add or import").count() == 0


def test_a_permission_in_force_is_outlined_on_the_map(screen: Screen, node: ScriptedNode) -> None:
    screen.open()
    before = screen.count_pixels(PERMITTED, tolerance=60)[0]
    wide = make_permission(1, 5, valid_until_ns=NOW_NS + 10**13, centre=(24.0, 55.5), radius_m=90e3)
    node.picture.apply([wide], NOW_NS)
    screen.wait_for(lambda: screen.count_pixels(PERMITTED, tolerance=60)[0] > before + 50)
    node.picture.apply([wide.model_copy(update={"id": "r", "state": "revoked"})], NOW_NS)
    screen.wait_for(lambda: screen.count_pixels(PERMITTED, tolerance=60)[0] <= before + 5)
    assert [one.state for one in node.picture.snapshot().permissions] == ["revoked"]


def test_a_drafted_warning_is_approved_by_the_person_logged_in_after_being_asked(
    screen: Screen, node: ScriptedNode
) -> None:
    screen.open()
    assert screen.page.get_by_label("Public warnings").count() == 0
    node.picture.apply([make_warning(NOW_NS)], NOW_NS)
    warnings = screen.page.get_by_label("Public warnings")
    expect(warnings).to_contain_text("Air warning: Vilnius")
    warnings.get_by_role("button", name="Approve").click()
    expect(warnings).to_contain_text("Approve this warning in your name?")
    assert node.decisions == []
    warnings.get_by_role("button", name="Yes").click()
    screen.wait_for(lambda: len(node.decisions) == 1)
    assert (node.decisions[0].action, node.decisions[0].actor) == ("approve", "jonas")
    decided = {"id": "w2", "state": "approved", "decided_by": "jonas", "decided_ns": NOW_NS}
    node.picture.apply([make_warning(NOW_NS, **decided)], NOW_NS)
    expect(warnings).to_contain_text("Approved: jonas")
    hook = {"channel": "hook", "state": "refused", "time_ns": NOW_NS, "attempts": 1, "reason": "404 nobody here"}
    node.picture.apply([make_warning(NOW_NS, **decided | {"id": "w3", "deliveries": (hook,)})], NOW_NS)
    expect(warnings).to_contain_text("hook: refused")
    warnings.get_by_role("button", name="Send again").click()
    screen.wait_for(lambda: len(node.decisions) == 2)
    assert (node.decisions[1].action, node.decisions[1].subject) == ("resend", "track-7/1/1@hook")
    moments = {"first_plot_ns": NOW_NS - 19 * 10**9, "firm_ns": NOW_NS - 9 * 10**9, "sent_ns": NOW_NS + 41 * 10**9}
    sent = hook | {"state": "sent", "reason": ""}
    node.picture.apply([make_warning(NOW_NS, **decided | moments | {"id": "w4", "deliveries": (sent,)})], NOW_NS)
    expect(warnings).to_contain_text("hook: sent")
    warnings.get_by_text("Air warning: Vilnius").click()
    expect(warnings.locator(".clock")).to_contain_text("+1:00")
    screen.page.get_by_role("button", name="LT").click()
    expect(screen.page.get_by_label("Perspėjimai gyventojams")).to_contain_text("Oro pavojus: Vilnius")
