"""The HTTP API of units that could respond: enter, change, remove, import. Each is journaled before it is shown."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from sargas.console.context import Console
from sargas.console.decisions import entry_of
from sargas.console.imports import FileText, file_route, take
from sargas.console.messages import ImportedFile
from sargas.console.sessions import Entering, HasConsole, LoggedIn
from sargas.console.unit_messages import EnteredUnit, UnitDraft
from sargas.identification.permission_files import Entry, Problem
from sargas.model.records import Unit
from sargas.response.unit_files import is_same, read_units

router = APIRouter(prefix="/api/units")

MOST_UNITS = 2_000


@router.get("")
def list_units(console: HasConsole, session: LoggedIn) -> list[Unit]:
    """List the units that could respond, by id, as far as the account may see them."""
    return sorted(_held(console).values(), key=lambda unit: unit.unit_id)


@router.post("", status_code=202)
def enter_unit(draft: UnitDraft, console: HasConsole, session: Entering) -> EnteredUnit:
    """Enter a unit in the name of the session's account; there must be none of that id."""
    entry = entry_of(console, session)
    if draft.unit_id in _held(console):
        raise HTTPException(409, f"expected a new unit_id, was {draft.unit_id!r}: PUT changes it")
    return _enter(console, _record(draft, entry))


@router.put("/{unit_id:path}", status_code=202)
def change_unit(unit_id: str, draft: UnitDraft, console: HasConsole, session: Entering) -> EnteredUnit:
    """Replace a unit as a whole: where it is now, whether it can be asked."""
    entry = entry_of(console, session)
    if draft.unit_id != unit_id:
        raise HTTPException(422, f"expected unit_id {unit_id!r} as in the path, was {draft.unit_id!r}")
    held = _held(console).get(unit_id)
    if held is None:
        raise HTTPException(404, f"expected a known unit, was {unit_id!r}: POST enters a new one")
    return _enter(console, _record(draft, entry, held))


@router.delete("/{unit_id:path}", status_code=202)
def remove_unit(unit_id: str, console: HasConsole, session: Entering) -> EnteredUnit:
    """Remove a unit from the picture; it stays on record."""
    entry = entry_of(console, session)
    held = _held(console).get(unit_id)
    if held is None:
        raise HTTPException(404, f"expected a known unit, was {unit_id!r}")
    update = {"id": _id(entry, unit_id), "time_ns": entry.time_ns, "state": "removed", "entered_by": entry.entered_by}
    return _enter(console, held.model_copy(update=update))


@router.post("/import", **file_route("text/csv", "application/geo+json", "text/plain"))
def import_units(text: FileText, console: HasConsole, session: Entering, response: Response) -> ImportedFile:
    """Take all units of a CSV or GeoJSON file, or none: with a bad row, every bad one is told (422).

    Units of known ids are replaced, all others stay; what stands as it is in the file is left alone.
    """
    read, held = read_units(text, entry_of(console, session)), _held(console)
    problems = list(read.problems)
    if len(held.keys() | {unit.unit_id for unit in read.units}) > MOST_UNITS:
        problems.append(Problem(0, f"expected at most {MOST_UNITS} units in all"))
    # a file that says no time of the place says nothing new of a unit that is where it was
    changed = [unit for unit in read.units if not _stands(held.get(unit.unit_id), unit)]
    labelled = [unit.model_copy(update={"label": held[unit.unit_id].label}) if unit.unit_id in held else unit
                for unit in changed]  # fmt: skip
    return take(console, response, problems, labelled, len(read.units))


def _stands(held: Unit | None, unit: Unit) -> bool:
    if held is None:
        return False
    return is_same(held, unit.model_copy(update={"position_ns": held.position_ns})) and (
        unit.position_ns in (held.position_ns, unit.time_ns)
    )


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
