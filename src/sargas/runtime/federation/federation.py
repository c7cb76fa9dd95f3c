"""The node's part in the network: the bus, a feed for each partner, the releaser, and how each link is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from sargas.model.label import Label
from sargas.model.records import Configuration, Source
from sargas.model.saying import NOTHING, Said
from sargas.runtime.arrival import Arrival
from sargas.runtime.audit import AuditLog
from sargas.runtime.bus.bus import Bus
from sargas.runtime.bus.errors import BusError
from sargas.runtime.bus.status import PartnerStatus
from sargas.runtime.clock import Clock
from sargas.runtime.federation.link_health import CountStandby, LinkHealth, Shown
from sargas.runtime.federation.partner_feed import PartnerFeed, source_name
from sargas.runtime.federation.partner_outbox import PartnerOutbox
from sargas.runtime.federation.releasing import Offers, Releaser
from sargas.runtime.federation.rules import read_agreements, read_pseudonym_key
from sargas.runtime.feeds import Feed, Intake
from sargas.runtime.network.folder import NetworkFolder, read_own_network
from sargas.runtime.network.rules import read_policy
from sargas.runtime.network.settings import NetworkSettings
from sargas.runtime.saying import say
from sargas.runtime.store import Store
from sargas.sharing.agreement import Agreement
from sargas.sharing.guard import Guard
from sargas.sharing.policy.policy import Policy
from sargas.sharing.policy.words import Owner

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
CALM_S = 60.0
"""What ran so long begins again after the first pause."""
LOOK_S = 1.0

ShowHealth = Callable[[str, Shown, Said], None]

_log = structlog.get_logger("sargas.federation")


class Federation:
    """Share with the partners of a network folder. ``run`` beside the node; ``take`` from the core's thread.

    Raises NetworkError, PolicyError and ValueError, which name file and line, for what cannot be used.
    """

    def __init__(
        self,
        settings: NetworkSettings,
        nation: str,
        node: str,
        store: Store,
        audit: AuditLog,
        clock: Clock,
        show_health: ShowHealth,
        count_standby: CountStandby,
    ) -> None:
        if settings.dir is None:
            raise ValueError("network: expected dir, was none: name the folder of sargas network init")
        self.folder: NetworkFolder = read_own_network(settings.dir, nation, node)
        self.owner = Owner(nation)
        self._settings, self._store, self._audit, self._clock = settings, store, audit, clock
        self._show_health = show_health
        self._links = LinkHealth(settings.take_over_after_s, count_standby)
        self._policy = read_policy(settings.policy_file, nation)
        self._agreements = read_agreements(self.folder)
        self._pseudonym_key = read_pseudonym_key(self.folder)
        self._bus: asyncio.Future[Bus] = asyncio.get_running_loop().create_future()
        self._feeds: dict[str, PartnerFeed] = {}
        self._shown: dict[str, tuple[Shown, Said]] = {}
        self._outboxes = tuple(
            PartnerOutbox(partner.nation, self._trouble_of(f"out to {partner.nation}"))
            for partner in self.folder.partners
        )
        self._releaser: Releaser | None = None

    def join(self, configuration: Configuration, intake: Intake) -> tuple[Configuration, Sequence[Feed]]:
        """Return the configuration with the partners and their sources, and a feed for each; makes the guard."""
        sources = tuple(
            Source(
                name=source_name(partner.nation), format="release", partner=partner.nation,
                label=Label(originator=partner.nation),
            )
            for partner in self.folder.partners
        )  # fmt: skip
        joined = configuration.model_copy(
            update={
                "sources": (*configuration.sources, *sources),
                "partners": tuple(partner.to_record() for partner in self.folder.partners),
                "area": self.folder.own.area,
            }
        )
        for partner in self.folder.partners:
            feed = PartnerFeed(partner.nation, intake.open_queue(), self._clock, self._wait_for_bus)
            self._feeds[feed.name] = feed
        self.owner = Owner(configuration.nation, configuration.exercise)
        guard = Guard(
            self.owner,
            self._policy,
            self._agreements,
            epoch=self._clock.now_ns(),
            pseudonym_key=self._pseudonym_key,
            sensors=configuration.sensors,
        )
        self._releaser = Releaser(
            guard, configuration.node, self.folder.signing_seed, self._store, self._audit, self._clock.now_ns,
            self._outboxes, self._trouble_of("release guard"),
        )  # fmt: skip
        return joined, tuple(self._feeds.values())

    def take(self, outputs: Offers) -> None:
        """Take what the core gave out for one envelope."""
        if self._releaser is not None:
            self._releaser.take(outputs)

    def note_journaled(self, arrivals: Sequence[Arrival]) -> None:
        """Confirm to the bus what the journal has."""
        counts: dict[str, int] = {}
        for arrival in arrivals:
            if arrival.source in self._feeds:
                counts[arrival.source] = counts.get(arrival.source, 0) + 1
        for source, count in counts.items():
            self._feeds[source].note_journaled(count)

    @property
    def has_bus(self) -> bool:
        """Say whether the bus is there."""
        return self._bus.done()

    @property
    def rules(self) -> tuple[Policy, tuple[Agreement, ...]]:
        """Return the rules of release, and what was agreed with each partner."""
        return self._policy, self._agreements

    def status(self) -> tuple[PartnerStatus, ...]:
        """Return how each partner's link was when it was last looked at; empty before the bus is there."""
        return self._bus.result().status() if self._bus.done() else ()

    async def run(self) -> None:
        """Keep the bus, the releaser and the partners' outboxes running until cancelled; what breaks begins again."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep("bus", self._run_bus), name="bus")
            if self._releaser is not None:
                group.create_task(self._keep("release guard", self._releaser.run), name="releaser")

    async def _run_bus(self) -> None:
        chosen = self._settings
        bus = Bus(self.folder, nats_url=chosen.nats_url, client_port=chosen.client_port, replicas=chosen.replicas)
        async with bus:
            self._bus.set_result(bus)
            self._show("bus", "ok", NOTHING)
            try:
                async with asyncio.TaskGroup() as group:
                    for outbox in self._outboxes:
                        group.create_task(outbox.run(bus), name=f"outbox {outbox.partner}")
                    group.create_task(self._watch(bus), name="links")
            finally:
                self._bus = asyncio.get_running_loop().create_future()
                for feed in self._feeds.values():
                    feed.note_bus_gone()

    async def _watch(self, bus: Bus) -> None:
        while True:
            for link in bus.status():
                state, reason = self._links.judge(link, self._clock.now_ns())
                self._show(f"link {link.partner}", state, reason)
            await asyncio.sleep(LOOK_S)

    async def _keep(self, part: str, work: Callable[[], Awaitable[None]]) -> None:
        pause_s, loop = FIRST_PAUSE_S, asyncio.get_running_loop()
        while True:
            begun_s = loop.time()
            try:
                await work()
            except (BusError, OSError) as error:
                self._break(part, error)
            except ExceptionGroup as errors:
                self._break(part, errors.exceptions[0])
            except Exception as error:  # a part that breaks, however, is shown and begun again
                self._break(part, error)
            if loop.time() - begun_s >= CALM_S:
                pause_s = FIRST_PAUSE_S
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _break(self, part: str, error: Exception) -> None:
        _log.error("a part of the federation broke; it begins again", part=part, error=repr(error), exc_info=error)
        self._show(part, "failed", say("begins_again", error=str(error) or type(error).__name__))

    async def _wait_for_bus(self) -> Bus:
        return await asyncio.shield(self._bus)

    def _trouble_of(self, part: str) -> Callable[[Said], None]:
        return lambda reason: self._show(part, "degraded" if reason.en else "ok", reason)

    def _show(self, part: str, state: Shown, reason: Said) -> None:
        if self._shown.get(part) != (state, reason):
            self._shown[part] = (state, reason)
            self._show_health(part, state, reason)
