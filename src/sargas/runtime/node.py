"""A live node: feeds, journal, core, store, history and console, started together and stopped together."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, suppress
from typing import TYPE_CHECKING

import structlog

from sargas.model.columns import NS_PER_S
from sargas.model.plots import Plots
from sargas.model.records import (
    Configuration,
    EnteredRecord,
    FlightPermission,
    SourceHealth,
    Tick,
    WarningDelivery,
    WindTable,
)
from sargas.model.saying import NOTHING, Said
from sargas.model.tracks import Tracks
from sargas.picture.partner_tracks import FIRST_NUMBER as FIRST_PARTNER_NUMBER
from sargas.runtime.accounts import Accounts
from sargas.runtime.ahead_desk import AheadDesk
from sargas.runtime.arrival import Arrival
from sargas.runtime.audit import AuditLog
from sargas.runtime.audit.deeds import deed_of
from sargas.runtime.clock import SystemClock
from sargas.runtime.config import Settings
from sargas.runtime.control import Control
from sargas.runtime.deed_desk import DeedDesk
from sargas.runtime.federation.stored import subject_of
from sargas.runtime.feed_health import FeedHealth
from sargas.runtime.feeds import Feed, Intake, Supervisor
from sargas.runtime.figures import NodeFigures
from sargas.runtime.history import HistoryWriter
from sargas.runtime.journal import Journal
from sargas.runtime.journal_segment import JournalError
from sargas.runtime.journal_upkeep import compact_regularly
from sargas.runtime.live_picture import LivePicture
from sargas.runtime.network.secret_files import make_folder
from sargas.runtime.on_record import keep_entered, warn_of_missing_records
from sargas.runtime.part_health import PartHealth
from sargas.runtime.parts import PartState, parts_of
from sargas.runtime.release_rules import ReleaseRules, release_rules_of
from sargas.runtime.saying import say
from sargas.runtime.standing import StandingRecord, standing_policies, standing_records, standing_zones
from sargas.runtime.store import Store, StoreWriter, open_store, records_to_keep
from sargas.runtime.take_over import TakenSource, TakeOvers, in_loop, refuse_strangers
from sargas.runtime.tasks import cancel
from sargas.runtime.track_numbers import TrackNumbers
from sargas.runtime.warnings.sender import WarningSender
from sargas.sensors.standby import Standby

if TYPE_CHECKING:
    from sargas.picture.ahead import Ahead
    from sargas.picture.state import Picture, State
    from sargas.picture.step import Outputs
    from sargas.runtime.federation.federation import Federation
    from sargas.runtime.pipeline import Pipeline

MOST_DATAGRAMS = 256
"""Datagrams of one turn of the core: enough to keep up with a flood, few enough that the screen never waits."""

LONGEST_WAIT_S = 0.05
COLLECT_AFTER = (10_000, 20, 200)
"""Allocations before the garbage collector looks for cycles, by generation: a look at all that a full sky holds stops
everything for a third of a second, and records make no cycles."""
SWITCH_INTERVAL_S = 0.0001
"""Longest turn of one thread in the interpreter, which core, console and feeds share. The core gives its turn away at
each kernel: with Python's 5 ms, or 1 ms, getting it back took longer than the work (10,000 targets: seconds)."""
RETRY_FULL_JOURNAL_S = 1.0
RETRY_SENDER_S = 5.0

_log = structlog.get_logger("sargas.node")


class Node:
    """One node with everything it runs; ``run`` until ``stop`` is called.

    The core itself (``state``) is there once ``run`` has loaded it: seconds of imports during which the console already
    answers.
    """

    state: State
    _pipeline: Pipeline

    def __init__(self, settings: Settings) -> None:
        data_dir = settings.node.data_dir
        make_folder(data_dir)
        self.settings = settings
        self.clock = SystemClock()
        self.picture = LivePicture()
        self._health = PartHealth(self.picture, self._configuration, self.clock.now_ns)
        self.store: Store = open_store(settings.store_url(), subject_of if settings.network.dir else None)
        self.history = HistoryWriter(data_dir / "history")
        self.journal = Journal.open(
            data_dir / "journal",
            clock=self.clock,
            fsync_interval_ms=settings.journal.fsync_interval_ms,
            segment_bytes=settings.journal.segment_bytes,
        )
        self.audit = AuditLog(
            data_dir / "audit", settings.node.name, self.clock.now_ns, lambda: self.journal.status().next_sequence
        )
        self._deeds = DeedDesk(self.audit, settings.node.name, self.clock.now_ns, self._health.show)
        self.accounts = Accounts(self.store, self.clock.now_ns, audit=self._deeds.note)
        self._numbers = TrackNumbers(data_dir / "track-numbers")
        self.store_writer = StoreWriter(self.store)
        self._sender = WarningSender(
            self.store, settings.warning_channel, settings.node.name, self.clock.now_ns, self.enter
        )
        self._intake = Intake()
        self._control = Control()
        self._core = ThreadPoolExecutor(1, thread_name_prefix="core")
        self._stopping = asyncio.Event()
        self.federation: Federation | None = None
        self._take_overs: TakeOvers | None = None
        self._ahead = AheadDesk(self._core, self._picture)
        self.figures = NodeFigures(self)
        self._feed_health = FeedHealth()

    def enter(self, *records: EnteredRecord | WarningDelivery) -> None:
        """Hand in what a person says: it is journaled before it takes effect, all of it in one turn of the core.

        The audit has it before that. A full disk under the audit is shown, and holds up nobody who acknowledges.
        """
        self._deeds.note(*(deed_of(record) for record in records))
        self._control.extend([self._record_arrival(record) for record in records])

    def enter_surely(self, *records: EnteredRecord) -> None:
        """Hand in as ``enter`` does, and return once the journal has it. Raises NotJournaled."""
        self._deeds.note(*(deed_of(record) for record in records))
        arrivals = [self._record_arrival(record) for record in records]
        self._control.extend_surely(arrivals, stands_still=bool(self._health.problem.reason.en))

    def show_screen_log(self, reason: Said) -> None:
        """Show that what screens show cannot be kept, and why; nothing: it can again. From any thread."""
        self._health.show_screen_log(reason)

    @property
    def is_loaded(self) -> bool:
        """Say whether the core is there and has its configuration."""
        return self._picture() is not None

    def parts(self) -> tuple[PartState, ...]:
        """Look at every part of the node."""
        return parts_of(self)

    def release_rules(self) -> ReleaseRules | None:
        """Return the rules of release in force, with whom what was agreed; none: not known yet, or no sharing."""
        return release_rules_of(self.settings, self.federation)

    def why_not_ready(self) -> list[str]:
        """Say in a line each what keeps the node from taking or keeping what comes; empty: nothing."""
        reasons = [] if self.is_loaded else ["core: still loading"]
        journal, writer = self.journal.status(), self.store_writer.status()
        if journal.state != "ok":
            reasons.append(f"journal: {journal.state}: {journal.reason.en}")
        if writer.away:
            reasons.append(f"store: away: {writer.last_error}")
        return reasons

    def stop(self) -> None:
        """Ask the node to stop; ``run`` then ends within a second or two, with everything written."""
        self._stopping.set()

    async def run(self) -> None:
        """Run feeds and core until stopped. Raises JournalBroken when the disk under the journal fails."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        gc.set_threshold(*COLLECT_AFTER)
        try:
            await asyncio.get_running_loop().run_in_executor(self._core, self._load_core)
            from sargas.runtime.sources import open_sources

            opened = open_sources(self.settings, self._intake, self.clock, self._numbers.first)
            configuration, feeds = opened.configuration, opened.feeds
            if self.settings.network.dir is not None:
                configuration, feeds = self._join_network(configuration, feeds)
            refuse_strangers(configuration)
            configuration = standing_zones(self.store, self.journal, configuration)
            configuration = standing_policies(self.store, self.journal, configuration)
            permissions = self.settings.permissions_of_file(self.clock.now_ns())
            winds = self.settings.winds_of_file(self.clock.now_ns())
        except BaseException:
            self._close()
            raise
        supervisor = Supervisor(feeds, standby=opened.standby)
        loop = asyncio.get_running_loop()
        self._take_overs = TakeOvers(opened.standby, in_loop(loop, supervisor.want), self.clock.now_ns)
        await self._run_with(configuration, supervisor, permissions, winds)

    def _join_network(
        self, configuration: Configuration, feeds: tuple[Feed, ...]
    ) -> tuple[Configuration, tuple[Feed, ...]]:
        from sargas.runtime.federation.federation import Federation
        from sargas.runtime.federation.rules import deeds_of_rules

        settings, node = self.settings.network, self.settings.node
        self.federation = Federation(
            settings, node.nation, node.name, self.store, self.audit, self.clock, self._health.show, self._count_standby
        )
        self._deeds.note(*deeds_of_rules(node.name, *self.federation.rules))
        configuration, partners = self.federation.join(configuration, self._intake)
        return configuration, (*feeds, *partners)

    def _load_core(self) -> None:
        """Import the core and its compiled kernels, in the core's own thread, so that the console need not wait."""
        import sargas.runtime.sources  # noqa: F401
        from sargas.picture.state import State
        from sargas.runtime.pipeline import Pipeline

        self.state = State()
        self._pipeline = Pipeline(
            self.journal,
            self.state,
            self.picture,
            {
                "store": self._keep_records,
                "history": self._keep_columns,
                "warnings": self._take_warnings,
                "federation": self._offer,
                "take-over": self._follow_take_overs,
            },
            self._show_fault,
        )

    def _show_fault(self, part: str, error: Exception) -> None:
        """Show what could not be kept or sent; the journal has it all, and the picture goes on."""
        _log.error("a part of the node failed", part=part, error=repr(error), exc_info=error)
        self._health.show(part, "failed", say("left_to_journal", error=f"{type(error).__name__}: {error}"))

    async def _run_with(
        self,
        configuration: Configuration,
        supervisor: Supervisor,
        permissions: Sequence[FlightPermission],
        winds: Sequence[WindTable],
    ) -> None:
        warn_of_missing_records(self.store, self.journal)
        self._deeds.note(deed_of(configuration))
        self._control.append(self._record_arrival(configuration))
        # a picture begins with its configuration and nothing else
        folder, name = self.settings.node.data_dir / "history", self.settings.node.name
        standing = tuple(
            standing_records(self.store, self.journal, folder, name, permissions, winds, self.clock.now_ns())
        )
        self._control.extend([self._record_arrival(record) for record in standing])
        keep_entered(self.store, self.journal, {record.id for record in standing})
        async with AsyncExitStack() as stack:
            stack.callback(self._close)
            stack.push_async_callback(self._journal_rest)
            supervising = asyncio.create_task(supervisor.run(), name="feeds")
            stack.push_async_callback(cancel, supervising)
            compacting = asyncio.create_task(
                compact_regularly(self.journal.directory, self._health.show_upkeep), name="upkeep"
            )
            stack.push_async_callback(cancel, compacting)
            signing = asyncio.create_task(self._deeds.sign_regularly(), name="audit")
            stack.push_async_callback(cancel, signing)
            if self.federation is not None:
                sharing = asyncio.create_task(self.federation.run(), name="federation")
                stack.push_async_callback(cancel, sharing)
            sending = asyncio.create_task(self._keep_sending(), name="warnings")
            stack.push_async_callback(cancel, sending)
            await self._run_core(supervisor, configuration)

    async def _run_core(self, supervisor: Supervisor, configuration: Configuration) -> None:
        next_tick_ns = (self.clock.now_ns() // NS_PER_S + 1) * NS_PER_S
        while not self._stopping.is_set():
            arrivals = await self._intake.next_batch(MOST_DATAGRAMS, LONGEST_WAIT_S)
            now_ns = self.clock.now_ns()
            if now_ns >= next_tick_ns:
                told = self._feed_health.changed(supervisor.counters(), configuration, now_ns)
                self._control.extend([self._record_arrival(record) for record in told])
                self._control.append(self._record_arrival(_tick(configuration, next_tick_ns)))
                next_tick_ns = (now_ns // NS_PER_S + 1) * NS_PER_S
            control = self._control.take()
            if control or arrivals:
                await self._process([*control, *arrivals])

    async def _journal_rest(self) -> None:
        """Journal what was handed in as the node stopped: who did it was told that it was taken."""
        control = self._control.take()
        if control and self.journal.status().state != "broken":
            await self._process(control)

    async def _keep_sending(self) -> None:
        """Run the sender of warnings; should it fail, say so and begin again: what is to be sent is in the store."""
        while True:
            try:
                await self._sender.run()
                return
            except ExceptionGroup as errors:
                _log.exception("the sender of warnings failed; it begins again", exc_info=errors)
                reason = "; ".join(str(error) for error in errors.exceptions)
                self._health.show("warnings", "failed", say("sender_failed", error=reason))
            await asyncio.sleep(RETRY_SENDER_S)
            self._health.show("warnings", "ok", NOTHING)

    async def _process(self, arrivals: Sequence[Arrival]) -> None:
        """Run one turn of the core; while the journal is full nothing is taken, loudly, and the queues count losses."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                with self.figures.turn_s.time():
                    await loop.run_in_executor(self._core, self._pipeline.process, arrivals)
            except JournalError:
                status = self.journal.status()
                if status.state != "full":
                    raise
                self._health.show_problem(say("journal_full", journal=self.journal.directory, reason=status.reason))
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), RETRY_FULL_JOURNAL_S)
                if self._stopping.is_set():
                    return
            else:
                self._control.note_journaled(arrivals)
                self._health.show_problem(NOTHING)
                self._health.show_early()
                if self.federation is not None:
                    self.federation.note_journaled(arrivals)
                return

    def _record_arrival(
        self, record: Configuration | EnteredRecord | StandingRecord | Tick | SourceHealth | WarningDelivery
    ) -> Arrival:
        return Arrival(self.settings.node.name, self.clock.now_ns(), record.model_dump_json().encode(), "record")

    def _keep_records(self, sequence: int, outputs: Outputs) -> None:
        self.store_writer.submit(records_to_keep(outputs.messages), sequence)

    def _take_warnings(self, sequence: int, outputs: Outputs) -> None:
        self._sender.take(sequence, outputs.messages)

    def _offer(self, sequence: int, outputs: Outputs) -> None:
        if self.federation is not None:
            self.federation.take(outputs)

    def _follow_take_overs(self, sequence: int, outputs: Outputs) -> None:
        if self._take_overs is not None and self.state.picture is not None:
            self._take_overs.take(outputs, self.state.picture.health)

    def taken_over(self) -> tuple[TakenSource, ...]:
        """Return which standby sources are taken over, and how fast each came."""
        return self._take_overs.status() if self._take_overs is not None else ()

    def look_ahead(self, track_id: int) -> Ahead | None:
        """Forecast a track; none: nothing is forecast of it. Raises TimeoutError while the core is busy for long."""
        return self._ahead.look(track_id)

    def _picture(self) -> Picture | None:
        return self.state.picture if hasattr(self, "state") else None

    def _configuration(self) -> Configuration | None:
        picture = self._picture()
        return None if picture is None else picture.configuration

    def _count_standby(self, nation: str) -> tuple[int, int]:
        """Return how many sources stand by for a nation, and how many of it are taken over."""
        taken = {one.source for one in self.taken_over() if one.nation == nation}
        picture = self._picture()
        named = Standby.of(picture.configuration.sources).named(nation) if picture is not None else ()
        return len(set(named) - taken), len(taken)

    def _keep_columns(self, sequence: int, outputs: Outputs) -> None:
        for message in outputs.messages:
            if isinstance(message, Tracks):
                own = message.track_id[message.track_id < FIRST_PARTNER_NUMBER]
                if len(own):
                    self._numbers.use(max(int(own.max()), int(message.group_id.max())))
            if isinstance(message, Plots | Tracks):
                self.history.append(message)

    def _close(self) -> None:
        started = time.monotonic()
        with ExitStack() as closing:  # the last one first; one that a bad disk keeps from closing keeps no other
            closing.callback(self.store.close)
            closing.callback(self._deeds.end)
            closing.callback(self._drain_store)
            closing.callback(self.history.close)
            closing.callback(self.journal.close)
            closing.callback(self._core.shutdown)
        _log.info("node stopped", seconds=round(time.monotonic() - started, 2))

    def _drain_store(self) -> None:
        if not self.store_writer.close():
            _log.error("the store did not take all records in time; sargas journal records writes what it lacks")


def _tick(configuration: Configuration, time_ns: int) -> Tick:
    return Tick(
        id=f"{configuration.node}/tick/{time_ns}", time_ns=time_ns, origin=configuration.node, label=configuration.label
    )
