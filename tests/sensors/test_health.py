"""The health book names the worst thing that is so, at once when the state changes."""

import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.label import Classification, Label
from sargas.model.records import Configuration, Sensor, SensorStatus, Source, SourceHealth, SourcePause
from sargas.model.saying import Said
from sargas.sensors.health import MOST_REASONS, SourceHealthBook

LABEL = Label(originator="LTU")
S = NS_PER_S


def configuration(**fields: object) -> Configuration:
    given = {
        "id": "c", "time_ns": 0, "origin": "LTU-1", "label": LABEL, "node": "LTU-1", "nation": "LTU",
        "origin_latitude_deg": 55.0, "origin_longitude_deg": 24.0,
    }  # fmt: skip
    return Configuration.model_validate(given | fields)


@pytest.fixture
def book() -> SourceHealthBook:
    return SourceHealthBook(configuration(sources=(Source(name="riga", format="asterix"),)))


def no_offset(source: str) -> float | None:
    return None


def tick_one(book: SourceHealthBook, time_ns: int, offset_s: float | None = None) -> SourceHealth | None:
    found = book.tick(time_ns, lambda source: offset_s)
    assert len(found) <= 1
    return found[0] if found else None


def feed(state: str, reason: str = "", lost: int = 0) -> SourceHealth:
    return SourceHealth(
        id="f", time_ns=0, origin="LTU-1", label=LABEL, source="riga", state=state, reason=reason, lost=lost
    )


def test_who_may_not_see_a_source_may_not_know_how_it_is() -> None:
    node = Label(originator="LTU", releasable_to=("LVA", "POL"))
    secret = Label(originator="LTU", classification=Classification.SECRET, caveats=("ORCON",))
    open_one = Label(originator="LTU", releasable_to=("LVA",))
    sources = (
        Source(name="open", format="asterix", label=open_one),
        Source(name="secret", format="asterix", label=secret),
    )
    made = configuration(label=node, sources=sources)
    book = SourceHealthBook(made)
    book.count("unknown", S)
    assert {one.source: one.label for one in book.tick(S, no_offset)} == {
        "open": open_one, "secret": secret, "unknown": node,
    }  # fmt: skip
    book.relabel(
        made.model_copy(update={"sources": (sources[0], sources[1].model_copy(update={"label": open_one}))}), "secret"
    )
    assert [(one.source, one.label) for one in book.tick(2 * S, no_offset)] == [("secret", open_one)]


def test_a_configured_source_waits_until_it_is_heard(book: SourceHealthBook) -> None:
    first = tick_one(book, 1 * S)
    assert first is not None
    assert first.state == "waiting"
    assert tick_one(book, 2 * S) is None
    book.count("riga", 2 * S, records=12)
    second = tick_one(book, 3 * S)
    assert second is not None
    assert (second.state, second.received, second.decoded) == ("ok", 1, 12)


def test_silence_is_reported_once_and_ends_with_the_next_datagram(book: SourceHealthBook) -> None:
    book.count("riga", 1 * S, records=1)
    states = [health.state for t in range(1, 60) if (health := tick_one(book, t * S))]
    assert states == ["ok", "silent"]
    book.count("riga", 60 * S, records=1)
    back = tick_one(book, 61 * S)
    assert back is not None
    assert back.state == "ok"


def test_counters_alone_are_reported_every_two_seconds(book: SourceHealthBook) -> None:
    reports = []
    for t in range(1, 21):
        book.count("riga", t * S, records=1)
        reports.append(tick_one(book, t * S) is not None)
    assert sum(reports) == 10


def test_rejects_degrade_with_the_commonest_reason(book: SourceHealthBook) -> None:
    tick_one(book, 0)
    for t in range(1, 4):
        book.count("riga", t * S, rejects=["LEN 2 below 3", "unknown category 7"])
        book.count("riga", t * S, rejects=["LEN 2 below 3"])
    health = tick_one(book, 4 * S)
    assert health is not None
    assert health.state == "degraded"
    assert "LEN 2 below 3" in health.reason
    assert health.reject_reasons == {"LEN 2 below 3": 6, "unknown category 7": 3}


def test_a_flood_of_reasons_does_not_grow_the_book(book: SourceHealthBook) -> None:
    for i in range(1000):
        book.count("riga", S, rejects=[f"reason {i}"])
    health = tick_one(book, S)
    assert health is not None
    assert len(health.reject_reasons) == MOST_REASONS + 1
    assert sum(health.reject_reasons.values()) == 1000


def test_a_clock_that_is_off_is_named_with_its_side(book: SourceHealthBook) -> None:
    book.count("riga", S, records=1)
    health = tick_one(book, S, offset_s=-1581.7)
    assert health is not None
    assert health.state == "degraded"
    assert "1581.7 s ahead" in health.reason
    assert health.clock_offset_s == -1581.7


def test_quarantine_and_failure_stand_above_everything_else(book: SourceHealthBook) -> None:
    book.count("riga", S, quarantine="category 062 is not edition 1.18")
    quarantined = tick_one(book, S, offset_s=99.0)
    assert quarantined is not None
    assert quarantined.state == "quarantined"
    book.hear_feed(feed("failed", "connection refused"))
    failed = tick_one(book, 2 * S)
    assert failed is not None
    assert (failed.state, failed.reason) == ("failed", "connection refused")
    book.hear_feed(feed("ok"))
    book.count("riga", 3 * S, records=1)
    mended = tick_one(book, 3 * S)
    assert mended is not None
    assert mended.state == "ok"


def test_losses_degrade_for_half_a_minute(book: SourceHealthBook) -> None:
    tick_one(book, 0)
    book.hear_feed(feed("ok", lost=500))
    states = []
    for t in range(1, 60):
        book.count("riga", t * S, records=1)
        if health := tick_one(book, t * S):
            states.append(health.state)
    assert states[0] == "degraded"
    assert states[-1] == "ok"


def test_a_source_whose_sensor_walked_off_is_degraded_with_the_reason(book: SourceHealthBook) -> None:
    book.count("riga", S, records=1, sensors=("riga-mssr", "riga-psr"))
    off = {
        "kaunas": Said("range off by +300 m since 12:03 UTC", "nuotolis nukrypęs +300 m nuo 12:03 UTC"),
        "riga-psr": Said("azimuth off by +0.80 deg since 12:03 UTC", "azimutas nukrypęs +0,80° nuo 12:03 UTC"),
    }
    (health,) = book.tick(S, no_offset, off)
    assert (health.state, health.reason) == ("degraded", "riga-psr: azimuth off by +0.80 deg since 12:03 UTC")
    assert health.reason_lt == "riga-psr: azimutas nukrypęs +0,80° nuo 12:03 UTC"
    (mended,) = book.tick(2 * S, no_offset, {})
    assert (mended.state, mended.reason) == ("ok", "")


def test_a_radar_that_says_it_stands_elsewhere_is_named_and_its_configured_place_counts() -> None:
    radar = Sensor(id="spacas", kind="radar-3d", latitude_deg=54.96, longitude_deg=24.08)
    other = Sensor(id="rokai", kind="radar-3d")
    settings = Configuration(
        id="c", time_ns=0, origin="LTU-1", label=LABEL, node="LTU-1", nation="LTU", origin_latitude_deg=55.0,
        origin_longitude_deg=24.0, sources=(Source(name="riga", format="asterix"),), sensors=(radar, other),
    )  # fmt: skip
    book = SourceHealthBook(settings)
    book.count("riga", 1 * S, records=1, sensors=["spacas"])

    def says(latitude_deg: float, sensor_id: str = "spacas") -> bool:
        where = {"latitude_deg": latitude_deg, "longitude_deg": 24.08, "height_m": 90.0}
        status = {"id": "s", "time_ns": S, "origin": "n", "label": LABEL, "sensor_id": sensor_id, "report": "north"}
        return book.hear_place(SensorStatus.model_validate(status | where))

    assert says(55.3, "rokai"), "nobody configured where it stands"
    assert not says(54.9612)
    assert [health.state for health in book.tick(2 * S, no_offset)] == ["ok"]
    assert not says(55.06)
    (health,) = book.tick(3 * S, no_offset)
    assert health.state == "degraded"
    assert health.reason.startswith("spacas says that it stands 11.1 km from its configured place, which counts")
    assert "11,1 km" in health.reason_lt
    again = SourceHealthBook(settings)
    again.restore(book.snapshot())
    assert again.snapshot() == book.snapshot()
    assert not says(54.96)
    assert [health.state for health in book.tick(4 * S, no_offset)] == ["ok"]


def test_an_unconfigured_source_is_seen(book: SourceHealthBook) -> None:
    book.count("stranger", S, quarantine="source 'stranger' is not in the configuration")
    found = book.tick(S, no_offset)
    assert [health.source for health in found] == ["riga", "stranger"]
    assert found[1].state == "quarantined"


def pause(state: str, reason: str = "it is jammed", source: str = "riga") -> SourcePause:
    return SourcePause.model_validate(
        {
            "id": "p", "time_ns": 0, "origin": "LTU-1", "label": LABEL, "source": source, "state": state,
            "reason": reason, "entered_by": "rita",
        }
    )  # fmt: skip


def test_a_paused_source_says_so_whatever_else_is_wrong_and_goes_on_where_it_was(book: SourceHealthBook) -> None:
    book.count("riga", 1 * S, records=1)
    assert tick_one(book, 1 * S) is not None
    book.pause(pause("paused"))
    told = tick_one(book, 2 * S)
    assert told is not None
    assert (told.state, told.reason, told.decoded) == ("paused", "paused by rita: it is jammed", 1)
    book.count("riga", 3 * S, quarantine="edition 1.10 expected")
    later = tick_one(book, 5 * S)
    assert later is not None
    assert (later.state, later.received) == ("paused", 2)
    copy = SourceHealthBook(book._configuration)
    copy.restore(book.snapshot())
    assert copy.is_paused("riga")
    assert copy.snapshot() == book.snapshot()
    book.pause(pause("resumed", ""))
    back = tick_one(book, 6 * S)
    assert back is not None
    assert back.state == "quarantined"
    assert not book.is_paused("riga")


def test_a_pause_needs_a_reason_and_a_source_of_the_configuration(book: SourceHealthBook) -> None:
    with pytest.raises(ValueError, match="expected a reason, was none"):
        pause("paused", "  ")
    book.pause(pause("paused", source="gone"))
    assert not book.is_paused("gone")
    assert tick_one(book, 1 * S) is not None, "and no book of its own comes of it"
