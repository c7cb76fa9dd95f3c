"""What sensors hear and what addresses say goes to the tracks it may mean, with their shares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sargas.identification.claims import CLAIM_KINDS, Claim
from sargas.identification.classifier import Classifier
from sargas.identification.emissions import AGAIN_NS, SILENT_NS, SOUND_MPS, Emissions
from sargas.identification.model_file import ClassifierModel
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.plots import SENSOR_CLAIMS, Plots
from sargas.model.records import Sensor
from sargas.model.tracks import CLASSES, Tracks
from tests.identification.motions import straight, tracks_of

NOW_NS = 1_760_000_000 * NS_PER_S
LATITUDE, LONGITUDE, METRES = 55.0, 24.0, 111_195.0
LABEL = Label()


def sensor(name: str, kind: str, **changed: Any) -> Sensor:
    values = {
        "id": name, "kind": kind, "latitude_deg": LATITUDE, "longitude_deg": LONGITUDE, "height_m": 0.0,
        "max_range_m": 9000.0, "sigma_azimuth_deg": 4.0, "clutter_per_scan": 1e-4,
    }  # fmt: skip
    return Sensor.model_validate(values | changed)


def tracks(*rows: tuple[float, float, float, float], time_ns: int = NOW_NS, **columns: Any) -> Tracks:
    """Rows are east and north of the sensors, and velocities east and north (m, m/s); 200 m high."""
    east, north, v_east, v_north = np.array(rows).T
    n = len(rows)
    return Tracks.of(
        time_ns=np.full(n, time_ns),
        track_id=np.arange(1, n + 1),
        latitude_deg=LATITUDE + north / METRES,
        longitude_deg=LONGITUDE + east / (METRES * np.cos(np.radians(LATITUDE))),
        altitude_m=np.full(n, 200.0),
        velocity_east_mps=v_east,
        velocity_north_mps=v_north,
        velocity_up_mps=np.zeros(n),
        position_95_m=np.full(n, 50.0, np.float32),
        status=np.ones(n, np.uint8),
        update_time_ns=np.full(n, time_ns),
        sensor_ids=("radar",),
        label=LABEL,
        **columns,
    )


def report(name: str, word: str | None, azimuth_deg: float = np.nan, time_ns: int = NOW_NS, **columns: Any) -> Plots:
    code = -1 if word is None else SENSOR_CLAIMS.index(word)
    return Plots.of(
        time_ns=np.array([time_ns]), receive_time_ns=np.array([time_ns]), sensor_ids=(name,), label=LABEL,
        azimuth_deg=np.array([azimuth_deg]), claim=np.array([code], np.int8), **columns,
    )  # fmt: skip


def shares(claims: list[Claim]) -> dict[int, float]:
    return {claim.track_id: claim.share for claim in claims}


def test_a_direction_is_told_to_the_track_it_points_at() -> None:
    book = Emissions.of([sensor("array", "acoustic")])
    book.hear(report("array", "engine_heard", 90.0))
    claims = book.tick(tracks((2000.0, 0.0, 0.0, 0.0), (0.0, 2000.0, 0.0, 0.0)), NOW_NS)
    assert [(c.track_id, c.name, c.source, c.time_ns) for c in claims] == [(1, "engine_heard", "array", NOW_NS)]
    assert claims[0].share > 0.95
    assert book.tick(tracks((2000.0, 0.0, 0.0, 0.0)), NOW_NS + NS_PER_S) == []


def test_a_detection_without_direction_is_shared_by_all_in_reach() -> None:
    book = Emissions.of([sensor("mic", "acoustic")])
    book.hear(report("mic", "engine_heard"))
    told = shares(book.tick(tracks((1500.0, 0.0, 0, 0), (-1500.0, 0.0, 0, 0), (30e3, 0.0, 0, 0)), NOW_NS))
    assert set(told) == {1, 2}
    assert told[1] == pytest.approx(told[2])
    assert 0.3 < told[1] < 0.5
    book.hear(report("mic", "engine_heard"))
    alone = shares(book.tick(tracks((1500.0, 0.0, 0, 0)), NOW_NS))
    assert told[1] < alone[1] < 0.8  # what no track shows may have been heard as well


def test_a_sensor_with_many_false_alarms_is_heard_less() -> None:
    shared = []
    for false in (1e-4, 1.0):
        book = Emissions.of([sensor("mic", "acoustic", clutter_per_scan=false)])
        book.hear(report("mic", "engine_heard"))
        shared += list(shares(book.tick(tracks((1000.0, 0.0, 0.0, 0.0)), NOW_NS)).values())
    assert shared[1] < 0.6 * shared[0]


def test_sound_points_at_where_the_object_was() -> None:
    # 3 km north, 150 m/s east: the sound is 8.7 s old, so 1.3 km behind, 24 deg at a sigma of 4
    book = Emissions.of([sensor("array", "acoustic")])
    behind_deg = float(np.degrees(np.arctan2(-150.0 * 3270.0 / SOUND_MPS, 3000.0)))
    for azimuth_deg, is_told in ((behind_deg, True), (0.0, False)):
        book.hear(report("array", "jet_heard", azimuth_deg % 360.0))
        assert bool(book.tick(tracks((0.0, 3000.0, 150.0, 0.0)), NOW_NS)) is is_told
    radio = Emissions.of([sensor("df", "rf")])
    radio.hear(report("df", "drone_link", 0.0))
    assert shares(radio.tick(tracks((0.0, 3000.0, 150.0, 0.0)), NOW_NS))[1] > 0.95


def test_a_report_of_another_minute_or_of_an_unknown_sensor_is_told_to_nobody() -> None:
    book = Emissions.of([sensor("array", "acoustic")])
    book.hear(report("array", "engine_heard", 90.0, NOW_NS - 40 * NS_PER_S))
    book.hear(report("stranger", "engine_heard", 90.0))
    assert book.tick(tracks((2000.0, 0.0, 0.0, 0.0)), NOW_NS) == []


def test_what_an_address_says_goes_to_its_track_and_is_said_again() -> None:
    book = Emissions.of([])
    address = np.array([0x4CA001], np.int32)
    there = tracks((50e3, 0.0, 0.0, 0.0), icao_address=address)
    book.hear(report("adsb", "adsb_glider", icao_address=address))
    assert [c.name for c in book.tick(there, NOW_NS)] == ["adsb_glider"]
    assert book.tick(there, NOW_NS + AGAIN_NS // 2) == []
    doubted = book.tick(there, NOW_NS + AGAIN_NS // 2 + NS_PER_S, frozenset({1}))
    assert [c.agrees for c in doubted] == [False]
    later = NOW_NS + 2 * AGAIN_NS
    assert [c.agrees for c in book.tick(there, later)] == [True]
    assert [c.time_ns for c in book.tick(there, later + AGAIN_NS)] == [later + AGAIN_NS]


def test_silence_counts_near_a_radio_finder_that_works_only() -> None:
    book = Emissions.of([sensor("df", "rf")])
    sky = tracks((1000.0, 0.0, 0.0, 0.0), (6000.0, 0.0, 0.0, 0.0))
    assert book.tick(sky, NOW_NS) == []
    book.hear(report("df", None, 200.0))
    assert [(c.track_id, c.name, c.source) for c in book.tick(sky, NOW_NS)] == [(1, "radio_silent", "df")]
    book.hear(report("df", "drone_link", 90.0, NOW_NS + NS_PER_S))
    heard = book.tick(sky, NOW_NS + NS_PER_S)
    assert {c.name for c in heard} == {"drone_link"}
    # who was heard within the last minute is not silent
    book.hear(report("df", None, 200.0, NOW_NS + 30 * NS_PER_S))
    assert book.tick(sky, NOW_NS + 30 * NS_PER_S) == []
    after = NOW_NS + NS_PER_S + SILENT_NS
    book.hear(report("df", None, 200.0, after))
    assert {c.name for c in book.tick(sky, after)} == {"radio_silent"}


def test_a_snapshot_goes_on_with_the_same_words() -> None:
    sensors = [sensor("array", "acoustic"), sensor("df", "rf")]
    address = np.array([-1, 0x4CA001], np.int32)
    sky = tracks((1000.0, 0.0, 0.0, 0.0), (0.0, 3000.0, 0.0, 0.0), icao_address=address)
    book = Emissions.of(sensors)
    for batch in (
        report("df", "drone_link", 90.0),
        report("adsb", "adsb_glider", icao_address=address[1:]),
    ):
        book.hear(batch)
    book.tick(sky, NOW_NS)
    book.hear(report("array", "engine_heard", 90.0, NOW_NS + NS_PER_S))
    other = Emissions.of(sensors)
    other.restore(book.snapshot())
    assert other.snapshot() == book.snapshot()
    for second in range(1, 90):
        now_ns = NOW_NS + second * NS_PER_S
        assert other.tick(sky, now_ns) == book.tick(sky, now_ns)
    assert other.snapshot() == book.snapshot()


def test_a_shared_claim_speaks_with_its_share_and_its_reason_names_the_sensor(model: ClassifierModel) -> None:
    states = tracks_of(straight(60, 46.0))
    found = []
    for share in (None, 0.3, 1.0):
        classifier = Classifier(model)
        classifier.update(states.take(slice(0, 59)))
        if share is not None:
            classifier.hear([Claim(7, int(states.time_ns[58]), "rotor_heard", share=share, source="mic-3")])
        found.append(float(classifier.update(states.take(slice(59, 60)))[0, CLASSES.index("helicopter")]))
        reasons = classifier.reasons(7)
        assert any("by mic-3" in reason.en for reason in reasons) == (share == 1.0 or (share == 0.3 and found[1] > 0.4))
    assert found[0] < found[1] < found[2]


def test_a_lesser_share_does_not_drown_what_was_heard_before(model: ClassifierModel) -> None:
    states = tracks_of(straight(60, 46.0))
    at_ns = int(states.time_ns[58])
    one, two = Classifier(model), Classifier(model)
    for classifier in (one, two):
        classifier.update(states.take(slice(0, 59)))
        classifier.hear([Claim(7, at_ns, "engine_heard", share=0.9, source="array")])
    two.hear([Claim(7, at_ns + NS_PER_S, "rotor_heard", share=0.2, source="mic")])
    last = states.take(slice(59, 60))
    np.testing.assert_array_equal(one.update(last), two.update(last))


def test_every_word_of_a_plot_is_a_claim() -> None:
    names = {kind.name: kind for kind in CLAIM_KINDS}
    assert set(SENSOR_CLAIMS) <= set(names)
    for word in SENSOR_CLAIMS:
        is_heard = names[word].channel in ("sound", "radio")
        assert (names[word].reach_m is not None) == is_heard, word
