"""The bus between three nations as long as nothing breaks: both classes, order, once, and what it refuses."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sargas.runtime.bus.bus import Bus
from sargas.runtime.bus.errors import BusError, OutboxFull
from sargas.runtime.bus.requests import API, ask
from sargas.runtime.bus.server import check_version, find_program, free_port
from sargas.runtime.bus.server_config import write_server_config
from sargas.runtime.bus.streams import Limits, most_under_way
from sargas.runtime.network.folder import read_network
from sargas.runtime.network.identity import NetworkError
from sargas.runtime.network.making import add_partner
from sargas.runtime.network.rotation import prepare_rotation, switch_rotation
from tests.runtime.bus.conftest import Nations, until
from tests.runtime.network.nations import give_invitation, join_nations


def test_what_is_released_arrives_complete_and_in_order(nations: Nations) -> None:
    async def scene() -> list[bytes]:
        for number in range(50):
            await nations.release("LTU", "LVA", "log", "alert", b"alert %d" % number)
        return await nations.take("LVA", "LTU", "log", 50)

    assert nations.run(scene()) == [b"alert %d" % number for number in range(50)]


def test_of_a_state_nobody_has_read_yet_only_the_latest_is_kept(nations: Nations) -> None:
    async def scene() -> list[bytes]:
        for version in range(20):
            for bucket in range(3):
                await nations.release("LTU", "POL", "state", f"b{bucket:02d}", b"%d of b%d" % (version, bucket))
        return await nations.take("POL", "LTU", "state", 3)

    assert sorted(nations.run(scene())) == [b"19 of b0", b"19 of b1", b"19 of b2"]


def test_plots_have_a_way_of_their_own(nations: Nations) -> None:
    async def scene() -> list[bytes]:
        await nations.release("LVA", "LTU", "plots", "riga-msr", b"plots")
        return await nations.take("LTU", "LVA", "plots", 1)

    assert nations.run(scene()) == [b"plots"]


def test_a_release_handed_in_again_is_kept_once(nations: Nations) -> None:
    async def scene() -> list[bytes]:
        for _ in range(5):
            await nations.release("POL", "LVA", "log", "warning", b"once", "POL-LVA-log-warning-1-1")
        await nations.release("POL", "LVA", "log", "warning", b"next")
        return await nations.take("LVA", "POL", "log", 2)

    assert nations.run(scene()) == [b"once", b"next"]


def test_what_was_not_acknowledged_comes_again_in_order_at_once(nations: Nations) -> None:
    async def scene() -> tuple[list[bytes], list[bytes], float]:
        for number in range(6):
            await nations.release("POL", "LTU", "log", "approval", b"%d" % number)
        first = await nations.take("LTU", "POL", "log", 4, acked=False)
        began_s = time.monotonic()
        return first, await nations.take("LTU", "POL", "log", 6), time.monotonic() - began_s

    first, again, took_s = nations.run(scene())
    assert first == [b"0", b"1", b"2", b"3"]
    assert again == [b"0", b"1", b"2", b"3", b"4", b"5"]
    assert took_s < 5.0  # not after the minute that a server waits for an acknowledgement


def test_the_status_tells_how_each_link_is(nations: Nations) -> None:
    async def scene() -> None:
        before_ns = time.time_ns() - 5_000_000_000
        await nations.release("LVA", "POL", "log", "alert", b"x")
        await nations.take("POL", "LVA", "log", 1)
        await until(lambda: _is_read(nations))
        [status] = [one for one in await nations.buses["POL"].look() if one.partner == "LVA"]
        assert status.connected
        assert status.last_message_ns is not None
        assert status.last_message_ns > before_ns
        assert status.round_trip_ms is not None
        assert not status.is_filling
        assert (status.refused, status.last_error) == (0, "")

    nations.run(scene())


async def _is_read(nations: Nations) -> bool:
    return await nations.lag("LVA", "POL", "log") == 0


def test_only_known_partners_and_own_releases_pass(nations: Nations) -> None:
    bus = nations.buses["LTU"]
    with pytest.raises(NetworkError, match="expected a partner out of LVA, POL, was EST"):
        nations.run(bus.publish("EST", "release.LTU.log.alert", b"", "1"))
    with pytest.raises(ValueError, match="expected a release of LTU"):
        nations.run(bus.publish("LVA", "release.POL.log.alert", b"", "1"))
    with pytest.raises(NetworkError):
        bus.messages("EST", "log")


def test_a_full_outbox_refuses_and_says_so_while_states_still_pass(tmp_path: Path) -> None:
    folders = join_nations(tmp_path, ("LTU", "LVA"), now_ns=time.time_ns())

    async def scene() -> None:
        async with Bus(folders["LTU"], limits=Limits(log_bytes=100_000)) as bus:  # LVA's node does not run
            with pytest.raises(OutboxFull, match="maximum bytes"):
                await _fill(bus)
            await bus.publish("LVA", "release.LTU.state.b00", b"still", "state-1")
            [status] = await bus.look()
            assert status.is_filling
            assert 60 < status.lag["log"] < 100  # of 1000 bytes and what the server adds
            assert (status.refused, status.connected) == (1, False)
            assert "maximum bytes" in status.last_error

    asyncio.run(scene())


async def _fill(bus: Bus) -> None:
    for number in range(200):
        await bus.publish("LVA", "release.LTU.log.alert", bytes(1000), f"full-{number}")


def test_what_a_partner_has_acknowledged_makes_room_in_its_outbox(tmp_path: Path) -> None:
    folders = join_nations(tmp_path, ("LTU", "LVA"), now_ns=time.time_ns())

    async def scene() -> None:
        async with Bus(folders["LTU"], limits=Limits(log_bytes=100_000)) as ltu, Bus(folders["LVA"]) as lva:
            stream = lva.messages("LTU", "log")
            for number in range(160):  # nearly twice what the outbox holds
                await ltu.publish("LVA", "release.LTU.log.alert", b"%06d" % number + bytes(994), f"room-{number}")
                if number % 40 == 39:
                    for expected in range(number - 39, number + 1):
                        data, ack = await anext(stream)
                        assert data[:6] == b"%06d" % expected
                        await ack()
                    await until(lambda: _has_room(ltu))
            await stream.aclose()

    asyncio.run(scene())


async def _has_room(bus: Bus) -> bool:
    [status] = await bus.look()
    return status.lag["log"] == 0 and status.outbox_fill < 0.5


def test_a_server_that_confirms_before_it_writes_is_refused(tmp_path: Path) -> None:
    folder = join_nations(tmp_path, ("LTU", "LVA"), now_ns=time.time_ns())["LTU"]
    url, child = _start_foreign(folder.path, tmp_path / "foreign", is_lazy=True)
    try:
        with pytest.raises(BusError, match="expected JetStream with sync_interval: always"):
            asyncio.run(_enter(Bus(folder, nats_url=url)))
    finally:
        child.kill()
        child.wait()


def test_a_server_that_runs_already_is_used_by_its_url(tmp_path: Path) -> None:
    folders = join_nations(tmp_path, ("LTU", "LVA"), now_ns=time.time_ns())
    url, child = _start_foreign(folders["LTU"].path, tmp_path / "foreign", is_lazy=False)

    async def scene() -> None:
        async with Bus(folders["LTU"], nats_url=url) as ltu, Bus(folders["LVA"]) as lva:
            assert ltu.server is None
            await ltu.publish("LVA", "release.LTU.log.alert", b"from a cluster", "1")
            stream = lva.messages("LTU", "log")
            assert (await anext(stream)).data == b"from a cluster"
            await stream.aclose()

    try:
        asyncio.run(scene())
        assert child.poll() is None, "the node must leave a server alone that it did not start"
    finally:
        child.kill()
        child.wait()


async def _enter(bus: Bus) -> None:
    async with bus:
        pass


def _start_foreign(network: Path, out: Path, *, is_lazy: bool) -> tuple[str, "subprocess.Popen[bytes]"]:
    address = f"127.0.0.1:{free_port()}"
    config = write_server_config(read_network(network), out, address)
    if is_lazy:
        config.write_text(config.read_text().replace(", sync_interval: always", ""))
    child = subprocess.Popen([find_program(), "--config", config], stderr=subprocess.DEVNULL)
    return f"nats://{address}", child


def test_a_server_that_is_too_old_is_refused() -> None:
    assert check_version("x", "nats-server: v2.15.1") == "2.15.1"
    for said in ("nats-server: v2.13.9", "2.9.10", "nothing"):
        with pytest.raises(BusError, match=r"expected NATS server 2\.14\.0 or newer"):
            check_version("x", said)


def test_on_a_slow_link_a_second_s_worth_is_under_way() -> None:
    assert [most_under_way(bps) for bps in (1200, 9600, 64_000, 1_000_000, None)] == [1, 1, 8, 64, 64]


def test_what_is_released_while_a_link_is_new_is_not_lost(tmp_path: Path) -> None:
    """The receiver has tried in vain when the releaser comes up and releases at once."""
    folders = join_nations(tmp_path, ("LTU", "LVA"), now_ns=time.time_ns())

    async def scene() -> list[bytes]:
        async with Bus(folders["LVA"]) as lva:
            stream = lva.messages("LTU", "log")
            first = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(1.0)
            assert not first.done()
            async with Bus(folders["LTU"]) as ltu:
                for number in range(200):
                    await ltu.publish("LVA", "release.LTU.log.alert", b"%d" % number, f"new-{number}")
                data, ack = await first
                came = [data]
                await ack()
                while b"199" not in came:
                    data, ack = await anext(stream)
                    await ack()
                    came.append(data)
                await stream.aclose()
                return came

    came = asyncio.run(scene())
    first_times = list(dict.fromkeys(came))  # after a break what was not acknowledged in time comes again
    assert first_times == [b"%d" % number for number in range(200)]


def test_a_link_is_up_before_and_after_its_keys_were_rotated(tmp_path: Path) -> None:
    now_ns = time.time_ns()
    join_nations(tmp_path, ("LTU", "LVA"), now_ns=now_ns)
    ltu, lva = tmp_path / "LTU", tmp_path / "LVA"
    prepare_rotation(ltu, now_ns)
    add_partner(lva, give_invitation(ltu, "LVA", now_ns + 1), now_ns)

    async def scene() -> None:
        async with Bus(read_network(lva)) as knows_both:
            for step in ("old", "new"):
                if step == "new":
                    switch_rotation(ltu)
                async with Bus(read_network(ltu)) as bus:
                    await until(lambda bus=bus: _is_connected(bus))  # type: ignore[misc]
                    await knows_both.publish("LTU", "release.LVA.log.alert", step.encode(), step)
                    came: list[bytes] = []
                    reading = asyncio.create_task(_read_on(bus, came))
                    await until(lambda: _is_read_by(knows_both, "LTU"))
                    reading.cancel()
                    await asyncio.wait((reading,))
                    assert set(came) == {step.encode()}

    asyncio.run(scene())


async def _read_on(bus: Bus, came: list[bytes]) -> None:
    """Take what comes until cancelled: what is acknowledged while its consumer is set back comes once more."""
    async for data, ack in bus.messages("LVA", "log"):
        came.append(data)
        await ack()


async def _is_connected(bus: Bus) -> bool:
    return all(status.connected for status in await bus.look())


async def _is_read_by(bus: Bus, partner: str) -> bool:
    return all(status.lag["log"] == 0 for status in await bus.look() if status.partner == partner)


def test_the_server_goes_when_the_node_is_killed(tmp_path: Path) -> None:
    join_nations(tmp_path, ("LTU", "LVA"), now_ns=time.time_ns())
    program = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom sargas.runtime.bus.bus import Bus\n"
        "from sargas.runtime.network.folder import read_network\n"
        "async def main():\n"
        "    async with Bus(read_network(Path(sys.argv[1]))) as bus:\n"
        "        print(bus.server.pid, flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    node = subprocess.Popen([sys.executable, "-c", program, tmp_path / "LTU"], stdout=subprocess.PIPE, text=True)
    try:
        assert node.stdout is not None
        server = int(node.stdout.readline())
        assert _is_running(server)
        node.send_signal(signal.SIGKILL)
        node.wait()
        give_up_s = time.monotonic() + 10.0
        while _is_running(server):
            assert time.monotonic() < give_up_s, "the server outlived its node"
            time.sleep(0.05)
    finally:
        node.kill()
        node.wait()
        assert node.stdout is not None
        node.stdout.close()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except (OSError, IndexError):
        return False


def test_what_was_confirmed_long_ago_is_dropped_and_the_last_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sargas.runtime.bus.status.MOST_CONFIRMED", 20)
    monkeypatch.setattr("sargas.runtime.bus.status.CONFIRMED_KEPT", 10)
    folders = join_nations(tmp_path, ("LTU", "LVA"), now_ns=time.time_ns())

    async def scene() -> None:
        async with Bus(folders["LTU"]) as ltu, Bus(folders["LVA"]) as lva:
            stream = lva.messages("LTU", "log")
            for number in range(60):
                await ltu.publish("LVA", "release.LTU.log.alert", b"%d" % number, f"kept-{number}")
            for number in range(40):
                data, ack = await anext(stream)
                assert data == b"%d" % number
                await ack()

            async def kept() -> bool:
                await ltu.look()
                return await _first_of_log(ltu) == 31  # 40 are confirmed, the last ten of them stay

            await until(kept)
            for number in (35, 45):  # handed in again: one that was confirmed, one that was not
                await ltu.publish("LVA", "release.LTU.log.alert", b"again", f"kept-{number}")
            for number in range(40, 60):
                data, ack = await anext(stream)
                assert data == b"%d" % number
                await ack()
            await stream.aclose()

    asyncio.run(scene())


async def _first_of_log(bus: Bus) -> int:
    client = bus._out["LVA"].client
    return int((await ask(client, f"{API}.STREAM.INFO.LOG"))["state"]["first_seq"])
