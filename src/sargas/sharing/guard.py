"""The release guard: what goes to whom, decided, redacted, paced and accounted for before anything leaves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
        behind: Mapping[str, Sequence[OneRecord] | None] | None = None,
    ) -> Offer:
        """Decide what goes now, at ``time_ns`` (UTC ns).

        ``offered``: all own confirmed and coasting tracks, one batch a label; None between two ticks: what waits for
        the link goes on. Alerts, warnings, approvals, hand-overs, cues and interference are told of ``records``;
        registrations among them are used; others are not looked at. ``behind``: nations whose log was full, with what
        they are told of alerts, warnings, approvals and interference in place of ``records``: earlier ones that they
        were not told, in order; None: nothing, it still is.
        """
        behind = behind or {}
        told = [record for record in records if self._note(record)]
        for partner in self._partners:
            nation = partner.ledger.agreement.nation
            to_tell = self._late(behind[nation], told) if nation in behind else _ToTell(told)
            partner.step(time_ns, self.policy, offered, to_tell, plots, self)
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

    def _late(self, earlier: Sequence[OneRecord] | None, told: Sequence[OneRecord]) -> _ToTell:
        """Join what a nation is told late with the hand-overs and cues of now, which are told at once or never."""
        live = [record for record in told if isinstance(record, Handover | Cue)]
        if earlier is None:
            return _ToTell(live, is_full=True)
        newest = {one.alert_id: one for one in earlier if isinstance(one, Alert)}
        over = [one for one in newest.values() if one.state not in LIVE_ALERTS and one.alert_id not in self._alerts]
        warnings = {one.message_id: one for one in earlier if isinstance(one, PublicWarning)}
        self._warnings = warnings | self._warnings
        return _ToTell([*(one for one in earlier if not isinstance(one, Alert)), *live], tuple(over))

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


@dataclass(frozen=True, slots=True)
class _ToTell:
    """What a nation is told now: records, alerts that are over already; or nothing, for its log is full."""

    records: Sequence[OneRecord]
    over: tuple[Alert, ...] = ()
    is_full: bool = False


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
        to_tell: _ToTell,
        plots: Sequence[Plots],
        guard: Guard,
    ) -> None:
        """Decide what goes now."""
        self.ledger.begin(time_ns, policy)
        if offered is not None:
            self.state.take(offered, self.log.tiers(guard.alerts))
        if to_tell.is_full:
            self.log.leave_out(to_tell.records)
        else:
            self.log.note_missed(to_tell.over)
            self.log.tell(to_tell.records, (*guard.alerts, *to_tell.over), self.state.network_ids(), guard.warning_of)
        self.state.tell()
        self.plots.tell(plots, guard.sensors, guard.biases)


__all__ = ["Draft", "Guard", "Offer"]
