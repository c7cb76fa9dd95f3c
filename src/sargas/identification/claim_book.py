"""All claims about live tracks: what persons, partners and the node itself say; none is overwritten by another's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sargas.identification.claim_weight import UNKNOWN, Answer, answer, probability_of
from sargas.identification.saying import say
from sargas.model.identity_records import About, Claim
from sargas.model.label import Label
from sargas.model.saying import Said, in_english, in_lithuanian

MACHINE = "sargas"
"""Source of what the node itself concludes: one voice, however many rules speak through it."""
RELIABILITY, CREDIBILITY = "B", 3
"""Grades of the node's own conclusions: usually right, not confirmed by others; the probability says the rest."""
STEP = 0.1
"""A conclusion whose probability moved by less is not told anew."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the node itself holds of one question; ``unknown`` withdraws what it said before."""

    about: About
    value: str
    probability: float
    evidence: tuple[Said, ...]
    based_on: tuple[str, ...] = ()


@dataclass(slots=True)
class ClaimBook:
    """Keep the newest revision of every claim by track; ``node`` makes the machine's own."""

    node: str
    claims: dict[int, dict[str, Claim]] = field(default_factory=dict)
    expiring: dict[str, int] = field(default_factory=dict)
    """Claims that run out by themselves, with their tracks."""

    def take(self, claim: Claim) -> None:
        """Keep a claim; a later revision of one claim_id replaces the earlier."""
        self.claims.setdefault(claim.track_id, {})[claim.claim_id] = claim
        self.expiring.pop(claim.claim_id, None)
        if claim.until_ns is not None and claim.state != "withdrawn":
            self.expiring[claim.claim_id] = claim.track_id

    def conclude(self, track_id: int, concluded: Conclusion, label: Label, time_ns: int) -> Claim | None:
        """Make, correct or withdraw the node's own claim; none when it said as much already."""
        if not self.is_news(track_id, concluded):
            return None
        claim_id = f"{MACHINE}/{track_id}/{concluded.about}"
        before = self.claims.get(track_id, {}).get(claim_id)
        state = "withdrawn" if concluded.value == UNKNOWN else "made" if before is None else "corrected"
        claim = Claim(
            id=f"{self.node}/claim/{track_id}/{concluded.about}/{time_ns}",
            time_ns=time_ns,
            origin=self.node,
            label=label,
            claim_id=claim_id,
            state=state,
            track_id=track_id,
            about=concluded.about,
            value=before.value if state == "withdrawn" and before is not None else concluded.value,
            probability=concluded.probability,
            reliability=RELIABILITY,
            credibility=CREDIBILITY,
            source=MACHINE,
            evidence=in_english(concluded.evidence),
            evidence_lt=in_lithuanian(concluded.evidence),
            based_on=concluded.based_on,
        )
        self.take(claim)
        return claim

    def is_news(self, track_id: int, concluded: Conclusion) -> bool:
        """Say whether a conclusion is not what the node says already."""
        before = self.claims.get(track_id, {}).get(f"{MACHINE}/{track_id}/{concluded.about}")
        if before is None or before.state == "withdrawn":
            return concluded.value != UNKNOWN
        return not _says_the_same(before, concluded)

    def answer(self, track_id: int, about: About, time_ns: int) -> Answer:
        """Weigh what is said of one question about a track."""
        return answer(about, self.claims.get(track_id, {}).values(), time_ns)

    def answer_of_others(self, track_id: int, about: About, time_ns: int) -> Answer:
        """Weigh what all but the node itself say of one question about a track."""
        claims = self.claims.get(track_id, {}).values()
        return answer(about, (claim for claim in claims if claim.source != MACHINE), time_ns)

    def run_out(self, time_ns: int) -> list[Claim]:
        """Withdraw the claims that have run out at ``time_ns`` (UTC ns); returns them, by id."""
        ended, over = [], say("ran_out")
        for claim_id, track_id in sorted(self.expiring.items()):
            claim = self.claims[track_id][claim_id]
            if claim.until_ns is not None and claim.until_ns <= time_ns:
                revised = {
                    "id": f"{self.node}/claim/{claim_id}/{time_ns}",
                    "time_ns": time_ns,
                    "state": "withdrawn",
                    "evidence": (over.en, *claim.evidence),
                    "evidence_lt": (over.lt, *(claim.evidence_lt or claim.evidence)),
                }
                ended.append(claim.model_copy(update=revised))
        for claim in ended:
            self.take(claim)
        return ended

    def forget(self, track_ids: Iterable[int]) -> None:
        """Drop what is said about tracks that are no more; the store keeps it."""
        for track_id in track_ids:
            for claim_id in self.claims.pop(track_id, {}):
                self.expiring.pop(claim_id, None)

    def snapshot(self) -> bytes:
        """Return all claims as JSON; equal states give equal bytes."""
        claims = [claim.model_dump(mode="json") for of_track in self.claims.values() for claim in of_track.values()]
        return json.dumps(claims).encode()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        self.claims, self.expiring = {}, {}
        for fields in json.loads(data):
            self.take(Claim.model_validate(fields))


def ids_of(answers: Sequence[Answer]) -> tuple[str, ...]:
    """Name the claims behind answers, each once."""
    return tuple(dict.fromkeys(claim.claim_id for found in answers for claim in found.claims))


def _says_the_same(before: Claim, concluded: Conclusion) -> bool:
    same = before.value == concluded.value and before.based_on == concluded.based_on
    return same and abs(probability_of(before) - concluded.probability) < STEP
