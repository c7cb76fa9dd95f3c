"""Partners on the screen: an offer is taken over by one click, a track shows who answers for it, in both languages."""

from __future__ import annotations

import os
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from sargas.model.message import Message
from tests.browser.conftest import Screen, layers_at
from tests.console.node import NOW_NS, ScriptedNode, make_health, make_tracks
from tests.console.test_network import CUE, configuration, handover, identity, notice

pytestmark = pytest.mark.browser


def share(node: ScriptedNode) -> None:
    told: list[Message] = [
        configuration(), make_health("from-LVA"), handover(1, reason="flies into the area of LTU"),
        handover(2, state="timed_out", giver="LTU", taker="LVA", network_id="LTU-9", reason="nobody answered"),
        identity(7, holder="LTU", network_id="LTU-7", partners=("LVA",)), CUE,
        notice(1, headline="Drone near Daugavpils", level="critical"),
        make_tracks([7], network_id=np.array([b"LTU-7"], "S16")),
    ]  # fmt: skip
    node.picture.apply(told, NOW_NS)


def test_an_offer_is_shown_with_its_time_and_taken_over(screen: Screen, node: ScriptedNode) -> None:
    share(node)
    address, drawn = layers_at("lat=55.5&lon=25.0&zoom=7&lang=en&list=network&track=7")
    screen.open(address, wait=drawn)
    panel = screen.page.get_by_role("region", name="Partners")
    expect(screen.page.get_by_role("tab", name="Partners")).to_contain_text("1")
    expect(panel).to_contain_text("LVA offers LVA-1")
    expect(panel).to_contain_text(re.compile(r"0:[0-3]\d"))
    expect(panel).to_contain_text("LTU-9 LTU → LVA: nobody answered")
    expect(panel).to_contain_text("LVA → LTU: asked to look")
    expect(panel).to_contain_text("Drone near Daugavpils")
    if folder := os.environ.get("SARGAS_SCREENSHOTS"):
        screen.page.screenshot(path=f"{folder}/network.png")
    panel.get_by_role("button", name="Take over").click()
    screen.wait_for(lambda: bool(node.decisions))
    assert [(d.action, d.subject) for d in node.decisions] == [("accept", "LVA/LVA-1/LTU/1")]
    node.picture.apply([handover(1, state="accepted")], NOW_NS)
    expect(panel).to_contain_text("LVA-1 LVA → LTU: taken over")
    assert screen.complaints == []


def test_a_track_says_who_answers_for_it_and_is_handed_over(screen: Screen, node: ScriptedNode) -> None:
    share(node)
    screen.open("?nomap&lang=lt&list=network&track=7")
    detail = screen.page.locator(".detail")
    expect(detail).to_contain_text("LTU-7")
    expect(detail.locator(".duty")).to_contain_text("Atsako")
    expect(detail.locator(".duty")).to_contain_text("LVA")
    detail.get_by_role("button", name="Perduoti: LVA").click()
    detail.get_by_role("button", name="Prašyti stebėti: LVA").click()
    screen.wait_for(lambda: len(node.decisions) == 2)
    assert [(d.action, d.subject) for d in node.decisions] == [("hand_over", "LTU-7@LVA"), ("cue", "LTU-7@LVA")]
    expect(screen.page.get_by_role("region", name="Partneriai")).to_contain_text("LVA siūlo perimti LVA-1")
    assert screen.complaints == []
