"""A feed that breaks is started again after a growing pause; one that ends is finished; all stop at once."""

from __future__ import annotations

import asyncio

import pytest

from sargas.runtime.clock import ManualClock
from sargas.runtime.feeds import Feed, Intake, Supervisor


class Script(Feed):
    """A feed that does what it is told, run by run."""

    def __init__(self, name: str, *runs: object) -> None:
        super().__init__(name, Intake().open_queue(), ManualClock(5))
        self.runs = list(runs)
        self.started_s: list[float] = []

    async def run(self) -> None:
        self.started_s.append(asyncio.get_running_loop().time())
        match self.runs.pop(0):
            case Exception() as error:
                raise error
            case float() as seconds:
                await asyncio.sleep(seconds)
                raise OSError("late break")
            case "hang":
                await asyncio.Event().wait()
            case bytes() as data:
                self.deliver(data, self._clock.now_ns())


def test_pauses_grow_to_the_cap_and_the_reason_is_shown() -> None:
    feed = Script("radar", *(ConnectionError(f"no {i}") for i in range(5)), b"at last")
    supervisor = Supervisor([feed], first_pause_s=0.02, longest_pause_s=0.08)
    asyncio.run(supervisor.run())
    pauses = [b - a for a, b in zip(feed.started_s, feed.started_s[1:], strict=False)]
    for pause, least in zip(pauses, (0.02, 0.04, 0.08, 0.08, 0.08), strict=True):
        assert least <= pause < least + 0.5
    counters = supervisor.counters()["radar"]
    assert (counters.state, counters.restarts, counters.last_error) == ("finished", 5, "ConnectionError: no 4")
    assert (counters.received, counters.bytes, counters.last_receive_ns) == (1, 7, 5)


def test_of_several_tasks_that_failed_together_the_first_says_why() -> None:
    both = ExceptionGroup("unhandled errors in a TaskGroup", [ConnectionError("the server has gone"), OSError("too")])
    feed = Script("partner-LVA", both, b"at last")
    asyncio.run(Supervisor([feed], first_pause_s=0.001).run())
    assert feed.counters.last_error == "ConnectionError: the server has gone"


def test_a_calm_run_sets_the_pause_back() -> None:
    feed = Script("radar", OSError("a"), OSError("b"), 0.1, b"")
    asyncio.run(Supervisor([feed], first_pause_s=0.02, longest_pause_s=10, calm_s=0.1).run())
    assert feed.started_s[3] - feed.started_s[2] < 0.1 + 0.06


def test_one_feeds_breaks_leave_the_others_alone_and_stopping_is_quick() -> None:
    async def scenario() -> None:
        broken, calm = Script("broken", *[ValueError("bad bytes")] * 100), Script("calm", "hang")
        supervisor = Supervisor([broken, calm], first_pause_s=0.001, longest_pause_s=0.001)
        task = asyncio.create_task(supervisor.run())
        await asyncio.sleep(0.05)
        assert supervisor.counters()["broken"].restarts > 3
        assert len(calm.started_s) == 1
        started_s = asyncio.get_running_loop().time()
        task.cancel()
        await asyncio.wait([task])
        assert asyncio.get_running_loop().time() - started_s < 1
        assert {c.state for c in supervisor.counters().values()} == {"stopped"}

    asyncio.run(scenario())


def test_the_state_is_visible_while_waiting_to_start_again() -> None:
    async def scenario() -> None:
        supervisor = Supervisor([Script("radar", OSError("gone"))], first_pause_s=30)
        assert supervisor.counters()["radar"].state == "waiting"
        task = asyncio.create_task(supervisor.run())
        await asyncio.sleep(0.01)
        assert supervisor.counters()["radar"].state == "backing_off"
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(scenario())


def test_two_sources_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="different name"):
        Supervisor([Script("radar"), Script("radar")])


def test_a_feed_that_stands_by_runs_while_it_is_wanted_and_starts_at_once_whatever_broke_before() -> None:
    async def scenario() -> None:
        radar, ours = Script("radar", OSError("no route"), "hang", "hang"), Script("ours", "hang")
        supervisor = Supervisor([radar, ours], standby={"radar"}, first_pause_s=30)
        task = asyncio.create_task(supervisor.run())
        states = []
        for names in ((), ("radar",), (), ("radar",), ("ours",), ("radar",)):
            supervisor.want(names)
            await asyncio.sleep(0.02)
            states.append(supervisor.counters()["radar"].state)
        assert states == ["standby", "backing_off", "standby", "connecting", "standby", "connecting"]
        assert (len(radar.started_s), len(ours.started_s)) == (3, 1)
        task.cancel()
        await asyncio.wait([task])
        assert {c.state for c in supervisor.counters().values()} == {"stopped"}

    asyncio.run(scenario())


def test_a_node_that_stops_ends_a_feed_that_stands_by() -> None:
    async def scenario() -> None:
        supervisor = Supervisor([Script("radar")], standby={"radar"})
        task = asyncio.create_task(supervisor.run())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task], timeout=1)
        assert task.done()
        assert supervisor.counters()["radar"].state == "stopped"

    asyncio.run(scenario())
