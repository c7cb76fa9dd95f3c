"""FINAL framing: each frame is a length of two octets that counts itself, four octets of time in ms, then blocks.

Layout read off recordings (public samples of CroatiaControlLtd/asterix); the recorder's time is not used.
"""

from __future__ import annotations

HEADER_OCTETS = 6


def final_frames(data: bytes) -> list[tuple[int, int]]:
    """Find the frames of a datagram as (start, end) of their content, up to the first that cannot be one."""
    frames: list[tuple[int, int]] = []
    position = 0
    while position + HEADER_OCTETS + 3 <= len(data):
        octets = data[position] << 8 | data[position + 1]
        content = position + HEADER_OCTETS
        end = position + octets
        if octets < HEADER_OCTETS + 4 or end > len(data) or not _holds_blocks(data, content, end):
            break
        frames.append((content, end))
        position = end
    return frames


def looks_final(data: bytes) -> bool:
    """Tell whether a whole datagram is FINAL frames: the lengths of frames and blocks all lead to its end."""
    frames = final_frames(data)
    return bool(frames) and frames[-1][1] == len(data)


def _holds_blocks(data: bytes, position: int, end: int) -> bool:
    while position + 3 < end:
        octets = data[position + 1] << 8 | data[position + 2]
        if octets < 4 or data[position] == 0:
            return False
        position += octets
    return position == end
