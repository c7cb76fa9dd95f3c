"""A restored tracker goes on bit by bit as if it had never stopped."""

from collections.abc import Callable

import numpy as np
import pytest

from sargas.model.label import Label
from sargas.tracking.tracker import Tracker
from tests.tracking.scene import ORIGIN, Flight, at_ns, clutter, radar, same, see


def feed(tracker: Tracker, first: int, last: int) -> list[bytes]:
    """Feed a busy scene and return what the tracker said, as bytes."""
    said = []
    flights = [Flight((40e3 + 900 * i, 30e3 - 500 * i, 3000.0)) for i in range(8)]
    for scan in range(first, last):
        rng = np.random.default_rng([7, scan])
        for plots in (
            see(radar(), flights, 4.0 * scan, scan, rng),
            clutter(radar(), 40, 4.0 * scan + 2.0, 10_000 + scan, rng),
        ):
            said.append(tracker.update(plots).to_arrow().serialize().to_pybytes())
        said.append(tracker.advance(at_ns(4.0 * scan + 3.0)).to_arrow().serialize().to_pybytes())
    return said


def test_a_snapshot_in_the_middle_changes_nothing() -> None:
    straight, broken = Tracker([radar()], ORIGIN), Tracker([radar()], ORIGIN)
    feed(straight, 0, 6)
    feed(broken, 0, 6)
    data = broken.snapshot()
    assert data == straight.snapshot()
    restored = Tracker([], ORIGIN)
    restored.restore(data)
    assert restored.snapshot() == data
    assert restored.counts == straight.counts
    assert feed(straight, 6, 12) == feed(restored, 6, 12)
    assert same(straight.report(at_ns(50.0)), restored.report(at_ns(50.0)))
    assert straight.snapshot() == restored.snapshot()


def test_sensors_learnt_on_the_way_and_labels_are_restored() -> None:
    tracker = Tracker([], ORIGIN)
    tracker.place("radar", 56.0, 24.0, 50.0)
    label = Label(releasable_to=("LTU",))
    tracker.update(see(radar(), [Flight()], 0.0, 0, label=label))
    restored = Tracker([], ORIGIN)
    restored.restore(tracker.snapshot())
    assert restored.sites.ids == ("radar",)
    assert restored.update(see(radar(), [Flight()], 4.0, 1, label=label)).label == label
    assert restored.counts["used"] == 1


@pytest.mark.parametrize("damage", [lambda d: b"something else", lambda d: d[:-40], lambda d: d + b"x"])
def test_bytes_that_are_no_snapshot_are_refused(damage: Callable[[bytes], bytes]) -> None:
    tracker = Tracker([radar()], ORIGIN)
    feed(tracker, 0, 2)
    with pytest.raises(ValueError, match=r"snapshot|array|shape|bytes"):
        Tracker([], ORIGIN).restore(damage(tracker.snapshot()))
