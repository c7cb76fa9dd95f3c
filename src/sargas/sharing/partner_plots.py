"""The plots of shared sensors that one nation gets: last in the queue, thinned to what was agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sargas.formats.release.plot_wire import pack_plots
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Sensor, SensorRegistration
from sargas.sharing.agreement import SharedSensor
from sargas.sharing.drafts import Ledger
from sargas.sharing.policy.words import Verdict
from sargas.sharing.shared_plots import Rate, select_plots

FIELDS_MEASURED = ("range_m", "azimuth_deg", "elevation_deg", "range_rate_mps", "place of the sensor")
FIELDS_PLACED = ("latitude_deg", "longitude_deg", "altitude_m")
FIELDS_ALWAYS = ("time_ns", "scan", "flight_level_ft", "flags")
RENEW_DECISION_NS = 600 * NS_PER_S


class PartnerPlots:
    """Tell one nation plots."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._rates = {shared.name: Rate(shared.per_second) for shared in ledger.agreement.sensors}
        self._decisions: dict[tuple[str, Label, Verdict, bytes], tuple[str, int]] = {}

    def tell(
        self,
        plots: Sequence[Plots],
        sensors: Mapping[str, Sensor],
        biases: Mapping[str, SensorRegistration],
    ) -> None:
        """Tell what of these plots is of a shared sensor and may go, while the link is free."""
        for batch in plots:
            for shared in self._ledger.agreement.sensors:
                if shared.sensor_id in batch.sensor_ids:
                    self._tell(batch, shared, sensors.get(shared.sensor_id), biases)

    def _tell(
        self, batch: Plots, shared: SharedSensor, sensor: Sensor | None, biases: Mapping[str, SensorRegistration]
    ) -> None:
        ledger = self._ledger
        verdict = ledger.decide(batch.label, "plots")
        if not verdict.is_released:
            ledger.refuse("plots", batch.label, verdict.rules, (shared.sensor_id,))
            return
        found, place = select_plots(
            batch,
            shared,
            sensor,
            biases,
            with_place=verdict.grants("sensor_place"),
            exercise=ledger.owner.exercise,
            region=ledger.agreement.region,
        )
        rows = self._rates[shared.name].thin(len(found), ledger.time_ns)
        if not len(rows) or not ledger.link.is_free():
            return
        release = ledger.draft("plots", shared.name, batch.label, pack_plots(found.take(rows), place))
        key = (shared.name, batch.label, verdict, ledger.policy.digest)
        decision, since_ns = self._decisions.get(key, ("", 0))
        under = decision if ledger.time_ns - since_ns < RENEW_DECISION_NS else ""
        fields = (*FIELDS_ALWAYS, *(FIELDS_PLACED if place is None else FIELDS_MEASURED))
        under_now = ledger.release(release, "plots", verdict, (shared.sensor_id,), fields, under=under)
        if not under:
            self._decisions = {k: v for k, v in self._decisions.items() if k[0] != shared.name}
            self._decisions[key] = (under_now, ledger.time_ns)
