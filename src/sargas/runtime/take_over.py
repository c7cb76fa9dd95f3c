"""Taking over a partner's feeds: standby feeds run while a person's decision stands; how fast they came is noted.

The core says what is taken over; the feeds follow it, so a replay shows the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from sargas.model.message import Message
from sargas.model.records import Configuration, Decision
from sargas.model.tracks import Tracks
from sargas.sensors.health import SourceHealthBook
from sargas.sensors.standby import ACTIONS


class Made(Protocol):
    """What the core made of one envelope."""

    @property
    def messages(self) -> tuple[Message, ...]: ...

    @property
    def offered(self) -> tuple[Tracks, ...] | None: ...


@dataclass(frozen=True, slots=True)
class TakenSource:
    """A standby source that is taken over; times are UTC ns, none: not yet."""

    source: str
    nation: str
    taken_by: str
    taken_ns: int
    """When the person decided."""
    first_datagram_ns: int | None = None
    first_track_ns: int | None = None
    """When the picture first showed a track with a plot of it."""


class TakeOvers:
    """Start and stop standby feeds as the core has it; ``take`` in the core's thread.

    ``feeds``: of each feed that stands by, the sources it brings; ``want`` is told which of them are to run.
    """

    def __init__(
        self,
        feeds: Mapping[str, frozenset[str]],
        want: Callable[[frozenset[str]], None],
        now_ns: Callable[[], int],
    ) -> None:
        self._feeds, self._want, self._now_ns = dict(feeds), want, now_ns
        self._taken: dict[str, TakenSource] = {}

    def status(self) -> tuple[TakenSource, ...]:
        """Return what is taken over, by source."""
        taken = self._taken
        return tuple(taken[name] for name in sorted(taken))

    def take(self, made: Made, health: SourceHealthBook) -> None:
        """Follow what the core made of one envelope, and its book of sources."""
        if any(isinstance(told, Decision) and told.action in ACTIONS for told in made.messages):
            self._follow(health)
        if any(one.first_track_ns is None for one in self._taken.values()):
            self._watch(made, health)

    def _follow(self, health: SourceHealthBook) -> None:
        before, standby = self._taken, health.standby
        self._taken = {
            name: before[name]
            if name in before and before[name].taken_ns == by.time_ns
            else TakenSource(name, standby.nation_of[name], by.actor, by.time_ns)
            for name, by in standby.taken.items()
        }
        self._want(frozenset(feed for feed, sources in self._feeds.items() if sources & self._taken.keys()))

    def _watch(self, made: Made, health: SourceHealthBook) -> None:
        """Note the first datagram of each source, and the first track that has a plot of it, at each tick.

        Own tracks before any fusion count: a partner's track names the same sensors, and says nothing of our feed.
        """
        shown = made.offered or ()
        for one in [one for one in self._taken.values() if one.first_track_ns is None]:
            first_ns = one.first_datagram_ns or health.first_taken_ns(one.source)
            is_shown = first_ns is not None and any(_is_behind(health.sensors_of(one.source), told) for told in shown)
            noted = replace(
                one, first_datagram_ns=first_ns, first_track_ns=self._now_ns() if is_shown else one.first_track_ns
            )
            if noted != one:
                self._taken = self._taken | {one.source: noted}


def in_loop(
    loop: asyncio.AbstractEventLoop, want: Callable[[frozenset[str]], None]
) -> Callable[[frozenset[str]], None]:
    """Return a call that hands ``want`` to the event loop, for the core's thread; one that has ended needs no feeds."""

    def call(names: frozenset[str]) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(want, names)

    return call


def refuse_strangers(configuration: Configuration) -> None:
    """Raise ValueError for a source that stands by for a nation that is no partner."""
    partners = [partner.nation for partner in configuration.partners]
    for source in configuration.sources:
        if source.standby_for and source.standby_for not in partners:
            raise ValueError(
                f"source {source.name!r}: expected standby_for as a partner out of {', '.join(partners) or 'none'}, "
                f"was {source.standby_for!r}: add the partner to the network folder, or take standby_for away"
            )


def _is_behind(sensors: frozenset[str], tracks: Tracks) -> bool:
    """Say whether a sensor is behind a track that is shown."""
    bits = [place for place, name in enumerate(tracks.sensor_ids) if name in sensors]
    firm = tracks.is_firm
    return any(bool((tracks.contributing[firm, k // 64] >> np.uint64(k % 64) & np.uint64(1)).any()) for k in bits)
