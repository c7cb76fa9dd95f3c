"""One path from the journal to the sinks: a sink that fails is named, and nothing else misses anything."""

from pathlib import Path

from sargas.picture.state import State
from sargas.picture.step import Outputs
from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import SystemClock
from sargas.runtime.journal import Journal
from sargas.runtime.live_picture import LivePicture
from sargas.runtime.pipeline import Pipeline
from tests.picture.test_step import night_inputs


def test_a_sink_that_fails_is_told_of_and_the_others_get_everything(tmp_path: Path) -> None:
    taken, faults = list[int](), list[tuple[str, str]]()

    def full(sequence: int, outputs: Outputs) -> None:
        raise OSError(28, "No space left on device")

    def keep(sequence: int, outputs: Outputs) -> None:
        taken.append(sequence)

    journal = Journal.open(tmp_path, clock=SystemClock(), fsync_interval_ms=0, segment_bytes=1 << 20)
    pipeline = Pipeline(
        journal, State(), LivePicture(), {"history": full, "store": keep}, lambda n, e: faults.append((n, str(e)))
    )
    inputs = [
        Arrival(e.source, e.receive_time_ns, e.data, e.kind) for e, _ in zip(night_inputs(), range(40), strict=False)
    ]
    pipeline.process(inputs)
    journal.close()
    assert taken == list(range(40))
    assert faults == [("history", "[Errno 28] No space left on device")] * 40
