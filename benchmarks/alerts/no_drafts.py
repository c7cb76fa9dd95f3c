"""A book of public warnings that drafts none: drafts take as long as all else, and no danger and no alert need them."""

from __future__ import annotations

from sargas.assessment.warnings.areas import WarnedAreas
from sargas.assessment.warnings.draft import WarningBook
from sargas.model.label import Label
from sargas.model.local_time import LocalTime
from sargas.model.records import PublicWarning
from sargas.picture.state import State


class NoDrafts(WarningBook):
    """Draft nothing."""

    def tick(
        self, threats: object, time_ns: int, harmless: object = (), companions: object = ()
    ) -> tuple[PublicWarning, ...]:
        """Draft nothing."""
        return ()


def draft_nothing(state: State) -> None:
    """Let a configured picture go without public warnings."""
    assert state.picture is not None
    state.picture.outlook.warnings = NoDrafts("", Label(), WarnedAreas.of((), ()), LocalTime())
