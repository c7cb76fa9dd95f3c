"""Names that name nobody are heard as none: addresses that no state assigns, call signs and serials of blanks."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.formats.plots import encode_plots
from sargas.model.columns import NS_PER_S
from sargas.model.plots import Plots
from sargas.model.records import Claim, Source, SourceHealth
from sargas.model.tracks import Tracks
from tests.picture.aircraft import LABEL, START_S, Sky, place


@pytest.mark.parametrize("address", ["000000", "ffffff"])
def test_two_aircraft_whose_address_was_never_set_are_not_taken_for_one_in_two_places(address: str) -> None:
    sky = Sky()
    for second in range(40):
        for part, north_m in ((0.2, 0.0), (0.6, 80e3)):
            sky.hear(START_S + second + part, **{f"x{address}": (100.0 * second, north_m, 100.0, 0.0)})
        sky.tick(START_S + second + 1)
    told = [message for message in sky.messages if isinstance(message, Tracks) and len(message)]
    assert len({int(number) for tracks in told for number in tracks.track_id}) == 2
    assert {int(one) for tracks in told for one in tracks.icao_address} == {-1}
    assert [one.value for one in sky.messages if isinstance(one, Claim) and one.about == "cooperation"] == []


def test_a_call_sign_and_a_serial_of_blanks_say_nothing_and_break_nothing() -> None:
    sky = Sky(Source(name="plots", format="plots", label=LABEL))
    for second in range(20):
        time_ns = np.array([round((START_S + second + 0.3) * NS_PER_S)])
        latitude_deg, longitude_deg = place(50.0 * second, 0.0)
        sky.datagram(START_S + second + 0.4, "plots", encode_plots(Plots.of(
            time_ns=time_ns, receive_time_ns=time_ns, sensor_ids=("rid",), label=LABEL,
            latitude_deg=np.array([latitude_deg]), longitude_deg=np.array([longitude_deg]),
            callsign=np.array([b"   "], "S8"), uas_id=np.array([b"  "], "S20"),
        )))  # fmt: skip
        sky.tick(START_S + second + 1)
    picture = sky.state.picture
    assert picture is not None
    assert len(picture.tracker.report((START_S + 20) * NS_PER_S)) == 1
    assert [one for one in sky.messages if isinstance(one, Claim) and one.about in ("cooperation", "identity")] == []
    assert [one for one in sky.messages if isinstance(one, SourceHealth) and one.source.startswith("core ")] == []
