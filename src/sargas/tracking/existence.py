"""Whether a track's object exists: what each look of each sensor says, also when it shows nothing.

The score of a track is the logarithm of how much likelier its plots and misses are with an object than without. A track
is told off for a look without a plot only by sensors that look, reach that far and could see that low; the detection
probability is the sensor's own in that range band, as counted on confirmed tracks, and the track's own record. Source:
Musicki, Evans, Stankovic 1994 (IPDA); docs/tracking.md.
"""

from __future__ import annotations

from math import erf

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel
from sargas.sensors.site import PD_BANDS, Site, SiteTable
from sargas.tracking.ellipsoid import Region, altitude_at, up_at
from sargas.tracking.offset import debit_witness, excuse_witness
from sargas.tracking.parameters import Tuning
from sargas.tracking.state import LOOKS, BookRow, TrackState

HORIZON = 4120.0
"""Metres of radar horizon for each root of a metre of height, on an earth of 4/3 radius."""
HEIGHT_FLOOR_M = 30.0
CROSSING_NS = 10_000_000_000
"""How far apart in time lines of position of two sensors may be to vouch for each other."""
LEAST_SINE = 0.26
"""Sine of the least angle (15 degrees) between the views of two sensors whose lines cross well."""
GRACE = 0.3
"""Part of a scan period by which a look may be late before it counts as a miss."""
CANDIDATE_S = 2
"""Seconds between two searches for sensors that should see a track."""
OWN_WEIGHT = 6.0
"""Looks that the sensor's detection probability is worth beside a track's own record."""
FORGET = 0.94
"""What a track's record keeps at each look."""
SITE_LOOKS = 400.0
"""Looks after which a sensor's count forgets."""
LEAST_PD = 0.1
MOST_PD = 0.97


@inner_kernel
def band_of(site: Site, range_m: float) -> int:
    """Return the range band of a distance (m)."""
    return min(max(int(PD_BANDS * range_m / site.max_range_m), 0), PD_BANDS - 1)


@inner_kernel
def counted_probability(site: Site, range_m: float) -> float:
    """Return P_D of a sensor in a range band as counted, whatever the track."""
    counted = site.pd[band_of(site, range_m)]
    return float(counted[0] / counted[1])


@inner_kernel
def detection_probability(track: BookRow, site: Site, range_m: float) -> float:
    """Return P_D of a visible track for a sensor: the sensor's own at that range, weighed with the track's record."""
    general = counted_probability(site, range_m)
    own = (OWN_WEIGHT * general + track.detected) / (OWN_WEIGHT + track.looked)
    return min(max(own, LEAST_PD), MOST_PD)


@inner_kernel
def existence_of(score: float, par: Tuning) -> float:
    """Return the probability of existence that a score stands for."""
    return 1.0 / (1.0 + np.exp(-(score + par.birth)))


@inner_kernel
def credit_plots(track: BookRow, unexplained: float, pd: float, par: Tuning) -> None:
    """Raise or lower the score by a look whose plots leave the track with none with probability ``unexplained``.

    r+ = 1 - beta_0 (1 - r) / (1 - r P_D), the joint form of IPDA with beta_0 = ``unexplained``.
    """
    r = existence_of(track.score, par)
    absent = unexplained * (1.0 - r) / (1.0 - r * pd)
    absent = min(max(absent, 1e-12), 1.0 - 1e-12)
    track.score = min(np.log((1.0 - absent) / absent) - par.birth, par.score_cap)


@inner_kernel
def settle_looks(track: BookRow, site_index: int, site: Site, time_ns: int, range_m: float) -> None:
    """Put a track's account with a sensor in order before a plot of ``time_ns`` is weighed.

    Looks due well before it that brought nothing are misses. A plot of a look that has already been counted as a miss
    was only late: the miss is taken back.
    """
    if not site.scans and track.located:
        return
    for k in range(LOOKS):
        look = track.look[k]
        if look.site == site_index and look.hits > 0:
            period_ns = np.int64(site.scan_period_s * 1e9)
            if look.missed > 0 and look.time_ns < time_ns < look.due_ns - period_ns // 2:
                look.missed -= 1
                track.score -= np.log(1.0 - detection_probability(track, site, range_m))
                excuse_witness(track, site, counted_probability(site, range_m))
                return
            passed = min((time_ns - look.due_ns + period_ns // 2) // period_ns, 5)
            for _ in range(passed):
                look.due_ns += period_ns
                track.score += np.log(1.0 - detection_probability(track, site, range_m))
                debit_witness(track, site, counted_probability(site, range_m))
                look.missed += 1
            return


@inner_kernel
def credit_hit(track: BookRow, site_index: int, site: Site, range_m: float, was_confirmed: bool) -> None:
    """Count a plot, and the looks without one before it, in the records of the track and its sensor.

    Only now: misses that nothing follows say that the object has gone, not that it is hard to see.
    """
    missed = 0
    for k in range(LOOKS):
        if track.look[k].site == site_index:
            missed = track.look[k].missed
            track.look[k].missed = 0
    for _ in range(missed):
        track.looked = FORGET * track.looked + 1.0
        track.detected *= FORGET
    track.detected = FORGET * track.detected + 1.0
    track.looked = FORGET * track.looked + 1.0
    if was_confirmed and site.scans:
        counted = site.pd[band_of(site, range_m)]
        if counted[1] >= SITE_LOOKS:
            counted[0] *= 0.5
            counted[1] *= 0.5
        counted[0] += 1.0
        counted[1] += 1.0 + missed


@inner_kernel
def note_look(track: BookRow, site_index: int, scan: int, time_ns: int, period_s: float, hit: bool, line: bool) -> None:
    """Enter a look of a sensor: with a plot of it, or with none of those near the track taken for its own."""
    entry = _entry_of(track, site_index)
    look = track.look[entry]
    due = time_ns + np.int64(period_s * 1e9)
    if look.site != site_index:
        look.site, look.hits, look.missed, look.scan, look.time_ns = site_index, 0, 0, scan, time_ns
        look.due_ns, look.line = due, 0
    look.due_ns = max(look.due_ns, due)
    if hit:
        look.line = 1 if line else 0
    if hit and (look.hits == 0 or time_ns >= look.time_ns):
        look.scan, look.time_ns = scan, time_ns
    if hit:
        look.hits += 1


@inner_kernel
def is_crossed(track: BookRow, site_index: int, time_ns: int, sites: SiteTable, x: Float64) -> bool:
    """Tell whether a line of position meets one that another sensor had of the track lately, at a good angle.

    Alone, a line crosses whatever lies along it; two that cross where a track is vouch for it. ``x`` is the track's
    state (region frame).
    """
    own = sites[site_index].position_enu
    ax, ay = x[0] - own[0], x[1] - own[1]
    for k in range(LOOKS):
        look = track.look[k]
        if look.site < 0 or look.site == site_index or look.hits == 0 or look.line == 0:
            continue
        if abs(time_ns - look.time_ns) > CROSSING_NS:
            continue
        other = sites[look.site].position_enu
        bx, by = x[0] - other[0], x[1] - other[1]
        if abs(ax * by - ay * bx) >= LEAST_SINE * np.sqrt((ax * ax + ay * ay) * (bx * bx + by * by)):
            return True
    return False


@inner_kernel
def _entry_of(track: BookRow, site_index: int) -> int:
    # the sensor's own entry, else a free one, else one that never saw the track, else the one longest without
    chosen, oldest = 0, np.int64(np.iinfo(np.int64).max)
    for k in range(LOOKS):
        look = track.look[k]
        if look.site == site_index:
            return k
        age = np.int64(-2) if look.site < 0 else np.int64(-1) if look.hits == 0 else look.time_ns
        if age < oldest:
            chosen, oldest = k, age
    return chosen


@inner_kernel
def visibility(site: Site, x: Float64, height_m: float, height_sigma_m: float) -> tuple[float, float]:
    """Return the probability that a position is above a sensor's horizon, and its distance (m); 0 out of range.

    The height is uncertain: the probability is that of its exceeding what the horizon asks for at that distance.
    """
    place = site.position_enu
    dx, dy, dz = x[0] - place[0], x[1] - place[1], x[2] - place[2]
    r = np.sqrt(dx * dx + dy * dy + dz * dz)
    if r > site.max_range_m:
        return 0.0, r
    root = max(r / HORIZON - np.sqrt(max(site.height_m, 0.0)), 0.0)
    return 0.5 * (1.0 + erf((height_m - root * root) / (1.4142 * max(height_sigma_m, HEIGHT_FLOOR_M)))), r


@inner_kernel
def count_misses(
    state: TrackState, slot: int, time_ns: int, sites: SiteTable, region: Region, par: Tuning, x: Float64
) -> None:
    """Lower the score of a track by the looks that should have shown it by ``time_ns`` and did not."""
    track, mean, cov = state.book[slot], state.bank[slot].mean, state.bank[slot].cov
    dt_s = (time_ns - track.time_ns) * 1e-9
    for k in range(3):
        x[k] = mean[k] + dt_s * mean[3 + k]
    height, sigma, known = 0.0, 0.0, False
    search = (time_ns // 1_000_000_000 + slot) % CANDIDATE_S == 0
    if search:
        _add_candidates(track, time_ns, sites, x)
    for k in range(LOOKS):
        look = track.look[k]
        if look.site < 0:
            continue
        site = sites[look.site]
        # how well something is heard nobody knows: silence tells off only what nothing but hearing has shown
        if not site.scans and (track.located or look.line == 0 or look.hits == 0):
            continue
        period_ns = np.int64(site.scan_period_s * 1e9)
        if look.due_ns + GRACE * period_ns > site.heard_ns or look.due_ns > time_ns:
            continue
        if not known:
            height = altitude_at(region, x[0], x[1], x[2])
            up = up_at(region, x[0], x[1], x[2])
            # along up, the horizontal parts neglected: heights are uncertain by much more
            sigma = np.sqrt(max(cov[0] * up[0] ** 2 + cov[6] * up[1] ** 2 + cov[11] * up[2] ** 2, 0.0))
            known = True
        seen, r = visibility(site, x, height, sigma)
        if look.hits > 0 and look.time_ns > time_ns - 4 * period_ns:
            seen = max(seen, 0.8) if seen > 0.0 else 0.0
        looks = 1 + (min(site.heard_ns, time_ns) - look.due_ns - np.int64(GRACE * period_ns)) // period_ns
        for _ in range(min(looks, 5)):
            look.due_ns += period_ns
            pd = detection_probability(track, site, r) * seen
            track.score += np.log(1.0 - pd)
            debit_witness(track, site, counted_probability(site, r) * seen)
            if seen > 0.9:
                look.missed += 1
        if seen <= 0.0:
            look.site = -1


@inner_kernel
def _add_candidates(track: BookRow, time_ns: int, sites: SiteTable, x: Float64) -> None:
    # sensors within reach that the track has no entry of yet, while there are free ones
    for index in range(len(sites)):
        site = sites[index]
        if not site.scans or site.heard_ns < time_ns - np.int64(2e9 * site.scan_period_s):
            continue
        dx, dy = x[0] - site.position_enu[0], x[1] - site.position_enu[1]
        if dx * dx + dy * dy > site.max_range_m * site.max_range_m:
            continue
        free = -1
        for k in range(LOOKS):
            if track.look[k].site == index:
                free = -2
                break
            if track.look[k].site < 0 and free < 0:
                free = k
        if free >= 0:
            look = track.look[free]
            look.site, look.hits, look.missed, look.scan, look.time_ns = index, 0, 0, -1, time_ns
            look.line = 0
            look.due_ns = time_ns + np.int64(site.scan_period_s * 1e9)
