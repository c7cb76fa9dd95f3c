"""The memory of tracks answers as a plain dictionary would."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sargas.assessment.track_memory import TrackMemory

batches = st.lists(
    st.tuples(
        st.booleans(),
        st.dictionaries(st.integers(1, 9), st.tuples(st.floats(-1e6, 1e6), st.booleans()), max_size=6),
    ),
    max_size=8,
)


@given(batches)
def test_memory_answers_as_a_dictionary(steps: list[tuple[bool, dict[int, tuple[float, bool]]]]) -> None:
    memory, plain = TrackMemory.none(2), {}
    for time_ns, (forgets, batch) in enumerate(steps):
        ids = np.array(sorted(batch), np.int64)
        if forgets:
            memory.forget(ids)
            plain = {key: value for key, value in plain.items() if key not in batch}
            continue
        position = np.array([[batch[i][0], 0.0, 1.0] for i in ids]).reshape(-1, 3)
        outside = np.array([[batch[i][1], True] for i in ids], np.bool_).reshape(-1, 2)
        memory.keep(ids, position, time_ns, outside)
        plain |= {i: (*batch[i], time_ns) for i in batch}
    assert memory.track_id.tolist() == sorted(plain)
    everyone = np.arange(12, dtype=np.int64)
    new = np.full((12, 3), -7.0)
    position, outside = memory.recall(everyone, new)
    assert position[:, 0].tolist() == [plain[i][0] if i in plain else -7.0 for i in range(12)]
    assert outside[:, 0].tolist() == [i in plain and plain[i][1] for i in range(12)]
    assert memory.silent_since(3).tolist() == [i for i in sorted(plain) if plain[i][2] < 3]
    back = TrackMemory.from_lists(json.loads(json.dumps(memory.to_lists())), [1, None, 0])
    np.testing.assert_array_equal(back.position, memory.position)
    np.testing.assert_array_equal(back.is_outside[:, 2], memory.is_outside[:, 0])
    assert not back.is_outside[:, 1].any()


def test_a_place_that_was_not_known_does_not_begin_a_way() -> None:
    memory = TrackMemory.none(0)
    one = np.array([1], np.int64)
    memory.keep(one, np.array([[np.nan, np.nan, 5.0]]), 0, np.zeros((1, 0), np.bool_))
    position, _ = memory.recall(one, np.array([[1.0, 2.0, 3.0]]))
    assert position.tolist() == [[1.0, 2.0, 5.0]]
