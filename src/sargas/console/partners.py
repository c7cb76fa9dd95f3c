"""The partners of a configuration as the console shows them."""

from __future__ import annotations

from sargas.console.messages import PartnerView
from sargas.model.records import Configuration


def partners_of(configuration: Configuration | None) -> tuple[PartnerView, ...]:
    """List the partners of a configuration, with the sources that bring their releases."""
    if configuration is None:
        return ()
    return tuple(
        PartnerView(
            nation=partner.nation,
            node=partner.node,
            has_area=bool(partner.area),
            sources=tuple(source.name for source in configuration.sources if source.partner == partner.nation),
        )
        for partner in configuration.partners
    )
