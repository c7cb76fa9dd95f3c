"""The partners of a configuration as the console shows them."""

from __future__ import annotations

from collections.abc import Sequence

from sargas.console.messages import PartnerView
from sargas.model.records import Configuration, Decision
from sargas.sensors.standby import Standby


def partners_of(configuration: Configuration | None, take_overs: Sequence[Decision] = ()) -> tuple[PartnerView, ...]:
    """List the partners of a configuration, the sources that bring their releases, and what stands by for them."""
    if configuration is None:
        return ()
    standby = Standby.of(configuration.sources, take_overs)
    return tuple(
        PartnerView(
            nation=partner.nation,
            node=partner.node,
            has_area=bool(partner.area),
            sources=tuple(source.name for source in configuration.sources if source.partner == partner.nation),
            standby=standby.named(partner.nation),
            taken_over=tuple(name for name in standby.named(partner.nation) if name in standby.taken),
        )
        for partner in configuration.partners
    )
