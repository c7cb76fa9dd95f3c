"""Look into an audit as an administrator does: is all of it as it was written, and what was done last.

A long audit takes a while, and the interpreter of a running node has no time for it: ``look_beside`` does it in a
process of its own, which gives way to everything else.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sargas.runtime.audit.entry import AuditEntry
from sargas.runtime.audit.files import CHECKPOINTS, Checkpoint, segments
from sargas.runtime.audit.verify import Verdict, verify

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class AuditLook:
    """What was found: the verdict, the last checkpoint, the newest entries (the newest first), and seconds it took."""

    verdict: Verdict
    checkpoint: Checkpoint | None
    latest: tuple[AuditEntry, ...]
    took_s: float


def look_into(directory: Path) -> AuditLook:
    """Verify a folder and read its end. Raises FileNotFoundError without one."""
    begin = time.perf_counter()
    verdict = verify(directory)
    return AuditLook(verdict, _last_checkpoint(directory), _latest(directory), time.perf_counter() - begin)


async def look_beside(directory: Path) -> AuditLook:
    """Do the same in another process. Raises RuntimeError with its words when that one fails."""
    process = subprocess.Popen(
        (sys.executable, "-m", __name__, str(directory)), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    # a thread waits for it, not this task: a node that stops cancels twice, and would leave the process behind
    with ThreadPoolExecutor(1) as beside:
        ended = beside.submit(process.communicate)
        try:
            told, complaint = await asyncio.shield(asyncio.wrap_future(ended))
        except asyncio.CancelledError:  # who asked is gone, or the node stops
            process.kill()
            raise
    if process.returncode != 0:
        raise RuntimeError(f"{directory}: the audit cannot be looked at: {complaint.decode()[-500:]}")
    found: dict[str, Any] = json.loads(told)
    verdict, checkpoint = found["verdict"], found["checkpoint"]
    return AuditLook(
        Verdict(**{**verdict, "faults": tuple(verdict["faults"])}),
        None if checkpoint is None else Checkpoint(**checkpoint),
        tuple(AuditEntry(**entry) for entry in found["latest"]),
        found["took_s"],
    )


def _last_checkpoint(directory: Path) -> Checkpoint | None:
    path = directory / CHECKPOINTS
    for line in reversed(path.read_bytes().split(b"\n")[:-1] if path.exists() else []):
        try:
            return Checkpoint.of_line(line)
        except ValueError:
            continue  # the verdict says so
    return None


def _latest(directory: Path) -> tuple[AuditEntry, ...]:
    found: deque[AuditEntry] = deque(maxlen=MOST_SHOWN)
    for path in segments(directory)[-2:]:
        for line in path.read_bytes().split(b"\n")[:-1][-MOST_SHOWN:]:
            try:
                found.append(AuditEntry.of_line(line))
            except ValueError:
                continue  # the verdict says so
    return tuple(reversed(found))


def main() -> None:
    """Print what is found in the folder named on the command line as JSON."""
    os.nice(10)
    print(json.dumps(asdict(look_into(Path(sys.argv[1])))))


if __name__ == "__main__":
    main()
