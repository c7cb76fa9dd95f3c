"""Alerts of an earlier run go on: the desk keeps them, and the zone rules know who had come over a border."""

from __future__ import annotations

from sargas.model.records import Alert, StandingAlert
from sargas.picture.state import Picture


def take_standing_alert(picture: Picture, standing: StandingAlert, time_ns: int) -> tuple[Alert, ...]:
    """Take in an alert that had not ended when the node stopped, at a time (UTC ns); returns it, told anew."""
    told = picture.alerting.stand(standing, time_ns)
    if told and standing.alert.rule == "zone_entry":
        for seen in standing.members:
            picture.zones.expect(standing.alert.zone_id, picture.alerting.place_of(seen))
    return told
