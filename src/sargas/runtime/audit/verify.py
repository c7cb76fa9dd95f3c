"""Verify an audit's folder, offline: every byte of every entry, the chain, and every signed checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sargas.runtime.audit.entry import FIRST_HASH, AuditEntry
from sargas.runtime.audit.files import CHECKPOINTS, Checkpoint, segment_name, segments
from sargas.runtime.audit.merkle import Frontier, leaf_hash


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: entries and checkpoints that hold, and the faults, each with file, line and what it means.

    ``unsigned``: entries after the last checkpoint; who can write the folder could have cut more of them off unseen.
    """

    entries: int
    checkpoints: int
    unsigned: int
    root: str
    key: str
    faults: tuple[str, ...]


def verify(directory: Path, key: str | None = None) -> Verdict:
    """Verify the folder. ``key``: the public key the checkpoints must name, hexadecimal; none: that in ``key.pub``.

    Nothing raises for content; ``faults`` is empty when all of it holds. Raises FileNotFoundError without a folder.
    """
    published = directory / "key.pub"
    if not published.exists() and not segments(directory):
        raise FileNotFoundError(f"{directory}: expected the folder of an audit, was none: check the path")
    expected = key or (published.read_text().strip() if published.exists() else "")
    faults = list[str]()
    signed = _checkpoints(directory, expected, faults)
    frontier, last = Frontier(), FIRST_HASH
    for place, line, begins in _lines(directory, faults):
        if begins is not None and begins != segment_name(frontier.size):
            faults.append(f"{place}: expected the segment {segment_name(frontier.size)}, was another: one is missing")
        try:
            entry, canonical, digest = AuditEntry.read(line)
        except ValueError as error:
            faults.append(f"{place}: entry {frontier.size}: {error}")
            break
        if entry.seq != frontier.size:
            faults.append(f"{place}: expected entry {frontier.size}, was {entry.seq}: entries were taken out or added")
            break
        if entry.prev_hash != last:
            faults.append(
                f"{place}: entry {entry.seq}: expected the chain from {last[:12]}, was {entry.prev_hash[:12]}"
            )
            break
        frontier.add(leaf_hash(canonical))
        last = digest
        for checkpoint in signed.pop(frontier.size, ()):
            if checkpoint.root != frontier.root().hex():
                faults.append(f"{place}: expected the root signed for {checkpoint.size} entries, was another")
    reached = max((size for size in _sizes(directory) if size <= frontier.size), default=0)
    for size in sorted(size for size in signed if size > frontier.size):
        faults.append(f"{CHECKPOINTS}: expected {size} entries as signed, were {frontier.size}: the end was cut off")
        break
    return Verdict(
        frontier.size, sum(1 for _ in _sizes(directory)), frontier.size - reached, frontier.root().hex(), expected,
        tuple(faults),
    )  # fmt: skip


def _lines(directory: Path, faults: list[str]) -> Iterator[tuple[str, bytes, str | None]]:
    """Yield the place and bytes of every line; with the first of a segment, the segment's name."""
    for path in segments(directory):
        data = path.read_bytes()
        if not data.endswith(b"\n"):
            faults.append(
                f"{path.name}: expected a whole last line, was cut short: the node mends it at its next start"
            )
        lines = data.split(b"\n")[:-1]
        for number, line in enumerate(lines, 1):
            yield f"{path.name}:{number}", line, path.name if number == 1 else None


def _checkpoints(directory: Path, key: str, faults: list[str]) -> dict[int, list[Checkpoint]]:
    found: dict[int, list[Checkpoint]] = {}
    newest_ns, size = 0, 0
    path = directory / CHECKPOINTS
    data = path.read_bytes() if path.exists() else b""
    if data and not data.endswith(b"\n"):
        faults.append(f"{CHECKPOINTS}: expected a whole last line, was cut short: the node mends it at its next start")
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        place = f"{CHECKPOINTS}:{number}"
        try:
            checkpoint = Checkpoint.of_line(line)
        except ValueError as error:
            faults.append(f"{place}: {error}")
            continue
        if not checkpoint.is_signed():
            faults.append(f"{place}: expected a signature by the key it names, was none that fits")
        elif checkpoint.key != key:
            faults.append(f"{place}: expected the key {key[:16]}, was {checkpoint.key[:16]}: signed by somebody else")
        elif checkpoint.size < size or checkpoint.time_ns < newest_ns:
            faults.append(f"{place}: expected a checkpoint later than the one before, was earlier")
        size, newest_ns = checkpoint.size, checkpoint.time_ns
        found.setdefault(checkpoint.size, []).append(checkpoint)
    return found


def _sizes(directory: Path) -> Iterator[int]:
    path = directory / CHECKPOINTS
    for line in path.read_bytes().split(b"\n")[:-1] if path.exists() else ():
        try:
            yield Checkpoint.of_line(line).size
        except ValueError:
            continue  # counted among the faults already
