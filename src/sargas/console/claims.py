"""What is held of a track's identity, and what people say about it: answers, claims, overrides, withdrawals."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path

from sargas.console.context import Console
from sargas.console.decisions import refuse_unless_allowed
from sargas.console.messages import AnswerView, ClaimAccepted, NewClaim
from sargas.console.sessions import Claiming, HasConsole, LoggedIn
from sargas.identification.claim_weight import QUESTIONS, answer
from sargas.identification.saying import say
from sargas.model.columns import NS_PER_S
from sargas.model.records import Claim

router = APIRouter(prefix="/api")
TrackNumber = Annotated[int, Path(ge=0, le=2**63 - 1)]


@router.get("/tracks/{track_id}/claims")
def list_claims(track_id: TrackNumber, console: HasConsole, session: LoggedIn) -> list[Claim]:
    """List what is said about a live track, in the order it was first said; the newest revision of each claim."""
    return list(console.picture.claims(track_id))


@router.get("/tracks/{track_id}/identity")
def read_identity(track_id: TrackNumber, console: HasConsole, session: LoggedIn) -> list[AnswerView]:
    """Weigh what is said about a live track: one answer a question, with the claims behind it and those masked."""
    claims, now_ns = console.picture.claims(track_id), _now_ns(console)
    found = (answer(about, claims, now_ns) for about in QUESTIONS)
    return [
        AnswerView(
            about=held.about,
            value=held.value,
            probability=held.probability,
            is_override=held.is_override,
            claims=held.claims,
            masked=held.masked,
        )
        for held in found
    ]


@router.post("/tracks/{track_id}/claims", status_code=202)
def make_claim(track_id: TrackNumber, new: NewClaim, console: HasConsole, session: Claiming) -> ClaimAccepted:
    """Say something about a live track in the name of the session's account; said again, it corrects what was said."""
    refuse_unless_allowed(console, session)
    if new.is_override and session.token_id:
        raise HTTPException(403, "expected a person who has logged in to override others, was an API token")
    label = console.picture.label_of(track_id)
    if label is None:
        raise HTTPException(404, f"expected a live track, was {track_id}: it may have been dropped")
    now_ns, name = console.settings.now_ns(), session.account.name
    claim_id = f"{name}/{track_id}/{new.about}{'/override' if new.is_override else ''}"
    before = next((claim for claim in console.picture.claims(track_id) if claim.claim_id == claim_id), None)
    claim = Claim(
        id=f"{console.settings.node}/claim/{claim_id}/{now_ns}",
        time_ns=now_ns,
        origin=console.settings.node,
        label=label,
        claim_id=claim_id,
        state="made" if before is None else "corrected",
        track_id=track_id,
        about=new.about,
        value=new.value,
        probability=new.probability,
        reliability=new.reliability,
        credibility=new.credibility,
        source=name,
        is_override=new.is_override,
        evidence=new.evidence,
        until_ns=None if new.minutes is None else now_ns + round(60.0 * new.minutes * NS_PER_S),
    )
    console.settings.enter(claim)
    return ClaimAccepted(claim_id=claim_id)


@router.post("/tracks/{track_id}/claims/{claim_id:path}/withdraw", status_code=202)
def withdraw_claim(track_id: TrackNumber, claim_id: str, console: HasConsole, session: Claiming) -> ClaimAccepted:
    """Withdraw what somebody said; it stays on record, and what it masked counts again."""
    refuse_unless_allowed(console, session)
    before = next((claim for claim in console.picture.claims(track_id) if claim.claim_id == claim_id), None)
    if before is None or before.state == "withdrawn":
        raise HTTPException(404, f"expected a claim that stands, was {claim_id!r}")
    if before.source != session.account.name and session.account.role != "administrator":
        raise HTTPException(403, f"expected the claim's own source or an administrator, was {session.account.name}")
    if session.token_id and (before.is_override or before.source != session.account.name):
        raise HTTPException(403, "expected a person who has logged in to withdraw what others say, was an API token")
    now_ns, name = console.settings.now_ns(), session.account.name
    withdrawn = say("withdrawn", who=name)
    revised = {
        "id": f"{console.settings.node}/claim/{claim_id}/{now_ns}",
        "time_ns": now_ns,
        "state": "withdrawn",
        "evidence": (withdrawn.en, *before.evidence),
        "evidence_lt": (withdrawn.lt, *(before.evidence_lt or before.evidence)),
    }
    console.settings.enter(before.model_copy(update=revised))
    return ClaimAccepted(claim_id=claim_id)


def _now_ns(console: Console) -> int:
    """Return the picture's own time: a recording is not judged by today's clock."""
    return console.picture.snapshot().valid_time_ns if console.settings.replay else console.settings.now_ns()
