"""Framers cut a stream the same however it arrives, lose no octet, and find the next frame behind garbage."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.runtime.feeds.framing import LONGEST_LINE, make_framer
from sargas.runtime.feeds.url import Framing


def asterix_block(category: int, size: int, seed: int = 0) -> bytes:
    return bytes([category]) + size.to_bytes(2, "big") + random.Random(seed).randbytes(size - 3)


def final_frame(block: bytes) -> bytes:
    return (len(block) + 6).to_bytes(2, "big") + b"\x02\xbb\x40\x35" + block


def push_in_pieces(framing: Framing, stream: bytes, cuts: list[int]) -> tuple[list[bytes], bytes]:
    framer = make_framer(framing)
    edges = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    frames = [frame for start, end in pairwise(edges) for frame in framer.push(stream[start:end])]
    return frames, framer.end()


blocks = st.lists(
    st.tuples(st.sampled_from([34, 48, 62]), st.integers(4, 300), st.integers(0, 9)).map(lambda b: asterix_block(*b)),
    min_size=1,
    max_size=12,
)
cuts = st.lists(st.integers(0, 5000), max_size=10)


@given(blocks, cuts)
def test_asterix_blocks_come_out_whole_however_the_stream_is_cut(frames: list[bytes], where: list[int]) -> None:
    assert push_in_pieces("asterix", b"".join(frames), where) == (frames, b"")


@given(blocks, cuts)
def test_final_frames_come_out_whole_however_the_stream_is_cut(frames: list[bytes], where: list[int]) -> None:
    framed = [final_frame(block) for block in frames]
    assert push_in_pieces("final", b"".join(framed), where) == (framed, b"")


@given(st.lists(st.binary(min_size=1, max_size=50).filter(lambda b: b"\n" not in b and b"\r" not in b)), cuts)
def test_lines_come_out_whole_however_the_stream_is_cut(lines: list[bytes], where: list[int]) -> None:
    stream = b"".join(line + (b"\r\n" if i % 2 else b"\n") for i, line in enumerate(lines))
    assert push_in_pieces("newline", stream, where) == (lines, b"")


@settings(max_examples=300)
@given(st.sampled_from(["asterix", "final"]), st.binary(max_size=400), cuts)
def test_no_octet_of_any_stream_is_lost(framing: Framing, stream: bytes, where: list[int]) -> None:
    frames, rest = push_in_pieces(framing, stream, where)
    assert b"".join(frames) + rest == stream


@pytest.mark.parametrize(
    ("framing", "garbage"), [("asterix", bytes(37)), ("final", b"\xff" * 37)], ids=["asterix", "final"]
)
def test_behind_garbage_the_next_frames_are_found_and_the_loss_of_framing_is_counted(
    framing: Framing, garbage: bytes
) -> None:
    frames = [asterix_block(48, 20 + i, i) for i in range(20)]
    frames = [final_frame(f) for f in frames] if framing == "final" else frames
    framer = make_framer(framing)
    found = framer.push(b"".join(frames[:10]) + garbage + b"".join(frames[10:]))
    assert found[:10] == frames[:10]
    assert b"".join(found) + framer.end() == b"".join(frames[:10]) + garbage + b"".join(frames[10:])
    assert found[-10:] == frames[10:]
    assert framer.resyncs == 1


def test_an_unfinished_frame_is_handed_over_at_the_end() -> None:
    framer = make_framer("asterix")
    assert framer.push(b"\x30\x00\x10abc") == []
    assert framer.end() == b"\x30\x00\x10abc"
    assert framer.end() == b""


def test_a_line_without_end_is_cut_and_counted() -> None:
    framer = make_framer("newline")
    assert [len(line) for line in framer.push(b"x" * (2 * LONGEST_LINE + 5))] == [LONGEST_LINE, LONGEST_LINE]
    assert framer.resyncs == 2


def test_the_frames_of_a_real_recorder_are_cut(shared_data: Path) -> None:
    capture = (shared_data / "real/asterix/cat001_002_final_framed.pcap").read_bytes()
    payload = capture[24 + 16 + 42 :]
    framer = make_framer("final")
    frames = framer.push(payload)
    assert [len(frame) for frame in frames] == [78, 32, 17, 32, 32, 32]
    assert [frame[6] for frame in frames] == [1, 1, 2, 1, 1, 1]
    assert (framer.end(), framer.resyncs) == (b"", 0)
