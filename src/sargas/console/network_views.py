"""The network of nations over HTTP: who is a partner, whose is what, and what a person decides about it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from sargas.console.context import Console
from sargas.console.decisions import enter_decision, refuse_unless_allowed
from sargas.console.messages import Accepted, CueDraft, HandoverDraft, NetworkView, Reason
from sargas.console.partners import partners_of
from sargas.console.sessions import Changing, HasConsole, LoggedIn
from sargas.model.records import Configuration, Handover

router = APIRouter(prefix="/api/network")


@router.get("")
def read_network(console: HasConsole, session: LoggedIn) -> NetworkView:
    """Tell who the partners are, identities that are not only ours, hand-overs, cues and notices, the latest first."""
    change = console.picture.snapshot()
    told = change.network
    return NetworkView(
        nation=change.configuration.nation if change.configuration else None,
        partners=partners_of(change.configuration),
        identities=tuple(reversed(told.identities)),
        handovers=tuple(reversed(told.handovers)),
        cues=tuple(reversed(told.cues)),
        notices=tuple(reversed(told.notices)),
    )


@router.post("/hand-overs", status_code=202)
def offer_handover(draft: HandoverDraft, console: HasConsole, session: Changing) -> Accepted:
    """Offer an object that we answer for to a partner, in the name of the session's account."""
    refuse_unless_allowed(console, session)
    configuration = _partner(console, draft.nation)
    subject = f"{draft.network_id}@{draft.nation}"
    return enter_decision(console, session, "hand_over", subject, draft.reason, configuration.label)


@router.post("/hand-overs/{handover_id:path}/accept", status_code=202)
def accept_handover(handover_id: str, reason: Reason, console: HasConsole, session: Changing) -> Accepted:
    """Take over an object that a partner offers."""
    refuse_unless_allowed(console, session)
    offer = _offer(console, handover_id)
    return enter_decision(console, session, "accept", handover_id, reason.reason, offer.label)


@router.post("/hand-overs/{handover_id:path}/decline", status_code=202)
def decline_handover(handover_id: str, reason: Reason, console: HasConsole, session: Changing) -> Accepted:
    """Leave an object with the partner that offers it."""
    refuse_unless_allowed(console, session)
    offer = _offer(console, handover_id)
    return enter_decision(console, session, "decline", handover_id, reason.reason, offer.label)


@router.post("/cues", status_code=202)
def ask_to_look(draft: CueDraft, console: HasConsole, session: Changing) -> Accepted:
    """Ask a partner to look for a track of ours, or at a place."""
    refuse_unless_allowed(console, session)
    configuration = _partner(console, draft.nation)
    if draft.network_id is not None:
        what = draft.network_id
    elif draft.latitude_deg is not None and draft.longitude_deg is not None:
        what = f"{draft.latitude_deg:.6f},{draft.longitude_deg:.6f},{draft.radius_m:.0f}"
    else:
        raise HTTPException(422, "expected network_id, or latitude_deg and longitude_deg, was neither")
    return enter_decision(console, session, "cue", f"{what}@{draft.nation}", draft.reason, configuration.label)


def _partner(console: Console, nation: str) -> Configuration:
    configuration = console.picture.snapshot().configuration
    if configuration is None or nation not in {partner.nation for partner in configuration.partners}:
        raise HTTPException(404, f"expected the nation of a partner, was {nation!r}")
    return configuration


def _offer(console: Console, handover_id: str) -> Handover:
    """Find an offer to us that waits. Raises HTTPException 404."""
    change = console.picture.snapshot()
    nation = change.configuration.nation if change.configuration else ""
    for told in change.network.handovers:
        if (told.handover_id, told.state, told.taker) == (handover_id, "offered", nation):
            return told
    raise HTTPException(404, f"expected an offer that waits for us, was {handover_id!r}: it may be over")
