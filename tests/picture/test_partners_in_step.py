"""A partner's category 062 in the whole core: told once, better together, the same in every replay."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from sargas.formats.asterix.encode_tracks import encode_system_tracks
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.message import Message
from sargas.model.records import Sensor, Source, TrackEvent, Zone
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.partner_tracks import FIRST_NUMBER
from sargas.picture.telling import tell_own
from sargas.tracking.remote import LEAST_POSITION_M
from tests.picture.aircraft import LABEL, START_S, Sky, describe, place

PARTNER = Source(name="riga", format="asterix", editions={"062": "1.21"}, label=Label(originator="LVA"))
SYSTEM = Sensor(id="riga-system", kind="system", sac=25, sic=7)


SECOND = Source(name="tallinn", format="asterix", editions={"062": "1.21"}, label=Label(originator="EST"))
SECOND_SYSTEM = Sensor(id="tallinn-system", kind="system", sac=26, sic=8)


def partner(second: float, *flights: tuple[float, float, float, float], sac: int = 25, sic: int = 7) -> list[bytes]:
    n = len(flights)
    east, north, east_mps, north_mps = np.array(flights).T
    places = [place(e, v) for e, v in zip(east, north, strict=True)]
    covariance = np.zeros((n, 21))
    covariance[:, [0, 6]], covariance[:, 11], covariance[:, [15, 18, 20]] = 40.0**2, 60.0**2, 9.0
    tracks = Tracks.of(
        time_ns=np.full(n, int(second * NS_PER_S)), track_id=np.arange(70, 70 + n),
        latitude_deg=np.array([p[0] for p in places]), longitude_deg=np.array([p[1] for p in places]),
        altitude_m=np.full(n, 1000.0), velocity_east_mps=east_mps, velocity_north_mps=north_mps,
        velocity_up_mps=np.zeros(n), label=Label(), covariance=covariance,
    )  # fmt: skip
    return encode_system_tracks(sac, sic, tracks)


def fly(sky: Sky, seconds: range) -> None:
    for s in seconds:
        sky.hear(START_S + s, x4ca001=(0.0, 100.0 * s, 0.0, 100.0))
        for data in partner(START_S + s, (40.0, 100.0 * s, 0.0, 100.0), (30_000.0, 50.0 * s, 0.0, 50.0)):
            sky.datagram(START_S + s + 0.1, "riga", data)
        sky.tick(START_S + s + 1)


def test_an_object_of_both_is_told_once_and_one_of_the_partner_alone_as_before() -> None:
    sky = Sky(PARTNER, sensors=(SYSTEM,))
    fly(sky, range(1, 40))
    (event,) = [m for m in sky.messages if isinstance(m, TrackEvent)]
    assert event.event == "correlated"
    assert event.track_ids[0] < FIRST_NUMBER <= event.track_ids[1]
    assert "LVA" in event.label.originator
    after = [m for m in sky.messages if isinstance(m, Tracks) and m.time_ns.min() > event.time_ns]
    told = {int(number) for batch in after for number in batch.track_id}
    assert told == {event.track_ids[0], FIRST_NUMBER + (event.track_ids[1] == FIRST_NUMBER)}
    ended = [m for m in sky.messages if isinstance(m, Tracks) and (m.status == TrackStatus.DROPPED).any()]
    assert [m.track_id.tolist() for m in ended] == [[event.track_ids[1]]]


def test_the_track_of_both_is_sharper_and_says_whose_it_is() -> None:
    together, alone = Sky(PARTNER, sensors=(SYSTEM,)), Sky()
    together.nac_p = alone.nac_p = 5
    fly(together, range(1, 40))
    for s in range(1, 40):
        alone.hear(START_S + s, x4ca001=(0.0, 100.0 * s, 0.0, 100.0))
        alone.tick(START_S + s + 1)
    ours = [[m for m in sky.messages if isinstance(m, Tracks) and m.track_id[0] < FIRST_NUMBER][-1]
            for sky in (together, alone)]  # fmt: skip
    volumes = [float(np.linalg.det(covariance_of(tracks))) for tracks in ours]
    assert volumes[0] < 0.5 * volumes[1]
    assert ours[0].position_95_m[0] < 150.0
    assert set(ours[0].contributing_sensor_ids()[0]) == {"vilnius-adsb", "riga-system"}
    assert ours[0].label.releasable_to == ()


def covariance_of(tracks: Tracks) -> np.ndarray:  # type: ignore[type-arg]
    full = np.zeros((6, 6))
    rows, columns = np.triu_indices(6)
    full[rows, columns] = full[columns, rows] = tracks.covariance[0]
    return full


def test_a_partner_that_goes_silent_leaves_our_track_as_it_was_alone() -> None:
    sky = Sky(PARTNER, sensors=(SYSTEM,))
    fly(sky, range(1, 30))
    for s in range(30, 80):
        sky.hear(START_S + s, x4ca001=(0.0, 100.0 * s, 0.0, 100.0))
        sky.tick(START_S + s + 1)
    assert [m.event for m in sky.messages if isinstance(m, TrackEvent)] == ["correlated", "decorrelated"]
    last = [m for m in sky.messages if isinstance(m, Tracks) and m.track_id[0] < FIRST_NUMBER][-1]
    assert last.contributing_sensor_ids() == [["vilnius-adsb"]]
    assert last.label.releasable_to == ("LTU", "LVA")


def fly_two(sky: Sky, seconds: range, first_until: int = 1000) -> None:
    """Let both partners see one object that we do not, and the first one another, until the first falls silent."""
    for s in seconds:
        if s < first_until:
            for data in partner(START_S + s, (0.0, 100.0 * s, 0.0, 100.0), (30_000.0, 50.0 * s, 0.0, 50.0)):
                sky.datagram(START_S + s + 0.1, "riga", data)
        for data in partner(START_S + s + 0.5, (40.0, 100.0 * s + 50.0, 0.0, 100.0), sac=26, sic=8):
            sky.datagram(START_S + s + 0.6, "tallinn", data)
        sky.tick(START_S + s + 1)


def test_what_two_partners_see_and_we_do_not_is_told_once_and_outlives_the_first_of_them() -> None:
    sky = Sky(PARTNER, SECOND, sensors=(SYSTEM, SECOND_SYSTEM))
    fly_two(sky, range(1, 20))
    (event,) = [m for m in sky.messages if isinstance(m, TrackEvent)]
    assert (event.event, event.track_ids[0]) == ("correlated", FIRST_NUMBER)
    assert "EST+" in event.label.originator
    assert "LVA" in event.label.originator
    tracks = [m for m in sky.messages if isinstance(m, Tracks)]
    assert {int(n) for m in tracks for n in m.track_id} == {FIRST_NUMBER, FIRST_NUMBER + 1}
    both = [m for m in tracks if FIRST_NUMBER in m.track_id][-1]
    assert set(both.contributing_sensor_ids()[0]) == {"riga-system", "tallinn-system"}
    assert both.label.originator == "EST+LVA"
    assert both.covariance[0, 0] <= 40.0**2 + LEAST_POSITION_M**2 + 1e-6
    assert np.diff([m.time_ns[m.track_id == FIRST_NUMBER][0] for m in tracks if FIRST_NUMBER in m.track_id]).min() >= 0
    sky.messages.clear()
    fly_two(sky, range(20, 80), first_until=20)
    tracks = [m for m in sky.messages if isinstance(m, Tracks)]
    ended = {int(n) for m in tracks for n in m.track_id[m.status == TrackStatus.DROPPED]}
    assert ended == {FIRST_NUMBER + 1}
    assert {int(n) for m in tracks for n in m.track_id} - ended == {FIRST_NUMBER}
    assert [m for m in sky.messages if isinstance(m, TrackEvent)] == []


@pytest.mark.parametrize("flight", [fly, fly_two])
def test_every_replay_agrees(flight: Callable[[Sky, range], None]) -> None:
    runs = [Sky(PARTNER, SECOND, sensors=(SYSTEM, SECOND_SYSTEM)) for _ in range(2)]
    for sky in runs:
        flight(sky, range(1, 30))
    assert runs[0].state.digest.hex() == runs[1].state.digest.hex()


def test_the_zone_rules_hear_of_our_own_track_as_ours_whatever_flies_beside_it() -> None:
    """The one beside has the very label of ours with what the partner adds: told apart by track, not by batch."""
    hidden = Source(name="hidden", format="readsb", sensor_id="hidden", label=most_restrictive((LABEL, PARTNER.label)))
    zone = Zone(id="z", name="Airport", kind="protected", centre=(24.0, 55.0), radius_m=200_000.0)
    sky = Sky(PARTNER, hidden, sensors=(SYSTEM,), zones=(zone,))
    for s in range(1, 40):
        document = [describe("4ca002", 60_000.0, 100.0 * s, 0.0, 100.0, 9)]
        sky.datagram(START_S + s, "hidden", json.dumps({"now": START_S + s, "aircraft": document}).encode())
        fly(sky, range(s, s + 1))
    number = next(m.track_ids[0] for m in sky.messages if isinstance(m, TrackEvent) and m.event == "correlated")
    picture, time_ns = sky.state.picture, sky.state.time_ns
    assert picture is not None
    picture.touched.take(time_ns)
    told = list[Message]()
    tell_own(picture, picture.tracker.report(time_ns), told)
    shown = {int(n): m.label for m in told if isinstance(m, Tracks) for n in m.track_id}
    heard = {int(n): m.label for m in picture.touched.take(time_ns) for n in m.track_id}
    assert set(shown) == set(heard)
    assert shown[number] == hidden.label
    assert heard[number] == LABEL
