"""What tracks are and where they will be, judged at ticks: classes, forecasts, what they make for.

Each track is judged once a tick, in a sky of more than some hundred tracks in turn every few ticks: no tick may hold
up the plots behind it. Classes stand on every row that is told until the next judgement.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sargas.assessment.prediction.goals import GoalBook, Goals
from sargas.assessment.prediction.predictor import Forecasts, Predictor
from sargas.geo.plane import RegionPlane
from sargas.identification.claims import CLAIM_INDEX, CLAIM_KINDS
from sargas.identification.claims import Claim as Said
from sargas.identification.classifier import NIGHT, Classifier
from sargas.identification.emissions import Emissions
from sargas.identification.model_file import ClassifierModel, shipped_model
from sargas.model import saying
from sargas.model.columns import Float32, Int64
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import pack, unpack
from sargas.model.plots import Plots
from sargas.model.records import Claim, Configuration
from sargas.model.tracks import CLASSES, Tracks
from sargas.picture.crowd import CROWD
from sargas.picture.evidence_labels import EvidenceLabels

MARK = b"SARGAS-APPRAISAL-3\n"
MOST_A_TICK, MOST_IN_A_CROWD = 700, 150
"""Tracks judged in one tick, and in one of a crowd, where a tick has much else to do."""
HORIZONS_S = np.array([30.0, 60.0, 120.0, 180.0, 300.0, 420.0, 600.0])
OVERHEARD = ("sound", "radio")
"""Channels that say something of a track beside the plots behind it."""
PERSON_SAYS = {
    "one_way_drone": "person_drone",
    "small_fixed_wing_drone": "person_drone",
    "multirotor": "person_drone",
    "balloon": "person_balloon",
    "bird": "person_bird",
    "bird_flock": "person_bird",
    "light_aircraft": "person_aircraft",
    "glider": "person_aircraft",
    "airliner": "person_aircraft",
    "fast_jet": "person_aircraft",
    "helicopter": "person_helicopter",
}
"""What a person's claim of a class is to the classifier: people tell drones from birds, not makes of drones."""


@dataclass(slots=True)
class Appraisal:
    """Hold classifier, what it is told, predictor and goals of all own tracks, and the classes last found."""

    classifier: Classifier
    predictor: Predictor
    goals: GoalBook
    emissions: Emissions
    track_id: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    """Ascending, with the classes (n, 12) last found; NaN: not yet."""
    classes: Float32 = field(default_factory=lambda: np.zeros((0, len(CLASSES)), np.float32))
    turn: int = 0
    said: EvidenceLabels = field(default_factory=EvidenceLabels)
    """Labels of what is said of tracks."""
    emission_label: Label | None = None
    """The most restrictive of all that microphones and radio direction finders reported."""

    @classmethod
    def of(cls, configuration: Configuration, plane: RegionPlane, said: EvidenceLabels | None = None) -> Appraisal:
        """Start with no track known, with the model and the cones that come along."""
        model = ClassifierModel.from_bytes(shipped_model())
        goals, predictor = GoalBook.of(configuration.zones, plane), Predictor(routes=configuration.routes)
        emissions = Emissions.of(configuration.sensors)
        return cls(Classifier(model, NIGHT), predictor, goals, emissions, said=said or EvidenceLabels())

    def hear_plots(self, plots: Plots) -> None:
        """Take what microphones, radio direction finders and transponders claim in a batch of plots."""
        if self.emissions.hear(plots):
            before = self.emission_label
            self.emission_label = plots.label if before is None else most_restrictive((before, plots.label))

    def tick(self, tracks: Tracks, time_ns: int, doubted: frozenset[int] = frozenset()) -> Tracks:
        """Judge the tracks whose turn it is; return all with their classes. ``tracks``: all own ones, by number.

        ``doubted``: tracks whose own word on their place no other sensor agrees with.
        """
        self._align(tracks.track_id)
        heard = self.emissions.tick(tracks, time_ns, doubted)
        self.classifier.hear(heard)
        if self.emission_label is not None:
            for said in heard:
                if CLAIM_KINDS[CLAIM_INDEX[said.name]].channel in OVERHEARD:
                    self.said.note(said.track_id, self.emission_label)
        rounds = max(1, -(-len(tracks) // (MOST_IN_A_CROWD if len(tracks) > CROWD else MOST_A_TICK)))
        self.turn += 1
        due = np.flatnonzero(tracks.track_id % rounds == self.turn % rounds)
        if len(due):
            self._judge(tracks.take(due), due, doubted)
        return replace(tracks, class_probabilities=self.classes.copy())

    def show(self, tracks: Tracks) -> Tracks:
        """Return rows with the classes last found of their tracks; rows that bring classes of their own keep them."""
        if not len(self.track_id) or not len(tracks):
            return tracks
        rows = np.minimum(np.searchsorted(self.track_id, tracks.track_id), len(self.track_id) - 1)
        ours = (self.track_id[rows] == tracks.track_id) & np.isnan(tracks.class_probabilities[:, 0])
        if not ours.any():
            return tracks
        classes = tracks.class_probabilities.copy()
        classes[ours] = self.classes[rows[ours]]
        return replace(tracks, class_probabilities=classes)

    def hear(self, claim: Claim) -> None:
        """Take a person's claim of a class as evidence among other; what the node says itself is none."""
        said = PERSON_SAYS.get(claim.value)
        if claim.about != "class" or said is None or claim.is_override:
            return
        if claim.state == "withdrawn":
            self.classifier.unhear(claim.track_id, said)
        else:
            self.classifier.hear([Said(claim.track_id, claim.time_ns, said)])

    def reasons(self, track_id: int) -> tuple[saying.Said, ...]:
        """Say why a track is of its class, the weightiest first."""
        return self.classifier.reasons(track_id)

    def forecast(self, tracks: Tracks) -> Forecasts:
        """Forecast tracks from these states, at ``HORIZONS_S``; those not judged before too."""
        self.predictor.update(tracks)
        return self.predictor.forecast(tracks.track_id, HORIZONS_S)

    def make_for(self, tracks: Tracks) -> Goals:
        """Say what tracks make for, by what was seen of them since they were first asked about."""
        self.goals.update(tracks)
        return self.goals.assess(tracks)

    def forget_dropped(self, tracks: Tracks) -> None:
        """Forget tracks that are told as dropped."""
        gone = tracks.track_id[tracks.is_dropped]
        if len(gone):
            self.classifier.forget(gone.tolist())
            self.predictor.forget(gone)
            self.goals.forget(gone)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        parts = tuple(part.snapshot() for part in (self.classifier, self.predictor, self.goals, self.emissions))
        label = None if self.emission_label is None else self.emission_label.model_dump(mode="json")
        return pack(MARK, {"turn": self.turn, "emission_label": label}, [self.track_id, self.classes, *parts])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, (self.track_id, self.classes, classifier, predictor, goals, emissions) = unpack(MARK, data, 6)
        self.turn, label = header["turn"], header["emission_label"]
        self.emission_label = None if label is None else Label.model_validate(label)
        self.classifier.restore(classifier.tobytes())
        self.predictor.restore(predictor.tobytes())
        self.goals.restore(goals.tobytes())
        self.emissions.restore(emissions.tobytes())

    def _judge(self, tracks: Tracks, rows: Int64, doubted: frozenset[int]) -> None:
        self._hear_senders(tracks, doubted)
        found = self.classifier.update(tracks, tracks.rcs_dbsm, tracks.radial_speed_spread_mps)
        self.classes[rows] = found
        self.predictor.update(replace(tracks, class_probabilities=found))

    def _hear_senders(self, tracks: Tracks, doubted: frozenset[int]) -> None:
        """Let those that send Remote ID speak for what they are; what is repeated counts once."""
        sends = np.flatnonzero(tracks.uas_id != b"")
        numbers, times = tracks.track_id[sends].tolist(), tracks.time_ns[sends].tolist()
        self.classifier.hear([
            Said(n, time_ns, "remote_id", n not in doubted) for n, time_ns in zip(numbers, times, strict=True)
        ])  # fmt: skip

    def _align(self, track_id: Int64) -> None:
        """Keep a row for each live track, in the order of the tracks."""
        classes = np.full((len(track_id), len(CLASSES)), np.nan, np.float32)
        if len(self.track_id):
            rows = np.minimum(np.searchsorted(self.track_id, track_id), len(self.track_id) - 1)
            known = self.track_id[rows] == track_id
            classes[known] = self.classes[rows[known]]
        self.track_id, self.classes = track_id.copy(), classes
