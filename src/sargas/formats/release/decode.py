"""Decoder of what a partner releases to this node: believed only when signed, addressed to us, new, and labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sargas.formats.contract import Decoded, Reject
from sargas.formats.release.envelope import Release, unseal
from sargas.formats.release.memory import Buckets, Seen, pack_memory, unpack_memory
from sargas.formats.release.octets import ReleaseError
from sargas.formats.release.plot_wire import unpack_plots
from sargas.formats.release.record_wire import unpack_record
from sargas.formats.release.track_wire import ToldTracks, unpack_tracks
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.records import Configuration, Sensor, SensorStatus, Source
from sargas.model.tracks import TrackStatus, concatenate

OLDEST_LIVE_S, FUTURE_S = 300.0, 60.0
"""Age beyond which state and plots are no live picture any more, and how far a partner's clock may be ahead."""
EXERCISE = "EXERCISE"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a release of one source must be: from whom, to whom, under which key, exercise or not."""

    partner: str
    nation: str
    verify_keys: tuple[str, ...]
    exercise: bool


class ReleaseDecoder:
    """Decode the sealed releases of one partner."""

    def __init__(self, source: Source, expected: Expected) -> None:
        self._source, self._expected = source, expected
        self._seen, self._buckets = Seen(), Buckets()

    @classmethod
    def of_configuration(cls, source: Source, configuration: Configuration) -> ReleaseDecoder:
        """Open the source of a partner of a configuration. Raises ValueError that names what is missing."""
        keys = {partner.nation: partner.verify_keys() for partner in configuration.partners}
        if not source.partner or source.partner not in keys:
            known = ", ".join(sorted(keys)) or "none"
            raise ValueError(
                f"source {source.name!r}: expected partner out of the partners of this node ({known}), "
                f"was {source.partner!r}: add the partner with its verify_key"
            )
        expected = Expected(source.partner, configuration.nation, keys[source.partner], configuration.exercise)
        return cls(source, expected)

    def decode(self, receive_time_ns: int, data: bytes) -> Decoded:
        """Decode one sealed release. Never raises on any bytes; what is refused is named with how to mend it.

        Tracks keep the partner's numbers; those that the newest message of their bucket leaves out come as dropped.
        """
        try:
            release = unseal(data, *self._expected.verify_keys)
            self._check(release, receive_time_ns)
            label = most_restrictive((self._source.label, release.label))
            decoded = self._read(release, label, receive_time_ns)
            if not self._seen.admit(release):
                return Decoded(duplicates=1)
        except ReleaseError as error:
            return Decoded(rejects=(Reject(0, str(error)),))
        if isinstance(decoded, ToldTracks):
            return self._tell_tracks(release, decoded, receive_time_ns)
        return decoded

    def snapshot(self) -> bytes:
        """Return what it remembers; the same memory gives the same bytes."""
        return pack_memory(self._seen, self._buckets)

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        self._seen, self._buckets = unpack_memory(data)

    def _check(self, release: Release, receive_time_ns: int) -> None:
        expected = self._expected
        if release.origin != expected.partner:
            raise ReleaseError(
                f"expected a release of {expected.partner}, was of {release.origin}: mend the source's partner"
            )
        if release.destination != expected.nation:
            raise ReleaseError(
                f"expected a release to {expected.nation}, was to {release.destination}: re-addressed or mixed up"
            )
        label = release.label
        if label.policy != "SARGAS":
            raise ReleaseError(f"expected a label of policy SARGAS, was {label.policy!r}: agree on a policy first")
        if label.originator != release.origin:
            raise ReleaseError(
                f"expected what {release.origin} made itself, was of {label.originator!r}: ask that nation for it"
            )
        if expected.nation not in label.releasable_to:
            raise ReleaseError(
                f"expected a label releasable to {expected.nation}, was to {', '.join(label.releasable_to) or 'none'}: "
                f"{release.origin} sent it by mistake; tell it"
            )
        if (EXERCISE in label.caveats) != expected.exercise:
            told, ours = ("exercise", "live") if not expected.exercise else ("live", "exercise")
            raise ReleaseError(f"expected {ours} data, was {told} data: this node is {ours}; both must be alike")
        self._check_time(release, receive_time_ns)

    def _check_time(self, release: Release, receive_time_ns: int) -> None:
        age_s = (receive_time_ns - release.created_ns) / NS_PER_S
        if age_s < -FUTURE_S:
            raise ReleaseError(f"expected a release of the past, was {-age_s:.0f} s ahead: check both clocks")
        if release.traffic != "log" and age_s > OLDEST_LIVE_S:
            raise ReleaseError(
                f"expected {release.traffic} of the last {OLDEST_LIVE_S:.0f} s, was older: replayed, or a wrong clock"
            )

    def _read(self, release: Release, label: Label, receive_time_ns: int) -> ToldTracks | Decoded:
        if release.traffic == "log":
            return Decoded(shared=(unpack_record(release, label),), records=1)
        if release.traffic == "plots":
            sensor_id = f"{release.origin}:{release.token}"
            plots, place = unpack_plots(release.body, sensor_id, receive_time_ns, label)
            statuses: tuple[SensorStatus, ...] = ()
            if place is not None:
                statuses = (
                    SensorStatus(
                        id=f"{release.message_id}/place",
                        time_ns=release.created_ns,
                        origin=release.origin,
                        label=label,
                        sensor_id=sensor_id,
                        report="status",
                        latitude_deg=place.latitude_deg,
                        longitude_deg=place.longitude_deg,
                        height_m=place.height_m,
                    ),
                )
            return Decoded(plots=plots, statuses=statuses, records=len(plots))
        told, bucket, _ = unpack_tracks(release.body, release.origin, label)
        if release.token != f"b{bucket:02d}":
            raise ReleaseError(f"expected token b{bucket:02d} on this bucket, was {release.token!r}")
        if len(told.tracks) and int(told.tracks.time_ns.max()) > receive_time_ns + FUTURE_S * NS_PER_S:
            raise ReleaseError("expected tracks of the past, was of the future: check both clocks")
        return told

    def _tell_tracks(self, release: Release, told: ToldTracks, receive_time_ns: int) -> Decoded:
        ended = self._buckets.replace(release.token, told.tracks)
        tracks, danger = told.tracks, told.danger
        if len(ended):
            time_ns = np.full(len(ended), max(release.created_ns, int(ended.time_ns.max())), np.int64)
            gone = replace(
                ended,
                status=np.full(len(ended), TrackStatus.DROPPED, np.uint8),
                time_ns=time_ns,
                label=tracks.label,
            )
            if gone.sensor_ids != tracks.sensor_ids:  # one batch names its sensors once: an ended row names none
                words = tracks.contributing.shape[1]
                gone = replace(
                    gone, contributing=np.zeros((len(ended), words), np.uint64), sensor_ids=tracks.sensor_ids
                )
            tracks = concatenate((tracks, gone))
            danger = np.concatenate((danger, np.zeros(len(ended), np.uint8)))
        return Decoded(
            tracks=tracks,
            danger_tiers=tuple(danger.tolist()),
            records=len(told.tracks),
        )


def open_decoder(source: Source, sensors: Sequence[Sensor]) -> ReleaseDecoder:
    """Refuse: releases are read against the keys of a node's partners. Raises ValueError, always."""
    raise ValueError(
        f"source {source.name!r}: releases are read by a node, which knows its partners' keys: "
        "use ReleaseDecoder.of_configuration"
    )
