"""How the parts of a node are, shown among its sources; what comes before there is a picture waits for the first."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from sargas.model.records import Configuration, SourceHealth
from sargas.model.saying import Said, as_reason
from sargas.runtime.live_picture import LivePicture
from sargas.runtime.problem import Problem, Shown

_log = structlog.get_logger("sargas.node")


class PartHealth:
    """What the screen is told of the node's own parts: a record of its own making, in no journal and no replay."""

    def __init__(
        self, picture: LivePicture, configuration: Callable[[], Configuration | None], now_ns: Callable[[], int]
    ) -> None:
        self.problem = Problem()
        self._picture, self._configuration, self._now_ns = picture, configuration, now_ns
        self._early: dict[str, tuple[Shown, Said]] = {}

    def show(self, part: str, state: Shown, reason: Said) -> None:
        """Show how a part is, and why."""
        settings = self._configuration()
        if settings is None:
            self._early[part] = (state, reason)
            return
        now_ns = self._now_ns()
        shown = SourceHealth(
            id=f"{settings.node}/health/{part}/{now_ns}", time_ns=now_ns, origin=settings.node, label=settings.label,
            source=part, state=state, **as_reason(reason),
        )  # fmt: skip
        self._picture.apply((shown,), now_ns)

    def show_early(self) -> None:
        """Show what came before there was a picture."""
        early, self._early = self._early, {}
        for part, (state, why) in early.items():
            self.show(part, state, why)

    def show_problem(self, reason: Said) -> None:
        """Show what stops ingest; nothing: it goes on."""
        if reason != self.problem.reason:
            self.problem.reason = reason
            _log.error("ingest stopped", reason=reason.en) if reason.en else _log.warning("ingest goes on")
            self._show_journal()

    def show_upkeep(self, reason: Said) -> None:
        """Show what keeps the journal from being kept small; nothing: all is well."""
        if reason != self.problem.upkeep:
            self.problem.upkeep = reason
            self._show_journal()

    def show_screen_log(self, reason: Said) -> None:
        """Show that what screens show cannot be kept, and why; nothing: it can again. From any thread."""
        self.show("screen log", "degraded" if reason.en else "ok", reason)

    def _show_journal(self) -> None:
        self.show("journal", *self.problem.shown())
