"""Texts and codes become the Arrow strings that a row at a time would make of them, whatever the bytes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from sargas.model.arrow_texts import digits_to_arrow, texts_to_arrow


@given(st.lists(st.binary(max_size=8)))
def test_texts_are_ascii_or_say_where_they_are_not(values: list[bytes]) -> None:
    column = np.array(values, "S8")
    expected = [value.decode("ascii", "replace") if value else None for value in column.tolist()]
    assert texts_to_arrow(column).equals(pa.array(expected, pa.string()))
    assert texts_to_arrow(column[::2]).to_pylist() == expected[::2]


@given(st.lists(st.integers(-1, 0x1FFFFFF)))
def test_addresses_have_six_digits_and_impossible_ones_all_of_theirs(values: list[int]) -> None:
    expected = pa.array([f"{value:06x}" if value >= 0 else None for value in values], pa.string())
    assert digits_to_arrow(np.array(values, np.int64), width=6, bits=4).equals(expected)


@given(st.lists(st.integers(-1, 0o17777)))
def test_transponder_codes_have_four_digits_and_impossible_ones_all_of_theirs(values: list[int]) -> None:
    expected = pa.array([f"{value:04o}" if value >= 0 else None for value in values], pa.string())
    assert digits_to_arrow(np.array(values, np.int16), width=4, bits=3).equals(expected)
