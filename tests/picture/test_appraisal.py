"""What tracks are judged to be hangs on what they send only as far as their own word is believed."""

from __future__ import annotations

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S
from sargas.model.records import Claim, Configuration
from sargas.model.tracks import CLASSES, Tracks, TrackStatus
from sargas.picture.appraisal import Appraisal
from tests.picture.aircraft import LABEL

NODE = Configuration(
    id="c", time_ns=0, origin="n", label=LABEL, node="n", nation="LTU", origin_latitude_deg=55.0,
    origin_longitude_deg=24.0,
)  # fmt: skip


def fly(*, sends: bool, doubted: bool) -> Appraisal:
    """Judge one object that flies straight at 50 m/s, 300 m high, for a minute."""
    return fly_on(Appraisal.of(NODE, RegionPlane(55.0, 24.0)), sends=sends, doubted=doubted, first=0, last=60)


def fly_on(
    appraisal: Appraisal, *, sends: bool = False, doubted: bool = False, first: int = 60, last: int = 65
) -> Appraisal:
    for second in range(first, last):
        now_ns = np.array([(1000 + second) * NS_PER_S])
        tracks = Tracks.of(
            time_ns=now_ns, update_time_ns=now_ns, track_id=np.array([7]), latitude_deg=np.array([55.0]),
            longitude_deg=np.array([24.0 - 50.0 * second / 63_800.0]), altitude_m=np.array([300.0]),
            velocity_east_mps=np.array([-50.0]), velocity_north_mps=np.zeros(1), velocity_up_mps=np.zeros(1),
            label=LABEL, status=np.full(1, TrackStatus.CONFIRMED, np.uint8),
            uas_id=np.array([b"1581F5BK" if sends else b""], "S20"),
        )  # fmt: skip
        appraisal.tick(tracks, int(now_ns[0]), frozenset({7} if doubted else ()))
    return appraisal


def test_remote_id_of_a_place_that_is_doubted_says_little_of_what_it_is() -> None:
    silent, believed, doubted = (
        fly(sends=sends, doubted=doubted) for sends, doubted in ((False, False), (True, False), (True, True))
    )
    multirotor = [float(one.classes[0, CLASSES.index("multirotor")]) for one in (silent, believed, doubted)]
    assert multirotor[2] - multirotor[0] < 0.3 * (multirotor[1] - multirotor[0])
    assert any("Remote ID" in one.en and "does not agree" in one.en for one in doubted.reasons(7)), doubted.reasons(7)


def test_what_a_person_withdraws_speaks_to_the_class_no_more() -> None:
    classes = []
    for says in ((), ("made",), ("made", "withdrawn")):
        appraisal = fly(sends=False, doubted=False)
        for k, state in enumerate(says):
            appraisal.hear(Claim(
                id=f"x{k}", time_ns=1060 * NS_PER_S, origin="n", label=LABEL, claim_id="ona/7/class", track_id=7,
                about="class", value="helicopter", reliability="B", credibility=2, source="ona", state=state,
            ))  # fmt: skip
        classes.append(fly_on(appraisal, doubted=False).classes[0])
    assert classes[1][CLASSES.index("helicopter")] > classes[0][CLASSES.index("helicopter")] + 1e-4
    np.testing.assert_array_equal(classes[2], classes[0])
