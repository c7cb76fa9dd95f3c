"""What the screen says of a partner's link, and when it says that its feeds can be taken over."""

from __future__ import annotations

from sargas.model.columns import NS_PER_S
from sargas.runtime.bus.status import PartnerStatus
from sargas.runtime.federation.link_health import LinkHealth

GONE = PartnerStatus("LVA")
UP = PartnerStatus("LVA", is_dialled=True, dials_us=True)
NOON_NS = 1_795_694_400 * NS_PER_S


def judge(links: LinkHealth, link: PartnerStatus, second: float) -> tuple[str, str]:
    state, reason = links.judge(link, NOON_NS + round(second * NS_PER_S))
    return state, reason.en


def test_feeds_are_offered_once_a_partner_is_gone_either_way_for_long_enough() -> None:
    links = LinkHealth(10.0, lambda nation: (2, 0))
    waits = ("failed", "LVA is not reached, either way: what it is to get waits here")
    assert [judge(links, GONE, second) for second in (0, 9.9)] == [waits, waits]
    advice = "2 standby feeds can be taken over (sargas network take-over LVA)"
    assert judge(links, GONE, 10) == ("failed", f"LVA is not reached since 12:00:00 UTC: {advice}")
    assert judge(links, UP, 11) == ("ok", "")
    assert judge(links, GONE, 12) == waits, "the time is counted anew"


def test_one_way_down_is_no_reason_to_take_over() -> None:
    links = LinkHealth(1.0, lambda nation: (2, 0))
    deaf = PartnerStatus("LVA", dials_us=True)
    assert {judge(links, deaf, second) for second in range(30)} == {("degraded", "LVA: its releases do not come")}
    full = PartnerStatus("LVA", is_dialled=True, dials_us=True, outbox_fill=0.75)
    assert judge(links, full, 31) == ("degraded", "LVA: its outbox is 75% full")


def test_without_feeds_there_is_nothing_to_say_and_taken_ones_are_named() -> None:
    counts = {"LVA": (0, 0)}
    links = LinkHealth(1.0, lambda nation: counts[nation])
    assert "waits here" in [judge(links, GONE, second)[1] for second in range(5)][-1]
    counts["LVA"] = (1, 1)
    assert "1 standby feed can be taken over" in judge(links, GONE, 6)[1]
    counts["LVA"] = (0, 2)
    assert judge(links, GONE, 7)[1] == "LVA is not reached since 12:00:00 UTC: taken over: 2 of its feeds"


def test_it_is_said_in_lithuanian_too() -> None:
    links = LinkHealth(1.0, lambda nation: (2, 0))
    assert links.judge(GONE, NOON_NS)[1].lt == "LVA nepasiekiama nė viena kryptimi: tai, kas jai skirta, laukia čia"
    advice = "galima perimti atsarginių srautų: 2 (sargas network take-over LVA)"
    assert links.judge(GONE, NOON_NS + NS_PER_S)[1].lt == f"LVA nepasiekiama nuo 12:00:00 UTC: {advice}"
