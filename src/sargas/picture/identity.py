"""What is held of each track's identity: the claims of all voices, and what the node concludes from them; at ticks.

Class, origin and danger are separate questions. Danger is derived from the answers to the others, so that a correction
of one of them, by whomever, corrects it too. New tracks are concluded about some hundred a tick: a raid holds up no
picture. Page: docs/claims.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.identification.claim_book import MACHINE, ClaimBook, Conclusion, ids_of
from sargas.identification.claim_weight import UNKNOWN, Answer
from sargas.identification.danger import Danger, armed_by_class, armed_probability, judge_danger
from sargas.identification.origin import TrackOrigins
from sargas.model.columns import Float32, Float64, Int8, Int64, known_or
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import pack, unpack
from sargas.model.records import About, Claim, Configuration
from sargas.model.saying import Said
from sargas.model.tracks import CLASSES, Tracks
from sargas.picture.evidence_labels import EvidenceLabels

MARK = b"SARGAS-IDENTITY-2\n"
MOST_A_TICK = 30
"""Tracks concluded about in one tick; the others wait their turn."""
FIRM, HELD = 0.5, 0.4
"""A class is claimed from the first probability on, and held down to the second: no flicker at the limit."""
STEP = 0.15
"""A class whose probability moved by less is not concluded about anew."""
ARMED_FACTOR, LEAST_ARMED = 2.0, 0.01
"""A track is concluded about anew too when P(armed) by its classes moved by so much; what is below is as good as it."""
NEVER, NO_CLASS = -2, -1
ANSWERED: tuple[About, ...] = ("class", "origin", "cooperation")
"""What danger follows from."""
Reasons = Callable[[int], tuple[Said, ...]]
"""Say in words why a track is of its class."""


@dataclass(slots=True)
class IdentityBook:
    """Keep claims and conclusions of all live tracks."""

    configuration: Configuration
    book: ClaimBook
    origins: TrackOrigins
    waiting: dict[int, None] = field(default_factory=dict)
    """Tracks to conclude about, in turn."""
    masks: dict[int, tuple[int, float]] = field(default_factory=dict)
    """Class (index; -1: unknown) and probability that a person put in the machine's place."""
    suspects: dict[int, float] = field(default_factory=dict)
    """Probability of being armed of the tracks of which that is not held to be unlikely."""
    track_id: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    """Firm tracks of the last tick, ascending, with what was last concluded about: class (index; -1: none), its
    probability, and P(armed) by all classes."""
    class_of: Int8 = field(default_factory=lambda: np.zeros(0, np.int8))
    share_of: Float32 = field(default_factory=lambda: np.zeros(0, np.float32))
    armed_of: Float64 = field(default_factory=lambda: np.zeros(0))
    time_ns: int = 0
    said: EvidenceLabels = field(default_factory=EvidenceLabels)
    """Labels of what is said of tracks; the node's own claims have that of the track."""

    @classmethod
    def of(cls, configuration: Configuration, plane: RegionPlane, said: EvidenceLabels | None = None) -> IdentityBook:
        """Start with no claim."""
        origins = TrackOrigins.of(configuration.zones, plane)
        return cls(configuration, ClaimBook(configuration.node), origins, said=said or EvidenceLabels())

    def take(self, claim: Claim) -> None:
        """Keep what a person or another part of the node says; what follows from it is told at the next tick."""
        self.book.take(claim)
        if claim.source != MACHINE:
            self.said.note(claim.track_id, claim.label)
        self._refresh_mask(claim.track_id, claim.time_ns)
        self.waiting[claim.track_id] = None

    def go_on_from(self, before: IdentityBook, time_ns: int) -> tuple[()]:
        """Begin anew after a part that failed, with what persons and other parts said; the node concludes anew."""
        for of_track in before.book.claims.values():
            for claim in of_track.values():
                if claim.source != MACHINE:
                    self.take(claim)
        return ()

    def tick(self, tracks: Tracks, time_ns: int, reasons: Reasons) -> tuple[Claim, ...]:
        """Conclude about tracks that are new or changed; ``tracks`` are all own ones by number, unmasked."""
        firm = tracks.take(tracks.is_firm)
        told: list[Claim | None] = [
            self.book.conclude(
                i, Conclusion("origin", o.value, o.probability, o.reasons), self._label(tracks, i), time_ns
            )
            for i, o in self.origins.judge(firm)
        ]
        self._note_classes(firm)
        for claim in self.book.run_out(time_ns):
            self._refresh_mask(claim.track_id, time_ns)
            self.waiting[claim.track_id] = None
            told.append(claim)
        self.time_ns = time_ns
        for track_id, row in self._next_in_turn():
            label = self._label(tracks, track_id)
            told += self._conclude(track_id, row, firm.class_probabilities[row], reasons, label)
        return tuple(claim for claim in told if claim is not None)

    def danger(self, track_id: int, machine: Float32, time_ns: int) -> Danger:
        """Judge anew whether a track may be armed; ``machine``: its classes (12,) now, NaN where not classified."""
        return judge_danger(*self._grounds(track_id, machine, time_ns))

    def armed(self, track_id: int, machine: Float32, time_ns: int) -> float:
        """Return the probability of ``danger`` without its reasons."""
        return armed_probability(*self._grounds(track_id, machine, time_ns))

    def mask(self, tracks: Tracks) -> Tracks:
        """Return tracks with the classes that persons put in the machine's place; the machine's stay as claims."""
        if not self.masks:
            return tracks
        rows = [row for row, track_id in enumerate(tracks.track_id.tolist()) if track_id in self.masks]
        if not rows:
            return tracks
        probabilities = tracks.class_probabilities.copy()
        for row in rows:
            probabilities[row] = _one_class(*self.masks[int(tracks.track_id[row])])
        return replace(tracks, class_probabilities=probabilities)

    def forget_dropped(self, tracks: Tracks) -> None:
        """Drop what is said about tracks that are told as dropped; the store keeps it."""
        gone = tracks.track_id[tracks.is_dropped]
        if not len(gone):
            return
        self.book.forget(gone.tolist())
        self.said.forget(gone.tolist())
        self.origins.forget(gone)
        for track_id in gone.tolist():
            self.waiting.pop(track_id, None)
            self.masks.pop(track_id, None)
            self.suspects.pop(track_id, None)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {"waiting": list(self.waiting), "suspects": list(self.suspects.items()), "time_ns": self.time_ns}
        parts = (self.book.snapshot(), self.origins.snapshot())
        return pack(MARK, header, [self.track_id, self.class_of, self.share_of, self.armed_of, *parts])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, arrays = unpack(MARK, data, 6)
        self.track_id, self.class_of, self.share_of, self.armed_of, book, origins = arrays
        self.book.restore(book.tobytes())
        self.origins.restore(origins.tobytes())
        self.waiting, self.time_ns = dict.fromkeys(header["waiting"]), header["time_ns"]
        self.suspects = dict(header["suspects"])
        self.masks = {}
        for track_id in self.book.claims:
            self._refresh_mask(track_id, self.time_ns)

    def _grounds(self, track_id: int, machine: Float32, time_ns: int) -> tuple[Float32, Answer, Answer]:
        """Return what danger follows from: classes as all voices have them, origin, cooperation."""
        told = self.book.answer_of_others(track_id, "class", time_ns)
        origin, cooperation = (self.book.answer(track_id, about, time_ns) for about in ("origin", "cooperation"))
        return _believed(machine, told), origin, cooperation

    def _conclude(
        self, track_id: int, row: int, machine: Float32, reasons: Reasons, label: Label
    ) -> list[Claim | None]:
        now_ns, index = self.time_ns, int(self.class_of[row])
        concluded = Conclusion("class", CLASSES[index] if index >= 0 else UNKNOWN, float(self.share_of[row]), ())
        of_class = None
        if self.book.is_news(track_id, concluded):  # reasons take longer than all the rest: only where they are told
            why = reasons(track_id) if index >= 0 else ()
            of_class = self.book.conclude(track_id, replace(concluded, evidence=why), label, now_ns)
        what, origin, cooperation = (self.book.answer(track_id, about, now_ns) for about in ANSWERED)
        danger = self.danger(track_id, machine, now_ns)
        self.suspects.pop(track_id, None)
        if danger.value != "armed_unlikely":
            self.suspects[track_id] = danger.armed
        probability = 1.0 - danger.armed if danger.value == "armed_unlikely" else danger.armed
        based_on = ids_of((what, origin, cooperation))
        concluded = Conclusion("danger", danger.value, probability, danger.reasons, based_on)
        return [of_class, self.book.conclude(track_id, concluded, label, now_ns)]

    def _label(self, tracks: Tracks, track_id: int) -> Label:
        return self.said.raised(track_id, most_restrictive((tracks.label_of(track_id), self.configuration.label)))

    def _note_classes(self, firm: Tracks) -> None:
        """Take over the classes of the firm tracks; those that changed are to be concluded about."""
        before, before_share, before_armed = self._known(firm.track_id)
        known = known_or(firm.class_probabilities, 0.0)
        likeliest = known.argmax(axis=1).astype(np.int8) if len(firm) else np.zeros(0, np.int8)
        share = known[np.arange(len(firm)), likeliest]
        found = np.where(share >= np.where(likeliest == before, HELD, FIRM), likeliest, np.int8(NO_CLASS))
        changed = (found != before) | ((found >= 0) & (np.abs(share - before_share) >= STEP))
        armed = np.maximum(armed_by_class(firm.class_probabilities), LEAST_ARMED)
        changed |= np.maximum(armed, before_armed) >= ARMED_FACTOR * np.minimum(armed, before_armed)
        self.waiting |= dict.fromkeys(firm.track_id[changed].tolist())
        self.track_id, self.class_of = firm.track_id, found.astype(np.int8)
        self.share_of = np.where(changed, share, before_share).astype(np.float32)
        self.armed_of = np.where(changed, armed, before_armed)

    def _known(self, track_id: Int64) -> tuple[Int8, Float32, Float64]:
        """Return class, probability and P(armed) last concluded about of tracks (n,); ``NEVER`` for new ones."""
        before, share = np.full(len(track_id), NEVER, np.int8), np.zeros(len(track_id), np.float32)
        armed = np.zeros(len(track_id))
        if len(self.track_id):
            place = np.minimum(np.searchsorted(self.track_id, track_id), len(self.track_id) - 1)
            is_known = self.track_id[place] == track_id
            before[is_known], share[is_known] = self.class_of[place[is_known]], self.share_of[place[is_known]]
            armed[is_known] = self.armed_of[place[is_known]]
        return before, share, armed

    def _next_in_turn(self) -> list[tuple[int, int]]:
        """Take the next tracks off the queue, with their rows; what is no firm track of ours need not wait."""
        taken: list[tuple[int, int]] = []
        while self.waiting and len(taken) < MOST_A_TICK:
            track_id = next(iter(self.waiting))
            del self.waiting[track_id]
            row = self._row_of(track_id)
            if row >= 0:
                taken.append((track_id, row))
        return taken

    def _row_of(self, track_id: int) -> int:
        row = int(np.searchsorted(self.track_id, track_id))
        return row if row < len(self.track_id) and self.track_id[row] == track_id else -1

    def _refresh_mask(self, track_id: int, time_ns: int) -> None:
        what = self.book.answer(track_id, "class", time_ns)
        self.masks.pop(track_id, None)
        if what.is_override:
            index = CLASSES.index(what.value) if what.value in CLASSES else NO_CLASS
            self.masks[track_id] = (index, what.probability)


def _believed(machine: Float32, others: Answer) -> Float32:
    """Return the probabilities of the classes as the machine and all other voices together have them.

    The machine's own claim says no more than its probabilities, which are here already.
    """
    if others.value not in CLASSES:
        return np.full(len(CLASSES), np.nan, np.float32) if others.is_override else machine
    told = _one_class(CLASSES.index(others.value), others.probability)
    if others.is_override or np.isnan(machine[0]):
        return told
    return (1.0 - others.probability) * machine + others.probability * told


def _one_class(index: int, probability: float) -> Float32:
    """Return probabilities with one class put in front and the rest shared alike; unknown: NaN."""
    if index == NO_CLASS:
        return np.full(len(CLASSES), np.nan, np.float32)
    shared = np.full(len(CLASSES), (1.0 - probability) / (len(CLASSES) - 1), np.float32)
    shared[index] = probability
    return shared
