"""Feeds follow what the core says is taken over; what stands at a start is chosen from the record."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.message import Message
from sargas.model.records import Configuration, Decision, Partner, Source
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.step import Outputs
from sargas.runtime.clock import ManualClock
from sargas.runtime.config import NodeSettings, Settings, SourceSettings
from sargas.runtime.feeds import Intake
from sargas.runtime.feeds.udp import UdpFeed
from sargas.runtime.sources import open_sources
from sargas.runtime.standing_take_overs import choose_take_overs
from sargas.runtime.store import Store
from sargas.runtime.take_over import TakeOvers, refuse_strangers
from sargas.sensors.health import SourceHealthBook
from tests.sensors.test_standby import LABEL, decide

S = NS_PER_S
SOURCES = (
    Source(name="riga", format="asterix", standby_for="LVA"),
    Source(name="liepaja", format="asterix", standby_for="LVA"),
)
FEEDS = {"riga": frozenset({"riga"}), "night": frozenset({"liepaja", "ventspils"})}


def configuration(*partners: str) -> Configuration:
    return Configuration(
        id="c", time_ns=0, origin="LTU-1", label=LABEL, node="LTU-1", nation="LTU", origin_latitude_deg=55.0,
        origin_longitude_deg=24.0, sources=SOURCES,
        partners=tuple(Partner(nation=name, node=name, verify_key="0" * 64) for name in partners),
    )  # fmt: skip


class Bench:
    """A book of sources, the feeds that follow it, and a clock."""

    def __init__(self) -> None:
        self.clock, self.wanted = ManualClock(0), list[frozenset[str]]()
        self.health = SourceHealthBook(configuration("LVA"))
        self.take_overs = TakeOvers(FEEDS, self.wanted.append, self.clock.now_ns)

    def step(self, *messages: Message, own: tuple[Tracks, ...] | None = None) -> None:
        for message in messages:
            if isinstance(message, Decision):
                self.health.decide(message)
        self.take_overs.take(Outputs(messages, own), self.health)

    def figures(self) -> list[tuple[str, int | None, int | None]]:
        return [(one.source, one.first_datagram_ns, one.first_track_ns) for one in self.take_overs.status()]


def track(*sensors: str, status: TrackStatus = TrackStatus.CONFIRMED) -> Tracks:
    """Make one track of these sensors, among others that are not behind it."""
    names = ("ours", "psr-riga", "ssr")
    bits = sum(1 << names.index(name) for name in sensors)
    place = {name: np.zeros(1) for name in ("latitude_deg", "longitude_deg", "altitude_m")}
    motion = {f"velocity_{way}_mps": np.zeros(1) for way in ("east", "north", "up")}
    return Tracks.of(
        **place, **motion, time_ns=np.array([S]), track_id=np.array([7]), status=np.array([status], np.uint8),
        sensor_ids=names, contributing=np.array([[bits]], np.uint64), label=LABEL,
    )  # fmt: skip


def test_feeds_run_while_one_of_their_sources_is_taken_over() -> None:
    bench = Bench()
    bench.step(decide("take_over", "LVA/liepaja", S))
    bench.step(decide("take_over", "LVA", 2 * S))
    bench.step(decide("acknowledge", "alert"))
    bench.step(decide("give_back", "LVA/liepaja", 3 * S))
    bench.step(decide("give_back", "LVA", 4 * S))
    assert bench.wanted == [{"night"}, {"night", "riga"}, {"riga"}, set()]
    assert bench.take_overs.status() == ()


def test_the_first_datagram_and_the_first_track_of_each_are_noted() -> None:
    bench = Bench()
    bench.step(decide("take_over", "LVA", S))
    (one, other) = bench.take_overs.status()
    assert (other.source, other.nation, other.taken_by, other.taken_ns) == ("riga", "LVA", "ona", S)
    bench.clock.advance(2 * S)
    bench.step(own=(track("ours"),))
    bench.health.count("riga", 3 * S, sensors=("psr-riga",))
    bench.clock.advance(2 * S)
    fused = track("ours", "psr-riga")
    bench.step(fused, own=(track("psr-riga", status=TrackStatus.TENTATIVE), track("ours", "ssr")))
    bench.step(fused)
    assert bench.figures() == [("liepaja", None, None), ("riga", 3 * S, None)]
    bench.clock.advance(S)
    bench.step(own=(track("ours", "psr-riga"),))
    bench.clock.advance(S)
    bench.step(own=(track("psr-riga"),))
    assert bench.figures() == [("liepaja", None, None), ("riga", 3 * S, 5 * S)]
    bench.step(decide("give_back", "LVA", 7 * S), decide("take_over", "LVA", 8 * S))
    assert one.first_track_ns is None
    assert bench.figures() == [("liepaja", None, None), ("riga", None, None)], "each take-over is measured anew"


def test_only_partners_have_feeds_that_stand_by() -> None:
    refuse_strangers(configuration("LVA"))
    for partners, was in ((("POL",), "POL"), ((), "none")):
        with pytest.raises(ValueError, match=f"source 'riga': expected standby_for as a partner out of {was}, was"):
            refuse_strangers(configuration(*partners))


@pytest.mark.parametrize(
    ("told", "stands"),
    [
        ([], []),
        (["take_over LVA"], ["take_over LVA"]),
        (["take_over LVA", "give_back LVA"], []),
        (["take_over LVA", "give_back LVA/riga"], ["take_over LVA", "give_back LVA/riga"]),
        (["take_over LVA/riga", "give_back LVA/riga"], []),
        (["take_over LVA/riga", "give_back LVA"], []),
        (["give_back LVA", "take_over LVA/riga"], ["take_over LVA/riga"]),
        (["take_over LVA/riga", "take_over POL", "accept x", "give_back POL"], ["take_over LVA/riga"]),
        (["take_over LVA", "give_back LVA", "take_over LVA"], ["take_over LVA"]),
    ],
)
def test_a_start_goes_on_with_what_nobody_gave_back(told: list[str], stands: list[str]) -> None:
    decisions = [decide(words.split(" ", 1)[0], words.split(" ", 1)[1], place) for place, words in enumerate(told)]
    assert [f"{one.action} {one.subject}" for one in choose_take_overs(decisions)] == stands


def test_the_store_finds_decisions_by_what_was_decided(store: Store) -> None:
    store.write([decide("take_over", "LVA", 1), decide("acknowledge", "a", 2), decide("give_back", "LVA", 3)])
    found = store.decisions(actions=("take_over", "give_back"))
    assert [one.action for one in found] == ["give_back", "take_over"]
    assert len(store.decisions()) == 3


def test_a_simulated_night_stands_by_with_all_its_sensors(tmp_path: Path) -> None:
    night = SourceSettings(name="riga-night", url="sim:baltic-night?targets=5&heard_by=LVA&udp=1", standby_for="LVA")
    radar = SourceSettings(name="radar", url="udp://127.0.0.1:40001", standby_for="POL", releasable_to=("POL",))
    settings = Settings(
        node=NodeSettings(data_dir=tmp_path),
        source=(SourceSettings(name="ours", url="sim:baltic-night?targets=5&heard_by=LTU"), night, radar),
    )
    opened = open_sources(settings, Intake(), ManualClock(0), 1)
    waits = {source.name: source.standby_for for source in opened.configuration.sources}
    latvian = {name for name, nation in waits.items() if nation == "LVA"}
    assert latvian == {name for name in waits if name.startswith("lv-")}
    assert len(latvian) >= 5
    assert {name for name, nation in waits.items() if not nation} == {name for name in waits if name[:3] == "lt-"}
    assert opened.standby["riga-night"] == latvian, "the simulation runs while one of its sensors is taken over"
    assert opened.standby["lv-adsb"] == {"lv-adsb"}
    assert set(opened.standby) == {"riga-night", "radar", *latvian} <= {feed.name for feed in opened.feeds}
    for port in (feed._url.port for feed in opened.feeds if isinstance(feed, UdpFeed) and feed.name in latvian):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))  # held, or others would take it before its feed listens
    (kept,) = [source for source in opened.configuration.sources if source.name == "radar"]
    assert (kept.standby_for, kept.label.releasable_to, kept.label.originator) == ("POL", ("POL",), "LTU")


def test_a_simulated_night_has_the_label_of_its_source(tmp_path: Path) -> None:
    def labels(**told: Any) -> set[tuple[str, tuple[str, ...], str]]:
        source = SourceSettings(name="night", url="sim:baltic-night?targets=5&heard_by=LTU", **told)
        settings = Settings(node=NodeSettings(data_dir=tmp_path), source=(source,))
        found = open_sources(settings, Intake(), ManualClock(0), 1).configuration.sources
        return {(one.label.classification.name, one.label.releasable_to, one.label.originator) for one in found}

    assert labels() == {("UNCLASSIFIED", ("LTU", "LVA", "POL"), "LTU")}
    assert labels(classification="secret") == {("SECRET", ("LTU", "LVA", "POL"), "LTU")}
    assert labels(releasable_to=("LVA",)) == {("UNCLASSIFIED", ("LVA",), "LTU")}
