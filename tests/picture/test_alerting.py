"""What is told of whom: drones at once, unknown ones quietly, friends, birds and aircraft that are known not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sargas.assessment.zone_entry import ZoneEntry
from sargas.model.records import Alert, Claim, Configuration, Sensor
from sargas.model.tracks import CLASSES, Tracks
from sargas.picture.alerting import Alerting
from sargas.picture.identity import IdentityBook
from tests.assessment.flights import NODE, PLANE, PLANT, at, start, tracks_at

ADSB_ONLY = {"seen_by": 2}


class Post:
    """One node's rules, identities and alerts over the plant."""

    def __init__(self) -> None:
        configuration = Configuration(
            id="c", time_ns=0, origin="n", label=NODE, node="n", nation="LTU", origin_latitude_deg=55.0,
            origin_longitude_deg=24.0, zones=(PLANT,),
            sensors=(Sensor(id="radar-a", kind="radar-3d"), Sensor(id="adsb-b", kind="ads-b")),
        )  # fmt: skip
        self.alerting = Alerting.of(configuration, PLANE)
        self.identity = IdentityBook.of(configuration, PLANE)
        self.rules: ZoneEntry = start((PLANT,))

    def say(self, about: str, value: str, source: str = "sargas", **fields: Any) -> None:
        made = {
            "id": f"{about}/{value}", "time_ns": at(0), "origin": "n", "label": NODE, "claim_id": f"{source}/1/{about}",
            "track_id": 1, "about": about, "value": value, "reliability": "A", "credibility": 1, "source": source,
        }  # fmt: skip
        self.identity.take(Claim.model_validate(made | fields))

    def see(self, kind: str | None, seconds: int = 12, **row: Any) -> list[Alert]:
        """See one object over the plant for some seconds, of a class with 0.9; none: not classified."""
        told = list[Alert]()
        for second in range(seconds):
            tracks = classed(tracks_at(second, {"vx": -45.0, **row}), kind)
            causes = self.rules.assess(tracks, at(second + 0.1))
            told += self.alerting.take(causes, tracks, self.identity, at(second + 0.1))
            told += self.alerting.tick(tracks, self.identity, at(second + 0.5))
        return told


def classed(tracks: Tracks, kind: str | None) -> Tracks:
    probabilities = np.full((len(tracks), len(CLASSES)), np.nan, np.float32)
    if kind is not None:
        probabilities[:] = 0.1 / (len(CLASSES) - 1)
        probabilities[:, CLASSES.index(kind)] = 0.9
    return replace(tracks, class_probabilities=probabilities)


def test_a_drone_over_the_plant_is_critical_at_the_update_that_shows_it_and_says_why_in_both_languages() -> None:
    first = Post().see("one_way_drone")[0]
    assert (first.tier, first.state, first.time_ns) == ("critical", "raised", at(0.1))
    assert first.danger is not None
    assert 0.3 <= first.danger <= 0.8
    assert any("may carry a warhead" in reason for reason in first.reasons)
    assert any("sprogmenį" in reason for reason in first.reasons_lt)
    assert any(reason.startswith("would drop below") for reason in first.reasons)


@pytest.mark.parametrize("kind", [None, "balloon", "light_aircraft", "helicopter", "multirotor"])
def test_what_is_not_known_or_harmless_by_class_is_a_quiet_advisory(kind: str | None) -> None:
    told = Post().see(kind)
    assert {(alert.tier, alert.state) for alert in told} == {("advisory", "raised")}
    assert at(5) <= told[0].time_ns <= at(7)


@pytest.mark.parametrize("kind", ["bird", "bird_flock", "clutter"])
def test_birds_and_echoes_are_no_alert(kind: str) -> None:
    assert Post().see(kind, 60) == []


@pytest.mark.parametrize("value", ["confirmed", "friend"])
def test_who_is_known_is_no_alert_even_when_it_flies_like_a_drone(value: str) -> None:
    post = Post()
    post.say("cooperation", value)
    assert post.see("one_way_drone", 40, icao=0x4CA123) == []


def test_a_doubtful_word_lowers_nothing() -> None:
    post = Post()
    post.say("cooperation", "doubtful")
    assert post.see("one_way_drone", icao=0x4CA123)[0].tier == "critical"


def test_what_only_its_own_word_shows_is_no_critical_alert() -> None:
    assert {alert.tier for alert in Post().see("one_way_drone", icao=0x4CA123, **ADSB_ONLY)} == {"advisory"}


def test_what_a_person_calls_hostile_is_critical_whatever_it_is() -> None:
    post = Post()
    post.say("intent", "hostile", source="rasa")
    assert post.see("bird")[0].tier == "critical"


def test_a_fast_jet_without_identity_is_critical_and_an_unclassified_fast_track_is_not_yet() -> None:
    assert Post().see("fast_jet", vx=-230.0)[0].tier == "critical"
    assert {alert.tier for alert in Post().see("fast_jet", vx=-230.0, icao=0x4CA123)} == {"advisory"}
    assert Post().see("fast_jet", 3, vx=-60.0) == []
    assert all(alert.tier == "advisory" for alert in Post().see(None, vx=-160.0))


def test_a_young_track_becomes_critical_with_its_class() -> None:
    post = Post()
    assert post.see(None, 3) == []
    assert post.see("one_way_drone", 4)[0].tier == "critical"
