"""A night is the same for the same seed, decodes without a reject, and means what its truth says."""

import hashlib

import numpy as np
import pytest

from sargas.exercise import Night, SimDatagram, open_night
from sargas.exercise.borders import NOBODY, find_owners
from sargas.exercise.detection import detect
from sargas.exercise.sight import SimulatedSensor
from sargas.exercise.sky import Sky
from sargas.exercise.tables import NATIONS, SITES
from sargas.formats.contract import Decoded
from sargas.formats.registry import open_decoder
from sargas.geo.enu import Frame
from sargas.geo.polar import enu_from_polar
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.columns import NS_PER_S, PlotFlag
from sargas.model.plots import Plots, concatenate

SPAN_S = 15.0
NIGHT = Night.of(4, targets=400, duration_s=SPAN_S)


@pytest.fixture(scope="module")
def datagrams() -> list[SimDatagram]:
    return list(NIGHT.datagrams())


@pytest.fixture(scope="module")
def decoded(datagrams: list[SimDatagram]) -> dict[str, list[Decoded]]:
    sources, sensors, _, _ = NIGHT.configuration()
    decoders = {source.name: open_decoder(source, sensors) for source in sources}
    out: dict[str, list[Decoded]] = {name: [] for name in decoders}
    for datagram in datagrams:
        receive_ns = NIGHT.start_time_ns + datagram.offset_ns
        out[datagram.source].append(decoders[datagram.source].decode(receive_ns, datagram.data))
    return out


def plots_of(decoded: dict[str, list[Decoded]], name: str) -> Plots:
    return concatenate([part.plots for part in decoded[name] if part.plots is not None and len(part.plots)])


def digest(night: Night, count: int = 150) -> str:
    running = hashlib.sha256()
    for datagram, _ in zip(night.datagrams(), range(count), strict=False):
        running.update(f"{datagram.offset_ns} {datagram.source} ".encode() + datagram.data)
    return running.hexdigest()


def test_the_same_seed_sends_the_same_bytes() -> None:
    assert digest(Night.of(4, targets=60)) == digest(Night.of(4, targets=60))
    assert digest(Night.of(4, targets=60)) != digest(Night.of(5, targets=60))
    one = Night.of(4, targets=60)
    assert digest(one) == digest(one)


def test_datagrams_come_in_order_and_fit_the_network(datagrams: list[SimDatagram]) -> None:
    offsets = [datagram.offset_ns for datagram in datagrams]
    assert offsets == sorted(offsets)
    assert offsets[0] < NS_PER_S
    assert SPAN_S * NS_PER_S < offsets[-1] < (SPAN_S + 12) * NS_PER_S
    assert {datagram.source for datagram in datagrams} == {source.name for source in NIGHT.configuration().sources}
    assert max(len(datagram.data) for datagram in datagrams) <= 1472


def test_every_byte_decodes(decoded: dict[str, list[Decoded]]) -> None:
    for name, parts in decoded.items():
        assert [part.rejects for part in parts if part.rejects] == [], name
        assert {part.quarantine for part in parts} == {""}, name
        assert sum(part.trailing_bytes for part in parts) == 0
        assert sum(part.records for part in parts) > 5, name


def test_every_plot_is_marked_simulated_and_names_its_sensor(decoded: dict[str, list[Decoded]]) -> None:
    for name in decoded:
        plots = plots_of(decoded, name)
        assert (plots.flags & PlotFlag.SIMULATED).all(), name
        assert {plots.sensor_ids[sensor] for sensor in plots.sensor} == {name}
        assert plots.label.caveats == ("EXERCISE",)


def test_the_second_path_brings_only_duplicates(decoded: dict[str, list[Decoded]]) -> None:
    twice = decoded["lt-lr-1"]
    assert sum(part.duplicates for part in twice) == sum(part.records for part in twice) > 0
    assert sum(part.duplicates for part in decoded["lt-lr-2"]) == 0


def test_radars_say_where_their_beam_is(decoded: dict[str, list[Decoded]]) -> None:
    statuses = [status for part in decoded["lt-gap-1"] for status in part.statuses]
    sectors = [status.azimuth_deg for status in statuses if status.report == "sector"]
    assert sectors[:5] == [0.0, 90.0, 180.0, 270.0, 0.0]
    north = next(status for status in statuses if status.report == "north")
    assert north.rotation_period_s == pytest.approx(1.5, abs=0.01)
    assert north.latitude_deg == pytest.approx(54.66, abs=1e-4)


def test_one_clock_runs_ahead(decoded: dict[str, list[Decoded]]) -> None:
    for name in decoded:
        plots = plots_of(decoded, name)
        age_s = np.median(plots.receive_time_ns - plots.time_ns) / NS_PER_S
        if name == "lv-gap-2":
            assert -2.1 < age_s < -0.5
        else:
            assert 0.1 < age_s < 1.5, name


def test_plots_are_the_detections_within_the_steps_of_the_wire(decoded: dict[str, list[Decoded]]) -> None:
    sky = Sky.of(NIGHT.seed, NIGHT.targets, NIGHT.nations)
    number = next(number for number, site in enumerate(SITES) if site.id == "lt-gap-5")
    reports = detect(SimulatedSensor.at(SITES[number], number), sky, 0)
    plots = plots_of(decoded, "lt-gap-5").take(slice(0, len(reports)))
    np.testing.assert_allclose(plots.time_ns, NIGHT.start_time_ns + reports.beam_s * 1e9, atol=1e9 / 256 + 1e3)
    np.testing.assert_allclose(plots.range_m, reports.range_m, atol=1852 / 512 + 1e-6)
    turned = (plots.azimuth_deg - reports.azimuth_deg + 180) % 360 - 180
    assert np.abs(turned).max() <= 360 / 2**17 + 1e-9
    np.testing.assert_allclose(plots.range_rate_mps, reports.range_rate_mps, atol=0.5 + 1e-9)
    np.testing.assert_allclose(plots.rcs_dbsm, reports.rcs_dbsm, atol=0.005 + 1e-9)
    np.testing.assert_allclose(plots.altitude_m, reports.height_ft * 0.3048, atol=12.5 * 0.3048 + 30)


@pytest.mark.parametrize(("name", "limit_m"), [("lt-adsb-1", 12.0), ("lt-ssr", 250.0)])
def test_cooperative_reports_lie_where_the_truth_is(
    decoded: dict[str, list[Decoded]], name: str, limit_m: float
) -> None:
    plots = plots_of(decoded, name)
    plots = plots.take(plots.sil >= 3) if name == "lt-adsb-1" else plots
    sensor = next(sensor for sensor in NIGHT.configuration().sensors if sensor.id == name)
    assert sensor.latitude_deg is not None
    assert sensor.longitude_deg is not None
    frame = Frame(sensor.latitude_deg, sensor.longitude_deg, sensor.height_m)
    errors = []
    for row in range(0, len(plots), max(1, len(plots) // 40)):
        truth = NIGHT.truth((plots.time_ns[row] - NIGHT.start_time_ns) / NS_PER_S)
        which = np.flatnonzero(truth.icao_address == plots.icao_address[row])
        assert len(which) == 1
        enu = frame.enu_from_geodetic(truth.latitude_deg, truth.longitude_deg, truth.altitude_m)[which[0]]
        if name == "lt-ssr":
            up_deg = np.degrees(np.arcsin(enu[2] / np.linalg.norm(enu)))
            claimed = enu_from_polar(plots.range_m[row], plots.azimuth_deg[row], up_deg)
        else:
            claimed = frame.enu_from_geodetic(plots.latitude_deg[row], plots.longitude_deg[row], plots.altitude_m[row])
            assert plots.velocity_east_mps[row] == pytest.approx(truth.velocity_east_mps[which[0]], abs=0.5)
            assert plots.callsign[row] == truth.callsign[which[0]]
        errors.append(np.linalg.norm(claimed - enu))
    assert len(errors) >= 20
    assert np.median(errors) < limit_m * 1.6


def test_intruders_cross_when_and_where_the_night_says() -> None:
    night = Night.of(6, targets=200, duration_s=400.0)
    crossings = night.intruder_crossings()
    assert crossings[0].object_id == 0
    assert crossings[0].nation == "LTU"
    assert (crossings[0].time_ns - night.start_time_ns) / NS_PER_S == pytest.approx(60, abs=3)
    assert len(crossings) >= 3
    assert [crossing.time_ns for crossing in crossings] == sorted(crossing.time_ns for crossing in crossings)
    for crossing in crossings:
        owners = []
        for seconds in (-0.05, 0.05):
            truth = night.truth((crossing.time_ns - night.start_time_ns) / NS_PER_S + seconds)
            row = int(np.flatnonzero(truth.object_id == crossing.object_id)[0])
            assert truth.kind[row] == crossing.kind
            place = truth.latitude_deg[[row]], truth.longitude_deg[[row]]
            owners.append(int(find_owners(night.nations, *place)[0]))
            near_m = (place[0][0] - crossing.latitude_deg) * 111e3
            assert abs(near_m) < 20
        assert owners[0] != owners[1]
        assert night.nations[owners[1]] == crossing.nation
        assert NOBODY not in owners[1:]


def test_the_first_intruder_is_seen_well_before_it_crosses() -> None:
    night = Night.of(1, targets=20, duration_s=45.0, nations=("LTU",))
    crossing = night.intruder_crossings(120.0)[0]
    sources, sensors, _, _ = night.configuration()
    decoder = open_decoder(next(source for source in sources if source.name == "lt-gap-1"), sensors)
    sensor = next(sensor for sensor in sensors if sensor.id == "lt-gap-1")
    assert sensor.latitude_deg is not None
    assert sensor.longitude_deg is not None
    frame = Frame(sensor.latitude_deg, sensor.longitude_deg, sensor.height_m)
    seen = 0
    assert crossing.time_ns - night.start_time_ns > 57 * NS_PER_S
    for datagram in night.datagrams():
        if datagram.source != "lt-gap-1":
            continue
        plots = decoder.decode(night.start_time_ns + datagram.offset_ns, datagram.data).plots
        if plots is None:
            continue
        for row in range(len(plots)):
            truth = night.truth((plots.time_ns[row] - night.start_time_ns) / NS_PER_S)
            here = np.flatnonzero(truth.object_id == 0)[0]
            enu = frame.enu_from_geodetic(truth.latitude_deg, truth.longitude_deg, truth.altitude_m)[here]
            azimuth_deg = np.degrees(np.arctan2(enu[0], enu[1])) % 360
            near = abs(plots.range_m[row] - np.linalg.norm(enu)) < 150
            seen += bool(near and abs(plots.azimuth_deg[row] - azimuth_deg) < 1.2)
    assert seen >= 15


def test_a_night_of_one_nation_has_its_sensors_and_zones_only() -> None:
    night = Night.of(1, targets=40, duration_s=3.0, nations=("LVA",))
    sources, sensors, zones, _ = night.configuration()
    assert {source.name[:2] for source in sources} == {"lv"}
    assert {sensor.id for sensor in sensors} == {source.name for source in sources}
    assert zones[0].id == "border-lva"
    assert {datagram.source[:2] for datagram in night.datagrams()} == {"lv"}
    assert {crossing.nation for crossing in night.intruder_crossings(400.0)} <= {"LVA"}


def test_the_configuration_tells_no_secrets_and_fits_the_sensors() -> None:
    sources, sensors, zones, origin = NIGHT.configuration()
    assert len({(sensor.sac, sensor.sic) for sensor in sensors}) == len(sensors) == len(SITES)
    assert {source.format for source in sources} == {"asterix"}
    assert {zone.kind for zone in zones} == {"border", "protected"}
    assert find_owners(NATIONS, np.array([origin[0]]), np.array([origin[1]]))[0] == NATIONS.index("LTU")
    assert ecef_from_geodetic(*origin, 0.0).shape == (3,)
    assert {sensor.sigma_azimuth_deg for sensor in sensors if sensor.id.startswith("pl-gap")} == {0.25}


def test_a_night_by_name_takes_the_texts_of_a_feed_url() -> None:
    night = open_night("baltic-night", seed="3", targets="25", duration_s="90", nations="lva,ltu", start_time_ns=5)
    assert night == Night.of(3, targets=25, duration_s=90.0, nations=("LTU", "LVA"), start_time_ns=5)
    assert open_night("baltic-night").targets == 300


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("arctic-day", {}, "expected a night out of baltic-night, was 'arctic-day'"),
        ("baltic-night", {"tragets": "5"}, "expected parameters out of .*targets.*, was tragets"),
        ("baltic-night", {"targets": "many"}, "expected targets as a number, was 'many'"),
        ("baltic-night", {"targets": "-1"}, "expected targets within 0..100000, was -1"),
        ("baltic-night", {"nations": "XXX"}, "expected nations out of LTU, LVA, POL, was XXX"),
        ("baltic-night", {"duration_s": "0"}, "duration_s above 0"),
    ],
)
def test_impossible_nights_are_refused_with_what_is_possible(
    name: str, parameters: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        open_night(name, **parameters)


def test_an_endless_night_wants_an_end_for_its_crossings() -> None:
    with pytest.raises(ValueError, match="until_s"):
        Night.of(1).intruder_crossings()


def test_intruders_fly_on_over_a_border_between_nations_when_asked() -> None:
    crossings = Night.of(1, targets=40, across=True).intruder_crossings(900.0)
    entered: dict[int, list[str]] = {}
    for crossing in crossings:
        entered.setdefault(crossing.object_id, []).append(crossing.nation)
    assert entered[0] == ["LTU", "LVA"]
    assert {nation for nations in entered.values() for nation in nations} == {"LTU", "LVA", "POL"}


def test_a_nation_alone_hears_the_same_sky_with_its_own_sensors() -> None:
    whole = Night.of(3, targets=30, duration_s=12.0, across=True)
    alone = Night.of(3, targets=30, duration_s=12.0, across=True, heard_by=("LVA",))
    sources = {source.name for source in alone.configuration().sources}
    heard = [d for d in whole.datagrams() if d.source in sources]
    assert list(alone.datagrams()) == heard
    assert heard
    assert {zone.id for zone in alone.configuration().zones} == {"border-lva", "riga"}
    assert alone.configuration().sources[0].label.releasable_to == ("LTU", "LVA", "POL")


def test_a_nation_that_does_not_take_part_hears_nothing() -> None:
    with pytest.raises(ValueError, match="expected heard_by out of LTU, was LVA"):
        Night.of(nations=("LTU",), heard_by=("LVA",))
