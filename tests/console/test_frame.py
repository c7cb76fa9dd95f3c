"""Track frames survive the wire, fit the conformance vectors, and refuse everything else."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.console.frame import (
    CODE_COLUMNS,
    HEADER,
    LEADING_COLUMNS,
    OPTIONAL_COLUMNS,
    FrameFlag,
    MalformedFrame,
    TrackFrame,
    decode_frame,
    encode_frame,
)
from sargas.console.track_rows import frame_columns
from tests.console.node import NOW_NS, mixed_sky

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "spec" / "vectors" / "track-feed.json").read_text(encoding="utf-8")
)
GOOD = [case for case in VECTORS if "frame" in case]
BAD = [case for case in VECTORS if "error" in case]
ALL_COLUMNS = (*LEADING_COLUMNS, *CODE_COLUMNS, *((name, kind) for _, name, kind in OPTIONAL_COLUMNS))


def frame_of(case: dict[str, Any]) -> TrackFrame:
    made = dict(case["frame"])
    kinds = dict(ALL_COLUMNS)
    columns = {name: np.array(values, kinds[name]) for name, values in made.pop("columns").items()}
    deleted = np.array(made.pop("deleted"), np.uint32)
    return TrackFrame(flags=FrameFlag(made.pop("flags")), columns=columns, deleted=deleted, **made)


def assert_equal(a: TrackFrame, b: TrackFrame) -> None:
    for name in ("sequence", "base_sequence", "valid_time_ms", "send_time_ms", "flags"):
        assert getattr(a, name) == getattr(b, name), name
    assert set(a.columns) == set(b.columns)
    for name, values in b.columns.items():
        np.testing.assert_array_equal(a.columns[name], values, err_msg=name)
    np.testing.assert_array_equal(a.deleted, b.deleted)


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case["name"])
def test_frames_are_laid_out_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert encode_frame(frame_of(case)).hex() == case["bytes"]


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case["name"])
def test_the_vectors_are_read(case: dict[str, Any]) -> None:
    assert_equal(decode_frame(bytes.fromhex(case["bytes"])), frame_of(case))


@pytest.mark.parametrize("case", BAD, ids=lambda case: case["name"])
def test_bytes_that_are_no_frame_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(MalformedFrame, match="expected"):
        decode_frame(bytes.fromhex(case["bytes"]))


def bytes_as(kind: str, n: int) -> st.SearchStrategy[Any]:
    size = n * np.dtype(kind).itemsize
    return st.binary(min_size=size, max_size=size).map(lambda data: np.frombuffer(data, kind))


@st.composite
def frames(draw: st.DrawFn) -> TrackFrame:
    n, deleted = draw(st.integers(0, 5)), draw(st.integers(0, 5))
    optional = [(name, kind) for _, name, kind in OPTIONAL_COLUMNS if draw(st.booleans())]
    columns = {name: draw(bytes_as(kind, n)) for name, kind in (*LEADING_COLUMNS, *CODE_COLUMNS, *optional)}
    whole = st.integers(0, 2**32 - 1)
    times = st.floats(allow_nan=False)
    return TrackFrame(
        sequence=draw(whole),
        base_sequence=draw(whole),
        valid_time_ms=draw(times),
        send_time_ms=draw(times),
        flags=FrameFlag(draw(st.integers(0, 31))),
        columns=columns,
        deleted=draw(bytes_as("<u4", deleted)),
    )


@given(frames())
@settings(max_examples=40)
def test_what_is_encoded_comes_back(frame: TrackFrame) -> None:
    assert_equal(decode_frame(encode_frame(frame)), frame)


@given(frames(), st.data())
@settings(max_examples=40)
def test_a_cut_frame_is_refused(frame: TrackFrame, data: st.DataObject) -> None:
    whole = encode_frame(frame)
    with pytest.raises(MalformedFrame):
        decode_frame(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedFrame):
        decode_frame(data)


def test_a_row_of_all_that_the_node_sends_takes_28_bytes() -> None:
    columns = frame_columns(mixed_sky(NOW_NS, 0.0, 1000), NOW_NS, {}, {})
    frame = TrackFrame(
        sequence=1, base_sequence=0, valid_time_ms=0.0, send_time_ms=0.0, flags=FrameFlag.SNAPSHOT, columns=columns
    )
    assert len(encode_frame(frame)) == HEADER.size + 28 * 1000


@pytest.mark.parametrize("track_id", [-1, 2**32])
def test_a_track_number_that_does_not_fit_is_refused(track_id: int) -> None:
    frame = frame_of(GOOD[1])
    frame.columns["track_id"] = np.array([track_id])
    with pytest.raises(ValueError, match="expected track ids from 0 to 4294967295"):
        encode_frame(frame)


def test_a_column_of_another_length_is_refused() -> None:
    frame = frame_of(GOOD[1])
    frame.columns["speed_dmps"] = np.zeros(2)
    with pytest.raises(ValueError, match="expected 1 values in column speed_dmps, was 2"):
        encode_frame(frame)
