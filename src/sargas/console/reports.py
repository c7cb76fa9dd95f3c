"""The HTTP API of human reports and sightings: report, withdraw, confirm, refute; journaled before it counts."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query
from pydantic import ValidationError

from sargas.console.context import Console
from sargas.console.decisions import enter_decision, refuse_unless_allowed
from sargas.console.entered_reports import says_the_same
from sargas.console.messages import Accepted, Reason, ReportAccepted, ReportDraft
from sargas.console.sessions import Deciding, HasConsole, LoggedIn, Reporting
from sargas.console.sight import sight_of
from sargas.identification.reports.sightings import LIFE_NS
from sargas.identification.reports.words import (
    SECTOR_SIGMA_DEG,
    is_compass_word,
    read_bearing,
    read_distance,
    read_seen,
)
from sargas.model.columns import NS_PER_S
from sargas.model.records import HumanReport, Sighting
from sargas.runtime.accounts import Session

router = APIRouter(prefix="/api")


@router.get("/reports")
def list_reports(
    console: HasConsole, session: LoggedIn, limit: Annotated[int, Query(ge=1, le=10_000)] = 1000
) -> list[HumanReport]:
    """List reports of people, the latest revision first."""
    return list(console.store.newest(HumanReport, limit=limit))


@router.post("/reports", status_code=202)
def make_report(draft: ReportDraft, console: HasConsole, session: Reporting) -> ReportAccepted:
    """Hand in what a person saw or heard, in the name of the session's account; said again, it is corrected."""
    refuse_unless_allowed(console, session)
    configuration = console.picture.configuration()
    if configuration is None:
        raise HTTPException(503, "expected a picture, was none yet: the node is starting")
    now_ns, name = console.settings.now_ns(), session.account.name
    report_id = draft.report_id or f"{name}/{now_ns}"
    values = {
        "id": f"{console.settings.node}/report/{report_id}/{now_ns}",
        "time_ns": now_ns,
        "origin": console.settings.node,
        "label": configuration.label,
        "report_id": report_id,
        "source_id": draft.source_id or name,
        "observed_ns": None if draft.minutes_ago is None else now_ns - round(60.0 * draft.minutes_ago * NS_PER_S),
        "entered_by": name,
    }
    copied = ("reporter", "channel", "latitude_deg", "longitude_deg", "place_sigma_m", "sense", "confidence", "words")
    try:
        report = HumanReport.model_validate(
            values | {field: getattr(draft, field) for field in copied} | _read_words(draft)
        )
    except ValidationError as error:
        raise HTTPException(422, error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    with console.reports.lock:
        _enter(console, session, report)
    return ReportAccepted(report_id=report_id, counts=_counts(report, now_ns))


@router.post("/reports/{report_id:path}/withdraw", status_code=202)
def withdraw_report(report_id: str, console: HasConsole, session: Reporting) -> ReportAccepted:
    """Withdraw a report; it stays on record and says nothing any more."""
    refuse_unless_allowed(console, session)
    with console.reports.lock:
        before = console.reports.newest(report_id)
        if before is None or before.state == "withdrawn" or not _is_known_to(before, console, session):
            raise HTTPException(404, f"expected a report that stands, was {report_id!r}")
        now_ns = console.settings.now_ns()
        revised = {
            "id": f"{console.settings.node}/report/{report_id}/{now_ns}",
            "time_ns": now_ns,
            "state": "withdrawn",
            "entered_by": session.account.name,
        }
        withdrawn = before.model_copy(update=revised)
        console.settings.enter(withdrawn)
        console.reports.note(withdrawn)
    return ReportAccepted(report_id=report_id, counts=False)


@router.get("/sightings")
def list_sightings(
    console: HasConsole,
    session: LoggedIn,
    active_only: bool = True,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> list[Sighting]:
    """List what reports add up to, the latest change first."""
    found = console.store.newest(Sighting, limit=10_000)
    return [one for one in found if not (active_only and one.state == "ended")][:limit]


@router.post("/sightings/{sighting_id:path}/decide/{action}", status_code=202)
def decide_on_sighting(
    sighting_id: str, action: Literal["approve", "refuse"], reason: Reason, console: HasConsole, session: Deciding
) -> Accepted:
    """Confirm (approve) or refute (refuse) a sighting; it counts for how far those who reported it are believed."""
    refuse_unless_allowed(console, session)
    shown = console.picture.snapshot().sightings
    sighting = next((one for one in shown if one.sighting_id == sighting_id and one.state != "ended"), None)
    if sighting is None:
        raise HTTPException(404, f"expected a sighting that goes on, was {sighting_id!r}: it may have ended")
    return enter_decision(console, session, action, sighting_id, reason.reason, sighting.label)


def _enter(console: Console, session: Session, report: HumanReport) -> None:
    """Journal a report, as a correction of what was said before; what says nothing new is not entered twice."""
    before = console.reports.newest(report.report_id)
    if before is not None and not _is_known_to(before, console, session):
        raise HTTPException(404, f"expected a report that you may see, was {report.report_id!r}")
    if before is not None and says_the_same(before, report):
        return
    entered = report if before is None else report.model_copy(update={"state": "corrected"})
    console.settings.enter(entered)
    console.reports.note(entered)


def _is_known_to(report: HumanReport, console: Console, session: Session) -> bool:
    """Say whether the session's account handed a report in itself, or may see it by its label."""
    sight = sight_of(session.account, console.settings.nation)
    return report.entered_by == session.account.name or sight.may_see(report.label)


def _counts(report: HumanReport, now_ns: int) -> bool:
    """Say whether a sighting of it would not be over at once (LIFE_NS after the observation)."""
    return report.observed_ns is None or report.observed_ns + LIFE_NS > now_ns


def _read_words(draft: ReportDraft) -> dict[str, object]:
    """Read directions, distance and kind as people write them; a sector of eight is wider than an app's degrees."""
    found: dict[str, object] = {"seen": read_seen(draft.seen), "bearing_sigma_deg": draft.bearing_sigma_deg}
    if draft.bearing is not None:
        found["bearing_deg"] = read_bearing(draft.bearing)
        if draft.bearing_sigma_deg is None and is_compass_word(draft.bearing):
            found["bearing_sigma_deg"] = SECTOR_SIGMA_DEG
    if draft.distance is not None:
        found["distance"] = read_distance(draft.distance)
    if draft.heading is not None:
        found["heading_deg"] = read_bearing(draft.heading)
    return found
