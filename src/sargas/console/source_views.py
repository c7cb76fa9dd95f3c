"""Pausing a source over HTTP, and letting it go on: for administrators who gave password or code not long ago."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path

from sargas.console.administering import AdministeringChange
from sargas.console.context import Console
from sargas.console.decisions import entry_of
from sargas.console.messages import Reason
from sargas.console.sessions import HasConsole
from sargas.console.source_messages import EnteredPause, PauseDraft
from sargas.model.records import Source, SourcePause
from sargas.runtime.accounts import Session

router = APIRouter(prefix="/api/sources")
SourceName = Annotated[str, Path(max_length=200, description="Name of the source")]


@router.post("/{source}/pause", status_code=202)
def pause_source(
    source: SourceName, draft: PauseDraft, console: HasConsole, session: AdministeringChange
) -> EnteredPause:
    """Leave unread what a source reports, from now until it is let go on, also over a restart; 409 it is paused."""
    return _enter(console, session, source, "paused", draft.reason)


@router.post("/{source}/resume", status_code=202)
def resume_source(
    source: SourceName, reason: Reason, console: HasConsole, session: AdministeringChange
) -> EnteredPause:
    """Read a source again from now on; what came meanwhile is not made up for. 409 it is not paused."""
    return _enter(console, session, source, "resumed", reason.reason[:500])


def _enter(
    console: Console, session: Session, source: str, state: Literal["paused", "resumed"], reason: str
) -> EnteredPause:
    entry = entry_of(console, session)
    find_own_source(console, source)
    held = next((one for one in console.picture.pauses() if one.source == source), None)
    is_paused = held is not None and held.state == "paused"
    if is_paused == (state == "paused"):
        raise HTTPException(409, f"expected a source that is {'not paused' if is_paused else 'paused'}, was {source!r}")
    record = SourcePause(
        id=f"{entry.origin}/source-pause/{source}/{entry.time_ns}",
        time_ns=entry.time_ns,
        origin=entry.origin,
        label=entry.label,
        source=source,
        state=state,
        reason=reason.strip(),
        entered_by=session.account.name,
    )
    console.settings.enter(record)
    return EnteredPause(source=source, record_id=record.id)


def find_own_source(console: Console, name: str) -> Source:
    """Find a source of the configuration. Raises HTTPException 404, and 409 for a partner's link."""
    configuration = console.picture.configuration()
    found = next((one for one in configuration.sources if one.name == name), None) if configuration else None
    if found is None:
        raise HTTPException(404, f"expected a source of the configuration, was {name!r}")
    if found.partner:
        raise HTTPException(
            409,
            f"expected a source of our own, was the link of {found.partner}: hand-overs and warnings come by it too",
        )
    return found
