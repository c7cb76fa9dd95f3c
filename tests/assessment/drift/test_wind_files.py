"""Winds from CSV: heights or pressures, components or directions; every bad row is named with what would mend it."""

import pytest

from sargas.assessment.drift.wind_files import KNOT_MPS, read_winds
from sargas.identification.permission_files import Entry
from sargas.model.label import Label

ENTRY = Entry(5, "node", Label(), "rasa")
HEAD = "valid,altitude_m,east_mps,north_mps\n"


def test_rows_of_one_time_and_place_are_one_table_with_heights_rising() -> None:
    text = "valid;altitude_m;east_mps;north_mps;latitude_deg;longitude_deg;source;sigma_mps\n"
    text += "2026-05-01T06:00:00Z;3000;9;1;54.6;25.3;ICON;2\n2026-05-01T06:00:00Z;100;3;0;54.6;25.3;ICON;\n"
    text += "2026-05-01T09:00:00+03:00;100;4;0;54.6;25.8;ICON;1.5\n"
    read = read_winds(text, ENTRY)
    assert not read.problems
    assert len(read.tables) == 2
    first = read.tables[0]
    assert [level.altitude_m for level in first.levels] == [100.0, 3000.0]
    assert [level.sigma_mps for level in first.levels] == [2.5, 2.0]
    assert first.valid_ns == read.tables[1].valid_ns
    assert (first.source, first.entered_by, first.longitude_deg) == ("ICON", "rasa", 25.3)


def test_a_wind_from_the_west_blows_east_and_pressures_become_heights() -> None:
    read = read_winds("valid,pressure_hpa,speed_kt,from_deg\n2026-05-01T06:00Z,700,20,270\n", ENTRY)
    [level] = read.tables[0].levels
    assert level.altitude_m == pytest.approx(3012.0, abs=5.0)
    assert level.east_mps == pytest.approx(20.0 * KNOT_MPS)
    assert level.north_mps == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "expected the column valid"),
        (HEAD, 1, "expected one or more rows of wind"),
        ("valid,height,east_mps,north_mps\n", 1, "was also 'height'"),
        ("valid,altitude_m,east_mps\n", 1, "east_mps and north_mps or speed_mps and from_deg"),
        (HEAD + "2026-05-01T06:00:00,0,1,1\n", 2, "Z or an offset"),
        (HEAD + "2026-05-01T06:00Z,0,1,\n", 2, "expected one of east_mps and north_mps"),
        (HEAD + "2026-05-01T06:00Z,0,1,x\n", 2, "north_mps: expected a number"),
        (HEAD + "2026-05-01T06:00Z,0,1,nan\n", 2, "north_mps: expected a number"),
        (HEAD + "2026-05-01T06:00Z,,1,1\n", 2, "was neither"),
        (HEAD + "2026-05-01T06:00Z,0,1,1\n2026-05-01T06:00Z,0,2,2\n", 2, "was 0 m again in row 3"),
        (HEAD + "2026-05-01T06:00Z,0,1,1,7\n", 2, "as many cells as the header"),
        (HEAD + "2026-05-01T06:00Z,100,1,1\n2026-05-01T06:00Z,50,999,1\n", 2, "row 3: east_mps"),
    ],
)
def test_what_is_wrong_is_told_with_its_row(text: str, line: int, says: str) -> None:
    read = read_winds(text, ENTRY)
    assert not read.tables or read.problems
    assert read.problems[0].line == line
    assert says in read.problems[0].text


def test_twice_the_same_file_are_the_same_tables() -> None:
    text = HEAD + "2026-05-01T06:00Z,0,1,1\n"
    first, second = (read_winds(text, ENTRY).tables[0] for _ in range(2))
    assert first == second
