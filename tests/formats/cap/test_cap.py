"""Every message is valid CAP 1.2, says what it means, and its polygons are closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sargas.formats.cap import encode_cap, identifier_of
from sargas.model.warning_records import PublicWarning, WarningArea
from tests.assessment.warnings.scene import at, book, decide, threat

SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).parent / "cap-1.2.xsd")))
CAP = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
EAST = WarningArea(area_id="e", name="East & <far>", polygon=((26.0, 54.4), (26.6, 54.4), (26.6, 55.0), (26.0, 55.0)))


def read(data: bytes) -> Any:
    root = etree.fromstring(data)
    SCHEMA.assertValid(root)
    return root


def texts(root: Any, path: str) -> list[str]:
    return [element.text for element in root.findall(path, CAP)]


def test_a_draft_an_approval_and_the_end_are_valid_and_refer_to_each_other() -> None:
    warnings = book(EAST)
    (draft,) = warnings.tick([threat(level="red")], at(0))
    assert texts(read(encode_cap(draft, "warnings@example.lt")), "c:status") == ["Draft"]
    (approved,) = decide(warnings, draft, "approve")
    root = read(encode_cap(approved, "warnings@example.lt"))
    assert texts(root, "c:status") == ["Actual"]
    assert texts(root, "c:msgType") == ["Alert"]
    assert texts(root, "c:info/c:language") == ["lt-LT", "en", "lv-LV", "pl-PL"]
    assert set(texts(root, "c:info/c:severity")) == {"Extreme"}
    assert set(texts(root, "c:info/c:responseType")) == {"Shelter"}
    assert set(texts(root, "c:info/c:area/c:areaDesc")) == {"East & <far>"}
    for polygon in texts(root, "c:info/c:area/c:polygon"):
        points = polygon.split()
        assert points[0] == points[-1] == "54.4000,26.0000"
        assert len(points) >= 4
    (clear,) = warnings.tick([], at(60))
    end = read(encode_cap(clear, "warnings@example.lt", [approved]))
    assert texts(end, "c:msgType") == ["Cancel"]
    identifier, sent = texts(root, "c:identifier")[0], texts(root, "c:sent")[0]
    assert texts(end, "c:references") == [f"warnings@example.lt,{identifier},{sent}"]
    assert set(texts(end, "c:info/c:responseType")) == {"AllClear"}


def test_an_update_is_valid_refers_to_what_was_sent_and_the_end_to_both() -> None:
    warnings = book(EAST)
    (draft,) = warnings.tick([threat(level="yellow")], at(0))
    (first,) = decide(warnings, draft, "approve")
    (higher,) = warnings.tick([threat(level="red")], at(20))
    (second,) = decide(warnings, higher, "approve")
    root = read(encode_cap(second, "x", [first]))
    assert texts(root, "c:msgType") == ["Update"]
    assert texts(root, "c:references") == [f"x,{identifier_of(first)},{sent(first)}"]
    assert texts(root, "c:identifier") != [identifier_of(first)]
    assert texts(root, "c:info/c:event") == [
        "Oro pavojus",
        "Air danger",
        "Gaisa telpas apdraudējums",
        "Zagrożenie z powietrza",
    ]
    (clear,) = warnings.tick([], at(90))
    (over,) = decide(warnings, clear, "approve")
    end = read(encode_cap(over, "x", [second, first]))  # as they come from the store, the latest change last
    assert texts(end, "c:msgType") == ["Cancel"]
    assert texts(end, "c:references")[0].split() == [f"x,{identifier_of(one)},{sent(one)}" for one in (first, second)]
    assert set(texts(end, "c:info/c:urgency")) == {"Past"}


def test_the_event_is_told_as_the_headline_begins_in_every_language() -> None:
    for level in ("red", "yellow"):
        (draft,) = book(EAST).tick([threat(level=level)], at(0))
        root = read(encode_cap(draft, "x"))
        for event, headline in zip(texts(root, "c:info/c:event"), texts(root, "c:info/c:headline"), strict=True):
            assert headline.startswith(f"{event}: ")


def test_times_are_utc_as_cap_writes_it() -> None:
    warnings = book(EAST)
    (draft,) = warnings.tick([threat(level="red")], at(0))
    (approved,) = decide(warnings, draft, "approve")
    root = read(encode_cap(approved, "x"))
    times = [
        text
        for name in ("sent", "info/c:effective", "info/c:onset", "info/c:expires")
        for text in texts(root, f"c:{name}")
    ]
    assert len(times) == 1 + 3 * len(draft.texts)
    assert all(text.endswith("-00:00") for text in times)


def sent(warning: PublicWarning) -> str:
    return texts(read(encode_cap(warning, "x")), "c:sent")[0]


def test_an_exercise_is_never_actual() -> None:
    warnings = book(EAST)
    (draft,) = warnings.tick([threat(is_exercise=True)], at(0))
    (approved,) = decide(warnings, draft, "approve")
    assert texts(read(encode_cap(approved, "x")), "c:status") == ["Exercise"]


@pytest.mark.parametrize("sender", ["", "two words", "a,b", "a<b", "a&b"])
def test_a_sender_that_cap_forbids_is_refused(sender: str) -> None:
    (draft,) = book(EAST).tick([threat()], at(0))
    with pytest.raises(ValueError, match="expected a sender without"):
        encode_cap(draft, sender)


def test_the_schema_refuses_what_is_not_cap() -> None:
    (draft,) = book(EAST).tick([threat()], at(0))
    wrong = encode_cap(draft, "x").replace(b"<status>Draft</status>", b"<status>Perhaps</status>")
    assert not SCHEMA.validate(etree.fromstring(wrong))
