"""Compile the kernels before the first datagram comes: minutes of a border crossing are not for compilers."""

from __future__ import annotations

import numpy as np

from sargas.formats.asterix.decoder import open_decoder
from sargas.formats.asterix.encode_adsb import encode_adsb_reports
from sargas.formats.asterix.encode_radar import encode_service_message, encode_target_reports
from sargas.formats.asterix.encode_tracks import encode_system_tracks
from sargas.model.label import Label
from sargas.model.records import Source
from sargas.model.tracks import Tracks


def warm_up() -> int:
    """Encode and decode one report of each kind, so that every kernel is compiled and cached; returns the records."""
    one, time_ns = np.ones(1), np.array([86_400_000_000_000], np.int64)
    codes = np.ones(1, np.int64)
    tracks = Tracks.of(
        time_ns=time_ns,
        track_id=codes,
        latitude_deg=one,
        longitude_deg=one,
        altitude_m=one,
        velocity_east_mps=one,
        velocity_north_mps=one,
        velocity_up_mps=one,
        label=Label(),
    )
    datagrams = [
        encode_service_message(1, 1, message="north", time_of_day_s=0.0),
        *encode_target_reports(1, 1, time_of_day_s=one, range_m=one, azimuth_deg=one),
        *encode_adsb_reports(
            1,
            1,
            time_of_day_s=one,
            latitude_deg=one,
            longitude_deg=one,
            altitude_m=one,
            flight_level_ft=one,
            icao_address=codes,
            callsign=[b"A"],
            velocity_east_mps=one,
            velocity_north_mps=one,
            nic=codes,
            nac_p=codes,
            sil=codes,
        ),
        *encode_system_tracks(1, 1, tracks),
    ]
    decoder = open_decoder(Source(name="warm-up", format="asterix"), ())
    return sum(decoder.decode(int(time_ns[0]), datagram).records for datagram in datagrams)
