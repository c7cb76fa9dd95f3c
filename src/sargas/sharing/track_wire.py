"""Tracks of a bucket on the wire, as the upper layers name them; the octets are those of ``formats.release``."""

from sargas.formats.release.track_wire import Detail, ToldTracks, pack_tracks, unpack_tracks

__all__ = ["Detail", "ToldTracks", "pack_tracks", "unpack_tracks"]
