"""Balloons through the whole core: forecasts, launches and advice come out, the same from a snapshot."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
import shapely

from sargas.model.columns import NS_PER_S
from sargas.model.label import Classification, Label
from sargas.model.message import Message
from sargas.model.records import ClosureAdvice, DriftForecast, LaunchEstimate, WindTable
from sargas.model.tracks import Tracks
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import step
from tests.picture.balloon_night import AIRPORT, BALLOONS, configuration, inputs, wind_table
from tests.tracking.scene import EPOCH_NS, FRAME, Flight

SECONDS = 900
EARLY_S, CUT_S = 420, 600


class Night(NamedTuple):
    """A night with wind as it ended, what it told, and its snapshots by second."""

    state: State
    told: list[Message]
    snapshots: dict[int, bytes]

    def at(self, second: int) -> State:
        """Return the state after a second."""
        return load_state(self.snapshots[second])[0]


def run(*args: object, **fields: object) -> tuple[State, list[Message]]:
    state, told = State(), list[Message]()
    for envelope in inputs(*args, **fields):  # type: ignore[arg-type]
        told += step(state, envelope).messages
    return state, told


@pytest.fixture(scope="module")
def night() -> Night:
    state, told, snapshots = State(), list[Message](), dict[int, bytes]()
    for envelope in inputs(SECONDS, winds=(wind_table(),)):
        told += step(state, envelope).messages
        second = (envelope.receive_time_ns - EPOCH_NS) // NS_PER_S
        if envelope.kind == "record" and second in (EARLY_S, CUT_S):
            snapshots[second] = dump_state(state, envelope.sequence)
    return Night(state, told, snapshots)


def of(told: list[Message], kind: type) -> list:
    return [message for message in told if isinstance(message, kind)]


def test_a_wind_table_comes_out_as_it_came_in(night: Night) -> None:
    assert of(night.told, WindTable) == [wind_table()]


def test_balloons_are_found_to_drift_and_told_where_they_will_be(night: Night) -> None:
    forecasts = of(night.told, DriftForecast)
    assert len({forecast.track_id for forecast in forecasts}) >= 2
    last = {forecast.track_id: forecast for forecast in forecasts}
    inside = []
    for forecast in last.values():
        assert forecast.drifts > 0.5
        assert [place.ahead_s for place in forecast.places] == [600.0, 1800.0, 3600.0]
        assert forecast.places[0].area_km2 < forecast.places[1].area_km2 < forecast.places[2].area_km2
        assert "model" in forecast.wind
        at_s = (forecast.time_ns - EPOCH_NS) / NS_PER_S + 600.0
        for flight in BALLOONS:
            latitude, longitude, _ = FRAME.geodetic_from_enu(flight.at(at_s)[None, :3])
            shape = shapely.Polygon(forecast.places[0].region_90)
            inside.append(bool(shapely.contains_xy(shape, float(longitude[0]), float(latitude[0]))))
    assert sum(inside) >= 2, "each balloon stays within the region told of it"


def test_the_airport_is_told_ahead_and_closed_when_they_come(night: Night) -> None:
    advice = of(night.told, ClosureAdvice)
    states = [one.state for one in advice]
    assert "close" in states
    assert advice[-1].state == "closed"
    first = next(one for one in advice if one.state == "close")
    true_s = next(s for s in range(4000) if np.hypot(*BALLOONS[0].at(s)[:2]) < AIRPORT.radius_m)  # type: ignore[operator]
    told_s, from_s = ((ns - EPOCH_NS) / NS_PER_S for ns in (first.time_ns, first.from_ns))
    assert told_s < from_s <= true_s
    assert first.track_ids
    assert first.is_exercise
    assert {text.language for text in first.texts} == {"en", "lt"}
    assert first.entry_ns is not None
    assert first.entry_ns[0] <= EPOCH_NS + round((true_s + 120) * NS_PER_S)


def test_advice_is_for_those_who_may_see_the_balloons_behind_it() -> None:
    first = configuration()
    secret = first.label.model_copy(update={"classification": Classification.SECRET})
    hidden = first.model_copy(update={"sources": (first.sources[0].model_copy(update={"label": secret}),)})
    advice = of(run(240, first=hidden, winds=(wind_table(),))[1], ClosureAdvice)
    assert any(one.track_ids for one in advice)
    assert {one.label for one in advice} == {secret}


def test_advice_comes_at_most_every_ten_seconds(night: Night) -> None:
    times = [one.time_ns for one in of(night.told, ClosureAdvice)]
    assert all(b - a >= 10 * NS_PER_S for a, b in pairwise(times))


def test_a_rising_balloon_has_a_launch(night: Night) -> None:
    launches = of(night.told, LaunchEstimate)
    assert launches
    rising = BALLOONS[1]
    before_s = rising.start[2] / rising.velocity[2]
    latitude, longitude, _ = FRAME.geodetic_from_enu(rising.at(-before_s)[None, :3])
    shape = shapely.Polygon(launches[-1].region_90)
    assert shapely.contains_xy(shape, float(longitude[0]), float(latitude[0]))


def test_without_wind_it_says_so_and_goes_on() -> None:
    state, told = run(500)
    forecasts = of(told, DriftForecast)
    assert forecasts
    assert forecasts[-1].wind.startswith("no wind table in force: drift by the tracks' own motion only")
    assert state.picture is not None


def test_without_zones_there_are_forecasts_and_no_advice() -> None:
    _, told = run(400, first=configuration(()), winds=(wind_table(),))
    assert of(told, DriftForecast)
    assert not of(told, ClosureAdvice)
    assert of(told, DriftForecast)[-1].entries == ()


def test_what_flies_fast_and_straight_is_no_drifter_and_costs_nothing() -> None:
    state, told = run(200, [Flight((60e3, 10e3, 9000.0), (-230.0, 0.0, 0.0))], winds=(wind_table(),))
    assert not of(told, DriftForecast)
    assert state.picture is not None
    assert not state.picture.drifting.drifters.by_track


def test_a_run_from_a_snapshot_is_the_run_without_a_break(night: Night) -> None:
    again, sequence = load_state(night.snapshots[CUT_S])
    assert again.time_ns == EPOCH_NS + CUT_S * NS_PER_S
    for envelope in inputs(SECONDS, winds=(wind_table(),)):
        if envelope.sequence > sequence:
            step(again, envelope)
    assert again.digest.hex() == night.state.digest.hex()
    assert dump_state(again, 1) == dump_state(night.state, 1)


def test_what_no_longer_seems_to_drift_is_ended_and_counts_less_at_the_airport(night: Night) -> None:
    state = night.at(EARLY_S)
    assert state.picture is not None
    drifting, time_ns = state.picture.drifting, state.time_ns
    track_id = next(iter(drifting.told_ns))
    before = drifting.airports.shares[track_id][0].weight
    held = drifting.drifters.by_track[track_id]
    held.is_drifter, held.drifts = False, 0.1
    tracks = state.picture.appraisal.show(state.picture.tracker.report(time_ns))
    told = drifting.tick(tracks.take(slice(0, 0)), time_ns + NS_PER_S)
    assert [(one.track_id, one.state) for one in told if isinstance(one, DriftForecast)][:1] == [(track_id, "ended")]
    shares = drifting.airports.shares.get(track_id)
    assert shares is None or shares[0].weight < 0.5 * before
    assert drifting.entries_of(track_id) is None


def test_an_airport_reckons_with_what_no_longer_seems_to_drift_by_the_chance_of_now(night: Night) -> None:
    state = night.at(EARLY_S)
    assert state.picture is not None
    drifting, time_ns = state.picture.drifting, state.time_ns
    track_id = next(iter(drifting.told_ns))
    held = drifting.drifters.by_track[track_id]
    tracks = state.picture.tracker.report(time_ns)
    unseen = replace(tracks, update_time_ns=tracks.update_time_ns - 60 * NS_PER_S)
    for second, chance in ((1, 0.2), (2, 0.01)):
        held.is_drifter, held.drifts = False, chance
        drifting.tick(unseen, time_ns + second * NS_PER_S)
        assert drifting.airports.shares[track_id][0].weight == held.existence * chance


def test_drifting_that_begins_anew_keeps_tables_and_closures_and_ends_its_forecasts(
    night: Night,
) -> None:
    picture = load_state(dump_state(night.state, 1))[0].picture
    assert picture is not None
    before, time_ns = picture.drifting, night.state.time_ns + NS_PER_S
    told = set(before.told_ns)
    assert told
    assert before.drifters.tables
    picture.begin_anew("drifting", time_ns)
    assert picture.drifting.drifters.tables == before.drifters.tables
    assert picture.drifting.airports.closures == before.airports.closures
    ended = [m for m in picture.drifting.tick(Tracks.none(Label()), time_ns) if isinstance(m, DriftForecast)]
    assert ({m.track_id for m in ended}, {m.state for m in ended}) == (told, {"ended"})
    assert not picture.drifting.told_ns


def test_what_is_told_of_a_balloon_keeps_its_label_after_it_ends_and_has_that_of_what_is_said_of_it(
    night: Night,
) -> None:
    state = night.at(EARLY_S)
    picture = state.picture
    assert picture is not None
    drifting, time_ns = picture.drifting, state.time_ns
    first, second = list(drifting.told_ns)[:2]
    tracks = picture.appraisal.show(picture.tracker.report(time_ns))
    secret = tracks.label.model_copy(update={"classification": Classification.SECRET})
    picture.said.note(first, secret)
    drifting.tick(tracks, time_ns + NS_PER_S, picture.said)
    picture.said.forget([first])
    restored, _ = load_state(dump_state(state, 1))
    assert restored.picture is not None
    for one in (drifting, restored.picture.drifting):
        nobody, told = Tracks.none(tracks.label), list[Message]()
        for minute in range(1, 45):
            told += one.tick(nobody, time_ns + minute * 60 * NS_PER_S)
        ended = {forecast.track_id: forecast.label for forecast in of(told, DriftForecast)}
        assert (ended[first], ended[second]) == (secret, tracks.label)
        advice = of(told, ClosureAdvice)
        assert advice
        assert {item.label for item in advice if first in item.track_ids} == {secret}
