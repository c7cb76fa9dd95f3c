"""Names are sent once, again when they change, and forgotten with their track."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.console.names import SentNames, names_section, sensor_indices
from sargas.model.tracks import Tracks
from tests.console.node import make_tracks


def named(ids: list[int], callsigns: list[str], sensors: tuple[str, ...] = ("a",), masks: object = None) -> Tracks:
    words = np.ones((len(ids), 1), np.uint64) if masks is None else np.array(masks, np.uint64)
    return make_tracks(ids, callsign=np.array(callsigns, "S8"), sensor_ids=sensors, contributing=words)


def test_names_are_sent_once() -> None:
    sent = SentNames()
    assert sent.changed(named([1, 2], ["LOT1", ""])).track_id.tolist() == [1, 2]
    assert len(sent.changed(named([1, 2], ["LOT1", ""]))) == 0


def test_a_changed_name_and_a_new_track_are_sent() -> None:
    sent = SentNames()
    sent.changed(named([2, 5], ["LOT2", "LOT5"]))
    assert sent.changed(named([1, 2, 5, 9], ["LOT1", "LOT2", "RYR5", ""])).track_id.tolist() == [1, 5, 9]


def test_another_sensor_behind_a_track_is_sent() -> None:
    sent = SentNames()
    sent.changed(named([1, 2], ["", ""], ("a", "b"), [[1], [1]]))
    assert sent.changed(named([1, 2], ["", ""], ("a", "b"), [[1], [3]])).track_id.tolist() == [2]


def test_more_sensors_than_one_word_holds_are_kept_apart() -> None:
    sent = SentNames()
    sent.changed(named([1, 2], ["", ""], ("a",), [[1], [1]]))
    many = tuple(f"s{i}" for i in range(70))
    assert sent.changed(named([1, 2], ["", ""], many, [[1, 0], [1, 32]])).track_id.tolist() == [2]


def test_a_track_number_after_its_end_is_sent_anew() -> None:
    sent = SentNames()
    sent.changed(named([1, 2], ["LOT1", "LOT2"]))
    sent.forget(np.array([1]))
    assert sent.changed(named([1, 2], ["LOT1", "LOT2"])).track_id.tolist() == [1]


@given(st.lists(st.dictionaries(st.integers(0, 20), st.sampled_from(["", "A", "B"]), max_size=12), max_size=8))
@settings(max_examples=40)
def test_a_reader_of_the_changes_knows_every_name(batches: list[dict[int, str]]) -> None:
    sent, known, true = SentNames(), {}, {}
    for batch in batches:
        ids = sorted(batch)
        changed = names_section(sent.changed(named(ids, [batch[i] for i in ids])), snapshot=False)
        known.update(zip(changed.track_id, changed.callsign, strict=True))
        true.update(batch)
    assert known == true


def test_a_section_spells_codes_as_operators_read_them() -> None:
    tracks = make_tracks(
        [7, 8],
        callsign=np.array([b"LOT7   ", b""], "S8"),
        icao_address=np.array([0xABC, -1], np.int32),
        mode_3a=np.array([0o7700, -1], np.int16),
        sensor_ids=("east", "west"),
        contributing=np.array([[3], [2]], np.uint64),
    )
    section = names_section(tracks, snapshot=True)
    assert section.callsign == ("LOT7", "")
    assert section.icao_address == ("000abc", "")
    assert section.mode_3a == ("7700", "")
    assert section.sensors == ((0, 1), (1,))


def test_sensor_indices_cross_words() -> None:
    assert sensor_indices([1 << 63, 0b101]) == (63, 64, 66)
