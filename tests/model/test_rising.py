"""Numbers are found in a rising column exactly as numpy's set routines find them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.model.rising import are_among, missing_from, places_in

numbers = st.lists(st.integers(-50, 50), max_size=30)


@given(numbers, numbers)
def test_they_are_found_as_sets_find_them(some: list[int], others: list[int]) -> None:
    rising, values = np.array(sorted(some), np.int64), np.array(others, np.int64)
    assert are_among(values, rising).tolist() == np.isin(values, rising).tolist()
    assert missing_from(rising, values).tolist() == np.setdiff1d(values, rising).tolist()
    places, found = places_in(rising, values)
    assert rising[places[found]].tolist() == values[found].tolist()


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_what_is_missing_is_of_the_kind_that_was_asked_for(kind: type) -> None:
    values = np.array([3, 1, 3], kind)
    assert missing_from(np.array([1], np.int64), values).dtype == kind
    assert missing_from(np.array([1, 3], np.int64), values).dtype == kind
