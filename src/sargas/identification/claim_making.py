"""Making the claims of one tick: what the node itself says of a track, and what a permission says of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sargas.identification.claim_book import MACHINE
from sargas.identification.cooperation_words import Reliability
from sargas.model.identity_records import Claim
from sargas.model.label import Label, most_restrictive
from sargas.model.saying import Said, in_english, in_lithuanian
from sargas.model.tracks import Tracks

Revision = Literal["made", "corrected", "withdrawn"]


class Making(NamedTuple):
    """What all claims of one tick have in common."""

    node: str
    label: Label
    """Of the node; that of the track comes to it."""
    tracks: Tracks
    time_ns: int

    def claim(
        self,
        number: int,
        about: Literal["cooperation", "identity"],
        value: str,
        probability: float,
        grades: tuple[Reliability, int],
        evidence: tuple[Said, ...],
        state: Revision,
        *,
        claim_id: str = "",
        source: str = MACHINE,
        said: Label | None = None,
    ) -> Claim:
        """Make a claim of the node itself, or of another ``source`` under a ``claim_id`` of its own.

        ``said``: label of what else than the track's plots it follows from.
        """
        claim_id = claim_id or f"{MACHINE}/{number}/{about}"
        return Claim(
            id=f"{self.node}/claim/{claim_id}/{self.time_ns}",
            time_ns=self.time_ns,
            origin=self.node,
            label=most_restrictive((self.tracks.label_of(number), self.label, *(() if said is None else (said,)))),
            claim_id=claim_id,
            state=state,
            track_id=number,
            about=about,
            value=value[:200],
            probability=round(probability, 3),
            reliability=grades[0],
            credibility=grades[1],
            source=source,
            evidence=in_english(evidence),
            evidence_lt=in_lithuanian(evidence),
        )

    def permission_claim(
        self,
        number: int,
        name: str,
        probability: float,
        grades: tuple[Reliability, int],
        evidence: tuple[Said, ...],
        state: Revision,
        said: Label,
    ) -> Claim:
        """Make the claim of a permission (label ``said``) that it explains a track: a voice beside the node's."""
        voice = f"permission:{name}"
        claim_id = f"{voice}/{number}"
        return self.claim(
            number, "identity", voice, probability, grades, evidence, state, claim_id=claim_id, source=voice, said=said
        )
