"""One figure as benchmarks/run.py reads it: value, limit, whether it is kept, the goal beyond the limit."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

COMMAND = "python benchmarks/bench_tracking.py"


@dataclass(frozen=True)
class Limit:
    """Hold what must be, and what we aim at beyond it; both bounds may be given."""

    at_most: float | None = None
    at_least: float | None = None
    goal: str = ""

    def is_kept(self, value: float) -> bool:
        """Say whether a value is inside; one that is not finite is not."""
        if not math.isfinite(value):
            return False
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)

    def text(self, unit: str) -> str:
        """Render the limit, such as ``<= 5 ms`` or ``0.97 to 1.03``."""
        if self.at_most is not None and self.at_least is not None:
            return f"{self.at_least:g} to {self.at_most:g} {unit}".strip()
        if self.at_most is not None:
            return f"<= {self.at_most:g} {unit}".strip()
        return f">= {self.at_least:g} {unit}".strip()


def tell(figure: str, value: float, unit: str = "", limit: Limit | None = None, note: str = "") -> None:
    """Print one measured figure."""
    goal = f"goal {limit.goal}; " if limit is not None and limit.goal else ""
    _print(
        figure,
        float(f"{value:.5g}") if math.isfinite(value) else None,
        unit,
        None if limit is None else limit.text(unit),
        None if limit is None else limit.is_kept(value),
        goal + note,
    )


def tell_skipped(figure: str, reason: str) -> None:
    """Say that a figure was not measured, and why; it is neither kept nor missed."""
    _print(figure, None, "", None, None, f"not measured: {reason}")


def tell_failed(figure: str, reason: str) -> None:
    """Say that a figure could not be measured because the product failed; that is a missed limit."""
    _print(figure, None, "", None, False, f"failed: {reason}")


def _print(figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    keys = ("figure", "value", "unit", "limit", "ok", "command", "note")
    note = " ".join(note.replace("|", "/").split())
    print(json.dumps(dict(zip(keys, (figure, value, unit, limit, ok, COMMAND, note), strict=True))), flush=True)
