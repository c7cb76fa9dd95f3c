"""A simulated night in a process of its own, as real sensors are: what it costs to simulate is no load of the node.

The child says that it is ready, is told when the night begins, and writes datagrams: offset (ns), lengths of the
source's name and of the data, both. It is ahead as far as the pipe lets it, and at most two stretches of the night: at
the end of each it writes a mark, which has no name, and is told when all before it was played.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from itertools import count
from struct import Struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from sargas.exercise.night import Night

HEAD = Struct("<qHI")
READY = b"+"
AHEAD_BYTES = 1 << 22
"""Read ahead at most twice this: some seconds of the largest night, for a radar's turn is made at once."""

STRETCH_NS = 10_000_000_000
"""Without this the pipe takes half an hour of a small night, made at once and for nothing when the node stops."""

YIELD_AFTER = 64
"""Datagrams."""


class PlayedDatagram(NamedTuple):
    """What a simulated sensor sends, and when after the start of the night."""

    offset_ns: int
    source: str
    data: bytes


async def play_night(
    scenario: str, parameters: Mapping[str, str], now_ns: Callable[[], int]
) -> AsyncGenerator[PlayedDatagram | int, None]:
    """Yield when the night began (ns), then its datagrams in order of time.

    Raises ValueError with what the child said when it ended badly: an unknown scenario or parameter, or a kill.
    """
    command = [sys.executable, "-m", __name__, scenario, *(f"{name}={value}" for name, value in parameters.items())]
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=pipe, limit=AHEAD_BYTES, start_new_session=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    try:
        if await child.stdout.read(1) == READY:
            start_ns = now_ns()
            child.stdin.write(b"%d\n" % start_ns)
            yield start_ns
            turn = count(1)
            while head := await _read_head(child.stdout):
                if next(turn) % YIELD_AFTER == 0:
                    await asyncio.sleep(0)  # what is read ahead is there at once: let others have their turn
                offset_ns, name_bytes, data_bytes = HEAD.unpack(head)
                if not name_bytes:
                    child.stdin.write(b"\n")
                    continue
                body = await child.stdout.readexactly(name_bytes + data_bytes)
                yield PlayedDatagram(offset_ns, body[:name_bytes].decode(), body[name_bytes:])
        said = (await child.stderr.read()).decode(errors="replace").strip()
        if await child.wait():
            last = said.splitlines()[-1] if said else f"exit code {child.returncode}"
            raise ValueError(f"the simulation of {scenario!r} ended: {last}")
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.stdout.read()  # a pipe that is full and not read never ends, and then the wait does not either
        await child.wait()


async def _read_head(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readexactly(HEAD.size)
    except asyncio.IncompleteReadError:
        return b""


def _write_night(night: Night, output: BinaryIO) -> None:
    stretch, marks = 0, 0
    for datagram in night.datagrams():
        if datagram.offset_ns // STRETCH_NS > stretch:
            stretch, marks = datagram.offset_ns // STRETCH_NS, marks + 1
            output.write(HEAD.pack(datagram.offset_ns, 0, 0))
            output.flush()
            if marks > 1 and not sys.stdin.readline():
                return
        name = datagram.source.encode()
        output.write(HEAD.pack(datagram.offset_ns, len(name), len(datagram.data)) + name + datagram.data)
    output.flush()


def main(arguments: list[str]) -> int:
    """Write the datagrams of a night to standard output, once standard input says when it begins."""
    from sargas.exercise.open import open_night

    parameters = dict(argument.split("=", 1) for argument in arguments[1:])
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=1 << 16)
    try:
        open_night(arguments[0], **parameters)
        output.write(READY)
        output.flush()
        began = sys.stdin.readline()
        if not began:
            return 0
        night = open_night(arguments[0], start_time_ns=int(began), **parameters)
        _write_night(night, output)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # the node has gone
        os._exit(0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
