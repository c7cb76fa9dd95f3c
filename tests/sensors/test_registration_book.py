"""What is told of the registration: little of what stays, at once what changes, and in words that say what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sargas.geo.enu import Frame
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Configuration, SensorRegistration
from sargas.model.saying import Said
from sargas.sensors import registration_book
from sargas.sensors.registration import Registration
from sargas.sensors.registration_book import RadarBias, RegistrationBook
from sargas.sensors.site import Sites
from tests.tracking.scene import ORIGIN, radar

LABEL = Label(releasable_to=("LTU", "LVA"), originator="LTU")
CALM = RadarBias(
    sensor_id="kaunas", bias=(10.0, 0.2, 0.0, 0.0), sigma=(3.0, 0.01, 0.05, 0.01), pairs=400, is_registered=True,
    is_walking=False, is_astray=False, astray_ns=0, moved_m=0.0, moved_deg=0.0, noise_m=70.0, noise_deg=0.1,
)  # fmt: skip


class Radars:
    """Stands for the estimates: what the book reads at the next tick."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(registration_book, "read_biases", lambda registration, sites: self.now)
        self.now: tuple[RadarBias, ...] = (CALM,)
        self.registration = Registration()
        self.sites = Sites([radar("kaunas")], Frame(*ORIGIN, 0.0))
        self.book = RegistrationBook(
            Configuration(
                id="c", time_ns=0, origin="n", label=LABEL, node="n", nation="LTU", origin_latitude_deg=55.0,
                origin_longitude_deg=24.0,
            )
        )  # fmt: skip

    def tick(self, second: int, *, solved: bool = True) -> list[SensorRegistration]:
        time_ns = second * NS_PER_S
        self.registration.time_ns = time_ns if solved else time_ns - NS_PER_S
        return list(self.book.tick(time_ns, self.registration, self.sites, LABEL, lambda _: LABEL))


@pytest.fixture
def radars(monkeypatch: pytest.MonkeyPatch) -> Radars:
    return Radars(monkeypatch)


def test_what_stays_is_told_once_a_minute_and_only_after_a_solution(radars: Radars) -> None:
    told = [second for second in range(180) for _ in radars.tick(second, solved=second % 5 == 0)]
    assert told == [0, 60, 120]


def test_a_change_of_state_is_told_at_once_and_what_walked_off_every_ten_seconds(radars: Radars) -> None:
    radars.tick(0)
    radars.now = (replace(CALM, is_astray=True, astray_ns=43_380 * NS_PER_S, moved_deg=0.8, is_registered=False),)
    told = [(second, record) for second in range(1, 30) for record in radars.tick(second)]
    assert [second for second, _ in told] == [1, 11, 21]
    assert {record.state for _, record in told} == {"walked_off"}
    assert told[0][1].reason == "azimuth off by +0.80 deg since 12:03 UTC"
    assert {record.since_ns for _, record in told} == {43_380 * NS_PER_S}
    assert radars.book.walked_off() == {
        "kaunas": Said("azimuth off by +0.80 deg since 12:03 UTC", "azimutas nukrypęs +0,80° nuo 12:03 UTC")
    }
    radars.now = (CALM,)
    (back,) = radars.tick(30)
    assert (back.state, back.reason, back.since_ns) == ("registered", "", 30 * NS_PER_S)
    assert radars.book.walked_off() == {}


@pytest.mark.parametrize(
    ("moved_m", "moved_deg", "words"),
    [(-350.0, 0.01, "range off by -350 m"), (90.0, -0.6, "azimuth off by -0.60 deg, range off by +90 m"),
     (5.0, 0.01, "azimuth or range changed")],
)  # fmt: skip
def test_the_reason_names_what_changed(radars: Radars, moved_m: float, moved_deg: float, words: str) -> None:
    radars.now = (replace(CALM, is_astray=True, moved_m=moved_m, moved_deg=moved_deg),)
    (record,) = radars.tick(0)
    assert record.reason == f"{words} since 00:00 UTC"


def test_a_radar_at_the_limit_does_not_flicker(radars: Radars) -> None:
    limit = replace(CALM, is_registered=False, sigma=(3.0, 0.06, 0.05, 0.01))
    radars.now = (limit,)
    assert [record.state for record in radars.tick(0)] == ["uncertain"], "not known well enough to begin with"
    radars.now = (CALM,)
    assert [record.state for record in radars.tick(2)] == ["registered"]
    radars.now = (limit,)
    assert radars.tick(4) == [], "still well enough to stay"
    radars.now = (replace(limit, sigma=(3.0, 0.11, 0.05, 0.01)),)
    assert [record.state for record in radars.tick(6)] == ["uncertain"]


def test_a_radar_that_has_nobody_to_compare_with_says_so(radars: Radars) -> None:
    radars.now = (replace(CALM, is_registered=False, pairs=0, sigma=(100.0, 0.4, 0.05, 0.03)),)
    (record,) = radars.tick(0)
    assert (record.state, record.reason) == ("uncertain", "no object yet seen together with another sensor")


def test_radars_are_told_in_order_and_under_the_label_of_the_tracks(radars: Radars) -> None:
    radars.now = (CALM, replace(CALM, sensor_id="akmene"))
    assert [record.sensor_id for record in radars.tick(0)] == ["akmene", "kaunas"]
    assert radars.tick(60)[0].label == LABEL
    restricted = Label(releasable_to=("LTU",), originator="LTU")
    radars.registration.time_ns = 120 * NS_PER_S
    told = radars.book.tick(120 * NS_PER_S, radars.registration, radars.sites, restricted, lambda _: LABEL)
    assert told[0].label.releasable_to == ("LTU",)
