"""What the tracker finds about numbers is told: a gap that was closed, two tracks that were one."""

from __future__ import annotations

from sargas.model.label import Label
from sargas.model.records import Configuration, TrackEvent
from sargas.picture.track_events import number_events
from sargas.tracking.tracker import TrackChange
from tests.picture.aircraft import LABEL


def test_each_kind_of_change_is_a_record_of_its_own() -> None:
    configuration = Configuration(
        id="c", time_ns=0, origin="n", label=LABEL, node="n", nation="LTU", origin_latitude_deg=55.0,
        origin_longitude_deg=24.0,
    )  # fmt: skip
    changes = [TrackChange("stitched", 3, 9, 70, 41.5), TrackChange("merged", 3, 8, 80, 0.0)]
    stitched, merged = number_events(changes, configuration, Label(originator="LTU"))
    assert (stitched.event, stitched.track_ids, stitched.gap_s, stitched.time_ns) == ("stitched", (3, 9), 41.5, 70)
    assert (merged.event, merged.track_ids, merged.gap_s) == ("merged", (3, 8), None)
    assert stitched.id != merged.id
    assert TrackEvent.model_validate_json(stitched.model_dump_json()) == stitched
