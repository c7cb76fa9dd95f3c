"""As it did before: a track that flies laps, rows or patterns goes on as it went on when it last flew like now."""

from __future__ import annotations

from sargas.assessment.prediction.fits import CURVE, MEAN, MEANS_S
from sargas.assessment.prediction.past import COARSE, T, Track
from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel

FORGOTTEN_S = 900.0
"""What is so long ago counts half as much more against a match."""
RECENT = MEAN + 2 * MEANS_S.index(5.0)
BEFORE = MEAN + 2 * MEANS_S.index(30.0)


@inner_kernel
def repeat_past(track: Track, fits: Float64, horizon_s: float, out: Float64) -> None:
    """Fill ``out`` (2, 2): the way gone after the likest moment of the coarse past, as it was and turned to now.

    Where the past is too short, the track goes on at its mean velocity of the last 30 s.
    """
    count, slots, now_s = track.coarse_count, track.coarse, track.last[0, T]
    near = complex(fits[RECENT], fits[RECENT + 1])
    far = complex(fits[BEFORE], fits[BEFORE + 1])
    here = complex(fits[CURVE], fits[CURVE + 1])
    way, turned = far * horizon_s, far * horizon_s
    least, least_turned = 1e18, 1e18
    after = count - 1
    for k in range(count - 1, max(count - COARSE, 0) + 3, -1):
        then = slots[k % COARSE]
        if then[0] + horizon_s > now_s:
            continue
        # the slot at or after the end of the horizon; both go back together
        while after > k and slots[(after - 1) % COARSE, 0] >= then[0] + horizon_s:
            after -= 1
        first, second = slots[(k - 1) % COARSE], slots[(k - 4) % COARSE]
        place = complex(then[1], then[2])
        near_then = (place - complex(first[1], first[2])) / (then[0] - first[0])
        far_then = (place - complex(second[1], second[2])) / (then[0] - second[0])
        gone = _place_at(slots, after, then[0] + horizon_s, now_s, here) - place
        age = 1.0 + (now_s - then[0]) / FORGOTTEN_S * 0.5
        off = (_square(near_then - near) + _square(far_then - far)) * age
        if off < least:
            least, way = off, gone
        size = abs(near_then)
        if size > 0.3 and abs(near) > 0.3:
            turn = near / near_then * (size / abs(near))
            off = (_square(near_then * turn - near) + _square(far_then * turn - far)) * age
            if off < least_turned:
                least_turned, turned = off, gone * turn
    out[0, 0], out[0, 1] = here.real + way.real, here.imag + way.imag
    out[1, 0], out[1, 1] = here.real + turned.real, here.imag + turned.imag


@inner_kernel
def _place_at(slots: Float64, after: int, time_s: float, now_s: float, here: complex) -> complex:
    """Interpolate the coarse past up to the slot ``after``; beyond it, towards the place now."""
    end = slots[after % COARSE]
    if end[0] < time_s:
        share = (time_s - end[0]) / (now_s - end[0])
        begin = complex(end[1], end[2])
        return begin + share * (here - begin)
    begin = slots[(after - 1) % COARSE]
    share = (time_s - begin[0]) / (end[0] - begin[0])
    place = complex(begin[1], begin[2])
    return place + share * (complex(end[1], end[2]) - place)


@inner_kernel
def _square(value: complex) -> float:
    return value.real * value.real + value.imag * value.imag
