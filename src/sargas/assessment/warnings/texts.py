"""What the public is told, in four languages, from templates; the node drafts, a person approves."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal

from sargas.model.local_time import LocalTime
from sargas.model.warning_records import WarningLanguage, WarningText

LANGUAGES: tuple[WarningLanguage, ...] = ("lt", "en", "lv", "pl")
MOST_NAMED = 4
"""Places named in the headline, fewer where they do not fit; all stand in the description."""
HEADLINE = 160
Meaning = Literal["red", "yellow", "all_clear"]


def write_texts(
    meaning: Meaning,
    names: Sequence[str],
    eta_ns: tuple[int, int] | None,
    local: LocalTime,
    *,
    is_exercise: bool,
) -> tuple[WarningText, ...]:
    """Fill the templates; ``eta_ns`` (UTC ns) from and until, none: it is there now. Times are told in local time."""
    return tuple(
        _write(language, _templates()[language], meaning, names, eta_ns, local, is_exercise) for language in LANGUAGES
    )


def _write(
    language: WarningLanguage,
    words: dict[str, Any],
    meaning: Meaning,
    names: Sequence[str],
    eta_ns: tuple[int, int] | None,
    local: LocalTime,
    is_exercise: bool,
) -> WarningText:
    mark = words["exercise"] if is_exercise else ""
    when = words["now"]
    if eta_ns is not None:
        first, last = (local.clock(time_ns) for time_ns in eta_ns)
        when = words["soon"].format(time_from=first, time_until=last)
    told = words[meaning]
    return WarningText(
        language=language,
        headline=_headline(words, mark + told["headline"], names),
        description=mark + told["description"].format(places=", ".join(names), when=when),
        instruction=mark + told["instruction"],
    )


def _headline(words: dict[str, Any], template: str, names: Sequence[str]) -> str:
    """Name as many places as fit whole, and say of how many others it is true too."""
    headline = ""
    for named in range(min(MOST_NAMED, len(names)), 0, -1):
        few = ", ".join(names[:named])
        if named < len(names):
            few = words["more"].format(places=few, count=len(names) - named)
        headline = template.format(places=few)
        if len(headline) <= HEADLINE:
            break
    return headline[:HEADLINE]


@cache
def _templates() -> dict[str, dict[str, Any]]:
    text = resources.files("sargas.assessment").joinpath("figures", "warning_texts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
