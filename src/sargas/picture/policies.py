"""Rules of alerts and warnings change while the picture runs: what was told stands, what comes goes by the new ones."""

from __future__ import annotations

from sargas.model.configuration_changes import with_policy
from sargas.model.records import PolicyChange
from sargas.picture.state import Picture


def change_policy(picture: Picture, change: PolicyChange) -> None:
    """Let a change of rules take effect, from this record on.

    Advisories shown within the last hour count against a new budget too; a draft keeps the number of persons that it
    was drafted for, and the first approval of one the time that it was given for.
    """
    configuration = with_policy(picture.configuration, change)
    picture.configuration = picture.identity.configuration = picture.outlook.configuration = configuration
    picture.alerting.desk.policy = configuration.alerting
    picture.alerting.desk.budget.per_hour = configuration.alerting.advisories_per_hour
    picture.outlook.warnings.policy = configuration.warnings
