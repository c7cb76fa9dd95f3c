"""Faults of the core's own parts: what fails is left out, named, and begun anew; the picture goes on.

A fault is caught where it happens and so happens again in a replay: live still equals replay. What a part had put out
before it failed stays, for its state does too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from traceback import extract_tb
from typing import TypeVar

from sargas.model.columns import NS_PER_S
from sargas.model.records import Configuration, SourceHealth
from sargas.model.saying import NOTHING, Said, as_reason
from sargas.sensors.saying import say

RESTART_AFTER = 3
"""Faults of a part in a row after which it begins anew, and then at every so many more."""
SHOWN_NS = 60 * NS_PER_S
"""A part that has failed is shown for so long after its last fault."""

Found = TypeVar("Found")


@dataclass(slots=True)
class _Faults:
    """Of one part: faults in a row and in all, restarts, the last fault, and what was told of it."""

    in_a_row: int = 0
    count: int = 0
    restarts: int = 0
    last_ns: int = 0
    reason: str = ""
    told: tuple[str, int] = ("ok", 0)


class Containment:
    """Run the core's parts, count their faults, and say at ticks which part is failing."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._faults: dict[str, _Faults] = {}

    def run(
        self, part: str, time_ns: int, work: Callable[[], Found], otherwise: Found, restart: Callable[[], None]
    ) -> Found:
        """Return what ``work`` gives, or ``otherwise`` when it fails; one that fails again and again begins anew.

        Only exceptions are faults: an interrupt and the end of the process go through.
        """
        try:
            found = work()
        except Exception as error:  # whatever it is, the rest of the picture must go on
            self._note(part, time_ns, error, restart)
            return otherwise
        if part in self._faults:
            self._faults[part].in_a_row = 0
        return found

    def tick(self, time_ns: int) -> tuple[SourceHealth, ...]:
        """Return, in order of name, the parts whose state or count changed."""
        due = []
        for part in sorted(self._faults):
            faults = self._faults[part]
            state = "failed" if faults.in_a_row else "degraded" if time_ns - faults.last_ns <= SHOWN_NS else "ok"
            if (state, faults.count) != faults.told:
                faults.told = (state, faults.count)
                due.append(self._health(part, faults, state, time_ns))
        return tuple(due)

    def snapshot(self) -> bytes:
        """Return the whole state as JSON; equal states give equal bytes."""
        rows = {
            part: [f.in_a_row, f.count, f.restarts, f.last_ns, f.reason, list(f.told)]
            for part, f in self._faults.items()
        }
        return json.dumps(rows, separators=(",", ":")).encode()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        self._faults = {
            part: _Faults(row, count, restarts, last_ns, reason, (told[0], told[1]))
            for part, (row, count, restarts, last_ns, reason, told) in json.loads(data).items()
        }

    def _note(self, part: str, time_ns: int, error: Exception, restart: Callable[[], None]) -> None:
        faults = self._faults.setdefault(part, _Faults())
        faults.in_a_row += 1
        faults.count += 1
        faults.last_ns, faults.reason = time_ns, _words(error)
        if faults.in_a_row % RESTART_AFTER == 0:
            try:
                restart()
                faults.restarts += 1
            except Exception as fault:  # it stays as it is, and the rest of the picture goes on
                faults.reason = _words(fault)

    def _health(self, part: str, faults: _Faults, state: str, time_ns: int) -> SourceHealth:
        settings = self._configuration
        reason = NOTHING if state == "ok" else _reason(faults)
        return SourceHealth.model_validate(
            {
                "id": f"{settings.node}/core/{part}/{time_ns}", "time_ns": time_ns, "origin": settings.node,
                "label": settings.label, "source": f"core {part}", "state": state, "rejected": faults.count,
                **as_reason(reason),
            }
        )  # fmt: skip


def _reason(faults: _Faults) -> Said:
    told = {"error": faults.reason, "count": faults.count}
    return say("left_out_anew", restarts=faults.restarts, **told) if faults.restarts else say("left_out", **told)


def _words(error: Exception) -> str:
    """Say what failed and where, in one line that is the same in a replay."""
    frames = extract_tb(error.__traceback__)
    place = next((f for f in reversed(frames) if "sargas" in f.filename), frames[-1] if frames else None)
    where = "" if place is None else f" ({place.filename.rsplit('/', 1)[-1]}:{place.lineno}, {place.name})"
    text = " ".join(str(error).split())[:160]
    return f"{type(error).__name__}: {text}{where}"
