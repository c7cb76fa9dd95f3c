"""A formation that opens is told as a split by the whole picture, once, with both numbers."""

from __future__ import annotations

import numpy as np

from sargas.formats.plots import encode_plots
from sargas.model.envelope import Envelope
from sargas.model.message import Message
from sargas.model.records import Configuration, Source, Tick, TrackEvent
from sargas.model.tracks import Tracks
from sargas.picture.state import State
from sargas.picture.step import step
from tests.tracking.scene import EPOCH_NS, LABEL, ORIGIN, at_ns
from tests.tracking.test_split import KAUNAS, LEADER, beside, resolve


def test_two_aircraft_that_separate_are_told_as_a_split() -> None:
    state, messages, rng = State(), list[Message](), np.random.default_rng(2)
    configuration = Configuration(
        id="c", time_ns=EPOCH_NS, origin="n", label=LABEL, node="n", nation="LTU", origin_latitude_deg=ORIGIN[0],
        origin_longitude_deg=ORIGIN[1], sources=(Source(name="feed", format="plots", label=LABEL),), sensors=(KAUNAS,),
        first_track_number=501,
    )  # fmt: skip
    step(state, Envelope(0, EPOCH_NS, "n", "record", configuration.model_dump_json().encode()))
    for second in range(140):
        if second % 4 == 0:
            wing = beside(LEADER, 200.0, 0.0, 0.0) if second < 60 else beside(LEADER, 200.0, 15.0, 60.0)
            plots = resolve(KAUNAS, [LEADER, wing], float(second), second, rng)
            datagram = Envelope(0, at_ns(second + 0.1), "feed", "datagram", encode_plots(plots))
            messages += step(state, datagram).messages
        tick = Tick(id=f"t{second}", time_ns=at_ns(second + 0.5), origin="n", label=LABEL)
        messages += step(state, Envelope(0, tick.time_ns, "n", "record", tick.model_dump_json().encode())).messages
    (split,) = [m for m in messages if isinstance(m, TrackEvent) and m.event == "split"]
    told = [m for m in messages if isinstance(m, Tracks)]
    assert split.track_ids == (501, max(int(m.track_id.max()) for m in told))
    assert split.id == f"n/split/{split.track_ids[0]}/{split.track_ids[1]}/{split.time_ns}"
    assert split.reason == "began beside the older track, flies like it, and one radar sees both"
    assert split.gap_s is None
    assert split.label == LABEL
