"""Files of flight permissions: good rows become records, every bad row is told with its line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.identification.permission_files import Entry, is_same, read_permissions
from sargas.model.label import Label

ENTRY = Entry(5, "node", Label(), "jonas")
HEADER = "permission_id,holder,purpose,valid_from,valid_until,latitude_deg,longitude_deg,radius_m,ceiling_m,callsign\n"
GOOD = "p1,Vilniaus policija,police,2026-05-01T08:00:00Z,2026-05-01T18:00:00+03:00,54.68,25.28,3000,500,POLIC1\n"


def problems(text: str) -> list[tuple[int, str]]:
    """Return the lines and words of what is wrong."""
    return [(problem.line, problem.text) for problem in read_permissions(text, ENTRY).problems]


def test_a_row_becomes_a_permission_with_its_times_in_utc() -> None:
    read = read_permissions(HEADER + GOOD, ENTRY)
    assert read.problems == ()
    (one,) = read.permissions
    assert (one.permission_id, one.holder, one.purpose, one.callsign) == ("p1", "Vilniaus policija", "police", "POLIC1")
    assert one.centre == (25.28, 54.68)
    assert (one.radius_m, one.ceiling_m) == (3000.0, 500.0)
    assert one.valid_from_ns == 1_777_622_400_000_000_000
    assert one.valid_until_ns - one.valid_from_ns == 7 * 3600 * 10**9
    assert (one.entered_by, one.time_ns) == ("jonas", 5)


def test_semicolons_byte_order_mark_and_empty_lines_are_no_trouble() -> None:
    text = "\ufeff" + (HEADER + GOOD).replace(",", ";") + ";;;;;;;;;\n"
    assert len(read_permissions(text, ENTRY).permissions) == 1


def test_a_polygon_is_read_plain_and_as_wkt() -> None:
    header = "permission_id,holder,valid_from,valid_until,polygon\n"
    for shape in ("25 54, 26 54, 26 55", "POLYGON ((25 54, 26 54, 26 55, 25 54))"):
        read = read_permissions(f'{header}p,h,2026-05-01T08:00Z,2026-05-02T08:00Z,"{shape}"\n', ENTRY)
        assert read.problems == ()
        assert read.permissions[0].polygon == ((25.0, 54.0), (26.0, 54.0), (26.0, 55.0))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("p2,,police,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,1000,500,\n", "expected holder, was missing"),
        ("p2,h,polic,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,1000,500,\n", "purpose: "),
        ("p2,h,,2026-05-01T08:00:00,2026-05-02T08:00:00Z,54,25,1000,500,\n", "valid_from: expected a time with Z"),
        ("p2,h,,2026-13-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,1000,500,\n", "valid_from: expected a time as"),
        ("p2,h,,yesterday,2026-05-02T08:00:00Z,54,25,1000,500,\n", "valid_from: expected a time as"),
        ("p2,h,,2026-05-02T08:00:00Z,2026-05-01T08:00:00Z,54,25,1000,500,\n", "expected valid_until_ns after"),
        ("p2,h,,2026-05-01T08:00:00Z,9999-12-31T00:00:00Z,54,25,1000,500,\n", "valid_until: expected a year within"),
        ("p2,h,,2026-05-01T08:00:00Z,2700-01-01T00:00:00Z,54,25,1000,500,\n", "valid_until: expected a year within"),
        ("p2,h,,2026-05-01T08:00:00+99:99,2026-05-02T08:00:00Z,54,25,1000,500,\n", "valid_from: expected an offset as"),
        (
            f"{'p' * 101},h,,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,1000,500,\n",
            "permission_id: expected at most 100",
        ),
        (
            f"p2,{'h' * 201},,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,1000,500,\n",
            "holder: expected at most 200",
        ),
        ("p2,h,,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,1000,nan,\n", "ceiling_m: "),
        ("p2,h,,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,inf,500,\n", "radius_m: "),
        ("p2,h,,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,154,25,1000,500,\n", "centre.1: "),
        ("p2,h,,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,,500,\n", "together, was only latitude_deg"),
        ("p2,h,,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,,,,500,\n", "or polygon, and not both"),
        ("p2,h,,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,nah,500,\n", "radius_m: expected a number"),
        ("p2,h,,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,nan,500,\n", "radius_m: "),
        ("p1,h,,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,1000,500,\n", "was 'p1' in 2 already"),
        ("p2,h,,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,1000,500,,more\n", "1 more"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_how_to_mend_it(row: str, words: str) -> None:
    ((line, text),) = problems(HEADER + GOOD + row)
    assert line == 3
    assert words in text


def test_every_bad_row_is_told() -> None:
    bad = "q,h,polic,2026-05-01T08:00:00Z,2026-05-02T08:00:00Z,54,25,1000,500,\n"
    assert [line for line, _ in problems(HEADER + bad + GOOD + bad)] == [2, 4]


def test_a_header_with_wrong_columns_names_them() -> None:
    ((line, text),) = problems("id,holder,valid_from,valid_until\n1,2,3,4\n")
    assert line == 1
    assert "was also 'id'" in text
    assert "was without permission_id" in text


def test_a_column_that_stands_twice_is_named() -> None:
    ((line, text),) = problems(HEADER.replace("callsign", "holder") + GOOD)
    assert line == 1
    assert text.endswith(", was twice holder")


def test_a_file_without_any_permission_is_no_file_of_permissions() -> None:
    assert problems(HEADER) == [(1, "expected one or more permissions, was none")]


def feature(geometry: object, **properties: object) -> dict[str, object]:
    """Return a GeoJSON feature with what every permission needs."""
    needed = {
        "permission_id": "g",
        "holder": "h",
        "valid_from": "2026-05-01T08:00Z",
        "valid_until": "2026-05-02T08:00Z",
    }
    return {"type": "Feature", "geometry": geometry, "properties": needed | properties}


def collection(*features: object) -> str:
    """Return a GeoJSON text."""
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_geojson_polygons_with_holes_and_points_with_a_radius_are_read() -> None:
    ring = [[25, 54], [26, 54], [26, 55], [25, 54]]
    hole = [[25.5, 54.1], [25.6, 54.1], [25.6, 54.2], [25.5, 54.1]]
    text = collection(
        feature({"type": "Polygon", "coordinates": [ring, hole]}, classes=["multirotor"]),
        feature({"type": "Point", "coordinates": [25, 54]}, permission_id="c", radius_m=500, count=3),
    )
    read = read_permissions(text, ENTRY)
    assert read.problems == ()
    assert read.permissions[0].holes == (((25.5, 54.1), (25.6, 54.1), (25.6, 54.2)),)
    assert read.permissions[0].classes == ("multirotor",)
    assert (read.permissions[1].centre, read.permissions[1].radius_m, read.permissions[1].count) == ((25, 54), 500, 3)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"type": "FeatureCollection", "features": [', 1, "expected GeoJSON"),
        ('{"a":' * 100_000, 1, "expected GeoJSON"),
        ('{"type": "FeatureCollection", "features": [' + "9" * 5000 + "]}", 1, "expected GeoJSON"),
        ('{"type": "Feature"}', 1, "expected a GeoJSON FeatureCollection"),
        (collection(5), 1, "expected a Feature with properties"),
        (collection(feature({"type": "Point", "coordinates": [25, 54]})), 1, "a Point with radius_m, was 'Point'"),
        (collection(feature(None)), 1, "geometry: expected a Polygon"),
        (collection(feature({"type": "Point", "coordinates": [25]}, radius_m=5)), 1, "longitude, latitude in degrees"),
        (
            collection(feature({"type": "Point", "coordinates": [25, 54]}, radius_m=5, colour="red")),
            1,
            "properties.colour",
        ),
    ],
)
def test_bad_geojson_is_told_by_the_number_of_its_feature(text: str, line: int, words: str) -> None:
    ((told, what),) = problems(text)
    assert told == line
    assert words in what


def test_who_entered_it_and_when_makes_no_other_permission() -> None:
    one = read_permissions(HEADER + GOOD, ENTRY).permissions[0]
    again = read_permissions(HEADER + GOOD, Entry(9, "other", Label(), "ona")).permissions[0]
    assert is_same(one, again)
    assert not is_same(one, again.model_copy(update={"ceiling_m": 501.0}))


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda data: data.decode("latin-1")))
def test_whatever_a_file_holds_it_is_read_or_told(text: str) -> None:
    for whole in (text, HEADER + text, "{" + text):
        read = read_permissions(whole, ENTRY)
        assert read.permissions or read.problems
