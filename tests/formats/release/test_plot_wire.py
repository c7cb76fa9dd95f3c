"""Plots of a shared sensor survive the wire: as measured with the sensor's place, or as positions without it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.formats.release.octets import ReleaseError
from sargas.formats.release.plot_wire import Place, pack_plots, unpack_plots
from sargas.model.columns import PlotFlag
from sargas.model.plots import Plots
from tests.formats.release.making import LABEL, MS, T0_NS

PLACE = Place(56.5, 27.25, 141.5)


def plots(n: int = 5, seed: int = 1) -> Plots:
    random = np.random.default_rng(seed)
    return Plots.of(
        time_ns=T0_NS - random.integers(0, 4000, n) * MS,
        receive_time_ns=np.full(n, T0_NS),
        sensor_ids=("rezekne",),
        label=LABEL,
        scan=1_000_000 + random.integers(0, 3, n),
        range_m=random.uniform(500, 400_000, n),
        azimuth_deg=random.uniform(0, 360, n),
        elevation_deg=np.where(random.random(n) < 0.5, np.nan, random.uniform(-2, 40, n)),
        range_rate_mps=random.uniform(-300, 300, n),
        flight_level_ft=np.where(random.random(n) < 0.5, np.nan, np.rint(random.uniform(0, 400, n)) * 100),
        latitude_deg=random.uniform(54, 58, n),
        longitude_deg=random.uniform(20, 28, n),
        altitude_m=random.uniform(0, 10_000, n),
        icao_address=np.full(n, 0xABCDEF),
        callsign=np.full(n, b"SECRET1"),
        rcs_dbsm=np.full(n, 12.5),
        flags=np.full(n, PlotFlag.SIMULATED | PlotFlag.SPI),
    )


@settings(max_examples=60)
@given(n=st.integers(1, 50), seed=st.integers(0, 1000))
def test_measured_plots_keep_what_registration_and_tracking_need(n: int, seed: int) -> None:
    before = plots(n, seed)
    after, place = unpack_plots(pack_plots(before, PLACE), "LVA:rezekne", T0_NS + 5, LABEL)
    assert place == PLACE
    assert after.sensor_ids == ("LVA:rezekne",)
    assert after.time_ns.tolist() == before.time_ns.tolist()
    assert after.scan.tolist() == before.scan.tolist()
    assert set(after.receive_time_ns.tolist()) == {T0_NS + 5}
    np.testing.assert_allclose(after.range_m, before.range_m, atol=0.26)
    turn = (after.azimuth_deg - before.azimuth_deg + 180) % 360 - 180
    assert (np.abs(turn) <= 0.00276).all()
    np.testing.assert_allclose(after.elevation_deg, before.elevation_deg, atol=0.0014)
    np.testing.assert_allclose(after.range_rate_mps, before.range_rate_mps, atol=0.051)
    np.testing.assert_allclose(after.flight_level_ft, before.flight_level_ft)
    assert np.isnan(after.latitude_deg).all()


@given(n=st.integers(1, 50), seed=st.integers(0, 1000))
def test_without_a_place_only_positions_are_told(n: int, seed: int) -> None:
    before = plots(n, seed)
    after, place = unpack_plots(pack_plots(before, None), "LVA:rezekne", T0_NS, LABEL)
    assert place is None
    np.testing.assert_allclose(after.latitude_deg, before.latitude_deg, atol=1.1e-5)
    np.testing.assert_allclose(after.longitude_deg, before.longitude_deg, atol=1.1e-5)
    np.testing.assert_allclose(after.altitude_m, before.altitude_m, atol=0.51)
    for name in ("range_m", "azimuth_deg", "elevation_deg", "range_rate_mps"):
        assert np.isnan(getattr(after, name)).all(), "with ranges anybody finds the sensor's place"


def test_identities_and_strengths_are_never_written() -> None:
    for place in (PLACE, None):
        after, _ = unpack_plots(pack_plots(plots(), place), "LVA:rezekne", T0_NS, LABEL)
        assert (after.icao_address == -1).all()
        assert (after.callsign == b"").all()
        assert np.isnan(after.rcs_dbsm).all()
        assert (after.flags == PlotFlag.SIMULATED).all()


def test_rows_without_what_they_are_told_by_are_refused() -> None:
    bare = Plots.of(time_ns=np.array([T0_NS]), receive_time_ns=np.array([T0_NS]), sensor_ids=("a",), label=LABEL)
    with pytest.raises(ReleaseError, match="expected range and azimuth"):
        pack_plots(bare, PLACE)
    with pytest.raises(ReleaseError, match="expected a position"):
        pack_plots(bare, None)
    with pytest.raises(ReleaseError, match="send them in parts"):
        pack_plots(plots(5001), PLACE)


@settings(max_examples=300)
@given(st.data())
def test_any_body_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(pack_plots(plots(3), PLACE if data.draw(st.booleans()) else None))
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        found, _ = unpack_plots(bytes(whole[: data.draw(st.integers(0, len(whole)))]), "LVA:a", T0_NS, LABEL)
    except ReleaseError:
        return
    assert len(found) >= 1
