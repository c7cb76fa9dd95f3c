"""The HTTP API of flight permissions: enter, change, revoke, import. Each is journaled before it takes effect."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response
from pydantic import ValidationError

from sargas.console.context import Console
from sargas.console.decisions import entry_of
from sargas.console.imports import FileText, file_route, take
from sargas.console.messages import EnteredPermission, ImportedFile, PermissionDraft
from sargas.console.sessions import Entering, HasConsole
from sargas.geo.plane import RegionPlane
from sargas.identification.permission_files import Entry, Problem, is_in_plane, is_same, read_permissions
from sargas.model.records import Configuration, FlightPermission

router = APIRouter(prefix="/api/permissions")

MOST_IMPORTED = 10_000


@router.post("", status_code=202)
def enter_permission(draft: PermissionDraft, console: HasConsole, session: Entering) -> EnteredPermission:
    """Enter a permission in the name of the session's account; one of that id must not be in force."""
    entry = entry_of(console, session)
    held = _held(console).get(draft.permission_id)
    if held is not None and held.state == "active":
        raise HTTPException(409, f"expected a new permission_id, was {draft.permission_id!r}: PUT changes it")
    return _enter(console, _record(draft, entry))


@router.put("/{permission_id:path}", status_code=202)
def change_permission(
    permission_id: str, draft: PermissionDraft, console: HasConsole, session: Entering
) -> EnteredPermission:
    """Replace a permission as a whole; one that was revoked is in force again."""
    entry = entry_of(console, session)
    if draft.permission_id != permission_id:
        raise HTTPException(
            422, f"expected permission_id {permission_id!r} as in the path, was {draft.permission_id!r}"
        )
    if permission_id not in _held(console):
        raise HTTPException(404, f"expected a known permission, was {permission_id!r}: POST enters a new one")
    return _enter(console, _record(draft, entry))


@router.delete("/{permission_id:path}", status_code=202)
def revoke_permission(permission_id: str, console: HasConsole, session: Entering) -> EnteredPermission:
    """Revoke a permission: it explains nothing from the next second on, and stays on record."""
    entry = entry_of(console, session)
    held = _held(console).get(permission_id)
    if held is None:
        raise HTTPException(404, f"expected a known permission, was {permission_id!r}")
    if held.state == "revoked":
        raise HTTPException(409, f"expected a permission in force, was {permission_id!r}, revoked already")
    update = {"id": _id(entry, permission_id), "time_ns": entry.time_ns, "state": "revoked"}
    return _enter(console, held.model_copy(update=update | {"entered_by": entry.entered_by}))


@router.post("/import", **file_route("text/csv", "application/geo+json", "text/plain"))
def import_permissions(text: FileText, console: HasConsole, session: Entering, response: Response) -> ImportedFile:
    """Take all permissions of a CSV or GeoJSON file, or none: with a bad row, every bad one is told (422).

    What stands as it is in the file is left alone, so that the same file twice changes nothing.
    """
    read, plane, held = read_permissions(text, entry_of(console, session)), _plane(console), _held(console)
    outside = [one.permission_id for one in read.permissions if not is_in_plane(one, plane)]
    problems = [
        *read.problems,
        *(Problem(0, f"{name}: expected a place in the region, was outside") for name in outside),
    ]
    if len(read.permissions) > MOST_IMPORTED:
        problems.append(Problem(0, f"expected at most {MOST_IMPORTED} permissions, was {len(read.permissions)}"))
    changed = [one for one in read.permissions if not _stands(held.get(one.permission_id), one)]
    return take(console, response, problems, changed, len(read.permissions))


def _configuration(console: Console) -> Configuration:
    configuration = console.picture.configuration()
    if configuration is None:
        raise HTTPException(503, "expected a picture, was none yet: the node is starting")
    return configuration


def _plane(console: Console) -> RegionPlane:
    configuration = _configuration(console)
    return RegionPlane(configuration.origin_latitude_deg, configuration.origin_longitude_deg)


def _held(console: Console) -> dict[str, FlightPermission]:
    return {one.permission_id: one for one in console.picture.snapshot().permissions}


def _stands(held: FlightPermission | None, one: FlightPermission) -> bool:
    return held is not None and is_same(held, one)


def _id(entry: Entry, permission_id: str) -> str:
    return f"permission/{entry.origin}/{permission_id}/{entry.time_ns}"


def _record(draft: PermissionDraft, entry: Entry) -> FlightPermission:
    header = {
        "id": _id(entry, draft.permission_id),
        "time_ns": entry.time_ns,
        "origin": entry.origin,
        "label": entry.label,
        "entered_by": entry.entered_by,
    }
    try:
        return FlightPermission.model_validate(header | draft.model_dump())
    except ValueError as error:
        raise HTTPException(422, _first_line(error)) from None


def _enter(console: Console, permission: FlightPermission) -> EnteredPermission:
    if not is_in_plane(permission, _plane(console)):
        raise HTTPException(422, f"permission {permission.permission_id}: expected a place in the region, was outside")
    console.settings.enter(permission)
    return EnteredPermission(permission_id=permission.permission_id, record_id=permission.id)


def _first_line(error: ValueError) -> str:
    """Say what is wrong with a record as a whole in one line."""
    told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    return told.removeprefix("Value error, ")
