"""From what people report to what tracks hear of it: evidence of the class, claims, sightings; at ticks."""

from __future__ import annotations

import numpy as np

from sargas.identification.classifier import Classifier
from sargas.identification.reports.figures import SEEN, TOLD_RIGHT, told_given_class
from sargas.identification.reports.report_book import ReportBook
from sargas.identification.reports.sighting_records import say_noticed
from sargas.identification.saying import say
from sargas.model.columns import NS_PER_S, Float32
from sargas.model.label import most_restrictive
from sargas.model.records import Claim, HumanReport, ReporterHistory, Sighting
from sargas.model.tracks import CLASSES, Tracks
from sargas.picture.identity import IdentityBook

HOLDS_NS = 600 * NS_PER_S
"""What a person said of a track says nothing after so long."""


def hear_reports(
    book: ReportBook, classifier: Classifier, identity: IdentityBook, tracks: Tracks, time_ns: int
) -> tuple[Claim | ReporterHistory | Sighting, ...]:
    """Let reports speak to the tracks they mean; ``tracks``: all own ones by number, with their classes.

    The classifier hears all of them together. A report that a firm track bears out is told as a claim about its class
    in the name of who saw it, with the grade of that person; the claim is withdrawn with the report.
    """
    outcome = book.tick(tracks, time_ns)
    for told in outcome.evidence:
        classifier.hear_reports(told.track_id, told.time_ns, told.log_odds, told.words)
        identity.said.note(told.track_id, most_restrictive((book.label, *(r.label for r in book.reports.values()))))
    claims = []
    for report, track_id, share in outcome.borne_out:
        row = int(np.searchsorted(tracks.track_id, track_id))
        claim = _claim(book, report, track_id, share, tracks, row, time_ns)
        if claim is not None:
            identity.take(claim)
            claims.append(claim)
    claims += [taken for name in outcome.taken_back for taken in _take_back(book.node, name, identity, time_ns)]
    return (*claims, *outcome.sightings, *tell_histories(book, time_ns))


def _take_back(node: str, report_id: str, identity: IdentityBook, time_ns: int) -> list[Claim]:
    """Withdraw the claims that a report was, where it did not just make them anew."""
    begins, over, found = f"{node}/claim/report/{report_id}/", say("taken_back"), list[Claim]()
    for of_track in identity.book.claims.values():
        for claim in of_track.values():
            if claim.id.startswith(begins) and claim.state != "withdrawn" and claim.time_ns < time_ns:
                revised = {
                    "id": f"{begins}{claim.track_id}/{time_ns}",
                    "time_ns": time_ns,
                    "state": "withdrawn",
                    "evidence": (over.en, *claim.evidence),
                    "evidence_lt": (over.lt, *claim.evidence_lt),
                }
                found.append(claim.model_copy(update=revised))
    for claim in found:
        identity.take(claim)
    return found


def tell_histories(book: ReportBook, time_ns: int) -> tuple[ReporterHistory, ...]:
    """Tell how the persons fared whose history changed since the last telling."""
    return tuple(
        ReporterHistory(
            id=f"{book.node}/reporter/{source_id}/{time_ns}",
            time_ns=time_ns,
            origin=book.node,
            label=most_restrictive((book.label, label)),
            source_id=source_id,
            right=right,
            wrong=wrong,
        )
        for source_id, right, wrong, label in book.reliability.take_changed()
    )


def _claim(
    book: ReportBook, report: HumanReport, track_id: int, share: float, tracks: Tracks, row: int, time_ns: int
) -> Claim | None:
    """Make the claim of a person about a track: of the classes so called the likeliest; none where none is."""
    called = TOLD_RIGHT[:, SEEN.index(report.seen)] >= 0.5
    if not called.any():
        return None
    classes: Float32 = tracks.class_probabilities[row]
    named = [k for k in range(len(CLASSES)) if called[k]]
    index = max(named, key=lambda k: (float(classes[k]) if classes[k] == classes[k] else 0.0, -k))
    told = told_given_class(report)
    why = say_noticed(report)
    probability = share * float(told[index] / (told[index] + told[~called].mean()))
    return Claim(
        id=f"{book.node}/claim/report/{report.report_id}/{track_id}/{time_ns}",
        time_ns=time_ns,
        origin=book.node,
        label=most_restrictive((tracks.label_of(track_id), report.label)),
        claim_id=f"report/{report.source_id}/{track_id}/class",
        track_id=track_id,
        about="class",
        value=CLASSES[index],
        probability=probability,
        reliability=book.reliability.grade(report),
        credibility=2 if probability >= 0.85 else 3,
        source=report.source_id,
        evidence=(why.en,),
        evidence_lt=(why.lt,),
        until_ns=time_ns + HOLDS_NS,
    )
