"""The network of nations over HTTP: who is a partner, whose is what, and what a person decides about it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from fastapi import APIRouter, HTTPException

from sargas.console.context import Console
from sargas.console.decisions import enter_decision, refuse_unless_allowed
from sargas.console.messages import Accepted, CueDraft, HandoverDraft, NetworkView, Reason, TakenView, TakeOverDraft
from sargas.console.partners import partners_of
from sargas.console.sessions import HasConsole, LoggedIn, Networking
from sargas.model.records import Configuration, Handover
from sargas.runtime.accounts import Session
from sargas.sensors.standby import Standby

router = APIRouter(prefix="/api/network")


@router.get("")
def read_network(console: HasConsole, session: LoggedIn) -> NetworkView:
    """Tell who the partners are, identities that are not only ours, hand-overs, cues and notices, the latest first."""
    change = console.picture.snapshot()
    told = change.network
    return NetworkView(
        nation=change.configuration.nation if change.configuration else None,
        partners=partners_of(change.configuration, told.take_overs),
        identities=tuple(reversed(told.identities)),
        handovers=tuple(reversed(told.handovers)),
        cues=tuple(reversed(told.cues)),
        notices=tuple(reversed(told.notices)),
        taken_over=tuple(TakenView(**asdict(one)) for one in console.settings.taken_over()),
    )


@router.post("/hand-overs", status_code=202)
def offer_handover(draft: HandoverDraft, console: HasConsole, session: Networking) -> Accepted:
    """Offer an object that we answer for to a partner, in the name of the session's account."""
    refuse_unless_allowed(console, session)
    configuration = _partner(console, draft.nation)
    _refuse_unless_ours(console, configuration, draft.network_id)
    subject = f"{draft.network_id}@{draft.nation}"
    return enter_decision(console, session, "hand_over", subject, draft.reason, configuration.label)


@router.post("/hand-overs/{handover_id:path}/accept", status_code=202)
def accept_handover(handover_id: str, reason: Reason, console: HasConsole, session: Networking) -> Accepted:
    """Take over an object that a partner offers."""
    refuse_unless_allowed(console, session)
    offer = _offer(console, handover_id)
    return enter_decision(console, session, "accept", handover_id, reason.reason, offer.label)


@router.post("/hand-overs/{handover_id:path}/decline", status_code=202)
def decline_handover(handover_id: str, reason: Reason, console: HasConsole, session: Networking) -> Accepted:
    """Leave an object with the partner that offers it."""
    refuse_unless_allowed(console, session)
    offer = _offer(console, handover_id)
    return enter_decision(console, session, "decline", handover_id, reason.reason, offer.label)


@router.post("/partners/{nation}/take-over", status_code=202)
def take_over(nation: str, draft: TakeOverDraft, console: HasConsole, session: Networking) -> Accepted:
    """Let the feeds run that stand by for a partner, all or one."""
    refuse_unless_allowed(console, session)
    return _enter_take_over(console, session, "take_over", nation, draft)


@router.post("/partners/{nation}/give-back", status_code=202)
def give_back(nation: str, draft: TakeOverDraft, console: HasConsole, session: Networking) -> Accepted:
    """Let feeds that were taken over from a partner stand by again, all or one."""
    refuse_unless_allowed(console, session)
    return _enter_take_over(console, session, "give_back", nation, draft)


@router.post("/cues", status_code=202)
def ask_to_look(draft: CueDraft, console: HasConsole, session: Networking) -> Accepted:
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


def _enter_take_over(
    console: Console, session: Session, action: Literal["take_over", "give_back"], nation: str, draft: TakeOverDraft
) -> Accepted:
    """Hand in what changes something. Raises HTTPException 404 for no such feed, 409 when it is so already."""
    configuration = _partner(console, nation)
    subject = nation if draft.source is None else f"{nation}/{draft.source}"
    standby = Standby.of(configuration.sources, console.picture.snapshot().network.take_overs)
    named = standby.named(subject)
    if not named:
        what = f"expected a source that stands by for {nation}, was {draft.source or 'none'}: set standby_for of one"
        raise HTTPException(404, what)
    if all((name in standby.taken) == (action == "take_over") for name in named):
        state = "taken over" if action == "take_over" else "given back"
        raise HTTPException(409, f"expected something to change, was {state} already: {', '.join(named)}")
    return enter_decision(console, session, action, subject, draft.reason, configuration.label)


def _partner(console: Console, nation: str) -> Configuration:
    configuration = console.picture.configuration()
    if configuration is None or nation not in {partner.nation for partner in configuration.partners}:
        raise HTTPException(404, f"expected the nation of a partner, was {nation!r}")
    return configuration


def _offer(console: Console, handover_id: str) -> Handover:
    """Find an offer to us that waits. Raises HTTPException 404."""
    change = console.picture.snapshot()
    nation = change.configuration.nation if change.configuration else ""
    for told in change.network.handovers:
        is_it = (told.handover_id, told.state, told.taker) == (handover_id, "offered", nation)
        if is_it and console.settings.now_ns() < told.expires_ns:
            return told
    raise HTTPException(404, f"expected an offer that waits for us, was {handover_id!r}: it may be over")


def _refuse_unless_ours(console: Console, configuration: Configuration, network_id: str) -> None:
    """Refuse to offer what the core would not: what another nation answers for, or is offered already (409)."""
    told = console.picture.snapshot().network
    holders = (one.holder for one in told.identities if one.network_id == network_id)
    holder = next(holders, network_id[:3])
    if holder != configuration.nation:
        raise HTTPException(409, f"expected an object that we answer for, was {network_id}: {holder} does")
    if any(one.state == "offered" and one.network_id == network_id for one in told.handovers):
        raise HTTPException(409, f"expected an object that is not offered yet, was {network_id}")
