"""What any forecaster could reach on the flights of shared/bench/scenario.py: one that knows the generator itself.

Run: python -m benchmarks.prediction.bound (a minute of CPU), from the repository, with shared/bench beside it. For
moments of its flights the generator is run on from the true state (place, course, speed, the turn that is on and how
far it has gone) some hundred times; the place put out is the one nearest to most of these futures, at the scale of the
median miss. Once more it also knows when the turn that is on will end. Printed beside the velocity told, straight on.
No forecaster that sees places and velocities alone can be better in the median, but for chance. Nothing of it is used
by training or by forecasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.prediction.other_sky import generator_file

SEED, TARGETS, DURATION_S, HORIZON_S = 2001, 500, 1500.0, 60.0
MOMENTS, FUTURES = 1200, 240
STEP_S = 0.5
INSERTED = {
    "out = np.empty((int(duration / dt) + 1, n, 6))": "; inner = np.empty((len(out), n, 4))",
    "vz = 0.98 * vz + climb_noise * nz * np.sqrt(dt)": "; inner[k] = np.c_[heading, speed, omega, remaining]",
    "return kind, out, dt": ", inner, (turn_rate, turn_start, heading_noise, speed_noise)",
}
"""What is added to lines of ``make_truth`` so that it also tells what is inside."""
Array = np.ndarray


def generator() -> dict[str, Any]:
    """Load the generator with its inside told. Raises ValueError where its lines are not those known."""
    path = generator_file()
    if path is None:
        raise SystemExit("expected shared/bench/scenario.py beside the repository, was none")
    text = path.read_text(encoding="utf-8")
    for line, more in INSERTED.items():
        if text.count(line) != 1:
            raise ValueError(f"expected the line {line!r} once in {path}, was {text.count(line)} times")
        text = text.replace(line, line + more)
    names: dict[str, Any] = {"__name__": "scenario"}
    exec(compile(text, str(path), "exec"), names)
    return names


def futures(state: Array, how: tuple[float, ...], speeds: tuple[float, float], draw: np.random.Generator) -> Array:
    """Run moments (n, 6: x, y, course, speed, turn rate, seconds left of it (n, k)) on; return places (n, k)."""
    rate, start, restless, hurry = how
    x, y, course, speed, omega, left = state
    for _ in range(int(HORIZON_S / STEP_S)):
        begins = (draw.random(x.shape) < start * STEP_S) & (left <= 0.0)
        left = np.where(begins, draw.uniform(0.3, 1.5, x.shape) / rate, left)
        omega = np.where(begins, draw.choice([-1.0, 1.0], x.shape) * rate, omega)
        turn = np.where(left > 0.0, omega, 0.0)
        left = np.maximum(left - STEP_S, 0.0)
        x, y = x + speed * np.sin(course) * STEP_S, y + speed * np.cos(course) * STEP_S
        course = course + turn * STEP_S + restless * np.sqrt(STEP_S) * draw.normal(size=x.shape)
        speed = np.clip(speed + hurry * np.sqrt(STEP_S) * draw.normal(size=x.shape), *speeds)
    return np.asarray(x + 1j * y)


def turned_so_far(inner: Array, row: int, rate: float) -> float:
    """Return how far the turn that is on has gone (rad); below 0 where none is."""
    gone, left = -1.0, inner[:, 3]
    while row > 0 and left[row] > 0.0 and left[row - 1] > left[row]:
        gone, row = max(gone, 0.0) + rate * STEP_S, row - 1
    return gone


def best_places(ahead: Array, straight: Array, scale_m: float) -> Array:
    """Return of futures (n, k) the place that is nearest to most of them at a scale; half propose, half judge."""
    half = ahead.shape[1] // 2
    found = np.empty(len(ahead), complex)
    for k, row in enumerate(ahead):
        proposed = np.r_[row[:half], row.mean(), straight[k]]
        near = 1.0 / (1.0 + (np.abs(proposed[:, None] - row[None, half:]) / scale_m) ** 4)
        found[k] = proposed[near.sum(axis=1).argmax()]
    return found


def bounds() -> Iterator[str]:
    """Yield a line of each kind of object."""
    names = generator()
    kinds, out, _, inner, hows = names["make_truth"](TARGETS, DURATION_S, np.random.default_rng([SEED, TARGETS, 0]))
    draw = np.random.default_rng(SEED)
    steps = int(HORIZON_S / STEP_S)
    for kind, name in enumerate(names["KINDS"]):
        how = tuple(float(of[np.flatnonzero(kinds == kind)[0]]) for of in hows)
        row, at = draw.integers(120, len(out) - steps - 1, MOMENTS), draw.choice(np.flatnonzero(kinds == kind), MOMENTS)
        # what is told of the inside is that after the step
        state = np.column_stack([out[row + 1, at, 0], out[row + 1, at, 1], inner[row, at]])
        truth = out[row + 1 + steps, at, 0] + 1j * out[row + 1 + steps, at, 1]
        straight = state[:, 0] + 1j * state[:, 1] + HORIZON_S * (out[row + 1, at, 3] + 1j * out[row + 1, at, 4])
        told_m = float(np.median(np.abs(straight - truth)))
        gone = np.array([turned_so_far(inner[:, a], r, how[0]) for r, a in zip(row, at, strict=True)])
        found = []
        for knows_end in (False, True):
            spread = np.repeat(state.T[:, :, None], FUTURES, axis=2)
            if not knows_end:
                least = np.clip(gone, 0.3, 1.499)[:, None]
                whole = least + draw.random(spread[5].shape) * (1.5 - least)
                spread[5] = np.where(gone[:, None] >= 0.0, np.maximum(whole - gone[:, None], 0.0) / how[0], 0.0)
            ahead = futures(spread, how, names["SPEED"][kind], draw)
            scale_m = told_m
            for _ in range(3):
                missed_m = float(np.median(np.abs(best_places(ahead, straight, scale_m) - truth)))
                scale_m = 0.5 * (scale_m + missed_m)
            found.append(missed_m)
        unders = [100.0 * (1.0 - missed_m / told_m) for missed_m in found]
        yield (
            f"| {name} | {told_m:.0f} | {found[0]:.0f} ({unders[0]:.0f} % under) | {found[1]:.0f} ({unders[1]:.0f} %) |"
        )


def main() -> None:
    """Print the bounds as rows of a table."""
    print(f"| kind | told, straight on, m | knows the generator, m | and when a turn ends, m |  seed {SEED}")
    for line in bounds():
        print(line, flush=True)


if __name__ == "__main__":
    main()
