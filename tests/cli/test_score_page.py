"""The page of ``sargas score --html``: one file without a network that shows what was lost, where, when, of whom."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from sargas.cli.score_map import LAYERS
from sargas.cli.score_page import render_page
from sargas.exercise.scoring.columns import Picture, Truth
from sargas.exercise.scoring.frames import build_frames
from sargas.exercise.scoring.report import plain, score_picture
from tests.cli.conftest import Ended
from tests.cli.test_score import scenario as scenario
from tests.exercise.scoring.stage import joined, keep, perfect, shifted, stage

TIMES = 10
EMPTY = {"meta", "input"}


class Balanced(HTMLParser):
    """Read a page and fail where an element is not closed by its own end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(truth: Truth, picture: Picture) -> str:
    frames = build_frames(truth, picture)
    report = plain(score_picture(frames, truth, picture, 8.0))
    page = render_page("a title with < and &", frames, report, 8.0)
    reader = Balanced()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return page


def svg_of(page: str, start: str) -> ElementTree.Element:
    found = re.search(rf"<svg {start}.*?</svg>", page, re.DOTALL)
    assert found is not None
    return ElementTree.fromstring(found[0])


def faulty() -> tuple[Truth, Picture]:
    truth = stage(6, TIMES, ("one_way_drone", "bird <&"))
    rows = np.arange(len(truth.kind))
    picture = perfect(truth)
    picture.track_id[(truth.object_id == 3) & (rows // 6 >= 7)] = 999
    ghost = keep(Picture(states=picture.states, track_id=picture.track_id + 500), truth.object_id == 0)
    lost = (truth.object_id == 1) & (rows // 6 >= 6)
    return truth, joined(keep(picture, ~lost), shifted(ghost, 0.0, 30e3))


def test_the_map_marks_each_missed_false_and_renumbered_place() -> None:
    drawn = svg_of(page_of(*faulty()), 'id="map"')
    marks = {name: drawn.findall(f".//g[@id='layer-{name}']/path") for name, _, _ in LAYERS}
    assert len(marks["missed"]) == 4
    assert len(marks["false"]) == TIMES
    assert [mark.findtext("title") for mark in marks["switches"]] == ["object 3: 999 at 28 s"]
    assert len(marks["truth"]) == len(marks["tracks"]) == 1


def test_gospa_over_time_is_divided_by_cause() -> None:
    drawn = svg_of(page_of(*faulty()), 'class="chart"')
    bars = [
        {rect.get("class"): float(rect.get("height", "")) for rect in g.findall("rect")} for g in drawn.findall("g")
    ]
    assert len(bars) == TIMES
    assert bars[-1]["missed"] == pytest.approx(bars[-1]["false"])
    assert bars[3]["missed"] == bars[3]["location"] == 0


def test_the_object_that_cost_most_stands_first() -> None:
    page = page_of(*faulty())
    rows = re.findall(r"<tr><th>(.*?)</th><td>(.*?)</td>", page[page.index("last at, km") :].partition("<tbody>")[2])
    assert rows[0] == ("1", "bird &lt;&amp;")


@pytest.mark.parametrize("keeps", [0, 1])
def test_a_picture_with_no_track_or_one_is_a_page_too(keeps: int) -> None:
    truth = stage(2, TIMES)
    assert "NaN" not in page_of(truth, keep(perfect(truth), np.arange(keeps)))


def test_the_page_asks_nothing_of_a_network(scenario: Path, sargas: Callable[..., Ended]) -> None:
    out = scenario / "page.html"
    ended = sargas("score", str(scenario), str(scenario / "tracks.parquet"), "--html", str(out))
    assert (ended.code, ended.err) == (0, "")
    page = out.read_text(encoding="utf-8")
    assert not re.search(r"https?:|\bsrc=|\bhref=\"(?!#)|@import|url\(|fetch\(", page)
    assert page.count('class="inset"') >= 1


def test_a_page_in_no_folder_is_refused_before_work(scenario: Path, sargas: Callable[..., Ended]) -> None:
    ended = sargas(
        "score", str(scenario), str(scenario / "tracks.parquet"), "--html", str(scenario / "no" / "page.html")
    )
    assert (ended.code, ended.out) == (2, "")
    assert "expected an existing folder, was none" in ended.err
    assert ended.err.count("\n") == 1
