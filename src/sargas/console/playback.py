"""One client's own playback of what screens showed: its instant, speed and loop, and what the client must be given.

It goes through the same frames and sections as the live picture, so the page draws it in the same way; nothing of it
reaches another client, the log or the core.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
from pydantic import ValidationError

from sargas.console.frame import VERSION, FrameFlag, TrackFrame, encode_frame
from sargas.console.messages import ClockSection, Section
from sargas.console.playback_messages import PlaybackRequest, PlaybackSection, TrailsSection, TrailStep
from sargas.console.screen_log.block import Screen, Touched
from sargas.console.screen_log.cursor import ScreenCursor
from sargas.console.screen_log.index import ScreenIndex
from sargas.console.screen_log.table import Bits, Rows, columns_of, join

NS_PER_MS = 1_000_000
EDGE_NS = 1_500_000_000
"""Playing stays this far behind now: what is newer may not be on the disk yet."""
TRAIL_STEPS, TRAIL_STEP_NS = 15, 6_000_000_000
"""A page keeps so many places of a track, so far apart, beside the newest."""
KEPT_IN_GAPS = ("configuration",)
"""Sections that are shown though nothing is known of the time: the map's zones and sensors."""

Message = str | bytes


def ns_of_ms(time_ms: float) -> int:
    """Convert epoch ms to ns by way of whole microseconds: in ns an epoch does not fit a float's digits."""
    return round(time_ms * 1000) * 1000


class Playback:
    """Everything here reads the disk: call it from a thread, one call at a time."""

    def __init__(self, folder: Path, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        index = ScreenIndex(folder)
        self._cursor, self._behind = ScreenCursor(index), ScreenCursor(index)
        self._request = PlaybackRequest(type="playback")
        self._instant_ns = now_ns()
        self._sent: dict[str, str] = {}
        self._sequence = 0
        self._owes_trails = False

    @property
    def is_moving(self) -> bool:
        """Whether time goes on by itself."""
        return not self._request.paused

    def obey(self, request: PlaybackRequest) -> list[Message]:
        """Take up what the client asks for; return what it must be given at once."""
        begins = self._sequence == 0
        self._request = request
        if request.time_ms is not None:
            self._instant_ns = ns_of_ms(request.time_ms)
        self._instant_ns = min(self._instant_ns, self._now_ns())
        if not begins and request.time_ms is None:
            return []
        self._owes_trails = request.trails
        self._cursor.seek(self._instant_ns)
        return self._everything()

    def advance(self, elapsed_s: float) -> list[Message]:
        """Let time pass: ``elapsed_s`` seconds of the client's; return what it must be given."""
        if self._request.paused:
            return []
        self._instant_ns += round(elapsed_s * self._request.speed * 1e9)
        loop = self._request.loop_from_ms, self._request.loop_until_ms
        if loop[0] is not None and loop[1] is not None and self._instant_ns >= ns_of_ms(loop[1]) > ns_of_ms(loop[0]):
            self._instant_ns = ns_of_ms(loop[0])
        else:
            self._instant_ns = max(min(self._instant_ns, self._now_ns() - EDGE_NS), self._cursor.screen.time_ns)
        touched = self._cursor.advance(self._instant_ns)
        if touched is not None:
            return self._changes(touched)
        self._owes_trails = self._cursor.gap is None
        return self._everything()

    def again(self) -> list[Message]:
        """Return everything once more: the client has lost its thread."""
        return self._everything()

    @property
    def owes_trails(self) -> bool:
        """Whether the client still waits for the trails of the instant it went to."""
        return self._owes_trails

    def trails(self) -> list[Message]:
        """Return where the tracks on the screen were before: what a page that had followed them would have kept."""
        self._owes_trails = False
        shown, behind = self._shown().track_id, self._behind
        steps = list[TrailStep]()
        for steps_left in range(TRAIL_STEPS, 0, -1):
            before_ns = self._instant_ns - steps_left * TRAIL_STEP_NS
            behind.advance(before_ns) if steps else behind.seek(before_ns)
            if behind.gap is None:
                steps.append(_trail_step(behind.screen, shown))
        return [TrailsSection.model_construct(steps=tuple(steps)).model_dump_json()]

    def section(self, new_alerts: int, new_critical: int, fault: str = "") -> str:
        """Say where the playback stands."""
        request, gap = self._request, self._cursor.gap
        return PlaybackSection(
            active=True,
            time_ms=self._instant_ns / NS_PER_MS,
            speed=request.speed,
            paused=request.paused,
            loop_from_ms=request.loop_from_ms,
            loop_until_ms=request.loop_until_ms,
            gap_from_ms=None if gap is None else gap.from_ns / NS_PER_MS,
            gap_until_ms=None if gap is None else gap.until_ns / NS_PER_MS,
            fault=fault or ("" if gap is None else gap.fault),
            new_alerts=new_alerts,
            new_critical=new_critical,
        ).model_dump_json()

    def _everything(self) -> list[Message]:
        return [*self._texts(), self._all_names(), self._whole_frame()]

    def _changes(self, touched: list[Touched]) -> list[Message]:
        messages = self._texts()
        if named := sorted({number for one in touched for number in one.named}):
            messages.append(self._cursor.screen.names.of(named, snapshot=False))
        return [*messages, *self._delta(touched)]

    def _all_names(self) -> str:
        return self._cursor.screen.names.of(self._shown().track_id.tolist(), snapshot=True)

    def _shown(self) -> Rows:
        return join([]) if self._cursor.gap else self._cursor.screen.table.present()

    def _whole_frame(self) -> bytes:
        self._sequence += 1
        return self._frame(columns_of(self._shown()), 0, np.zeros(0, np.uint32))

    def _delta(self, touched: list[Touched]) -> list[Message]:
        """Return the frame that tells of what was touched; of nothing there is none."""
        if not any(one.has_frame for one in touched):
            return []
        table = self._cursor.screen.table
        rows = table.of(np.concatenate([one.track_id for one in touched]))
        gone = np.array(list(dict.fromkeys(np.concatenate([one.deleted for one in touched]).tolist())), np.uint32)
        self._sequence += 1
        return [self._frame(columns_of(rows), self._sequence - 1, gone[~table.has(gone)])]

    def _texts(self) -> list[Message]:
        """Return the clock, and the sections that are not as the client has them."""
        screen, gap = self._cursor.screen, self._cursor.gap
        sections = _EMPTY | screen.sections
        if gap is not None:
            sections = _EMPTY | {name: self._sent[name] for name in KEPT_IN_GAPS if name in self._sent}
        changed = [text for name, text in sections.items() if self._sent.get(name) != text]
        self._sent = self._sent | sections
        clock = ClockSection(
            server_time_ms=self._instant_ns / NS_PER_MS,
            valid_time_ms=screen.valid_ms,
            exercise=bool(screen.flags & FrameFlag.EXERCISE),
            replay=True,
            frame_version=VERSION,
            tracks=len(self._shown()),
        )
        return [clock.model_dump_json(), *changed]

    def _frame(self, columns: dict[str, Bits], base_sequence: int, deleted: Bits) -> bytes:
        screen = self._cursor.screen
        flags = FrameFlag(screen.flags) | FrameFlag.REPLAY
        return encode_frame(
            TrackFrame(
                sequence=self._sequence,
                base_sequence=base_sequence,
                valid_time_ms=screen.valid_ms,
                send_time_ms=self._now_ns() / NS_PER_MS,
                flags=flags | (FrameFlag.SNAPSHOT if base_sequence == 0 else FrameFlag(0)),
                columns=columns,
                deleted=deleted,
            )
        )


def _trail_step(screen: Screen, shown: Bits) -> TrailStep:
    rows = screen.table.present()
    columns = columns_of(rows.take(np.isin(rows.track_id, shown)))
    return TrailStep.model_construct(
        time_ms=screen.valid_ms,
        track_id=tuple(columns["track_id"].tolist()),
        longitude_deg=tuple(columns["longitude_deg"].astype(float).round(5).tolist()),
        latitude_deg=tuple(columns["latitude_deg"].astype(float).round(5).tolist()),
    )


def _empty_sections() -> dict[str, str]:
    """Make, of each section that is a list or several, one that says there is nothing."""
    empty = {}
    for kind in get_args(Section):
        names = [name for name in kind.model_fields if name != "type"]
        try:
            nothing = kind.model_validate(dict.fromkeys(names, ()))
        except ValidationError:
            continue  # the clock, names, configuration, the network of nations: no list alone
        empty[nothing.type] = nothing.model_dump_json()
    return empty


_EMPTY = {name: text for name, text in _empty_sections().items() if name not in ("names", "trails")}
