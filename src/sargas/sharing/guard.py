"""The release guard: what goes to whom, decided, redacted, paced and accounted for before anything leaves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sargas.model.plots import Plots
from sargas.model.records import (
    Alert,
    Decision,
    GnssInterference,
    OneRecord,
    PublicWarning,
    Sensor,
    SensorRegistration,
)
from sargas.model.sharing_records import Cue, Handover
from sargas.model.tracks import Tracks
from sargas.sharing.agreement import Agreement
from sargas.sharing.drafts import Draft, Ledger, Offer
from sargas.sharing.notices import LIVE_ALERTS, Teller
from sargas.sharing.partner_log import PartnerLog
from sargas.sharing.partner_plots import PartnerPlots
from sargas.sharing.partner_state import PartnerState
from sargas.sharing.policy.policy import Policy
from sargas.sharing.policy.words import Owner

MOST_WARNINGS = 1000
"""Warnings kept for the decisions about them."""


class Guard:
    """Decide releases to all partners. What it returns depends on nothing but what it was given, in order.

    The caller writes ``Offer.audit`` first, then publishes ``Offer.drafts`` in order. ``epoch`` must be larger at each
    start (the start's UTC ns is): all is told anew then, so hand in the alerts that stand. ``pseudonym_key`` is a
    secret of the node that outlives restarts: names under which alerts and warnings are told come from it. Raises
    ValueError for two agreements with one nation.
    """

    def __init__(
        self,
        owner: Owner,
        policy: Policy,
        agreements: Iterable[Agreement],
        *,
        epoch: int,
        pseudonym_key: bytes,
        sensors: Sequence[Sensor] = (),
    ) -> None:
        self.policy = policy
        self._teller = Teller(owner.nation, pseudonym_key)
        self._sensors = {sensor.id: sensor for sensor in sensors}
        self._biases: dict[str, SensorRegistration] = {}
        self._alerts: dict[str, Alert] = {}
        self._warnings: dict[str, PublicWarning] = {}
        self._partners: list[_Partner] = []
        for agreement in agreements:
            if agreement.nation in {partner.ledger.agreement.nation for partner in self._partners}:
                raise ValueError(f"expected one agreement with {agreement.nation}, was another: keep one file")
            self._partners.append(_Partner(Ledger(owner, agreement, epoch), self._teller))

    def offer(
        self,
        time_ns: int,
        offered: Sequence[Tracks] | None = None,
        records: Sequence[OneRecord] = (),
        plots: Sequence[Plots] = (),
    ) -> Offer:
        """Decide what goes now, at ``time_ns`` (UTC ns).

        ``offered``: all own confirmed and coasting tracks, one batch a label; None between two ticks: what waits for
        the link goes on. Alerts, warnings, approvals, hand-overs, cues and interference are told of ``records``;
        registrations among them are used; others are not looked at.
        """
        told = [record for record in records if self._note(record)]
        for partner in self._partners:
            partner.step(time_ns, self.policy, offered, told, plots, self)
        drafts = [draft for partner in self._partners for draft in partner.ledger.take_drafts()]
        entries = [entry for partner in self._partners for entry in partner.ledger.take_audit()]
        self._alerts = {name: alert for name, alert in self._alerts.items() if alert.state in LIVE_ALERTS}
        return Offer(tuple(drafts), tuple(entries))

    def replace_policy(self, policy: Policy) -> None:
        """Decide by other rules from now on; what they refuse is withdrawn with the next offer of tracks."""
        self.policy = policy

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Alerts that stand, or ended with the records just given."""
        return tuple(self._alerts.values())

    @property
    def sensors(self) -> dict[str, Sensor]:
        """Our sensors by id."""
        return self._sensors

    @property
    def biases(self) -> dict[str, SensorRegistration]:
        """The last registration of each radar."""
        return self._biases

    def warning_of(self, decision: Decision) -> PublicWarning | None:
        """Return the warning that a decision is about; None: about something else, or of long ago."""
        return self._warnings.get(decision.subject)

    def _note(self, record: OneRecord) -> bool:
        """Remember what later decisions need; say whether partners may be told the record itself."""
        if isinstance(record, SensorRegistration):
            self._biases[record.sensor_id] = record
        elif isinstance(record, Alert):
            if record.state in LIVE_ALERTS or record.alert_id in self._alerts:
                self._alerts[record.alert_id] = record
        elif isinstance(record, PublicWarning):
            self._warnings.pop(record.message_id, None)
            self._warnings[record.message_id] = record
            while len(self._warnings) > MOST_WARNINGS:
                del self._warnings[next(iter(self._warnings))]
            return True
        return isinstance(record, Decision | GnssInterference | Handover | Cue)


class _Partner:
    """What goes to one nation: the log first, then state, then plots."""

    def __init__(self, ledger: Ledger, teller: Teller) -> None:
        self.ledger = ledger
        self.state = PartnerState(ledger)
        self.log = PartnerLog(ledger, teller)
        self.plots = PartnerPlots(ledger)

    def step(
        self,
        time_ns: int,
        policy: Policy,
        offered: Sequence[Tracks] | None,
        records: Sequence[OneRecord],
        plots: Sequence[Plots],
        guard: Guard,
    ) -> None:
        """Decide what goes now."""
        self.ledger.begin(time_ns, policy)
        if offered is not None:
            self.state.take(offered, self.log.tiers(guard.alerts))
        self.log.tell(records, guard.alerts, self.state.network_ids(), guard.warning_of)
        self.state.tell()
        self.plots.tell(plots, guard.sensors, guard.biases)


__all__ = ["Draft", "Guard", "Offer"]
