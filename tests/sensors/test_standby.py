"""Standby sources: which are taken over, and what their health says meanwhile."""

from __future__ import annotations

import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Configuration, Decision, Source, SourceHealth
from sargas.sensors.health import SourceHealthBook
from sargas.sensors.standby import Standby

S = NS_PER_S
LABEL = Label(originator="LTU")
SOURCES = (
    Source(name="ours", format="asterix"),
    Source(name="riga", format="asterix", standby_for="LVA"),
    Source(name="liepaja", format="asterix", standby_for="LVA"),
    Source(name="suwalki", format="asterix", standby_for="POL"),
)


def decide(action: str, subject: str, time_ns: int = 0) -> Decision:
    given = {"id": f"{action} {subject} {time_ns}", "origin": "LTU-1", "label": LABEL, "actor": "ona"}
    return Decision.model_validate({**given, "time_ns": time_ns, "action": action, "subject": subject})


@pytest.fixture
def book() -> SourceHealthBook:
    return SourceHealthBook(
        Configuration(
            id="c", time_ns=0, origin="LTU-1", label=LABEL, node="LTU-1", nation="LTU", origin_latitude_deg=55.0,
            origin_longitude_deg=24.0, sources=SOURCES,
        )
    )  # fmt: skip


def told(book: SourceHealthBook, time_s: int) -> dict[str, tuple[str, str]]:
    return {one.source: (one.state, one.reason) for one in book.tick(time_s * S, lambda source: None)}


def test_a_nation_or_one_of_its_sources_is_taken_over_and_given_back() -> None:
    standby = Standby.of(SOURCES)
    assert standby.decide(decide("take_over", "LVA/riga")) == ("riga",)
    assert standby.decide(decide("take_over", "LVA")) == ("liepaja",)
    assert standby.decide(decide("take_over", "LVA")) == ()
    assert standby.decide(decide("give_back", "LVA/liepaja")) == ("liepaja",)
    assert (standby.waits_for("riga"), standby.waits_for("liepaja"), standby.waits_for("ours")) == ("", "LVA", "")
    assert standby.decide(decide("give_back", "LVA")) == ("riga",)
    assert not standby.taken


@pytest.mark.parametrize("subject", ["EST", "LVA/ours", "LVA/suwalki", "LTU", "", "LVA/"])
def test_nothing_but_what_stands_by_for_that_nation_is_taken(subject: str) -> None:
    standby = Standby.of(SOURCES, [decide("take_over", subject)])
    assert set(standby.taken) == ({"riga", "liepaja"} if subject == "LVA/" else set())


def test_other_decisions_take_nothing_over() -> None:
    assert Standby.of(SOURCES, [decide("accept", "LVA")]).taken == {}


def test_health_says_for_whom_a_source_stands_by_and_makes_no_noise(book: SourceHealthBook) -> None:
    first = told(book, 1)
    assert first["riga"] == ("waiting", "stands by for LVA")
    assert first["ours"] == ("waiting", "nothing received yet")
    assert all(told(book, second) == {} for second in range(2, 60))


def test_a_source_that_is_taken_over_is_judged_like_ours_until_it_is_given_back(book: SourceHealthBook) -> None:
    told(book, 1)
    book.decide(decide("take_over", "LVA", 2 * S))
    assert told(book, 2)["riga"] == ("waiting", "nothing received yet")
    book.count("riga", 3 * S, records=1, sensors=("psr",))
    book.count("riga", 4 * S, records=1)
    assert told(book, 4)["riga"] == ("ok", "")
    assert (book.first_taken_ns("riga"), book.first_taken_ns("liepaja")) == (3 * S, None)
    assert book.sensors_of("riga") == {"psr"}
    assert told(book, 20)["riga"][0] == "silent"
    book.decide(decide("give_back", "LVA", 21 * S))
    assert told(book, 21)["riga"] == ("waiting", "stands by for LVA")
    assert book.first_taken_ns("riga") is None


def test_a_snapshot_knows_what_is_taken_over(book: SourceHealthBook) -> None:
    book.decide(decide("take_over", "LVA/riga", 2 * S))
    book.count("riga", 3 * S, records=1)
    again = SourceHealthBook(book._configuration)
    again.restore(book.snapshot())
    assert again.snapshot() == book.snapshot()
    states: list[SourceHealth] = [*again.tick(4 * S, lambda source: None)]
    assert [one.reason for one in states] == ["stands by for LVA", "nothing received yet", "", "stands by for POL"]
