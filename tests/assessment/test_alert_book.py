"""The book keeps one course a key, and no two alerts of one id."""

from dataclasses import replace

from sargas.assessment.alert_book import KEPT_NS, AlertBook
from sargas.assessment.alert_course import HOLD_NS, Cause, Key
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.saying import Said
from tests.assessment.flights import PLANT, at

KEY: Key = ("zone_entry", "plant", 7)
LEFT, GONE = Said("left", "išskrido"), Said("gone", "dingo")
CAUSE = Cause("critical", None, (Said("inside", "viduje"),), Label())


def held(book: AlertBook, time_ns: int, reason: str = "inside") -> list[str]:
    cause = Cause("critical", None, (Said(reason, reason),), Label())
    return [alert.id for alert in book.hold(KEY, PLANT, time_ns, lambda: cause)]


def test_figures_are_worked_out_only_when_they_are_wanted() -> None:
    book, asked = AlertBook("vilnius", {"plant": 0}), []

    def work_out() -> Cause:
        asked.append(len(asked))
        return CAUSE

    for seconds in (0, 3, 9, 10, 12, 19, 20):
        book.hold(KEY, PLANT, at(seconds), work_out)
    assert len(asked) == 3


def test_a_moved_expected_time_is_told_at_once() -> None:
    book = AlertBook("vilnius", {"plant": 0})
    for seconds, eta_s, told in ((0, 100, 1), (1, 104, 0), (2, 105, 1), (3, 101, 0), (4, 99, 1)):
        cause = Cause("advisory", at(eta_s), (Said(f"{eta_s}", f"{eta_s}"),), Label())
        assert len(book.hold(KEY, PLANT, at(seconds), lambda cause=cause: cause, eta_ns=at(eta_s))) == told


def test_a_stricter_label_is_taken_over_also_where_no_figure_moved() -> None:
    book, strict = AlertBook("vilnius", {"plant": 0}), Label(caveats=("ORCON",))
    held(book, at(0))
    assert book.hold(KEY, PLANT, at(10), lambda: CAUSE) == []
    (alert,) = book.hold(KEY, PLANT, at(20), lambda: replace(CAUSE, label=strict))
    assert (alert.label, alert.reasons) == (strict, ("inside",))


def test_a_key_that_comes_back_after_its_track_was_closed_gets_a_new_number() -> None:
    book = AlertBook("vilnius", {"plant": 0})
    assert held(book, at(0)) == ["zone_entry:plant:7:1:1"]
    assert [alert.state for alert in book.end_tracks([7, 8], at(1), GONE)] == ["ended"]
    assert held(book, at(2)) == ["zone_entry:plant:7:2:1"]
    assert [alert.alert_id for alert in book.active()] == ["zone_entry:plant:7:2"]


def test_an_end_is_told_once_and_the_hold_time_decides_what_follows() -> None:
    book = AlertBook("vilnius", {"plant": 0})
    held(book, at(0))
    (ended,) = book.end(KEY, at(5), LEFT)
    assert (ended.reasons, ended.ended_ns) == (("left", "inside"), at(5))
    assert ended.reasons_lt == ("išskrido", "inside")
    assert book.end(KEY, at(6), LEFT) == []
    assert held(book, at(5) + HOLD_NS - 1) == ["zone_entry:plant:7:1:3"]
    book.end(KEY, at(50), LEFT)
    assert held(book, at(50) + HOLD_NS) == ["zone_entry:plant:7:2:1"]


def test_closed_alerts_are_kept_an_hour_after_their_last_change() -> None:
    book = AlertBook("vilnius", {"plant": 0})
    held(book, at(0))
    book.end_tracks([7], at(1), GONE)
    book.forget_closed(at(1) + KEPT_NS)
    assert book.closed
    book.forget_closed(at(1) + KEPT_NS + NS_PER_S)
    assert not book.closed


def test_a_book_survives_its_lists() -> None:
    book = AlertBook("vilnius", {"plant": 0})
    held(book, at(0))
    book.end_tracks([7], at(1), GONE)
    book.hold(("zone_predicted", "plant", 8), PLANT, at(2), lambda: CAUSE, entry=(1.0, 2.0))
    back = AlertBook.from_lists("vilnius", {"plant": 0}, book.to_lists())
    assert back == book


def test_the_list_of_active_alerts_follows_every_change() -> None:
    book = AlertBook("vilnius", {"plant": 3})
    assert book.active_alerts().keys == ()
    held(book, at(0))
    book.hold(("zone_predicted", "gone", 8), PLANT, at(0), lambda: CAUSE)
    active = book.active_alerts()
    assert (active.track_id.tolist(), active.zone.tolist(), active.is_entry.tolist()) == (
        [7, 8],
        [3, -1],
        [True, False],
    )
    assert book.active_alerts() is active
    book.end(KEY, at(1), LEFT)
    assert book.active_alerts().track_id.tolist() == [8]
    held(book, at(2))
    assert book.active_alerts().track_id.tolist() == [7, 8]
    book.end_tracks([8], at(3), GONE)
    assert book.active_alerts().track_id.tolist() == [7]


def test_a_cause_must_be_gone_without_a_break() -> None:
    book = AlertBook("vilnius", {"plant": 0})
    held(book, at(0))
    for seconds, holds in ((1, False), (20, True), (21, False), (40, False)):
        book.note_cause(KEY, holds, at(seconds))
        assert book.gone_for(30 * NS_PER_S, at(seconds)) == []
    assert book.gone_for(30 * NS_PER_S, at(50.9)) == []
    assert book.gone_for(30 * NS_PER_S, at(51)) == [KEY]
    book.end(KEY, at(51), LEFT)
    assert book.gone_for(30 * NS_PER_S, at(90)) == []
