"""What each track is: probabilities of the classes from motion, echoes and claims, with the reasons. Deterministic.

One state a track, in arrays; dropped tracks are forgotten. It knows only what it was told, in the order it was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sargas.identification.claims import CHANNELS, CLAIM_KINDS, DOUBTED, Claim, claim_index, claim_ratios
from sargas.identification.class_reasons import reasons_of
from sargas.identification.model_file import UNKNOWN_BELOW, ClassifierModel
from sargas.identification.motion_history import TRACK, new_histories
from sargas.identification.opinion import FORGET, OPINION, N, new_opinions, update_opinions
from sargas.model.columns import NS_PER_S, Float32, Float64, Int64
from sargas.model.parts import pack, unpack
from sargas.model.saying import Said
from sargas.model.tracks import CLASSES, Tracks, TrackStatus

MARK = b"SARGAS-OPINIONS-3\n"
EVEN: Mapping[str, float] = dict.fromkeys(CLASSES, 1.0)
"""No class more likely than another before anything is known."""
USUAL: Mapping[str, float] = {**EVEN, "airliner": 1.5, "fast_jet": 1.0 / 3.0}
"""Of a sky of which nothing is said: airliners are common anywhere, fast jets rare; of the others it is not known."""
NIGHT: Mapping[str, float] = {
    "airliner": 0.24, "light_aircraft": 0.1, "helicopter": 0.04, "bird": 0.26, "bird_flock": 0.16, "balloon": 0.08,
    "multirotor": 0.04, "small_fixed_wing_drone": 0.01, "one_way_drone": 0.02, "glider": 0.02, "fast_jet": 0.01,
    "clutter": 0.02,
}  # fmt: skip
"""What a sky over the Baltics may hold: the shares of the simulated night, one-way drones a quarter of them."""
SILENT_NS = 600 * NS_PER_S
"""Tracks of which nothing new was told for so long are forgotten."""
SWEEP_NS = 60 * NS_PER_S
"""So often it is looked for them."""


class Classifier:
    """Hold what is thought of each track by its number; a part of a snapshot."""

    def __init__(self, model: ClassifierModel, priors: Mapping[str, float] = EVEN) -> None:
        self._model = model
        self._prior = log_prior(priors)
        self._claims = claim_ratios()
        self._place = dict[int, int]()
        self._free = list[int]()
        self._histories, self._opinions = new_histories(64), new_opinions(64)
        self._swept_ns = 0
        self._sources = dict[str, int]()
        """Who said anything, numbered from 1 in order of appearance."""
        self._told = dict[int, tuple[Said, ...]]()
        """In words, what persons reported of tracks."""

    def __len__(self) -> int:
        return len(self._place)

    def update(
        self, tracks: Tracks, rcs_dbsm: Float32 | None = None, radial_speed_spread_mps: Float32 | None = None
    ) -> Float32:
        """Take states of tracks in order; return the probabilities (n, classes) of each row as they then stand.

        A state that no new plot made (``update_time_ns`` not newer) tells nothing. Echoes (n,) are NaN where unknown.
        Dropped tracks get their last word and are forgotten.
        """
        n = len(tracks)
        unknown = np.full(n, np.nan, np.float32)
        echoes = np.column_stack(
            [
                unknown if rcs_dbsm is None else rcs_dbsm,
                unknown if radial_speed_spread_mps is None else radial_speed_spread_mps,
            ]
        ).astype(np.float64)
        probabilities, _ = self.update_states(
            tracks.track_id, tracks.time_ns, tracks.update_time_ns, states_of(tracks), echoes
        )
        self.forget(tracks.track_id[tracks.status == TrackStatus.DROPPED].tolist())
        newest_ns = int(tracks.time_ns.max(initial=0))
        if newest_ns >= self._swept_ns + SWEEP_NS:
            self._swept_ns = newest_ns
            self.forget(self._silent_since(newest_ns - SILENT_NS))
        return probabilities

    def update_states(
        self, track_id: Int64, time_ns: Int64, plot_ns: Int64, states: Float64, echoes: Float64
    ) -> tuple[Float32, Float64]:
        """Take states (n, 7) and echoes (n, 2) of tracks in order, with the times of the plots behind them.

        Returns probabilities (n, classes) and ages (s).
        """
        place = self._places(track_id)
        out, age_s = np.empty((len(place), N), np.float32), np.empty(len(place))
        update_opinions(
            place, time_ns, plot_ns, states, echoes, self._histories, self._opinions, self._prior, self._claims,
            self._model.forest, self._model.tables, out, age_s,
        )  # fmt: skip
        return out, age_s

    def hear(self, claims: Iterable[Claim]) -> None:
        """Take what others say of tracks; it counts from their next state. Raises ValueError for unknown claims.

        Of each channel the newest counts, unless it is shared out among tracks and says less than is left of the one
        before.
        """
        for claim in claims:
            number = claim_index(claim.name)
            channel = CHANNELS.index(CLAIM_KINDS[number].channel)
            place = int(self._places(np.array([claim.track_id]))[0])  # may make room, so first
            opinion = self._opinions[place]
            since_s = (claim.time_ns - int(opinion["claim_ns"][channel])) / NS_PER_S
            weight = claim.share * (1.0 if claim.agrees else DOUBTED)
            left = float(opinion["claim_weight"][channel]) * FORGET ** max(since_s, 0.0)
            if since_s >= 0.0 and (claim.share == 1.0 or weight >= left):
                opinion["claim"][channel], opinion["claim_ns"][channel] = number + 1, claim.time_ns
                opinion["claim_weight"][channel] = weight
                opinion["claim_by"][channel] = self._number_source(claim.source)

    def unhear(self, track_id: int, name: str) -> None:
        """Take back a claim of a track where it is the newest of its channel; from its next state on."""
        place, number = self._place.get(track_id), claim_index(name)
        if place is None:
            return
        opinion, channel = self._opinions[place], CHANNELS.index(CLAIM_KINDS[number].channel)
        if opinion["claim"][channel] == number + 1:
            opinion["claim"][channel], opinion["claim_weight"][channel] = 0, 0.0

    def hear_reports(self, track_id: int, time_ns: int, log_odds: Float64, words: tuple[Said, ...]) -> None:
        """Take what all persons together reported of a track, in the place of what was taken before.

        ``log_odds`` (classes,); it counts from the track's next state on and is half forgotten in five minutes.
        """
        place = int(self._places(np.array([track_id]))[0])  # may make room, so first
        opinion = self._opinions[place]
        opinion["told"], opinion["told_ns"] = log_odds, time_ns
        self._told[track_id] = words

    def labels(self, probabilities: Float32) -> list[str]:
        """Return the class of each row (n, classes), ``unknown`` where none is probable enough."""
        return labels_of(probabilities)

    def reasons(self, track_id: int) -> tuple[Said, ...]:
        """Say in words why a track is thought to be what it is, the weightiest first; nothing for an unknown number."""
        place = self._place.get(track_id)
        if place is None or not self._histories[place]["used"]:
            return ()
        told = self._told.get(track_id, ())
        return reasons_of(
            self._histories[place], self._opinions[place], self._model.tables, self._claims, ("", *self._sources), told
        )

    def forget(self, track_ids: Sequence[int]) -> None:
        """Forget tracks; unknown numbers are passed over."""
        for number in track_ids:
            self._told.pop(number, None)
        places = [self._place.pop(number) for number in track_ids if number in self._place]
        if places:
            self._histories[places] = new_histories(len(places))
            self._opinions[places] = new_opinions(len(places))
            self._free = sorted({*self._free, *places}, reverse=True)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "place": list(self._place.items()),
            "free": self._free,
            "swept_ns": self._swept_ns,
            "sources": list(self._sources),
            "told": list(self._told.items()),
        }
        used = len(self._place) + len(self._free)
        return pack(MARK, header, [self._histories[:used], self._opinions[:used]])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, arrays = unpack(MARK, data, 2)
        self._histories, self._opinions = arrays[0].astype(TRACK), arrays[1].astype(OPINION)
        self._place, self._free = dict(header["place"]), header["free"]
        self._swept_ns = header["swept_ns"]
        self._sources = {name: number for number, name in enumerate(header["sources"], 1)}
        self._told = {number: tuple(Said(*one) for one in words) for number, words in header["told"]}

    def _silent_since(self, time_ns: int) -> list[int]:
        """Return the tracks that nothing new was told of since a time, neither states nor claims."""
        numbers = np.fromiter(self._place.keys(), np.int64, len(self._place))
        places = np.fromiter(self._place.values(), np.int64, len(self._place))
        opinions = self._opinions[places]
        heard_ns = np.maximum(self._histories["last_ns"][places], opinions["claim_ns"].max(axis=1))
        heard_ns = np.maximum(heard_ns, opinions["told_ns"])
        silent: list[int] = numbers[heard_ns < time_ns].tolist()
        return silent

    def _number_source(self, name: str) -> int:
        return self._sources.setdefault(name, len(self._sources) + 1) if name else 0

    def _places(self, track_ids: Int64) -> Int64:
        """Return the place of each track (n,); those not known before get one."""
        for number in track_ids.tolist():
            if number not in self._place:
                self._place[number] = self._free.pop() if self._free else len(self._place)
        short = len(self._place) + len(self._free) - len(self._histories)
        if short > 0:
            more = max(short, len(self._histories), 64)
            self._histories = np.concatenate([self._histories, new_histories(more)])
            self._opinions = np.concatenate([self._opinions, new_opinions(more)])
        return np.array([self._place[number] for number in track_ids.tolist()], np.int64)


def labels_of(probabilities: Float32) -> list[str]:
    """Return the class of each row (n, classes), ``unknown`` where none is probable enough or nothing was computed."""
    highest = np.nan_to_num(probabilities, nan=0.0)
    best = highest.argmax(axis=1)
    return [CLASSES[k] if highest[row, k] >= UNKNOWN_BELOW else "unknown" for row, k in enumerate(best.tolist())]


def log_prior(priors: Mapping[str, float]) -> Float64:
    """Return the log of prior shares (classes,). Raises ValueError for other names and for shares not above 0."""
    wrong = sorted(set(priors) - set(CLASSES))
    if wrong:
        raise ValueError(f"expected classes out of {', '.join(CLASSES)}, was {', '.join(wrong)}")
    shares = np.array([priors.get(name, 0.0) for name in CLASSES])
    if not (shares > 0.0).all():
        missing = ", ".join(name for name, share in zip(CLASSES, shares, strict=True) if not share > 0.0)
        raise ValueError(f"expected a prior above 0 for every class, was none for {missing}")
    logs: Float64 = np.log(shares / shares.sum())
    return logs


def states_of(tracks: Tracks) -> Float64:
    """Lay tracks out as states (n, 7) of motion_history."""
    return np.column_stack(
        [
            np.zeros(len(tracks)), tracks.latitude_deg, tracks.longitude_deg, tracks.altitude_m,
            tracks.velocity_east_mps, tracks.velocity_north_mps, tracks.velocity_up_mps,
        ]
    )  # fmt: skip
