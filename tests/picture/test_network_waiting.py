"""A partner that says more than is taken within a second loses nothing of worth: it waits, and is told in its turn."""

from __future__ import annotations

from typing import Any

import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.message import Message
from sargas.model.records import Handover, PartnerNotice, Tick
from sargas.picture import network_waiting
from sargas.picture.network import MOST_A_SECOND
from sargas.picture.network_waiting import MOST_WAITING
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.step import step
from tests.picture.two_nations import Nation, label_of, replayed, use_wire, write
from tests.tracking.scene import at_ns


def alert(number: int, *, level: str = "advisory", state: str = "raised", at_s: float = 1.0) -> PartnerNotice:
    return PartnerNotice(
        id=f"x{number}/{state}/{at_s}", time_ns=at_ns(at_s), origin="node-LVA", label=label_of("LVA"), nation="LVA",
        notice_id=f"LVA/{number}", about="alert", level=level, state=state, is_over=state == "ended",
    )  # fmt: skip


def offer(number: int) -> Handover:
    return Handover(
        id=f"h{number}", time_ns=at_ns(1), origin="node-LVA", label=label_of("LVA"), handover_id=f"LVA/{number}",
        state="offered", network_id=f"LVA-{number}", giver="LVA", taker="LTU", offered_ns=at_ns(1),
        expires_ns=at_ns(31),
    )  # fmt: skip


def say(nation: Nation, *records: Any, at_s: float = 1.0) -> list[Message]:
    """Say records one by one, as the releases of a partner come."""
    told = list[Message]()
    for record in records:
        told += nation.step(at_ns(at_s), "from-LVA", "datagram", write(shared=(record,)))
    return told


def tick(nation: Nation, at_s: float) -> list[Message]:
    record = Tick(id=f"t{at_s}", time_ns=at_ns(at_s), origin="n", label=label_of("LTU"))
    told = nation.step(at_ns(at_s), "n", "record", record.model_dump_json().encode())
    return [one for one in told if isinstance(one, PartnerNotice | Handover)]


def refused(nation: Nation) -> dict[str, int]:
    assert nation.state.picture is not None
    return dict(nation.state.picture.health.rejects_of("from-LVA"))


def waiting(nation: Nation) -> int:
    assert nation.state.picture is not None
    return sum(len(one) for one in nation.state.picture.network.waiting.values())


def test_what_comes_too_fast_is_told_later_at_the_limit_and_nothing_is_lost() -> None:
    nation = Nation("LTU")
    told = [alert(k) for k in range(3 * MOST_A_SECOND + 7)]
    shown = [len(say(nation, *told))]
    for second in range(2, 7):
        shown.append(len(tick(nation, second)))
    assert shown == [MOST_A_SECOND, MOST_A_SECOND, MOST_A_SECOND, 7, 0, 0]
    assert nation.told(PartnerNotice) == told
    assert refused(nation) == {}


def test_alarms_and_hand_overs_that_came_last_come_before_what_waits() -> None:
    nation = Nation("LTU")
    say(nation, *(alert(k) for k in range(3 * MOST_A_SECOND)), alert(900, level="critical"), offer(9))
    first = tick(nation, 2.0)
    assert [type(one) for one in first[:2]] == [PartnerNotice, Handover]
    assert first[0] == alert(900, level="critical")
    assert len(first) == MOST_A_SECOND


def test_of_what_waits_the_newest_word_on_a_thing_is_told_and_no_older_one() -> None:
    nation = Nation("LTU")
    say(nation, *(alert(k) for k in range(MOST_A_SECOND)))
    say(nation, *(alert(700, level="critical", at_s=1 + k / 1000) for k in range(200)))
    say(nation, alert(701, level="critical"), alert(701, level="critical", state="ended"))
    assert waiting(nation) == 2
    assert tick(nation, 2.0) == [alert(700, level="critical", at_s=1.199), alert(701, level="critical", state="ended")]


def test_within_a_second_no_more_is_taken_whatever_brings_it() -> None:
    nation = Nation("LTU")
    shown = [len(say(nation, *(alert(k) for k in range(90)))), len(tick(nation, 1.5))]
    shown += [len(say(nation, alert(91), at_s=2.0)), len(tick(nation, 1.9)), len(tick(nation, 3.0))]
    assert shown == [MOST_A_SECOND, 0, 41, 0, 0]


def test_what_no_longer_finds_room_is_the_least_urgent_and_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_waiting, "MOST_WAITING", 60)
    nation = Nation("LTU")
    say(nation, *(alert(k) for k in range(MOST_A_SECOND)), *(alert(k, level="critical") for k in range(100, 140)))
    say(nation, *(alert(k) for k in range(200, 230)), alert(300, level="critical"))
    assert waiting(nation) == 60
    assert refused(nation) == {f"over {MOST_WAITING} records waiting, more than {MOST_A_SECOND} a second": 11}
    told = [one for second in (2.0, 3.0) for one in tick(nation, second)]
    numbers = [int(one.notice_id.split("/")[1]) for one in told if isinstance(one, PartnerNotice)]
    assert numbers == [*range(100, 140), 300, *range(211, 230)]


def test_a_hand_over_that_waited_is_judged_and_counted_like_any_other() -> None:
    nation = Nation("LTU")
    forged = offer(5).model_copy(update={"giver": "POL", "taker": "EST", "state": "accepted"})
    say(nation, *(alert(k) for k in range(MOST_A_SECOND)), forged)
    assert refused(nation) == {}
    assert tick(nation, 2.0) == []
    assert refused(nation) == {"a hand-over that the partner has no say in": 1}


def busy_run() -> Nation:
    nation = Nation("LTU")
    for second in range(1, 8):
        for k in range(90):
            say(nation, alert(90 * second + k, level="critical" if k % 7 == 0 else "advisory"), at_s=second + k / 100)
        say(nation, offer(second), at_s=second + 0.95)
        tick(nation, second + 1.0)
    return nation


def test_a_replay_tells_the_same_in_the_same_seconds() -> None:
    nation = busy_run()
    assert waiting(nation) > 100
    assert replayed(nation).digest.hex() == nation.state.digest.hex()


def test_a_run_goes_on_from_a_snapshot_with_what_waits() -> None:
    nation = busy_run()
    cut = len(nation.journal) // 2
    begun = Nation("LTU")
    for envelope in nation.journal[1:cut]:
        step(begun.state, envelope)
    assert waiting(begun) > 50
    state, _ = load_state(dump_state(begun.state, cut))
    use_wire(state)
    for envelope in nation.journal[cut:]:
        step(state, envelope)
    assert state.digest.hex() == nation.state.digest.hex()
    assert dump_state(state, 1) == dump_state(nation.state, 1)


def test_what_waits_goes_on_to_wait_when_the_network_begins_anew() -> None:
    nation = Nation("LTU")
    say(nation, *(alert(k) for k in range(MOST_A_SECOND + 5)))
    assert nation.state.picture is not None
    nation.state.picture.begin_anew("network", nation.state.time_ns + NS_PER_S)
    assert tick(nation, 3.0) == [alert(k) for k in range(MOST_A_SECOND, MOST_A_SECOND + 5)]
