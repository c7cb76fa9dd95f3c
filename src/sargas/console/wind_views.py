"""The HTTP API of winds, drift and closures: import and withdraw tables; list what the wind does and when to close."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from sargas.assessment.drift.wind_files import is_same_wind, read_winds
from sargas.console.context import MAY_DECIDE, Console
from sargas.console.messages import EnteredWind, ImportedWinds, PermissionProblem
from sargas.console.sessions import Entering, HasConsole, LoggedIn
from sargas.identification.permission_files import Entry
from sargas.model.records import ClosureAdvice, DriftForecast, LaunchEstimate, WindTable
from sargas.runtime.accounts import Session

router = APIRouter(prefix="/api")

MOST_IMPORTED = 5_000
IMPORTED_KINDS = ("text/csv", "text/plain")


@router.get("/winds")
def list_winds(console: HasConsole, session: LoggedIn, active_only: bool = True) -> list[WindTable]:
    """List the wind tables, by id; those withdrawn too when asked for."""
    held = sorted(console.picture.snapshot().winds, key=lambda table: table.table_id)
    return [table for table in held if table.state == "active" or not active_only]


@router.post(
    "/winds/import",
    status_code=202,
    responses={422: {"model": ImportedWinds}},
    openapi_extra={"requestBody": {"required": True, "content": {kind: {} for kind in IMPORTED_KINDS}}},
)
async def import_winds(request: Request, console: HasConsole, session: Entering, response: Response) -> ImportedWinds:
    """Take all wind tables of a CSV file, or none: with a bad row, every bad one is told (422)."""
    try:
        text = (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HTTPException(422, "expected text in UTF-8, was not: save the file as CSV UTF-8") from None
    imported = await run_in_threadpool(_import, text, console, session)
    response.status_code = 422 if imported.problems else 202
    return imported


@router.delete("/winds/{table_id:path}", status_code=202)
def withdraw_wind(table_id: str, console: HasConsole, session: Entering) -> EnteredWind:
    """Withdraw a table: it counts no more from the next second on, and stays on record."""
    entry = _entry(console, session)
    held = {table.table_id: table for table in console.picture.snapshot().winds}.get(table_id)
    if held is None:
        raise HTTPException(404, f"expected a known wind table, was {table_id!r}")
    if held.state == "withdrawn":
        raise HTTPException(409, f"expected a table in force, was {table_id!r}, withdrawn already")
    new_id = f"wind/{entry.origin}/{table_id}/{entry.time_ns}"
    update = {"id": new_id, "time_ns": entry.time_ns, "state": "withdrawn", "entered_by": entry.entered_by}
    console.settings.enter(held.model_copy(update=update))
    return EnteredWind(table_id=table_id, record_id=new_id)


@router.get("/drift")
def list_drift(console: HasConsole, session: LoggedIn) -> list[DriftForecast]:
    """List where the wind will carry each drifter, by track."""
    return sorted(console.picture.snapshot().drift, key=lambda forecast: forecast.track_id)


@router.get("/launches")
def list_launches(console: HasConsole, session: LoggedIn, limit: int = 100) -> list[LaunchEstimate]:
    """List where and when balloons were let go, the latest first."""
    return list(console.store.newest(LaunchEstimate, limit=max(1, min(limit, 1000))))


@router.get("/closures")
def list_closures(console: HasConsole, session: LoggedIn, limit: int = 100) -> list[ClosureAdvice]:
    """List the advice on airports, the latest first: newest of each closure."""
    return list(console.store.newest(ClosureAdvice, limit=max(1, min(limit, 1000))))


def _import(text: str, console: Console, session: Session) -> ImportedWinds:
    entry = _entry(console, session)
    read = read_winds(text, entry)
    problems = [PermissionProblem(line=problem.line, problem=problem.text) for problem in read.problems]
    if len(read.tables) > MOST_IMPORTED:
        told = f"expected at most {MOST_IMPORTED} tables, was {len(read.tables)}"
        problems.append(PermissionProblem(line=0, problem=told))
    if problems:
        return ImportedWinds(entered=0, unchanged=0, problems=tuple(problems))
    held = {table.table_id: table for table in console.picture.snapshot().winds}
    changed = [one for one in read.tables if one.table_id not in held or not is_same_wind(held[one.table_id], one)]
    if changed:
        console.settings.enter(*changed)
    return ImportedWinds(entered=len(changed), unchanged=len(read.tables) - len(changed), problems=())


def _entry(console: Console, session: Session) -> Entry:
    """Say who enters something now, or refuse."""
    if session.account.role not in MAY_DECIDE:
        raise HTTPException(403, f"expected a role out of {', '.join(sorted(MAY_DECIDE))}, was {session.account.role}")
    if console.settings.replay:
        raise HTTPException(409, "expected a live picture, was a recording: nothing can be entered into it")
    configuration = console.picture.snapshot().configuration
    if configuration is None:
        raise HTTPException(503, "expected a picture, was none yet: the node is starting")
    return Entry(console.settings.now_ns(), console.settings.node, configuration.label, session.account.name)
