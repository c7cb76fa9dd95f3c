"""Why a source is not well is said in both languages."""

from __future__ import annotations

from sargas.sensors.health import SourceHealthBook
from tests.picture.test_step import configuration
from tests.sensors.test_health import S


def test_a_source_says_in_lithuanian_too_why_it_is_not_well() -> None:
    settings = configuration()
    book = SourceHealthBook(settings)
    told = {health.source: health for health in book.tick(S, lambda _: None)}
    first = told[settings.sources[0].name]
    assert (first.reason, first.reason_lt) == ("nothing received yet", "dar nieko negauta")
