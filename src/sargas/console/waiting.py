"""Which alerts wait for a person: one rule for the bar, the queue and the shift. Specification: docs/console.md."""

from __future__ import annotations

from sargas.model.records import Alert


def waits(alert: Alert) -> bool:
    """Say whether nobody answered it, also after its end; what is held back, laid aside or in another waits not."""
    is_quiet = alert.state in ("held_back", "shelved") or not alert.was_shown or alert.merged_into is not None
    return alert.acknowledged_by is None and not is_quiet
