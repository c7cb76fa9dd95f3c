"""Alarms of cells: raised when most likely more than a tenth of the aircraft are affected, kept while it is likely."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias

import h3.api.basic_int as h3
import numpy as np

from sargas.identification.gnss_cells import LEAST_AIRCRAFT, SHARE_LIMIT, Counts
from sargas.model.columns import NS_PER_S
from sargas.model.parts import pack, unpack

MARK = b"SARGAS-GNSS-ALARMS-1\n"
RAISED_ABOVE, CLEARED_BELOW = 0.95, 0.5
GREEN_BELOW = 0.02
TOLD_EVERY_NS = 60 * NS_PER_S
LEVEL_NS = 3600 * NS_PER_S
"""Time in which the level that a cell is used to follows its share."""
LOUD_STEP = 0.2
"""A share so far above its level is a change: what is disturbed every day is quiet."""
Shade = Literal["few", "green", "yellow", "red"]
Place: TypeAlias = tuple[int, bool]
"""Cell and whether it is the high band."""


@dataclass(frozen=True, slots=True)
class CellState:
    """How a cell is now: ``alarm_ns`` and ``start_ns`` are 0 while there is no alarm; ``level`` is its usual share.

    ``is_pooled``: its counts are of it and the six cells around.
    """

    cell: int
    is_high: bool
    aircraft: int
    affected: int
    spoofed: int
    share: float
    confidence: float
    alarm_ns: int = 0
    start_ns: int = 0
    level: float = 0.0
    told_ns: int = 0
    told_shade: str = ""
    is_loud: bool = False
    is_pooled: bool = False

    @property
    def shade(self) -> Shade:
        """Colour on the map, by the scale of gpsjam.org; "few": too few aircraft to say."""
        if self.aircraft < LEAST_AIRCRAFT:
            return "few"
        if self.share < GREEN_BELOW:
            return "green"
        return "yellow" if self.share <= SHARE_LIMIT else "red"

    @property
    def band(self) -> Literal["low", "high"]:
        """Below or above 5,000 m."""
        return "high" if self.is_high else "low"

    @property
    def name(self) -> str:
        """H3 index as text."""
        return h3.int_to_str(self.cell)


@dataclass(frozen=True, slots=True)
class CellAlarm:
    """A stretch of time in which an alarm of a cell held; times UTC ns, ``end_ns`` None while it goes on."""

    state: CellState
    start_ns: int
    found_ns: int
    end_ns: int | None
    why: str

    @property
    def kind(self) -> Literal["spoofing", "jamming"]:
        """What most of those affected suffer."""
        return "spoofing" if 2 * self.state.spoofed > self.state.affected else "jamming"


class CellAlarms:
    """Follow each cell from count to count. Deterministic."""

    def __init__(self) -> None:
        self.states: dict[Place, CellState] = {}
        self._last_ns = 0

    def update(self, counts: Counts, time_ns: int) -> list[CellAlarm]:
        """Take the counts at ``time_ns`` (UTC ns); return the alarms that begin (``end_ns`` None) and that end."""
        before, changes = self.states, list[CellAlarm]()
        part = min((time_ns - self._last_ns) / LEVEL_NS, 1.0) if self._last_ns else 0.0
        self._last_ns = time_ns
        self.states = {}
        confidence, share = counts.confidence.tolist(), counts.share.tolist()
        columns = (
            counts.cell, counts.is_high, counts.aircraft, counts.affected, counts.spoofed, counts.first_bad_ns,
            counts.is_pooled,
        )  # fmt: skip
        rows = zip(*(column.tolist() for column in columns), share, confidence, strict=True)
        for cell, is_high, aircraft, affected, spoofed, first_ns, is_pooled, found, probability in rows:
            was = before.get((cell, is_high))
            level = found if was is None else was.level + part * (found - was.level)
            now = CellState(
                cell, is_high, aircraft, affected, spoofed, found, probability, level=level, is_pooled=is_pooled
            )
            if was is not None:
                now = replace(
                    now, alarm_ns=was.alarm_ns, start_ns=was.start_ns, told_ns=was.told_ns, told_shade=was.told_shade,
                    is_loud=was.is_loud,
                )  # fmt: skip
            self.states[cell, is_high] = now = _judge(now, first_ns, time_ns, changes)
        for place in sorted(before.keys() - self.states.keys()):
            if before[place].alarm_ns:
                changes.append(_end(before[place], time_ns, "no aircraft there any more"))
        return changes

    def open_alarms(self) -> list[CellAlarm]:
        """Return what goes on, by start and cell."""
        held = (state for state in self.states.values() if state.alarm_ns)
        return [_begin(state) for state in sorted(held, key=lambda state: (state.start_ns, state.cell))]

    def due(self, time_ns: int) -> list[CellState]:
        """Return, and note as told, cells whose colour is another than was told; each at most once a minute."""
        due = []
        for place, state in self.states.items():
            if state.shade != state.told_shade and time_ns - state.told_ns >= TOLD_EVERY_NS:
                due.append(state)
                self.states[place] = replace(state, told_shade=state.shade, told_ns=time_ns)
        return due

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        rows = [[getattr(state, one.name) for one in fields(state)] for state in self.states.values()]
        return pack(MARK, {"last_ns": self._last_ns, "states": rows})

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header = unpack(MARK, data, 0)[0]
        states = [CellState(*row) for row in header["states"]]
        self._last_ns, self.states = header["last_ns"], {(state.cell, state.is_high): state for state in states}


def _judge(now: CellState, first_ns: int, time_ns: int, changes: list[CellAlarm]) -> CellState:
    if not now.alarm_ns and now.aircraft >= LEAST_AIRCRAFT and now.confidence > RAISED_ABOVE:
        now = replace(now, alarm_ns=time_ns, start_ns=first_ns or time_ns)
        changes.append(_begin(now))
    elif now.alarm_ns and now.confidence < CLEARED_BELOW:
        changes.append(_end(now, time_ns, "the share affected fell"))
        now = replace(now, alarm_ns=0, start_ns=0)
    return replace(now, is_loud=bool(now.alarm_ns) and now.share >= now.level + LOUD_STEP)


def _begin(state: CellState) -> CellAlarm:
    return CellAlarm(state, state.start_ns, state.alarm_ns, None, describe(state))


def _end(state: CellState, time_ns: int, why: str) -> CellAlarm:
    return CellAlarm(state, state.start_ns, state.alarm_ns, time_ns, why)


def describe(state: CellState) -> str:
    """Say in words what a cell's alarm rests on."""
    band = "above" if state.is_high else "below"
    around = " here and in the cells around" if state.is_pooled else ""
    return (
        f"{state.affected} of {state.aircraft} aircraft {band} 5,000 m{around} in ten minutes lost their navigation; "
        f"probability that more than {SHARE_LIMIT:.0%} are affected {np.floor(100 * state.confidence):.0f} %"
    )
