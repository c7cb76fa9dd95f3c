"""The pages in spec say of every record field and column what the model says, and name none that is gone."""

import pytest
from pydantic import BaseModel

from sargas.model.records import SensorRegistration, Sighting, SourceHealth, TrackEvent
from sargas.model.schema import RECORDS, VALUES, column_schema
from sargas.model.tracks import CLASSES, TrackStatus
from tests.docs.tables import ROOT, Row, field_rows, render, tables_of

SPEC = ROOT / "spec"


@pytest.mark.parametrize("model", [*RECORDS, *VALUES], ids=lambda model: model.__name__)
def test_every_field_of_a_record_is_documented_as_it_is(model: type[BaseModel]) -> None:
    expected = field_rows(model, with_default=False)
    assert tables_of(SPEC / "records.md").get(model.__name__) == expected, render(expected)


def test_the_headings_name_no_record_that_is_gone() -> None:
    assert set(tables_of(SPEC / "records.md")) == {model.__name__ for model in (*RECORDS, *VALUES)} | {
        "States of a source",
        "States of a registration",
        "States of a sighting",
        "Events of tracks",
    }


@pytest.mark.parametrize("batch", ["plots", "tracks"])
@pytest.mark.parametrize(("heading", "exchange"), [("Exchange columns", True), ("Extension columns", False)])
def test_every_column_is_documented_as_it_is(batch: str, heading: str, exchange: bool) -> None:
    expected: list[Row] = [
        (f"`{c['name']}`", c["type"], c["unit"], "yes" if c["nullable"] else "no", c["meaning"])
        for c in column_schema(batch)["columns"]
        if c["exchange"] is exchange
    ]
    assert tables_of(SPEC / f"{batch}.md")[heading] == expected, render(expected)


def test_the_classes_and_the_status_are_documented_in_order() -> None:
    page = (SPEC / "tracks.md").read_text(encoding="utf-8")
    assert "\n".join(f"{i}. `{name}`" for i, name in enumerate(CLASSES, 1)) in page
    names = [row[0] for row in tables_of(SPEC / "tracks.md")["Status"]]
    assert names == [f"`{status.name.lower()}`" for status in TrackStatus]


@pytest.mark.parametrize(
    ("record", "heading"),
    [
        (SourceHealth, "States of a source"),
        (SensorRegistration, "States of a registration"),
        (Sighting, "States of a sighting"),
    ],
)
def test_every_state_is_documented(record: type[BaseModel], heading: str) -> None:
    states = record.model_json_schema()["properties"]["state"]["enum"]
    assert [row[0] for row in tables_of(SPEC / "records.md")[heading]] == [f"`{s}`" for s in states]


def test_every_event_of_tracks_is_documented() -> None:
    events = TrackEvent.model_json_schema()["properties"]["event"]["enum"]
    assert [row[0] for row in tables_of(SPEC / "records.md")["Events of tracks"]] == [f"`{event}`" for event in events]
