"""The standard identity that a track is drawn with (APP-6E), from what is held of it; a person's word goes before.

The picture itself knows no friend and no foe: it keeps cooperation, danger and intent apart. The symbol is a summary
for the eye, by the rule below and docs/claims.md; whoever wants to know why opens the track.
"""

from __future__ import annotations

from collections.abc import Sequence

from sargas.console.track_rows import Affiliation
from sargas.identification.claim_weight import answer
from sargas.model.records import Claim

HOSTILE_INTENT = "hostile"
OF_COOPERATION = {"confirmed": Affiliation.NEUTRAL, "friend": Affiliation.FRIEND}
"""Neutral: says who it is, and an independent sensor agrees. Friend: only what a person or a permission names so."""


def affiliation_of(claims: Sequence[Claim], time_ns: int) -> Affiliation:
    """Summarise the answers about one track at ``time_ns`` (UTC ns)."""
    intent, danger, cooperation = (answer(about, claims, time_ns) for about in ("intent", "danger", "cooperation"))
    if intent.value == HOSTILE_INTENT and intent.is_override:
        return Affiliation.HOSTILE
    if cooperation.value == "friend":
        return Affiliation.FRIEND
    if danger.value == "armed_possible":
        return Affiliation.SUSPECT
    return OF_COOPERATION.get(cooperation.value, Affiliation.UNKNOWN)
