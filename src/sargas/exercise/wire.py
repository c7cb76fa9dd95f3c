"""From what a sensor reports to the datagrams it sends: ASTERIX, sector by sector, marked as simulated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sargas.exercise.adsb import Broadcasts, hear
from sargas.exercise.detection import Reports, detect
from sargas.exercise.sight import SimulatedSensor
from sargas.exercise.sky import Sky
from sargas.formats.asterix import encode_adsb_reports, encode_service_message, encode_target_reports
from sargas.model.columns import NS_PER_S

SYSTEM_AREA_CODES = {"LTU": 11, "LVA": 12, "POL": 13}
"""Invented: the real codes of these nations are others."""
EDITIONS = {"034": "1.29", "048": "1.32", "021": "2.6"}
SECOND_PATH_DELAY_NS = 20_000_000
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class SimDatagram:
    """One datagram of the night: when it arrives after the start, from which source, and its bytes."""

    offset_ns: int
    source: str
    data: bytes


def send(sensor: SimulatedSensor, sky: Sky, start_time_ns: int, duration_s: float) -> Iterator[SimDatagram]:
    """Yield what one sensor sends, in order of time, for as long as the night lasts; made turn by turn."""
    turn = 0
    start_of_day_s = start_time_ns / NS_PER_S % SECONDS_PER_DAY + sensor.site.clock_offset_s
    while sensor.turn_start_s(turn) < duration_s:
        blocks = _encode_turn(sensor, sky, turn, start_of_day_s)
        for end_s, datagrams in blocks:
            offset_ns = round((end_s + sensor.model.latency_s) * NS_PER_S)
            for path in range(sensor.site.paths):
                for data in datagrams:
                    yield SimDatagram(offset_ns + path * SECOND_PATH_DELAY_NS, sensor.site.id, data)
        turn += 1


def identify(sensor: SimulatedSensor) -> tuple[int, int]:
    """Return the (invented) SAC and SIC of a sensor."""
    return SYSTEM_AREA_CODES[sensor.site.nation], sensor.number + 1


def _encode_turn(
    sensor: SimulatedSensor, sky: Sky, turn: int, start_of_day_s: float
) -> Iterator[tuple[float, list[bytes]]]:
    """Yield the end (s) and the datagrams of each sector of a turn."""
    period_s, sectors = sensor.model.scan_period_s, sensor.model.sectors
    start_s = sensor.turn_start_s(turn)
    ends_s = start_s + period_s / sectors * np.arange(1, sectors + 1)
    if sensor.model.kind == "ads-b":
        heard = hear(sensor, sky, turn)
        edges = np.searchsorted(heard.time_s, ends_s).tolist()
        for sector, (first, last) in enumerate(zip([0, *edges], edges, strict=False)):
            yield float(ends_s[sector]), _encode_broadcasts(sensor, heard, slice(first, last), start_of_day_s)
        return
    reports = detect(sensor, sky, turn)
    edges = [*np.searchsorted(reports.beam_s, ends_s[:-1]).tolist(), len(reports)]
    for sector, (first, last) in enumerate(zip([0, *edges], edges, strict=False)):
        head = _encode_service(sensor, sector, float(ends_s[sector]) - period_s / sectors, start_of_day_s)
        body = _encode_reports(sensor, reports, slice(first, last), start_of_day_s)
        yield float(ends_s[sector]), [head + body[0], *body[1:]] if body else [head]


def _encode_service(sensor: SimulatedSensor, sector: int, time_s: float, start_of_day_s: float) -> bytes:
    sac, sic = identify(sensor)
    day_s = (time_s + start_of_day_s) % SECONDS_PER_DAY
    azimuth_deg = 360.0 * sector / sensor.model.sectors
    crossing = encode_service_message(
        sac, sic, message="sector", time_of_day_s=day_s, azimuth_deg=azimuth_deg, edition=EDITIONS["034"]
    )
    if sector:
        return crossing
    site = sensor.site
    north = encode_service_message(
        sac,
        sic,
        message="north",
        time_of_day_s=day_s,
        rotation_period_s=sensor.model.scan_period_s,
        position=(site.latitude_deg, site.longitude_deg, sensor.height_m),
        edition=EDITIONS["034"],
    )
    return north + crossing


def _encode_reports(sensor: SimulatedSensor, reports: Reports, rows: slice, start_of_day_s: float) -> list[bytes]:
    if rows.start == rows.stop:
        return []
    is_echo = sensor.model.reach_m is not None
    return encode_target_reports(
        *identify(sensor),
        time_of_day_s=(reports.beam_s[rows] + start_of_day_s) % SECONDS_PER_DAY,
        range_m=reports.range_m[rows],
        azimuth_deg=reports.azimuth_deg[rows],
        height_ft=reports.height_ft[rows] if is_echo else None,
        doppler_mps=reports.range_rate_mps[rows] if is_echo else None,
        rcs_dbsm=reports.rcs_dbsm[rows] if is_echo else None,
        flight_level_ft=None if is_echo else reports.flight_level_ft[rows],
        icao_address=None if is_echo else reports.icao_address[rows],
        mode_3a=None if is_echo else reports.mode_3a[rows],
        callsign=None if is_echo else reports.callsign[rows],
        simulated=True,
        edition=EDITIONS["048"],
    )


def _encode_broadcasts(sensor: SimulatedSensor, heard: Broadcasts, rows: slice, start_of_day_s: float) -> list[bytes]:
    if rows.start == rows.stop:
        return []
    return encode_adsb_reports(
        *identify(sensor),
        time_of_day_s=(heard.time_s[rows] + start_of_day_s) % SECONDS_PER_DAY,
        latitude_deg=heard.latitude_deg[rows],
        longitude_deg=heard.longitude_deg[rows],
        altitude_m=heard.altitude_m[rows],
        flight_level_ft=heard.flight_level_ft[rows],
        icao_address=heard.icao_address[rows],
        callsign=heard.callsign[rows],
        velocity_east_mps=heard.velocity_east_mps[rows],
        velocity_north_mps=heard.velocity_north_mps[rows],
        nic=heard.nic[rows],
        nac_p=heard.nac_p[rows],
        sil=heard.sil[rows],
        emitter_category=heard.emitter_category[rows],
        simulated=True,
        edition=EDITIONS["021"],
    )
