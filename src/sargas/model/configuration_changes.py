"""What a configuration is after persons changed something of it while the node runs."""

from __future__ import annotations

from sargas.model.label import Label
from sargas.model.records import Configuration, PolicyChange


def with_source_label(configuration: Configuration, name: str, label: Label) -> Configuration:
    """Return it with another label of the source of a name; where there is none, the same."""
    sources = tuple(
        source.model_copy(update={"label": label}) if source.name == name else source
        for source in configuration.sources
    )
    return configuration.model_copy(update={"sources": sources})


def with_policy(configuration: Configuration, change: PolicyChange) -> Configuration:
    """Return it with the rules of alerts or of warnings that a change has."""
    return configuration.model_copy(update={change.policy: change.alerting or change.warnings})
