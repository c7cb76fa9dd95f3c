"""EUROCONTROL ASTERIX, categories 021, 034, 048, 062, 063, 065: bytes to columns and back, driven by tables."""

from sargas.formats.asterix.decoder import open_decoder
from sargas.formats.asterix.encode_adsb import encode_adsb_reports
from sargas.formats.asterix.encode_radar import encode_service_message, encode_target_reports
from sargas.formats.asterix.encode_tracks import encode_system_tracks
from sargas.formats.asterix.specs import DEFAULT_EDITIONS
from sargas.formats.asterix.warm_up import warm_up

__all__ = [
    "DEFAULT_EDITIONS",
    "encode_adsb_reports",
    "encode_service_message",
    "encode_system_tracks",
    "encode_target_reports",
    "open_decoder",
    "warm_up",
]
