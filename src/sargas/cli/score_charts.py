"""The charts of a score page: GOSPA over time by cause, and the error of one object over time, as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sargas.exercise.scoring.losses import Moment, ObjectLoss

WIDTH, HEIGHT = 900, 260
LEFT, BOTTOM = 52, 30
CAUSES = ("location", "missed", "false")
SPARK = (260, 44)
"""Width and height of an object's chart, px."""


def draw_gospa(moments: Sequence[Moment], warm_up_s: float) -> str:
    """Return bars of GOSPA per object (m), each divided in proportion to the squares of its causes.

    The scale is that of the times that count; what comes before them is cut off at its top.
    """
    counted = [moment.gospa_m for moment in moments if moment.age_s >= warm_up_s]
    top = _round_up(max(counted or [moment.gospa_m for moment in moments]))
    last = max(moment.age_s for moment in moments)
    step = (WIDTH - LEFT) / len(moments)
    scale = (HEIGHT - BOTTOM - 12) / top
    parts = []
    for i, moment in enumerate(moments):
        total, y = moment.gospa_m, float(HEIGHT - BOTTOM)
        fade = ' opacity="0.35"' if moment.age_s < warm_up_s else ""
        parts.append(f"<g{fade}><title>{moment.age_s:.0f} s: GOSPA {total:.1f} m</title>")
        for cause in CAUSES:
            share = getattr(moment, cause) / total**2 if total else 0.0
            height = min(total, top) * share * scale
            y -= height
            parts.append(
                f'<rect class="{cause}" x="{LEFT + i * step + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" '
                f'height="{height:.1f}"/>'
            )
        parts.append("</g>")
    parts += [_level(value, scale) for value in (0.0, top / 4, top / 2, 3 * top / 4, top)]
    for i, moment in enumerate(moments):
        if i % max(1, len(moments) // 10) == 0:
            x = LEFT + (i + 0.5) * step
            parts.append(
                f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{moment.age_s:.0f} s</text>'
            )
    label = f"GOSPA over time, 0 to {last:.0f} s"
    return (
        f'<svg class="chart" width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{label}">{"".join(parts)}</svg>'
    )


def _level(value: float, scale: float) -> str:
    y = HEIGHT - BOTTOM - value * scale
    return (
        f'<path class="level" d="M{LEFT} {y:.1f}H{WIDTH}"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g} m</text>'
    )


def _round_up(value: float) -> float:
    for power in range(9):
        for lead in (1, 2, 4, 6, 8):
            if value <= lead * 10**power:
                return float(lead * 10**power)
    return value


def draw_object(loss: ObjectLoss, first_s: float, last_s: float, top_m: float) -> str:
    """Return the error of one object over time; red where it has no track, a mark where its number changes."""
    width, height = SPARK

    def x_of(age_s: float) -> float:
        return (age_s - first_s) / max(last_s - first_s, 1.0) * (width - 8) + 4

    def y_of(error_m: float) -> float:
        return height - 4 - min(error_m / top_m, 1.0) * (height - 10)

    half = (width - 8) / max((last_s - first_s) / 4.0, 1.0) / 2
    parts, line = [f'<path class="level" d="M4 {height - 4}H{width - 4}"/>'], ""
    for i, (age_s, error_m) in enumerate(zip(loss.ages_s, loss.errors_m, strict=True)):
        if error_m != error_m:
            x = x_of(age_s) - half
            parts.append(f'<rect class="missed" x="{x:.1f}" y="4" width="{2 * half:.1f}" height="{height - 8}"/>')
        else:
            begins = i == 0 or loss.errors_m[i - 1] != loss.errors_m[i - 1]
            line += f"{'M' if begins else 'L'}{x_of(age_s):.1f} {y_of(error_m):.1f}{'h0.1' if begins else ''}"
    parts.append(f'<path class="error" d="{line}"/>')
    parts += [
        f'<circle class="switch" cx="{x_of(loss.ages_s[i]):.1f}" cy="{y_of(loss.errors_m[i]):.1f}" r="4"/>'
        for i in loss.switches
    ]
    label = f"error of object {escape(str(loss.name))} over time"
    return f'<svg width="{width}" height="{height}" role="img" aria-label="{label}">{"".join(parts)}</svg>'
