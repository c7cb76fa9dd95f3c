"""The network as it is shown: of identities that ended the last ones told are kept, of the others all."""

from sargas.model.label import Label
from sargas.model.records import NetworkIdentity, PartnerNotice
from sargas.runtime.network_shown import ENDED_IDENTITIES_KEPT, NOTICES_KEPT, NetworkShown


class Asked(NetworkIdentity):
    """Counts how often it is asked whether it ended."""

    def __getattribute__(self, name: str) -> object:
        if name == "is_ended":
            ASKED.append(1)
        return super().__getattribute__(name)


ASKED: list[int] = []


def identity(track_id: int, *, is_ended: bool = False) -> Asked:
    return Asked(
        id=f"i{track_id}", time_ns=1, origin="LTU-1", label=Label(), track_id=track_id,
        network_id=f"LTU-{track_id}", since_ns=1, holder="LTU", is_ended=is_ended,
    )  # fmt: skip


def test_identities_that_ended_go_the_oldest_first_and_those_of_live_tracks_stay() -> None:
    shown = NetworkShown()
    shown.apply(identity(1), 1)
    for track_id in range(2, ENDED_IDENTITIES_KEPT + 5):
        shown.apply(identity(track_id, is_ended=True), track_id)
    shown.apply(identity(5), 5000)  # it is back
    kept = [told.track_id for told in shown.changes(0).identities]
    assert kept == [1, *range(6, ENDED_IDENTITIES_KEPT + 5), 5]
    assert [told.track_id for told in shown.changes(-1).identities] == [1, 5]


def test_an_identity_costs_the_same_however_many_there_are() -> None:
    shown = NetworkShown()
    ASKED.clear()
    for track_id in range(1000):
        shown.apply(identity(track_id), track_id)
    assert len(ASKED) == 1000


def notice(number: int, *, level: str = "advisory", is_over: bool = False) -> PartnerNotice:
    return PartnerNotice(
        id=f"n{number}", time_ns=1, origin="LVA", label=Label(), nation="LVA", notice_id=f"LVA-alert-{number}",
        about="alert", state="ended" if is_over else "raised", level=level, is_over=is_over,
    )  # fmt: skip


def test_alarms_that_stand_stay_when_many_notices_follow_them() -> None:
    shown = NetworkShown()
    alarms = [notice(number, level="critical") for number in range(20)]
    later = [notice(number, is_over=number % 2 == 0) for number in range(100, 100 + 4 * NOTICES_KEPT)]
    for revision, told in enumerate((*alarms, *later)):
        shown.apply(told, revision)
    standing = [told for told in shown.changes(-1).notices if not told.is_over]
    assert standing[:20] == alarms
    assert len(standing) == NOTICES_KEPT
    assert [*shown.changes(len(alarms) + len(later) - 4).notices] == later[-3:], "what is over is told to readers too"
    shown.apply(notice(3, level="critical", is_over=True), 9999)
    assert alarms[3] not in shown.changes(-1).notices
