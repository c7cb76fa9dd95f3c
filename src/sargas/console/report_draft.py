"""Draft a report of a track from its story: facts with their times, for a person to read, change and sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

from sargas.console.story_messages import StoryLine, StoryView
from sargas.identification.claim_weight import Answer

Language = Literal["en", "lt"]
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Report on track {track}", "drafted": "Drafted {time} by {by}, node {node}. Not signed.",
        "exercise": "EXERCISE EXERCISE EXERCISE", "held": "Held for", "by": "by", "why": "why",
        "place": "Last known place",
        "seen": "Seen by", "states": "states", "course": "Course of events (UTC)", "unknown": "unknown",
        "none": "Nothing is on record.", "label": "Label",
    },
    "lt": {
        "title": "Pranešimas apie taikinį {track}", "drafted": "Parengė {by}, mazgas {node}, {time}. Nepasirašyta.",
        "exercise": "PRATYBOS PRATYBOS PRATYBOS", "held": "Laikoma", "by": "pagal", "why": "nes",
        "place": "Paskutinė vieta",
        "seen": "Matė", "states": "būsenos", "course": "Įvykių eiga (UTC)", "unknown": "nežinoma",
        "none": "Nieko neužrašyta.", "label": "Žyma",
    },
}  # fmt: skip


def draft_report(
    story: StoryView,
    answers: Sequence[Answer],
    *,
    language: Language,
    place: str,
    label: str,
    node: str,
    by: str,
    now_ns: int,
    is_exercise: bool,
) -> str:
    """Return the text of a draft; everything in it stands in the story, the answers or the picture, with its time."""
    words = _WORDS[language]
    banner = [words["exercise"]] if is_exercise else []
    head = [
        words["title"].format(track=story.track_id),
        words["drafted"].format(time=_utc(now_ns), by=by, node=node),
        f"{words['label']}: {label}",
    ]
    body = [f"{words['place']}: {place or words['unknown']}", *_held(answers, language, words), *_seen(story, words)]
    events = [_event(line, language, words) for line in story.lines] or [words["none"]]
    return "\n".join([*banner, *head, "", *body, "", words["course"], *events, *banner]) + "\n"


def _held(answers: Sequence[Answer], language: Language, words: dict[str, str]) -> Iterator[str]:
    for answer in answers:
        if not answer.claims:
            continue
        best = answer.claims[0]
        said = best.evidence_lt if language == "lt" and best.evidence_lt else best.evidence
        why = f"; {words['why']}: {'; '.join(said[:3])}" if said else ""
        grade = f"{best.reliability}{best.credibility}"
        share = f"{min(99, max(1, round(100 * answer.probability)))} %"
        yield f"{words['held']}, {answer.about}: {answer.value} ({share}, {words['by']} {best.source}, {grade}){why}"


def _seen(story: StoryView, words: dict[str, str]) -> Iterator[str]:
    for one in story.sensors:
        span = f"{_utc(one.first_ns)} - {_utc(one.last_ns)}"
        yield f"{words['seen']} {one.sensor}: {span}, {one.states} {words['states']}"


def _event(line: StoryLine, language: Language, words: dict[str, str]) -> str:
    parts = [line.what, line.state, line.value, line.subject, line.who if line.what != "sensor" else ""]
    said = line.reasons_lt if language == "lt" and line.reasons_lt else line.reasons
    if line.shares:
        parts.append(", ".join(f"{one.name} {round(100 * one.probability)} %" for one in line.shares))
    share = "" if line.probability is None else f" {round(100 * line.probability)} %"
    why = f" ({'; '.join(said)})" if said else ""
    return f"{_utc(line.time_ns)} {' '.join(part for part in parts if part)}{share}{why}"


def _utc(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
