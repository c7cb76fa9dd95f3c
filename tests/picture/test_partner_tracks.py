"""A partner's track keeps one number of ours as long as its sender keeps its own."""

from dataclasses import replace

import numpy as np

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.partner_tracks import FIRST_NUMBER, PartnerTracks
from sargas.picture.sender_table import MOST_NAMES, SILENT_AFTER_NS


def batch(*rows: tuple[int, TrackStatus]) -> Tracks:
    real = np.full(len(rows), 55.0)
    return Tracks.of(
        time_ns=np.zeros(len(rows), np.int64), track_id=np.array([number for number, _ in rows], np.int64),
        latitude_deg=real, longitude_deg=real, altitude_m=real, velocity_east_mps=real, velocity_north_mps=real,
        velocity_up_mps=real, label=Label(originator="LVA"), status=np.array([status for _, status in rows], np.uint8),
    )  # fmt: skip


LIVE, ENDED = TrackStatus.CONFIRMED, TrackStatus.DROPPED


def test_numbers_are_kept_per_source_and_live_above_our_own() -> None:
    partners = PartnerTracks()
    first = partners.take("riga", batch((7, LIVE), (9, LIVE)), 0).track_id.tolist()
    other = partners.take("warsaw", batch((7, LIVE)), 0).track_id.tolist()
    again = partners.take("riga", batch((9, LIVE), (7, LIVE)), 1).track_id.tolist()
    assert again == first[::-1]
    assert len({*first, *other}) == 3
    assert min(first + other) == FIRST_NUMBER


def test_a_number_that_its_sender_ended_and_uses_again_is_a_new_track() -> None:
    partners = PartnerTracks()
    before = partners.take("riga", batch((7, LIVE)), 0).track_id[0]
    assert partners.take("riga", batch((7, ENDED)), 1).track_id[0] == before
    assert partners.take("riga", batch((7, LIVE)), 2).track_id[0] != before


def test_what_its_sender_goes_on_without_is_dropped_once() -> None:
    """One missing report is a datagram that was lost; the third period without a track is its end."""
    partners = PartnerTracks()
    for s in range(0, 48, 4):
        (number, other) = partners.take("riga", batch((7, LIVE), (8, LIVE)), s * NS_PER_S).track_id.tolist()
    dropped, current = list[Tracks](), list[list[bool]]()
    for s in range(48, 64, 4):
        partners.take("riga", batch((8, LIVE)), s * NS_PER_S)
        if not dropped:
            current.append(partners.is_current(0, np.array([number, other])).tolist())
        dropped += partners.advance(s * NS_PER_S)
    assert current == [[True, True], [False, True], [False, True]]
    assert [tracks.track_id.tolist() for tracks in dropped] == [[number]]
    assert dropped[0].status.tolist() == [ENDED]
    assert dropped[0].label.originator == "LVA"


def test_all_tracks_of_a_sender_that_went_silent_are_dropped_once() -> None:
    partners = PartnerTracks()
    for s in range(4):
        numbers = partners.take("riga", batch((7, LIVE), (8, LIVE)), s * NS_PER_S).track_id.tolist()
    assert partners.advance(3 * NS_PER_S + SILENT_AFTER_NS) == ()
    (dropped,) = partners.advance(3 * NS_PER_S + SILENT_AFTER_NS + 1)
    assert dropped.track_id.tolist() == numbers
    assert partners.advance(3 * NS_PER_S + SILENT_AFTER_NS + 2) == ()


def named(number: int, names: tuple[str, ...], mask: int) -> Tracks:
    return replace(batch((number, LIVE)), sensor_ids=names, contributing=np.array([[mask]], np.uint64))


def sensors_of(partners: PartnerTracks, *numbers: int) -> list[list[str]]:
    return partners.find(0, np.array(numbers)).contributing_sensor_ids()


def test_each_track_keeps_the_sensors_that_its_own_batch_named() -> None:
    """Buckets of a partner name their sensors each by itself, and none where one of their tracks may not be named."""
    partners = PartnerTracks()
    first, second = FIRST_NUMBER, FIRST_NUMBER + 1
    partners.take("lva", named(7, ("LVA:riga", "LVA:liepaja"), 0b10), 0)
    partners.take("lva", named(8, ("partner:LVA",), 0b1), 0)
    assert sensors_of(partners, first, second) == [["LVA:liepaja"], ["partner:LVA"]]
    partners.take("lva", named(7, ("LVA:liepaja", "LVA:daugavpils"), 0b11), 1)
    assert sensors_of(partners, first, second) == [["LVA:liepaja", "LVA:daugavpils"], ["partner:LVA"]]
    assert partners.within(frozenset({"LVA:riga"})).tolist() == []
    again = PartnerTracks()
    again.restore(partners.snapshot())
    assert sensors_of(again, first, second) == sensors_of(partners, first, second)


def test_a_sender_that_names_ever_other_sensors_is_not_remembered_for_ever() -> None:
    partners = PartnerTracks()
    partners.take("lva", named(7, ("LVA:a",), 0b1), 0)
    for second in range(MOST_NAMES + 10):
        partners.take("lva", named(8, (f"LVA:{second}",), 0b1), second)
    assert sensors_of(partners, FIRST_NUMBER, FIRST_NUMBER + 1) == [[], [f"LVA:{MOST_NAMES + 9}"]]
    assert len(partners.find(0, np.array([FIRST_NUMBER])).sensor_ids) <= MOST_NAMES
