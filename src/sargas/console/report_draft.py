"""Draft a report of a track from its story: facts with their times, for a person to read, change and sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

from sargas.console.story_messages import StoryLine, StoryView
from sargas.identification.claim_weight import Answer
from sargas.model.saying import Words
from sargas.model.tracks import CLASSES

Language = Literal["en", "lt"]
TO = "to "
"""What an intent begins with that is to go to a zone."""
_STORY = Words("sargas.console", "story_words.toml")
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Report on track {track}", "drafted": "Drafted {time} by {by}, node {node}. Not signed.",
        "exercise": "EXERCISE EXERCISE EXERCISE", "by": "by", "why": "why",
        "place": "Last known place",
        "seen": "Seen by", "states": "{count} states", "course": "Course of events (UTC)", "unknown": "unknown",
        "none": "Nothing is on record.", "label": "Label",
    },
    "lt": {
        "title": "Pranešimas apie taikinį {track}", "drafted": "Parengė {by}, mazgas {node}, {time}. Nepasirašyta.",
        "exercise": "PRATYBOS PRATYBOS PRATYBOS", "by": "pagal", "why": "nes",
        "place": "Paskutinė žinoma vieta",
        "seen": "Matė", "states": "būsenų: {count}", "course": "Įvykių eiga (UTC)", "unknown": "nežinoma",
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
    events = [_event(line, language) for line in story.lines] or [words["none"]]
    if story.left_out:
        events.insert(0, _say(language, "story.left_out", count=story.left_out))
    return "\n".join([*banner, *head, "", *body, "", words["course"], *events, *banner]) + "\n"


def _held(answers: Sequence[Answer], language: Language, words: dict[str, str]) -> Iterator[str]:
    for answer in answers:
        if not answer.claims:
            continue
        best = answer.claims[0]
        said = best.evidence_lt if language == "lt" and best.evidence_lt else best.evidence
        why = f"; {words['why']}: {'; '.join(said[:3])}" if said else ""
        grade = f"{best.reliability}{best.credibility}"
        question, value = _say(language, f"held.{answer.about}"), _say_value(language, answer.value)
        yield f"{question}: {value} ({_percent(answer.probability)}, {words['by']} {best.source}, {grade}){why}"


def _seen(story: StoryView, words: dict[str, str]) -> Iterator[str]:
    for one in story.sensors:
        span = f"{_utc(one.first_ns)} - {_utc(one.last_ns)}"
        yield f"{words['seen']} {one.sensor}: {span}, {words['states'].format(count=one.states)}"


def _event(line: StoryLine, language: Language) -> str:
    said = line.reasons_lt if language == "lt" and line.reasons_lt else line.reasons
    who = f", {line.who}" if line.who and line.what != "sensor" else ""
    share = f" {_percent(line.probability)}" if line.what in ("claim", "alert") and line.probability is not None else ""
    why = f" ({'; '.join(said)})" if said else ""
    return f"{_utc(line.time_ns)} {_what(line, language)}{share}{who}{why}"


def _what(line: StoryLine, language: Language) -> str:
    """Say what a line is about and what happened, as the page does."""
    name = f"story.{line.what}.{line.state}"
    share = "" if line.probability is None else f" ({_percent(line.probability)})"
    match line.what:
        case "sensor":
            return _say(language, "story.sensor", sensor=line.state)
        case "class":
            return _say(language, "story.class", name=_say_value(language, line.state), share=share)
        case "alert":
            return _say(language, name, zone=line.subject, tier=_say(language, f"alerts.{line.value}"))
        case "claim":
            question, value = _say(language, f"held.{line.subject}"), _say_value(language, line.value)
            return _say(language, name, question=question, value=value)
        case "decision":
            return _say(language, "story.decision", action=_say(language, f"story.action.{line.state}"))
        case "event":
            return _say(language, name, others=line.subject)
        case "lost":
            shares = ", ".join(
                f"{_say(language, f'lost.{one.name}')} {_percent(one.probability)}" for one in line.shares
            )
            return _say(language, name, other=line.subject, share=share, shares=shares)
        case _:
            return _say(language, name)


def _say(language: Language, name: str, /, **figures: object) -> str:
    template: str = _STORY.tables()[language][name]
    return template.format(**figures)


def _say_value(language: Language, value: str) -> str:
    """Say an answer that has a word of its own; a call sign and the like stand as they are."""
    if value.startswith(TO):
        return _say(language, "held.to", zone=value.removeprefix(TO))
    name = f"type.{CLASSES.index(value) + 1}" if value in CLASSES else f"held.{value}"
    return _say(language, name) if name in _STORY.tables()[language] else value


def _percent(share: float) -> str:
    """Write a probability; what is not certain never reads 100 %."""
    return f"{min(99, max(1, round(100 * share)))} %"


def _utc(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
