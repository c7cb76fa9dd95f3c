"""What two nations' servers held back while a link was cut comes at once: the picture tells it all, alarms first."""

import time

from sargas.formats.release.envelope import Release, seal, verify_key_of
from sargas.formats.release.record_wire import pack_record
from sargas.model.envelope import Envelope
from sargas.model.label import Label
from sargas.model.records import Configuration, Partner, PartnerNotice, Source, Tick
from sargas.picture.network import MOST_A_SECOND
from sargas.picture.state import State
from sargas.picture.step import step
from tests.runtime.bus.conftest import Nations

SEED = bytes(range(32))
LABEL = Label(releasable_to=("LVA",), originator="LTU")
NS_PER_S = 1_000_000_000
ADVISORIES, ALARMS = 180, 20


def sealed(number: int, level: str, state: str) -> bytes:
    now_ns = time.time_ns()
    notice = PartnerNotice(
        id="-", time_ns=now_ns, origin="LTU", label=LABEL, nation="LTU", notice_id=f"LTU-alert-{number}",
        about="alert", state=state, level=level, is_over=state == "ended",
    )  # fmt: skip
    sequence = 2 * number + (state != "raised")
    return seal(Release("LTU", "LVA", "log", "alert", 1, sequence, now_ns, bytes(8), LABEL, pack_record(notice)), SEED)


def latvia() -> Configuration:
    return Configuration(
        id="c", time_ns=time.time_ns(), origin="lva", label=Label(originator="LVA"), node="lva", nation="LVA",
        origin_latitude_deg=57.0, origin_longitude_deg=24.0,
        sources=(Source(name="partner-LTU", format="release", partner="LTU", label=LABEL),),
        partners=(Partner(nation="LTU", node="ltu", verify_key=verify_key_of(SEED)),),
    )  # fmt: skip


async def burst(nations: Nations) -> list[bytes]:
    """Let LTU release alerts, each raised and then told anew, while LVA cannot be reached; return what then comes."""
    link = nations.links["LVA", "LTU"]
    await link.cut()
    for number in range(ADVISORIES + ALARMS):
        level = "advisory" if number < ADVISORIES else "critical"
        for state in ("raised", "escalated"):
            await nations.release("LTU", "LVA", "log", "alert", sealed(number, level, state))
    await link.heal()
    return await nations.take("LVA", "LTU", "log", 2 * (ADVISORIES + ALARMS))


def test_alerts_of_a_partner_that_was_cut_off_are_all_told_within_seconds_alarms_first(nations: Nations) -> None:
    came = nations.run(burst(nations), 60.0)
    state, journal, begun_ns = State(), list[Envelope](), time.time_ns() // NS_PER_S * NS_PER_S
    journal.append(Envelope(1, begun_ns, "lva", "record", latvia().model_dump_json().encode()))
    journal += [Envelope(2 + k, begun_ns + k, "partner-LTU", "datagram", data) for k, data in enumerate(came)]
    for second in range(1, 8):
        now_ns = begun_ns + second * NS_PER_S
        tick = Tick(id=f"t{second}", time_ns=now_ns, origin="lva", label=Label(originator="LVA"))
        journal.append(Envelope(len(journal) + 1, now_ns, "lva", "record", tick.model_dump_json().encode()))
    told = [
        (envelope.receive_time_ns, one)
        for envelope in journal
        for one in step(state, envelope).messages
        if isinstance(one, PartnerNotice)
    ]
    names = {f"LTU-alert-{number}" for number in range(ADVISORIES + ALARMS)}
    assert {one.notice_id for _, one in told if one.state == "escalated"} == names, "the last word on each is told"
    alarms = [at_ns for at_ns, one in told if one.level == "critical"]
    assert max(alarms) <= begun_ns + NS_PER_S, "alarms came last and are told at the next second"
    seconds = [at_ns // NS_PER_S for at_ns, _ in told]
    assert max(seconds.count(second) for second in seconds) <= MOST_A_SECOND
    assert state.picture is not None
    assert state.picture.health.rejects_of("partner-LTU") == {}

    again = State()
    for envelope in journal:
        step(again, envelope)
    assert again.digest.hex() == state.digest.hex()
