"""What waits for one partner: the log in order and complete, of state the newest, whatever the bus refuses."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from sargas.model.saying import Said
from sargas.runtime.bus.errors import BusAway
from sargas.runtime.federation.partner_outbox import MOST_LOG, MOST_PLOTS, PartnerOutbox, Sealed


@dataclass
class Refusing:
    """A bus that refuses so many publications before it takes any."""

    refusals: int = 0
    taken: list[tuple[str, str]] = field(default_factory=list)

    async def publish(self, partner: str, release_subject: str, data: bytes, message_id: str) -> None:
        if self.refusals:
            self.refusals -= 1
            raise BusAway("not confirmed")
        self.taken.append((release_subject, message_id))


def sealed(traffic: str, token: str, number: int) -> Sealed:
    return Sealed(f"release.LTU.{traffic}.{token}", f"{traffic}-{token}-{number}", b"x", traffic)


def publish(bus: Refusing, releases: Iterable[Sealed]) -> tuple[PartnerOutbox, list[Said]]:
    """Let an outbox publish until nothing waits."""
    troubles: list[Said] = []

    async def run() -> PartnerOutbox:
        outbox = PartnerOutbox("LVA", troubles.append)
        for release in releases:
            outbox.put(release)
        running = asyncio.create_task(outbox.run(bus))
        async with asyncio.timeout(10):
            while outbox.waiting:
                await asyncio.sleep(0.01)
        running.cancel()
        return outbox

    return asyncio.run(run()), troubles


def test_the_log_goes_first_complete_and_in_order() -> None:
    bus = Refusing()
    states = [sealed("state", f"b{k:02}", k) for k in range(40)]
    publish(bus, [*states, *(sealed("log", "alert", k) for k in range(30))])
    assert [name for _, name in bus.taken[:30]] == [f"log-alert-{k}" for k in range(30)]
    assert len(bus.taken) == 70


def test_it_says_when_all_of_the_log_that_waited_is_kept_and_when_there_is_no_room_for_more() -> None:
    bus, kept = Refusing(refusals=1), list[int]()
    troubles: list[Said] = []

    async def run() -> None:
        outbox = PartnerOutbox("LVA", troubles.append)
        for number in range(MOST_LOG - 1):
            outbox.put(sealed("log", "alert", number))
        assert outbox.has_room
        outbox.call_when_kept(lambda: kept.append(len(bus.taken)))
        assert not outbox.has_room
        running = asyncio.create_task(outbox.run(bus))
        async with asyncio.timeout(10):
            while outbox.waiting:
                await asyncio.sleep(0.01)
        assert outbox.has_room
        running.cancel()

    asyncio.run(run())
    assert kept == [MOST_LOG - 1]
    assert "the bus takes nothing for LVA: alerts and warnings for it wait in the store" in troubles[0].en
    assert troubles[-1].en == ""


def test_of_state_only_the_newest_of_each_bucket_goes() -> None:
    bus = Refusing()
    outbox, _ = publish(bus, [sealed("state", f"b{k % 4:02}", k) for k in range(20)])
    assert sorted(name for _, name in bus.taken) == ["state-b00-16", "state-b01-17", "state-b02-18", "state-b03-19"]
    assert outbox.published["state"] == 4


def test_what_the_bus_does_not_take_is_offered_again_and_the_trouble_is_told_and_taken_back() -> None:
    bus = Refusing(refusals=2)
    _, troubles = publish(bus, [sealed("log", "alert", 1), sealed("log", "alert", 2)])
    assert [name for _, name in bus.taken] == ["log-alert-1", "log-alert-2"]
    assert [one.en for one in troubles] == ["not confirmed", "not confirmed", ""]


def test_old_plots_go_when_too_many_wait() -> None:
    bus = Refusing()
    outbox, _ = publish(bus, [sealed("plots", "radar", k) for k in range(MOST_PLOTS + 25)])
    assert outbox.dropped_plots == 25
    assert bus.taken[0][1] == "plots-radar-25"
