"""A partner's radar, shared through the guard and the border, is tracked and registered as one of our own."""

import numpy as np

from sargas.formats.release.decode import Expected, ReleaseDecoder
from sargas.model.label import Label
from sargas.model.records import Sensor, Source
from sargas.sharing.agreement import Agreement, SharedSensor
from sargas.sharing.envelope import seal, verify_key_of
from sargas.sharing.guard import Guard
from sargas.sharing.policy.policy import example_policy
from sargas.sharing.policy.words import Owner
from sargas.tracking.tracker import Tracker
from tests.sensors.test_registration import crowd
from tests.tracking.scene import ORIGIN, at_ns, radar, see

SEED = bytes(range(32))
LATVIA = Label(releasable_to=("LTU",), originator="LVA")
RANGE_BIAS_M, AZIMUTH_BIAS_DEG = 300.0, 0.4
THEIRS = radar("north-secret", 56.4, 24.4, scan_period_s=2.0)
OURS = radar("ours", 55.6, 23.4, scan_period_s=2.0, aligned=True, clutter_per_scan=0.1)


def guard(per_second: float) -> Guard:
    shared = SharedSensor(sensor_id=THEIRS.id, name="north", per_second=per_second)
    agreement = Agreement(nation="LTU", kinds=("plots",), groups=("BALTNET", "neighbours"), sensors=(shared,))
    return Guard(Owner("LVA"), example_policy("LVA"), [agreement], epoch=1, pseudonym_key=b"k", sensors=(THEIRS,))


def test_the_biases_of_a_shared_radar_are_found_across_the_border() -> None:
    rng = np.random.default_rng(6)
    flights = crowd(rng)
    lva = guard(per_second=100.0)
    source = Source(name="lva", format="release", partner="LVA", label=Label(releasable_to=("LTU",), originator="LVA"))
    border = ReleaseDecoder(source, Expected("LVA", "LTU", (verify_key_of(SEED),), exercise=False))
    tracker = Tracker([OURS], ORIGIN)
    octets = 0
    for second in range(0, 120, 2):
        plots = see(THEIRS, flights, float(second), second // 2, rng, label=LATVIA)
        plots.range_m[:] += RANGE_BIAS_M
        plots.azimuth_deg[:] += AZIMUTH_BIAS_DEG
        tracker.update(see(OURS, flights, float(second), second // 2, rng))
        for draft in lva.offer(at_ns(second), plots=[plots]).drafts:
            data = seal(draft.release, SEED)
            octets += len(data)
            decoded = border.decode(at_ns(second + 0.2), data)
            assert decoded.rejects == ()
            for status in decoded.statuses:
                assert status.latitude_deg is not None
                assert status.longitude_deg is not None
                tracker.place(status.sensor_id, status.latitude_deg, status.longitude_deg, status.height_m or 0.0)
            assert decoded.plots is not None
            assert decoded.plots.sensor_ids == ("LVA:north",)
            tracker.update(decoded.plots)
        tracker.advance(at_ns(second + 0.5))
    [row] = np.flatnonzero(np.array(tracker.sites.ids) == "LVA:north")
    range_bias, azimuth_bias = tracker.sites.table["bias"][row][:2]
    assert abs(range_bias - RANGE_BIAS_M) < 60
    assert abs(np.degrees(azimuth_bias) - AZIMUTH_BIAS_DEG) < 0.08
    assert octets / (60 * len(flights)) < 25, "octets a plot on the wire"


def test_a_sensor_table_of_ours_says_how_good_it_is() -> None:
    known = Sensor(id="LVA:north", kind="radar-3d", sigma_range_m=25.0)
    tracker = Tracker([OURS, known], ORIGIN)
    tracker.place("LVA:north", 56.4, 24.4, 50.0)
    [row] = np.flatnonzero(np.array(tracker.sites.ids) == "LVA:north")
    assert tracker.sites.table["sigma_range_m"][row] == 25.0
    assert tracker.sites.table["placed"][row] == 1
