"""What tracks say of themselves: confirmed where a sensor sees it, doubted where none does, no name silences it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from sargas.geo.plane import RegionPlane
from sargas.identification.claim_weight import answer
from sargas.identification.cooperation import Cooperation
from sargas.identification.cooperation_words import NONE
from sargas.model.columns import NS_PER_S
from sargas.model.identity_records import Claim, FlightPermission, GnssInterference
from sargas.model.label import Classification, Label
from sargas.model.plots import Plots
from sargas.model.records import Configuration, Sensor
from sargas.tracking.tracker import Tracker
from tests.runtime.store_cases import make_interference, make_permission
from tests.tracking.scene import EPOCH_NS, ORIGIN, Flight, radar, see
from tests.tracking.test_offset import ADDRESS, ADSB, RADAR, claim

RID = Sensor(id="rid", kind="remote-id", latitude_deg=56.3, longitude_deg=24.6, max_range_m=30e3)
SENSORS = (RADAR, ADSB, RID)
NODE = Configuration(
    id="c", time_ns=0, origin="rasa", label=Label(originator="LTU"), node="rasa", nation="LTU",
    origin_latitude_deg=ORIGIN[0], origin_longitude_deg=ORIGIN[1], sensors=SENSORS,
)  # fmt: skip
Batch = Callable[[float], list[Plots]]


@dataclass
class Watch:
    """A tracker and what is judged of its tracks, second by second."""

    sensors: tuple[Sensor, ...] = SENSORS
    told: list[Claim] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tracker = Tracker(self.sensors, ORIGIN)
        self.cooperation = Cooperation(NODE, RegionPlane(*ORIGIN))
        self.second = 0

    def run(self, seconds: int, batch: Batch, radar_turns: bool = True) -> list[Claim]:
        """Go on for so many seconds; return what is told meanwhile."""
        before = len(self.told)
        for _ in range(seconds):
            for plots in batch(float(self.second)):
                self.tracker.update(plots)
                self.cooperation.hear(plots, self.tracker.sites)
            if radar_turns:
                self.tracker.hear(RADAR.id, EPOCH_NS + self.second * NS_PER_S)
            self.second += 1
            now_ns = EPOCH_NS + self.second * NS_PER_S
            self.tracker.advance(now_ns)
            tracks = self.tracker.report(now_ns)
            self.told += self.cooperation.advance(tracks, self.tracker.support(now_ns), now_ns)
        return self.told[before:]


def aircraft(*, shift_m: float = 0.0, sees: bool = True, named: bool = False, says: bool = True, **codes: Any) -> Batch:
    """Return what radar and receiver bring of one aircraft: a radar plot every 4 s, a claim each second."""
    flight, rng = Flight(), np.random.default_rng(4)
    answer = {"icao_address": np.array([ADDRESS])} if named else {}

    def batch(time_s: float) -> list[Plots]:
        found = [see(RADAR, [flight], time_s, int(time_s) // 4, rng, **answer)] if sees and time_s % 4 == 0 else []
        return [*found, claim(flight, time_s + 0.5, shift_m, **codes)] if says else found

    return batch


def about(told: list[Claim], what: str, number: int | None = None) -> list[Claim]:
    """Return the claims about one question, of one track."""
    return [one for one in told if one.about == what and number in (None, one.track_id)]


def test_what_a_radar_sees_where_it_says_it_is_is_confirmed() -> None:
    told = Watch().run(20, aircraft())
    cooperation = about(told, "cooperation")
    assert cooperation[-1].value == "confirmed"
    assert cooperation[-1].probability is not None
    assert cooperation[-1].probability > 0.99
    assert (cooperation[-1].reliability, cooperation[-1].credibility) == ("B", 1)
    assert "an independent sensor sees it there" in cooperation[-1].evidence
    identity = about(told, "identity")[-1]
    assert identity.value == f"icao:{ADDRESS:06x}"
    assert identity.evidence[0] == "its own word is confirmed"
    assert identity.time_ns - EPOCH_NS <= 9 * NS_PER_S


def test_nothing_is_told_twice() -> None:
    watch = Watch()
    watch.run(20, aircraft())
    assert watch.run(60, aircraft()) == []
    assert len({one.id for one in watch.told}) == len(watch.told)


def test_where_nobody_looks_it_is_unsupported_not_doubtful() -> None:
    far = (radar(latitude_deg=50.0, aligned=True), ADSB, RID)
    told = Watch(far).run(40, aircraft(sees=False))
    assert [one.value for one in about(told, "cooperation")] == ["unsupported"]
    assert told[0].evidence[-1] == "no independent sensor looks there"
    assert (about(told, "cooperation")[0].reliability, about(told, "cooperation")[0].credibility) == ("C", 6)


def test_what_a_radar_that_covers_the_place_does_not_see_is_doubtful_after_ten_seconds() -> None:
    watch = Watch()
    told = about(watch.run(60, aircraft(sees=False)), "cooperation")
    assert [one.value for one in told if one.state == "made"] == ["unsupported"]
    doubt = next(one for one in told if one.value == "doubtful")
    assert (doubt.time_ns - EPOCH_NS) / NS_PER_S >= 10
    assert "have looked for 10 s and see nothing there" in doubt.evidence[0]
    assert doubt.probability is not None
    assert doubt.probability > 0.5
    name = [one for one in watch.told if one.about == "identity"][-1]
    assert name.probability is not None
    assert name.probability < 0.5
    assert name.reliability == "E"


@pytest.mark.parametrize("shift_m", [600.0, 2_000.0, 20_000.0])
def test_a_shifted_place_is_doubted_and_so_is_its_name(shift_m: float) -> None:
    watch = Watch()
    watch.run(24, aircraft())
    told = watch.run(60, aircraft(shift_m=shift_m))
    doubted = [one for one in about(told, "cooperation") if one.value == "doubtful"]
    assert doubted
    assert any("km from here" in reason or "see nothing" in reason for one in doubted for reason in one.evidence)
    for one in about(told, "identity"):
        if one.track_id == doubted[-1].track_id and one.time_ns >= doubted[-1].time_ns:
            assert one.evidence[0] == "its own word is doubtful"


def test_a_name_that_is_told_elsewhere_is_told_with_both_tracks() -> None:
    def batch(time_s: float) -> list[Plots]:
        return [*aircraft(named=True)(time_s)[:-1], claim(Flight(), time_s + 0.5, 20_000.0)]

    told = Watch().run(40, batch)
    last = {one.track_id: one for one in about(told, "cooperation")}
    seen, said = sorted(last)
    assert (last[seen].value, last[said].value) == ("confirmed", "doubtful"), "a radar was answered by that name"
    assert last[seen].evidence[0].startswith(f"track {said} has the same name ")
    assert last[said].evidence[0].startswith(f"track {seen} has the same name ")


@pytest.mark.parametrize("changed", [{"sees": False}, {"shift_m": 2_000.0}, {"nic": [5], "nac_p": [6]}])
def test_who_asks_is_answered_that_a_doubted_word_is_doubtful_and_names_nobody(changed: dict[str, Any]) -> None:
    watch = Watch()
    doubts = [one for one in about(watch.run(60, aircraft(**changed)), "cooperation") if one.value == "doubtful"]
    said = [one for one in watch.told if one.track_id == doubts[-1].track_id]
    held = {name: answer(name, newest(said), doubts[-1].time_ns) for name in ("cooperation", "identity")}
    assert held["cooperation"].value == "doubtful"
    assert held["cooperation"].probability > 0.5
    assert held["identity"].value == "unknown"


def newest(claims: list[Claim]) -> list[Claim]:
    return list({one.claim_id: one for one in claims}.values())


def test_a_position_that_its_receiver_calls_poor_names_nobody_unless_a_radar_was_answered() -> None:
    poor = Watch().run(30, aircraft(nic=[5], nac_p=[6]))
    assert about(poor, "cooperation")[-1].value == "doubtful"
    assert any("NIC 5, NACp 6" in reason for reason in about(poor, "cooperation")[-1].evidence)
    named = Watch().run(30, aircraft(named=True, nic=[5], nac_p=[6]))
    assert about(named, "cooperation")[-1].value == "confirmed"


def test_a_code_that_a_radar_read_needs_no_claim_of_a_place() -> None:
    def answers(time_s: float) -> list[Plots]:
        found = aircraft(says=False)(time_s)
        return [see(RADAR, [Flight()], time_s, int(time_s) // 4, mode_3a=np.array([0o4321]))] if found else []

    told = Watch().run(20, answers)
    assert about(told, "identity")[-1].value == "mode_3a:4321"
    assert about(told, "cooperation")[-1].value == "confirmed"


def test_what_says_nothing_of_itself_is_not_judged() -> None:
    watch = Watch()
    assert watch.run(20, aircraft(says=False)) == []
    assert watch.cooperation.states(np.array([1, 99])).tolist() == [NONE, NONE]


def test_disturbed_navigation_counts_against_a_place_until_it_ends() -> None:
    far = (radar(latitude_deg=50.0, aligned=True), ADSB, RID)
    watch = Watch(far)
    event = make_interference(f"{ADDRESS:06x}", EPOCH_NS)
    watch.cooperation.hear_interference(event)
    told = about(watch.run(20, aircraft(sees=False)), "cooperation")
    assert told[-1].value == "doubtful"
    assert told[-1].evidence[0] == "its satellite navigation is known to be disturbed"
    watch.cooperation.hear_interference(event.model_copy(update={"state": "ended"}))
    told = about(watch.run(5, aircraft(sees=False)), "cooperation")
    assert told[-1].value == "unsupported"


def around(number: int, **fields: Any) -> FlightPermission:
    """Make a permission that covers the whole flight."""
    given = {"centre": (24.7, 56.2), "radius_m": 80e3, "valid_until_ns": 1 << 62} | fields
    return make_permission(number, 1, **given)


def test_a_permission_of_ones_own_forces_names_a_friend_only_with_a_name_that_a_sensor_confirms() -> None:
    watch = Watch()
    watch.cooperation.permit(around(1, purpose="police", icao_address=f"{ADDRESS:06x}"))
    told = watch.run(20, aircraft())
    friend = about(told, "cooperation")[-1]
    assert friend.value == "friend"
    assert friend.evidence[0] == "permission permission-1 names it"
    voice = [one for one in about(told, "identity") if one.source == "permission:permission-1"][-1]
    assert voice.value == "permission:permission-1"
    assert "explained by permission permission-1: police" in voice.evidence[0]
    assert watch.cooperation.explanation(1) == "permission-1"
    told = watch.run(60, aircraft(shift_m=20_000.0))
    last = {one.track_id: one.value for one in about(told, "cooperation")}
    assert set(last.values()) == {"doubtful"}, "a name is no friend once its place is not believed"


def test_what_a_permission_says_goes_no_further_than_the_permission() -> None:
    watch = Watch()
    secret = Label(classification=Classification.SECRET, originator="LTU")
    held = around(1, purpose="police", icao_address=f"{ADDRESS:06x}", label=secret)
    watch.cooperation.permit(held)
    told = watch.run(20, aircraft())
    tells = [one for one in told if any("permission" in words for words in one.evidence)]
    assert {one.about for one in tells} == {"cooperation", "identity"}
    assert {one.label.classification for one in tells} == {Classification.SECRET}
    again = Cooperation(NODE, RegionPlane(*ORIGIN))
    again.restore(watch.cooperation.snapshot())
    assert again.snapshot() == watch.cooperation.snapshot()
    watch.cooperation = again
    watch.cooperation.permit(held.model_copy(update={"state": "revoked"}))
    (gone,) = [one for one in watch.run(2, aircraft()) if one.source.startswith("permission:")]
    assert (gone.state, gone.label.classification) == ("withdrawn", Classification.SECRET)


def test_a_club_explains_but_names_no_friend_and_its_end_is_told() -> None:
    watch = Watch()
    club = around(1, purpose="model_club", radius_m=40e3, icao_address=f"{ADDRESS:06x}")
    watch.cooperation.permit(club)
    told = watch.run(20, aircraft())
    assert about(told, "cooperation")[-1].value == "confirmed"
    watch.cooperation.permit(club.model_copy(update={"state": "revoked"}))
    (gone,) = watch.run(2, aircraft())
    assert (gone.state, gone.source, gone.value) == ("withdrawn", "permission:permission-1", "permission:permission-1")
    assert watch.cooperation.explanation(1) is None


def test_a_place_and_hour_alone_explain_without_hiding_who_is_not_known() -> None:
    watch = Watch()
    watch.cooperation.permit(around(1, purpose="police", centre=(24.64, 56.27), radius_m=3_000.0))
    told = watch.run(20, aircraft(says=False))
    assert [one.about for one in told] == ["identity", "identity"], "explained while inside, then no longer"
    assert (told[0].credibility, told[1].state) == (3, "withdrawn")


def test_a_drone_by_remote_id_is_judged_like_an_aircraft() -> None:
    flight, rng = Flight(start=(36e3, 33e3, 200.0), velocity=(12.0, 5.0, 0.0)), np.random.default_rng(4)
    near = radar("near", 56.25, 24.5, scan_period_s=2.0, max_range_m=40e3, aligned=True, height_m=150.0)

    def drone(time_s: float, sees: bool, serial: bytes = b"1581C5BKD22501230") -> list[Plots]:
        says = claim(
            flight, time_s + 0.5, sensor=RID, icao_address=[-1], nic=[-1], nac_p=[-1], sil=[-1], uas_id=[serial]
        )
        return [see(near, [flight], time_s, int(time_s) // 2, rng), says] if sees and time_s % 2 == 0 else [says]

    seen = Watch((near, ADSB, RID)).run(30, lambda time_s: drone(time_s, True))
    assert about(seen, "identity")[-1].value == "uas:1581C5BKD22501230"
    assert about(seen, "cooperation")[-1].value == "confirmed"
    alone = Watch((ADSB, RID)).run(30, lambda time_s: drone(time_s, False))
    assert about(alone, "cooperation")[-1].value == "unsupported"
    assert about(alone, "cooperation")[-1].reliability == "D"


def test_a_snapshot_goes_on_bit_by_bit() -> None:
    watch, again = Watch(), Watch()
    batch = aircraft(shift_m=300.0)
    for one in (watch, again):
        one.cooperation.permit(around(1, icao_address=f"{ADDRESS:06x}"))
    watch.run(25, batch)
    again.tracker.restore(watch.tracker.snapshot())
    again.cooperation.restore(watch.cooperation.snapshot())
    again.second = watch.second
    quiet = aircraft(sees=False, shift_m=300.0)
    assert watch.run(40, quiet) == again.run(40, quiet)
    assert watch.cooperation.snapshot() == again.cooperation.snapshot()


def test_interference_of_areas_and_lost_accuracy_are_left_to_the_codes() -> None:
    cooperation = Cooperation(NODE, RegionPlane(*ORIGIN))
    before = cooperation.snapshot()
    jammed: GnssInterference = make_interference("4ca8e2", 5)
    cooperation.hear_interference(jammed.model_copy(update={"cause": "jamming"}))
    assert cooperation.snapshot() == before
