"""The HTTP API of winds, drift and closures: import and withdraw tables; list what the wind does and when to close."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from sargas.assessment.drift.wind_files import is_same_wind, read_winds
from sargas.console.decisions import entry_of
from sargas.console.imports import FileText, file_route, take
from sargas.console.messages import EnteredWind, ImportedFile
from sargas.console.sessions import Entering, HasConsole, LoggedIn
from sargas.identification.permission_files import Problem
from sargas.model.records import ClosureAdvice, DriftForecast, LaunchEstimate, WindTable

router = APIRouter(prefix="/api")

MOST_IMPORTED = 5_000


@router.get("/winds")
def list_winds(console: HasConsole, session: LoggedIn, active_only: bool = True) -> list[WindTable]:
    """List the wind tables, by id; those withdrawn too when asked for."""
    held = sorted(console.picture.snapshot().winds, key=lambda table: table.table_id)
    return [table for table in held if table.state == "active" or not active_only]


@router.post("/winds/import", **file_route("text/csv", "text/plain"))
def import_winds(text: FileText, console: HasConsole, session: Entering, response: Response) -> ImportedFile:
    """Take all wind tables of a CSV file, or none: with a bad row, every bad one is told (422)."""
    read = read_winds(text, entry_of(console, session))
    problems = list(read.problems)
    if len(read.tables) > MOST_IMPORTED:
        problems.append(Problem(0, f"expected at most {MOST_IMPORTED} tables, was {len(read.tables)}"))
    held = {table.table_id: table for table in console.picture.snapshot().winds}
    changed = [one for one in read.tables if one.table_id not in held or not is_same_wind(held[one.table_id], one)]
    return take(console, response, problems, changed, len(read.tables))


@router.delete("/winds/{table_id:path}", status_code=202)
def withdraw_wind(table_id: str, console: HasConsole, session: Entering) -> EnteredWind:
    """Withdraw a table: it counts no more from the next second on, and stays on record."""
    entry = entry_of(console, session)
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
