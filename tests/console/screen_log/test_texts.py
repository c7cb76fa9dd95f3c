"""Texts and rows come back as they were, whatever they are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sargas.console.screen_log.table import Table, columns_of, join, pack, rows_of, unpack
from sargas.console.screen_log.texts import changed_text, text_change

PIECES = st.lists(st.sampled_from(["a", "b", "{", "}", ",", '"x":1', "", "},{"]), max_size=8).map("},{".join)


@given(PIECES, PIECES)
def test_any_text_comes_back(before: str, now: str) -> None:
    assert changed_text(before, text_change(before, now)) == now


def test_what_stays_takes_no_room() -> None:
    before = "[" + ",".join(f'{{"id":{i}}}' for i in range(100)) + "]"
    now = before.replace('"id":50', '"id":5000')
    assert text_change(before, now) == [(0, 50), '"id":5000', (51, 49)]


def columns(ids: list[int], bits: list[int]) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    n, words = len(ids), np.array(bits, np.uint32)
    whole = {name: words.view("<f4") for name in ("longitude_deg", "latitude_deg")}
    octets = ("affiliation", "type", "threat", "status", "sigma_bearing", "age_half_s")
    halves = ("altitude_code", "course_code", "speed_dmps")
    return {
        "track_id": np.array(ids, np.uint32), **whole,
        "vertical_rate_dmps": words.astype(np.uint16).view("<i2"),
        **{name: (words >> i).astype(np.uint16) for i, name in enumerate(halves)},
        "sigma_major_code": (words >> 8).astype(np.uint8), "sigma_minor_code": (words >> 16).astype(np.uint8),
        **{name: words.astype(np.uint8).reshape(n) for name in octets},
    }  # fmt: skip


ROWS = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), max_size=12)


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_changes_of_rows_add_up_to_the_rows_bit_by_bit(batches: list[list[tuple[int, int]]]) -> None:
    writer, reader, newest = Table(), Table(), dict[int, int]()
    for batch in batches:
        rows = rows_of(columns([i for i, _ in batch], [b for _, b in batch]))
        back = unpack(memoryview(pack(writer.difference(rows))), len(batch))
        places = reader.places(back.track_id)
        reader.add(places, back.groups)
        reader.mark(places, present=True)
        newest |= dict(batch)
    shown = reader.present()
    expected = columns(sorted(newest), [newest[i] for i in sorted(newest)])
    assert {name: values.tobytes() for name, values in columns_of(shown).items()} == {
        name: values.tobytes() for name, values in expected.items()
    }


def test_no_rows_are_rows_too() -> None:
    assert len(unpack(memoryview(pack(join([]))), 0).track_id) == 0
