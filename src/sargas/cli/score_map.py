"""The map of a score page: truth, tracks, and the places where they part, as inline SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sargas.exercise.scoring.frames import Frame
    from sargas.exercise.scoring.losses import ObjectLoss

SIZE = 880
"""Width and height of the drawing, px."""
INSET_M, INSET_PX = 12_000, 262
RAMP = ((13, 8, 135), (126, 3, 168), (204, 71, 120), (240, 132, 73), (236, 190, 30))
"""Early to late."""
LAYERS = (
    ("truth", "true paths", True),
    ("tracks", "tracks", True),
    ("missed", "missed (colour: time)", True),
    ("false", "false tracks", True),
    ("switches", "changes of number", True),
)


def draw_map(frames: Sequence[Frame], losses: Sequence[ObjectLoss]) -> str:
    """Return the SVG; one group a layer, in km east and north of the plane's centre, north up."""
    west, south, side = _extent(frames)
    ages = [frame.age_s for frame in frames]
    layers = {
        "truth": _paths(_object_paths(frames)),
        "tracks": _paths(_track_paths(frames)),
        "missed": "".join(_missed(losses, ages[0], ages[-1])),
        "false": "".join(_dot(*place, f"{number} at {age:.0f} s") for place, number, age in _false(frames)),
        "switches": "".join(
            _dot(*loss.places_m[i], f"object {loss.name}: {loss.numbers[i]} at {loss.ages_s[i]:.0f} s")
            for loss in losses
            for i in loss.switches
        ),
    }
    groups = "".join(f'<g id="layer-{name}">{drawn}</g>' for name, drawn in layers.items())
    groups = f'<g id="layers">{groups}</g>'
    return (
        f'<svg id="map" viewBox="{west:.2f} {-south - side:.2f} {side:.2f} {side:.2f}" width="{SIZE}" height="{SIZE}" '
        f'role="img" aria-label="map of truth, tracks and losses">{_grid(west, south, side)}{groups}</svg>'
    )


def apart(losses: Sequence[ObjectLoss], most: int = 3) -> list[ObjectLoss]:
    """Return the dearest objects that no inset of a dearer one shows."""
    chosen: list[ObjectLoss] = []
    for loss in losses:
        x, y = _halfway(loss)
        near = (max(abs(x - a), abs(y - b)) < INSET_M for a, b in map(_halfway, chosen))
        if len(chosen) < most and not any(near):
            chosen.append(loss)
    return chosen


def draw_inset(loss: ObjectLoss) -> str:
    """Return the surroundings of one object, as the map draws them."""
    x, y = _halfway(loss)
    side = INSET_M / 1000
    box = f"{x / 1000 - side / 2:.2f} {-y / 1000 - side / 2:.2f} {side:g} {side:g}"
    return (
        f'<figure><svg class="inset" viewBox="{box}" width="{INSET_PX}" height="{INSET_PX}" role="img" '
        f'aria-label="around object {escape(str(loss.name))}"><use href="#layers"/></svg>'
        f"<figcaption>around {escape(f'{loss.kind} {loss.name}')}, {side:g} km wide</figcaption></figure>"
    )


def _halfway(loss: ObjectLoss) -> tuple[float, float]:
    return loss.places_m[len(loss.places_m) // 2]


def _extent(frames: Sequence[Frame]) -> tuple[float, float, float]:
    """Return west and south edge and side of a square around all objects, km."""
    import numpy as np

    places = np.concatenate([frame.object_states[:, :2] for frame in frames]) / 1000.0
    low, high = places.min(axis=0), places.max(axis=0)
    side = float(max(*(high - low), 1.0)) * 1.04
    west, south = (low + high) / 2 - side / 2
    return float(west), float(south), side


def _object_paths(frames: Sequence[Frame]) -> Iterable[list[tuple[float, float]]]:
    paths: dict[object, list[tuple[float, float]]] = {}
    for frame in frames:
        for name, state in zip(frame.objects.tolist(), frame.object_states.tolist(), strict=True):
            paths.setdefault(name, []).append((state[0], state[1]))
    return paths.values()


def _track_paths(frames: Sequence[Frame]) -> Iterable[list[tuple[float, float]]]:
    paths: dict[object, list[tuple[float, float]]] = {}
    for frame in frames:
        for number, state in zip(frame.tracks.tolist(), frame.track_states.tolist(), strict=True):
            paths.setdefault(number, []).append((state[0], state[1]))
    return paths.values()


def _paths(paths: Iterable[list[tuple[float, float]]]) -> str:
    drawn = [
        "M" + " ".join(f"{x / 1000:.2f} {-y / 1000:.2f}" for x, y in path) + ("h0" if len(path) == 1 else "")
        for path in paths
    ]
    return f'<path d="{"".join(drawn)}"/>'


def _missed(losses: Sequence[ObjectLoss], first_s: float, last_s: float) -> Iterable[str]:
    for loss in losses:
        for age_s, error_m, place in zip(loss.ages_s, loss.errors_m, loss.places_m, strict=True):
            if error_m != error_m:
                colour = ramp((age_s - first_s) / max(last_s - first_s, 1.0))
                yield _dot(*place, f"{loss.kind} {loss.name} at {age_s:.0f} s", f' stroke="{colour}"')


def _false(frames: Sequence[Frame]) -> Iterable[tuple[tuple[float, float], object, float]]:
    for frame in frames:
        for j in frame.is_false.nonzero()[0]:
            place = float(frame.track_states[j, 0]), float(frame.track_states[j, 1])
            yield place, frame.tracks[j], frame.age_s


def _dot(x_m: float, y_m: float, title: str, more: str = "") -> str:
    return f'<path d="M{x_m / 1000:.2f} {-y_m / 1000:.2f}h0"{more}><title>{escape(title)}</title></path>'


def _grid(west: float, south: float, side: float) -> str:
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1e9) if side / s <= 8)
    lines, marks = [], []
    for k in range(int(west // step), int((west + side) // step) + 1):
        lines.append(f"M{k * step:g} {-south - side:.2f}V{-south:.2f}")
        marks.append(f'<text x="{k * step:g}" y="{-south - side * 0.006:.2f}">{k * step:g} km E</text>')
    for k in range(int(south // step), int((south + side) // step) + 1):
        lines.append(f"M{west:.2f} {-k * step:g}H{west + side:.2f}")
        marks.append(f'<text x="{west + side * 0.006:.2f}" y="{-k * step:g}">{k * step:g} km N</text>')
    return f'<g id="grid" font-size="{side * 0.013:.2f}"><path d="{"".join(lines)}"/>{"".join(marks)}</g>'


def ramp(share: float) -> str:
    """Return the colour of a time between first (0) and last (1)."""
    place = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    low = min(int(place), len(RAMP) - 2)
    mixed = (round(a + (b - a) * (place - low)) for a, b in zip(RAMP[low], RAMP[low + 1], strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)
