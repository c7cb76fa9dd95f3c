"""Which rules of alerts and warnings a picture starts with: the configuration's, and what persons made of them."""

from __future__ import annotations

from collections.abc import Iterable

from sargas.assessment.warnings.strictness import no_laxer
from sargas.model.records import Configuration, PolicyChange


def with_standing_policies(configuration: Configuration, on_record: Iterable[PolicyChange]) -> Configuration:
    """Return the configuration with the newest change of each rule applied; ``on_record``: one a policy.

    Rules of warnings that have become stricter in the configuration since then hold: a change never makes them laxer.
    """
    for change in on_record:
        if change.state == "as_configured":
            continue
        if change.alerting is not None:
            configuration = configuration.model_copy(update={"alerting": change.alerting})
        if change.warnings is not None:
            bounded = no_laxer(change.warnings, configuration.warnings)
            configuration = configuration.model_copy(update={"warnings": bounded})
    return configuration
