"""Labels of sources change while the picture runs: what is received from then on has the new one from its birth.

What was received before keeps its label, and what is derived takes the strictest of all behind it. The decoders go on
with what they remember: the state afterwards is that of a picture set up with the new label from the old's snapshot.
"""

from __future__ import annotations

from sargas.model.configuration_changes import with_source_label
from sargas.model.label import narrowed
from sargas.model.records import SourceLabel
from sargas.picture.intake import Intake
from sargas.picture.state import Picture


def announce_label(picture: Picture, word: SourceLabel, time_ns: int) -> tuple[SourceLabel, ...]:
    """Take a person's word on a label; returns it, and that it is in force once it is.

    A word on a source replaces one that still waits. Of a source that the configuration does not name nothing follows.
    """
    if word.source not in picture.intake.widest:
        return (word,)
    waiting = picture.intake.waiting
    waiting.pop(word.source, None)
    if word.state == "in_force" or word.from_ns <= time_ns:
        return (word, *_put_in_force(picture, word, time_ns))
    waiting[word.source] = word
    return (word,)


def labels_due(picture: Picture, time_ns: int) -> tuple[SourceLabel, ...]:
    """Put in force what waited for a moment that has come; returns what is in force now."""
    due = [word for _, word in sorted(picture.intake.waiting.items()) if word.from_ns <= time_ns]
    told = list[SourceLabel]()
    for word in due:
        del picture.intake.waiting[word.source]
        told += _put_in_force(picture, word, time_ns)
    return tuple(told)


def _put_in_force(picture: Picture, word: SourceLabel, time_ns: int) -> tuple[SourceLabel, ...]:
    widest = picture.intake.widest[word.source]
    marking = widest if word.as_configured else narrowed(word.marking, widest)
    configuration = with_source_label(picture.configuration, word.source, marking)
    intake = Intake(configuration)
    intake.restore(picture.intake.snapshot())
    picture.intake, picture.configuration = intake, configuration
    picture.identity.configuration = picture.outlook.configuration = configuration
    picture.health.relabel(configuration, word.source)
    if word.state == "in_force" and word.marking == marking:
        return ()  # it says so itself: a node that starts hands in what was in force
    told = {"id": f"{word.id}/in-force", "state": "in_force", "marking": marking, "time_ns": time_ns}
    return (word.model_copy(update=told),)
