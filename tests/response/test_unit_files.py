"""Files of units: all rows good, or every bad one with its line."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from sargas.identification.permission_files import Entry
from sargas.model.label import Label
from sargas.response.unit_files import is_same, read_units

NOW_NS = 1_790_000_000_000_000_000
ENTRY = Entry(NOW_NS, "LTU-1", Label(originator="LTU"), "jonas")
CSV = """unit_id,name,role,latitude_deg,longitude_deg,state,ready_in_s,contact,position_time
patrol-7,Patrulis 7,patrol,54.70,25.30,,60,LV-7,2026-09-21T14:13:20Z
qra-1,Zokniai,quick_reaction,55.8939,23.3950,busy,300,,
"""


def test_a_csv_file_gives_units_with_who_entered_them_and_when() -> None:
    read = read_units(CSV, ENTRY)
    assert read.problems == ()
    patrol, fighters = read.units
    assert (patrol.unit_id, patrol.role, patrol.state, patrol.ready_in_s) == ("patrol-7", "patrol", "ready", 60)
    assert (patrol.latitude_deg, patrol.longitude_deg, patrol.entered_by) == (54.7, 25.3, "jonas")
    assert patrol.position_ns == 1_790_000_000_000_000_000
    assert (fighters.state, fighters.position_ns, fighters.contact) == ("busy", NOW_NS, "")


def test_semicolons_and_a_byte_order_mark_are_read_as_spreadsheets_write_them() -> None:
    read = read_units("\ufeff" + CSV.replace(",", ";").replace("\n", "\r\n"), ENTRY)
    assert [unit.unit_id for unit in read.units] == ["patrol-7", "qra-1"]


def test_a_geojson_file_gives_the_same_units() -> None:
    def feature(unit_id: str, place: list[float], **properties: object) -> dict[str, object]:
        geometry = {"type": "Point", "coordinates": place}
        return {"type": "Feature", "id": unit_id, "properties": properties, "geometry": geometry}

    text = json.dumps({"type": "FeatureCollection", "features": [
        feature("patrol-7", [25.3, 54.7], name="Patrulis 7", role="patrol", ready_in_s=60, contact="LV-7",
                position_time="2026-09-21T16:13:20+02:00"),
        feature("qra-1", [23.395, 55.8939, 100.0], name="Zokniai", role="quick_reaction", state="busy", ready_in_s=300),
    ]})  # fmt: skip
    read = read_units(text, ENTRY)
    assert read.problems == ()
    assert all(is_same(one, other) for one, other in zip(read.units, read_units(CSV, ENTRY).units, strict=True))


def test_every_bad_row_is_told_with_its_line() -> None:
    rows = [
        "unit_id,name,role,latitude_deg,longitude_deg,ready_in_s,position_time,state",
        "a,A,patrol,54,25,,,",
        "b,B,tank,54,25,,,",
        "c,C,patrol,north,25,,,",
        "d,,patrol,54,25,,,",
        "a,Again,patrol,54,25,,,",
        "e,E,patrol,54,25,-1,,",
        "f,F,patrol,54,25,,2026-09-21T14:13:20,",
        "g,G,patrol,54,25,,,removed",
        "h,H,patrol,54,25,,,,more",
    ]
    told = {problem.line: problem.text for problem in read_units("\n".join(rows), ENTRY).problems}
    assert sorted(told) == [3, 4, 5, 6, 7, 8, 9, 10]
    assert told[3].startswith("role:")
    assert told[4].startswith("latitude_deg:")
    assert told[5] == "expected name, was missing"
    assert "once" in told[6]
    assert told[7].startswith("ready_in_s:")
    assert "Z or an offset" in told[8]
    assert "delete the unit" in told[9]


def test_columns_that_are_unknown_or_missing_are_named() -> None:
    (problem,) = read_units("unit_id,name,role,lat\nx,X,patrol,1", ENTRY).problems
    assert problem.line == 1
    assert all(name in problem.text for name in ("lat", "latitude_deg", "longitude_deg"))


def test_a_column_that_stands_twice_is_named() -> None:
    (problem,) = read_units("unit_id,name,role,latitude_deg,longitude_deg,name\nx,X,patrol,1,2,Y", ENTRY).problems
    assert problem.line == 1
    assert problem.text.endswith("twice: name")


def test_of_nothing_there_is_a_problem() -> None:
    assert [problem.line for problem in read_units("", ENTRY).problems] == [1]
    assert read_units('{"type": "FeatureCollection", "features": []}', ENTRY).problems


@given(text=st.text() | st.text().map(lambda text: "{" + text) | st.recursive(
    st.none() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
).map(lambda value: json.dumps({"type": "FeatureCollection", "features": [value]})))  # fmt: skip
def test_whatever_comes_gives_units_or_problems(text: str) -> None:
    read = read_units(text, ENTRY)
    assert read.units or read.problems
