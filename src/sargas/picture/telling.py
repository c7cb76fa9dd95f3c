"""Put tracks out: shown with class and identity, fused with what partners know, and put before the zone rules."""

from __future__ import annotations

from sargas.model.message import Message
from sargas.model.rising import are_among
from sargas.model.tracks import Tracks
from sargas.picture.state import Picture


def tell_tracks(picture: Picture, tracks: Tracks, messages: list[Message]) -> None:
    """Put tracks out, and before the zone rules; a node without zones has no alerts, and a replay of it no cost."""
    if len(tracks):
        told = _show(picture, tracks, messages)
        if picture.configuration.zones:
            picture.touched.add(told)


def tell_own(picture: Picture, tracks: Tracks, messages: list[Message]) -> None:
    """Tell own tracks with their group and with what partners know of the same objects.

    The zone rules ask our own state of them alone, wherever our sensors see them: what an alert says of them is then
    ours, and may go to whom our label names. Only who coasts here is asked with what a partner sees.
    """
    marked = picture.groups.mark(tracks)
    if not picture.fused.adds_to(marked):
        for batch in marked.split():
            tell_tracks(picture, batch, messages)
        return
    for own in marked.split():  # whose fused rows have another label than theirs is asked of each label by itself
        for batch in picture.fused.read(own):
            if batch.label == own.label:
                tell_tracks(picture, batch, messages)
                continue
            fused = _show(picture, batch, messages)
            coasts = fused.is_coasting
            if picture.configuration.zones:
                picture.touched.add(fused.take(coasts))
                seen = own.take(are_among(own.track_id, fused.track_id[~coasts]))
                picture.touched.add(_as_shown(picture, seen))


def _show(picture: Picture, tracks: Tracks, messages: list[Message]) -> Tracks:
    shown = _as_shown(picture, tracks)
    if shown.is_dropped.any():
        picture.identity.forget_dropped(shown)
        picture.appraisal.forget_dropped(shown)
    messages.append(shown)
    return shown


def _as_shown(picture: Picture, tracks: Tracks) -> Tracks:
    return picture.network.mark(picture.identity.mask(picture.appraisal.show(tracks)))


def assess_touched(picture: Picture, time_ns: int, messages: list[Message]) -> None:
    """Hold the tracks told since the last time against the zones (UTC ns), and alert of what follows."""
    doubted = picture.cooperation.doubted()
    for tracks in picture.touched.take(time_ns):
        causes = picture.zones.assess(tracks, time_ns, doubted)
        messages.extend(picture.alerting.take(causes, tracks, picture.identity, time_ns))
