"""Every track, and what is told of it, has the label of exactly the plots behind it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.label import Classification, Label, most_restrictive
from sargas.model.records import Alert, Claim, HumanReport, Record, Sighting, Source, Zone
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.fused_tracks import FusedTracks
from sargas.picture.partner_tracks import FIRST_NUMBER
from sargas.picture.snapshot import dump_state, load_state
from tests.picture.aircraft import LABEL, START_S, Sky, describe

SECRET = Label(classification=Classification.SECRET, originator="LTU")
SECOND = Source(name="hidden", format="readsb", sensor_id="hidden-adsb", label=SECRET)
AIRPORT = Zone(id="z", name="Airport", kind="protected", centre=(24.0, 55.0), radius_m=500_000.0)


def hear(sky: Sky, source: str, second: float, address: str, north_m: float) -> None:
    document = [describe(address, 0.0, north_m + 100.0 * second, 0.0, 100.0, 10)]
    sky.datagram(START_S + second, source, json.dumps({"now": START_S + second, "aircraft": document}).encode())


def fly(sky: Sky, seconds: range, *, shared_from: int = 1_000) -> None:
    for s in seconds:
        hear(sky, "receiver", s, "x4ca001", 0.0)
        hear(sky, "hidden", s + 0.3, "x4ca002", 40_000.0)
        if s >= shared_from:
            hear(sky, "hidden", s + 0.5, "x4ca001", 0.0)
        sky.tick(START_S + s + 1)


def number_of(sky: Sky, address: int) -> int:
    (number,) = {
        int(number)
        for batch in sky.messages
        if isinstance(batch, Tracks)
        for number, of in zip(batch.track_id.tolist(), batch.icao_address.tolist(), strict=True)
        if of == address
    }
    return number


@pytest.fixture(scope="module")
def sky() -> Sky:
    sky = Sky(SECOND, zones=(AIRPORT,))
    fly(sky, range(1, 40))
    return sky


def test_a_source_that_may_not_be_released_does_not_poison_the_tracks_of_others(sky: Sky) -> None:
    open_one, secret = number_of(sky, 0x4CA001), number_of(sky, 0x4CA002)
    labels = {
        (number, batch.label)
        for batch in sky.messages
        if isinstance(batch, Tracks)
        for number in batch.track_id.tolist()
    }
    assert labels == {(open_one, LABEL), (secret, SECRET)}


def test_alerts_and_claims_inherit_the_label_of_their_track_alone(sky: Sky) -> None:
    open_one, secret = number_of(sky, 0x4CA001), number_of(sky, 0x4CA002)
    expected = {open_one: LABEL, secret: most_restrictive((LABEL, SECRET))}
    told: dict[int, set[Label]] = {open_one: set(), secret: set()}
    alerts = [m for m in sky.messages if isinstance(m, Alert)]
    claims = [m for m in sky.messages if isinstance(m, Claim)]
    assert alerts
    assert claims
    for alert in alerts:
        assert alert.label == most_restrictive(expected[number] for number in alert.track_ids)
        told[alert.track_ids[0]].add(alert.label)
    for claim in claims:
        told[claim.track_id].add(claim.label)
    assert told == {number: {label} for number, label in expected.items()}


def test_the_first_secret_plot_in_a_track_makes_it_secret_for_good() -> None:
    sky = Sky(SECOND)
    fly(sky, range(1, 40), shared_from=20)
    number = number_of(sky, 0x4CA001)
    rows = [m for m in sky.messages if isinstance(m, Tracks) and number in m.track_id]
    before = [m.label for m in rows if m.time_ns.max() < (START_S + 20.4) * 1e9]
    after = [m.label for m in rows if m.time_ns.min() > (START_S + 20.6) * 1e9]
    assert set(before) == {LABEL}
    assert set(after) == {most_restrictive((LABEL, SECRET))}


def test_what_is_told_of_an_ended_track_keeps_its_label() -> None:
    sky = Sky(SECOND)
    fly(sky, range(1, 20))
    secret = number_of(sky, 0x4CA002)
    for s in range(20, 90):
        hear(sky, "receiver", s, "x4ca001", 0.0)
        sky.tick(START_S + s + 1)
    assert sky.state.picture is not None
    tracks = sky.state.picture.tracker.report((START_S + 91) * 1_000_000_000)
    assert tracks.track_id.tolist() == [number_of(sky, 0x4CA001)]
    assert tracks.label_of(secret) == SECRET
    assert tracks.label_of(number_of(sky, 0x4CA001)) == LABEL
    about = [m for m in sky.messages if isinstance(m, Record) and getattr(m, "track_id", None) == secret]
    assert about
    assert all(record.label.classification == Classification.SECRET for record in about)


def test_a_sighting_that_names_a_track_is_for_those_who_may_see_the_track() -> None:
    sky = Sky(SECOND)
    fly(sky, range(1, 40))
    secret, latitude = number_of(sky, 0x4CA002), 55.0 + 43_000.0 / 111_320.0
    told = {
        "time_ns": (START_S + 40) * NS_PER_S, "origin": "n", "label": LABEL, "reporter": "soldier", "channel": "app",
        "longitude_deg": 24.0, "observed_ns": (START_S + 40) * NS_PER_S, "seen": "plane",
    }  # fmt: skip
    there = HumanReport.model_validate(
        told | {"id": "r1", "report_id": "r1", "source_id": "ona", "latitude_deg": latitude, "bearing_deg": 0.0,
                "distance": "about_a_kilometre"}
    )  # fmt: skip
    elsewhere = HumanReport.model_validate(
        told | {"id": "r2", "report_id": "r2", "source_id": "rasa", "latitude_deg": 54.0}
    )
    for number, one in enumerate((there, elsewhere)):
        sky.record(START_S + 40.3 + 0.1 * number, one)
    halfway = len(sky.messages)
    fly(sky, range(41, 60))
    again = dump_state(sky.state, 10**6)
    for s in range(60, 60 + 16 * 60, 10):
        sky.tick(START_S + s)
    sightings = [m for m in sky.messages[halfway:] if isinstance(m, Sighting)]
    names = {one.report_ids[0]: one.sighting_id for one in sightings if one.report_ids}
    of_secret = [one for one in sightings if one.sighting_id == names["r1"]]
    assert of_secret[0].track_ids[0] == secret
    assert of_secret[-1].state == "ended"
    assert {one.label.classification for one in of_secret} == {Classification.SECRET}, "its end too"
    assert {one.label for one in sightings if one.sighting_id == names["r2"]} == {LABEL}
    assert b"SARGAS-REPORTS" in again
    restored, _ = load_state(again)
    assert restored.picture is not None
    assert {one.classification for one in restored.picture.reports.labels.values()} == {Classification.SECRET}


def test_labels_go_on_after_a_snapshot() -> None:
    sky = Sky(SECOND)
    fly(sky, range(1, 20))
    state, _ = load_state(dump_state(sky.state, 1))
    assert state.picture is not None
    assert sky.state.picture is not None
    time_ns = (START_S + 21) * 1_000_000_000
    before, after = (picture.tracker.report(time_ns) for picture in (sky.state.picture, state.picture))
    assert [part.label for part in before.split()] == [part.label for part in after.split()] == [LABEL, SECRET]


def test_what_is_said_of_a_track_raises_what_follows_from_it_and_not_where_it_is() -> None:
    sky = Sky(zones=(AIRPORT,))
    fly(sky, range(1, 20))
    number = number_of(sky, 0x4CA001)
    claim = Claim(
        id="claim", time_ns=(START_S + 20) * 1_000_000_000, origin="n", label=SECRET, claim_id="claim", track_id=number,
        about="class", value="one_way_drone", probability=0.9, reliability="A", credibility=1, source="person",
    )  # fmt: skip
    sky.record(START_S + 20, claim)
    told = len(sky.messages)
    fly(sky, range(20, 40))
    later = sky.messages[told:]
    own = [m for m in later if isinstance(m, Claim) and m.about in ("class", "danger")]
    assert own
    assert all(m.label.classification == Classification.SECRET for m in own)
    assert {m.label for m in later if isinstance(m, Tracks)} == {LABEL}
    alerts = [m for m in later if isinstance(m, Alert) and m.track_ids == (number,)]
    assert alerts
    assert all(m.label.classification == Classification.SECRET for m in alerts)


OPEN_THERE = Label(releasable_to=("LTU", "POL"), originator="LVA")
CLOSED_THERE = Label(classification=Classification.RESTRICTED, releasable_to=("LTU",), originator="LVA")


def theirs(numbers: list[int], second: int, label: Label) -> Tracks:
    n = len(numbers)
    covariance = np.zeros((n, 21))
    covariance[:, [0, 6, 11]], covariance[:, [15, 18, 20]] = 40.0**2, 4.0
    return Tracks.of(
        time_ns=np.full(n, (START_S + second) * NS_PER_S), track_id=np.array(numbers),
        latitude_deg=50.0 + np.array(numbers, np.float64), longitude_deg=np.full(n, 24.0), altitude_m=np.full(n, 1e3),
        velocity_east_mps=np.zeros(n), velocity_north_mps=np.zeros(n), velocity_up_mps=np.zeros(n), label=label,
        covariance=covariance,
    )  # fmt: skip


def test_a_partners_tracks_keep_each_its_own_label_until_they_end() -> None:
    fused, told = FusedTracks("n"), list[Tracks]()
    for second in range(40):
        time_ns = (START_S + second) * NS_PER_S
        if second < 5:
            told += fused.take("lva", theirs([1, 2], second, OPEN_THERE), time_ns)
            told += fused.take("lva", theirs([3], second, CLOSED_THERE), time_ns)
        told += fused.silence(time_ns)
        told += fused.advance(Tracks.none(Label()), time_ns)[0]
        told += fused.alone(time_ns)
        if second == 3:
            assert fused.partners.label(0) == most_restrictive((OPEN_THERE, CLOSED_THERE))
    labels: dict[int, set[Label]] = {}
    for batch in told:
        for number in batch.track_id.tolist():
            labels.setdefault(number, set()).add(batch.label)
    assert labels == {FIRST_NUMBER: {OPEN_THERE}, FIRST_NUMBER + 1: {OPEN_THERE}, FIRST_NUMBER + 2: {CLOSED_THERE}}
    ended = {n for b in told for n, s in zip(b.track_id.tolist(), b.status.tolist(), strict=True) if s == 3}
    assert ended == labels.keys()


def test_the_end_of_a_partners_track_has_the_label_of_what_was_last_told_of_it() -> None:
    """A bucket of a partner's tracks has the strictest label of those in it: without the strict one another."""
    fused, told = FusedTracks("n"), list[Tracks]()
    for second in range(8):
        time_ns = (START_S + second) * NS_PER_S
        batch = theirs([1, 3], second, CLOSED_THERE if second < 5 else OPEN_THERE)
        ends = np.array(
            [TrackStatus.CONFIRMED, TrackStatus.DROPPED if second == 5 else TrackStatus.CONFIRMED], np.uint8
        )
        told += fused.take("lva", replace(batch, status=ends) if second <= 5 else batch.take([0]), time_ns)
        told += fused.silence(time_ns)
        told += fused.advance(Tracks.none(Label()), time_ns)[0]
    (end,) = [batch for batch in told if batch.is_dropped.any()]
    assert end.track_id.tolist() == [FIRST_NUMBER + 1]
    assert end.label == most_restrictive((OPEN_THERE, CLOSED_THERE))
    goes_on = [batch.label for batch in told if FIRST_NUMBER in batch.track_id]
    assert (goes_on[0], goes_on[-1]) == (CLOSED_THERE, OPEN_THERE)


def test_fused_rows_inherit_from_the_very_track_that_they_are_fused_with() -> None:
    fused, own = FusedTracks("n"), theirs([1, 2, 3], 0, LABEL)
    for second in range(6):
        time_ns = (START_S + second) * NS_PER_S
        fused.take("lva", theirs([1, 2], second, OPEN_THERE), time_ns)
        fused.take("lva", theirs([3], second, CLOSED_THERE), time_ns)
        own = theirs([1, 2, 3], second, LABEL)
        fused.advance(own, time_ns)
    found = {number: batch.label for batch in fused.read(own) for number in batch.track_id.tolist()}
    with_open, with_closed = most_restrictive((LABEL, OPEN_THERE)), most_restrictive((LABEL, CLOSED_THERE))
    assert found == {1: with_open, 2: with_open, 3: with_closed}
    again = FusedTracks("n")
    again.restore(fused.snapshot())
    assert {n: b.label for b in again.read(own) for n in b.track_id.tolist()} == found
    assert again.snapshot() == fused.snapshot()
