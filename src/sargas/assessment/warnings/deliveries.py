"""What became of approved messages on their way out, and so when the public was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sargas.model.columns import NS_PER_S
from sargas.model.warning_records import PublicWarning, WarningDelivery

KEPT_NS = 24 * 3600 * NS_PER_S
"""After a message has expired its deliveries are no longer expected; a node that was down may tell of them late."""


@dataclass(slots=True)
class DeliveryBook:
    """Keep the approved messages and note what their channels say; deterministic."""

    approved: dict[str, PublicWarning] = field(default_factory=dict)

    def take(self, told: Iterable[PublicWarning]) -> None:
        """Note which of the messages told were approved."""
        self.approved.update((one.message_id, one) for one in told if one.state == "approved")

    def note(self, delivery: WarningDelivery) -> tuple[PublicWarning, ...]:
        """Return the message with what its channel says now; empty for one that is not known."""
        message = self.approved.get(delivery.message_id)
        if message is None:
            return ()
        others = tuple(one for one in message.deliveries if one.channel != delivery.channel)
        sent_ns = delivery.time_ns if delivery.state == "sent" and message.sent_ns is None else message.sent_ns
        where = f"{delivery.channel}/{delivery.state}/{delivery.time_ns}"
        revised = message.model_copy(
            update={
                "id": f"{message.origin}/warning/{message.message_id}/{where}",
                "time_ns": delivery.time_ns,
                "deliveries": (*others, delivery.to_delivery()),
                "sent_ns": sent_ns,
            }
        )
        self.approved[message.message_id] = revised
        return (revised,)

    def forget(self, time_ns: int) -> None:
        """Forget what expired long ago (UTC ns)."""
        old = [key for key, message in self.approved.items() if message.expires_ns + KEPT_NS < time_ns]
        for key in old:
            del self.approved[key]

    def to_list(self) -> list[Any]:
        """Return the state as plain values, for a snapshot."""
        return [message.model_dump(mode="json") for message in self.approved.values()]

    def from_list(self, rows: list[Any]) -> None:
        """Go on from what ``to_list`` gave."""
        found = [PublicWarning.model_validate(row) for row in rows]
        self.approved = {message.message_id: message for message in found}
