"""Put tracks out: shown with class and identity, fused with what partners know, and put before the zone rules."""

from __future__ import annotations

from sargas.model.message import Message
from sargas.model.tracks import Tracks
from sargas.picture.state import Picture


def tell_tracks(picture: Picture, tracks: Tracks, messages: list[Message]) -> None:
    """Put tracks out, and before the zone rules; a node without zones has no alerts, and a replay of it no cost."""
    if len(tracks):
        tracks = picture.network.mark(picture.identity.mask(picture.appraisal.show(tracks)))
        picture.identity.forget_dropped(tracks)
        picture.appraisal.forget_dropped(tracks)
        messages.append(tracks)
        if picture.configuration.zones:
            picture.touched.add(tracks)


def tell_own(picture: Picture, tracks: Tracks, messages: list[Message]) -> None:
    """Tell own tracks with their group and with what partners know of the same objects."""
    for batch in picture.fused.read(picture.groups.mark(tracks)):
        tell_tracks(picture, batch, messages)


def assess_touched(picture: Picture, time_ns: int, messages: list[Message]) -> None:
    """Hold the tracks told since the last time against the zones (UTC ns), and alert of what follows."""
    doubted = picture.cooperation.doubted()
    for tracks in picture.touched.take(time_ns):
        causes = picture.zones.assess(tracks, time_ns, doubted)
        messages.extend(picture.alerting.take(causes, tracks, picture.identity, time_ns))
