"""A border, a threat that flies in over it, and a book of warnings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sargas.assessment.warnings.areas import WarnedAreas
from sargas.assessment.warnings.draft import WarningBook
from sargas.assessment.warnings.threat import Threat
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.local_time import LocalTime
from sargas.model.records import Decision, Zone
from sargas.model.saying import Said
from sargas.model.warning_records import PublicWarning

LABEL = Label(originator="LTU")
START_NS = 1_790_020_800 * NS_PER_S
LITHUANIA = Zone(
    id="LTU", name="Lithuania", kind="border", polygon=((21.0, 54.0), (26.6, 54.0), (26.6, 56.4), (21.0, 56.4))
)


def book(*municipalities: Any) -> WarningBook:
    return WarningBook("node", LABEL, WarnedAreas.of(municipalities, [LITHUANIA]), LocalTime(3 * 3600))


def threat(longitude_deg: float = 26.9, level: str = "yellow", **fields: Any) -> Threat:
    """A drone at 54.7 N that flies west at 45 m/s."""
    reach = tuple(
        (ahead, 54.7, longitude_deg - 45.0 * ahead / 64_300.0, 500.0 + 8.0 * ahead)
        for ahead in (0.0, 60.0, 300.0, 600.0)
    )
    made = Threat(
        key="track/7", track_ids=(7,), alert_ids=("a",), level="red" if level == "red" else "yellow", reaches=(reach,),
        reasons=(Said("one-way drone", "smogiamasis dronas"),),
        label=LABEL, first_plot_ns=START_NS - 9 * NS_PER_S, firm_ns=START_NS, threatening_ns=START_NS,
        is_exercise=False,
    )  # fmt: skip
    return replace(made, **fields)


def decide(book_: WarningBook, warning: PublicWarning, action: str, second: int = 5) -> tuple[PublicWarning, ...]:
    decision = Decision.model_validate(
        {
            "id": f"d{second}", "time_ns": at(second), "origin": "node", "label": LABEL, "actor": "rasa",
            "action": action, "subject": warning.message_id,
        }
    )  # fmt: skip
    return book_.decide(decision)


def at(second: int) -> int:
    return START_NS + second * NS_PER_S
