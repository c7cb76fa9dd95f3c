"""Snapshots are the same bytes for the same values, whatever memory holds between the fields of a record."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.model.parts import pack, unpack

INNER = np.dtype([("small", "u1"), ("real", "f8")], align=True)
RECORD = np.dtype([("flag", "u1"), ("whole", "i8"), ("inner", INNER, (2,)), ("last", "i2")], align=True)
MARK = b"MARK-1\n"


def test_what_is_packed_comes_back_in_order() -> None:
    arrays = [np.arange(6).reshape(2, 3), np.zeros(0), np.array([b"AB", b""], "S8"), b"part"]
    header, found = unpack(MARK, pack(MARK, {"b": 1, "a": [2]}, arrays), 4)
    assert list(header.items()) == [("b", 1), ("a", [2])]
    for array, back in zip(arrays[:3], found, strict=False):
        np.testing.assert_array_equal(array, back)
    assert found[3].tobytes() == b"part"
    found[0][0, 0] = 9  # a copy: what was read may be changed


def test_memory_between_fields_is_not_in_it() -> None:
    clean, dirty = np.zeros(3, RECORD), np.zeros(3, RECORD)
    dirty.view(np.uint8)[:] = 255
    for name in ("flag", "whole", "last"):
        dirty[name] = clean[name] = 7
    for name in ("small", "real"):
        dirty["inner"][name] = clean["inner"][name] = 5
    assert dirty.tobytes() != clean.tobytes()
    assert pack(MARK, {}, [dirty]) == pack(MARK, {}, [clean])
    assert unpack(MARK, pack(MARK, {}, [dirty]))[1][0].tobytes() == clean.tobytes()
    assert dirty.view(np.uint8)[1] == 255, "the array itself is left alone"


def test_another_number_of_arrays_is_refused() -> None:
    with pytest.raises(ValueError, match="cut short"):
        unpack(MARK, pack(MARK, {}, [np.zeros(3)]), 2)
