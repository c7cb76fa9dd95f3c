"""Which winds a picture starts with: those on record that still hold, the file's, and none that was withdrawn."""

from sargas.assessment.drift.wind_table import STALE_S
from sargas.model.columns import NS_PER_S
from sargas.runtime.standing_winds import choose_winds
from tests.assessment.drift.winds import START_NS, table


def names(stored: list, of_file: list) -> list[tuple[str, float]]:
    return [(one.table_id, one.levels[0].east_mps) for one in choose_winds(stored, of_file, START_NS)]


def test_what_is_on_record_and_what_the_file_has_both_count() -> None:
    assert names([table(1.0, name="a")], [table(2.0, name="b")]) == [("a", 1.0), ("b", 2.0)]


def test_the_file_replaces_its_own_tables_and_no_persons() -> None:
    entered = table(1.0, name="b").model_copy(update={"entered_by": "rasa"})
    assert names([table(1.0, name="a"), entered], [table(5.0, name="a"), table(5.0, name="b")]) == [
        ("a", 5.0), ("b", 1.0),
    ]  # fmt: skip


def test_stale_and_withdrawn_tables_stay_away() -> None:
    stale = table(1.0, name="a", at_ns=START_NS - round((STALE_S + 1) * NS_PER_S))
    withdrawn = table(1.0, name="b").model_copy(update={"state": "withdrawn", "entered_by": "rasa"})
    assert names([stale, withdrawn], [table(2.0, name="b")]) == []
