"""The HTTP API of units that could respond: enter, change, remove, import. Each is journaled before it is shown."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from sargas.console.context import Console
from sargas.console.decisions import refuse_unless_allowed
from sargas.console.messages import PermissionProblem
from sargas.console.sessions import Entering, HasConsole, LoggedIn
from sargas.console.unit_messages import EnteredUnit, ImportedUnits, UnitDraft
from sargas.identification.permission_files import Entry, Problem
from sargas.model.records import Unit
from sargas.response.unit_files import is_same, read_units
from sargas.runtime.accounts import Session

router = APIRouter(prefix="/api/units")

MOST_UNITS = 2_000
IMPORTED_KINDS = ("text/csv", "application/geo+json", "text/plain")


@router.get("")
def list_units(console: HasConsole, session: LoggedIn) -> list[Unit]:
    """List the units that could respond, by id, as far as the account may see them."""
    return sorted(_held(console).values(), key=lambda unit: unit.unit_id)


@router.post("", status_code=202)
def enter_unit(draft: UnitDraft, console: HasConsole, session: Entering) -> EnteredUnit:
    """Enter a unit in the name of the session's account; there must be none of that id."""
    entry = _entry(console, session)
    if draft.unit_id in _held(console):
        raise HTTPException(409, f"expected a new unit_id, was {draft.unit_id!r}: PUT changes it")
    return _enter(console, _record(draft, entry))


@router.put("/{unit_id:path}", status_code=202)
def change_unit(unit_id: str, draft: UnitDraft, console: HasConsole, session: Entering) -> EnteredUnit:
    """Replace a unit as a whole: where it is now, whether it can be asked."""
    entry = _entry(console, session)
    if draft.unit_id != unit_id:
        raise HTTPException(422, f"expected unit_id {unit_id!r} as in the path, was {draft.unit_id!r}")
    held = _held(console).get(unit_id)
    if held is None:
        raise HTTPException(404, f"expected a known unit, was {unit_id!r}: POST enters a new one")
    return _enter(console, _record(draft, entry, held))


@router.delete("/{unit_id:path}", status_code=202)
def remove_unit(unit_id: str, console: HasConsole, session: Entering) -> EnteredUnit:
    """Remove a unit from the picture; it stays on record."""
    entry = _entry(console, session)
    held = _held(console).get(unit_id)
    if held is None:
        raise HTTPException(404, f"expected a known unit, was {unit_id!r}")
    update = {"id": _id(entry, unit_id), "time_ns": entry.time_ns, "state": "removed", "entered_by": entry.entered_by}
    return _enter(console, held.model_copy(update=update))


@router.post(
    "/import",
    status_code=202,
    responses={422: {"model": ImportedUnits}},
    openapi_extra={"requestBody": {"required": True, "content": {kind: {} for kind in IMPORTED_KINDS}}},
)
async def import_units(request: Request, console: HasConsole, session: Entering, response: Response) -> ImportedUnits:
    """Take all units of a CSV or GeoJSON file, or none: with a bad row, every bad one is told (422).

    Units of known ids are replaced, all others stay; what stands as it is in the file is left alone.
    """
    try:
        text = (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HTTPException(422, "expected text in UTF-8, was not: save the file as CSV UTF-8") from None
    imported = await run_in_threadpool(_import, text, console, session)
    response.status_code = 422 if imported.problems else 202
    return imported


def _import(text: str, console: Console, session: Session) -> ImportedUnits:
    read, held = read_units(text, _entry(console, session)), _held(console)
    problems = list(read.problems)
    if len(held.keys() | {unit.unit_id for unit in read.units}) > MOST_UNITS:
        problems.append(Problem(0, f"expected at most {MOST_UNITS} units in all"))
    if problems:
        told = tuple(PermissionProblem(line=problem.line, problem=problem.text) for problem in problems)
        return ImportedUnits(entered=0, unchanged=0, problems=told)
    # a file that says no time of the place says nothing new of a unit that is where it was
    changed = [unit for unit in read.units if not _stands(held.get(unit.unit_id), unit)]
    labelled = [unit.model_copy(update={"label": held[unit.unit_id].label}) if unit.unit_id in held else unit
                for unit in changed]  # fmt: skip
    if labelled:
        console.settings.enter(*labelled)
    return ImportedUnits(entered=len(changed), unchanged=len(read.units) - len(changed), problems=())


def _stands(held: Unit | None, unit: Unit) -> bool:
    if held is None:
        return False
    return is_same(held, unit.model_copy(update={"position_ns": held.position_ns})) and (
        unit.position_ns in (held.position_ns, unit.time_ns)
    )


def _entry(console: Console, session: Session) -> Entry:
    """Say who enters something now, or refuse."""
    refuse_unless_allowed(console, session)
    configuration = console.picture.snapshot().configuration
    if configuration is None:
        raise HTTPException(503, "expected a picture, was none yet: the node is starting")
    return Entry(console.settings.now_ns(), console.settings.node, configuration.label, session.account.name)


def _held(console: Console) -> dict[str, Unit]:
    return {unit.unit_id: unit for unit in console.picture.snapshot().units if unit.state != "removed"}


def _id(entry: Entry, unit_id: str) -> str:
    return f"unit/{entry.origin}/{unit_id}/{entry.time_ns}"


def _record(draft: UnitDraft, entry: Entry, held: Unit | None = None) -> Unit:
    given = draft.model_dump(exclude={"label", "position_ns"})
    return Unit(
        **given,
        id=_id(entry, draft.unit_id),
        time_ns=entry.time_ns,
        origin=entry.origin,
        label=draft.label or (entry.label if held is None else held.label),
        position_ns=entry.time_ns if draft.position_ns is None else draft.position_ns,
        entered_by=entry.entered_by,
    )


def _enter(console: Console, unit: Unit) -> EnteredUnit:
    if unit.state != "removed" and len(_held(console).keys() | {unit.unit_id}) > MOST_UNITS:
        raise HTTPException(409, f"expected at most {MOST_UNITS} units, remove one first")
    console.settings.enter(unit)
    return EnteredUnit(unit_id=unit.unit_id, record_id=unit.id)
