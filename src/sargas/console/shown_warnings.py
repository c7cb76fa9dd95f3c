"""Which messages of public warnings screens show: what waits for a person, and what was decided last."""

from __future__ import annotations

from collections.abc import Iterable

from sargas.model.records import PublicWarning

WARNINGS_SHOWN = 20
"""Decided messages shown at most; of those that wait all are."""


class ShownWarnings:
    """Of each warning the message that waits, the newest approved and the newest refused.

    The public goes by what was approved last while the next message waits: a draft hides neither that nor what became
    of it on its way out, and news of an earlier message hides no draft.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], PublicWarning] = {}
        """By warning and state, in the order of the latest change."""

    def take(self, messages: Iterable[PublicWarning]) -> None:
        """Take messages in the order in which they were told."""
        for message in messages:
            self._leave(message)
            key = (message.warning_id, message.state)
            known = self._held.get(key)
            if message.state != "withdrawn" and (known is None or known.number <= message.number):
                self._held.pop(key, None)
                self._held[key] = message

    def newest(self) -> tuple[PublicWarning, ...]:
        """Return every draft that waits and the newest that were decided, the latest change first."""
        decided = [message.message_id for message in self._held.values() if message.state != "drafted"]
        kept = set(decided[-WARNINGS_SHOWN:])
        latest = reversed(tuple(self._held.values()))
        return tuple(one for one in latest if one.state == "drafted" or one.message_id in kept)

    def _leave(self, message: PublicWarning) -> None:
        """Forget a draft that is none any more."""
        waiting = self._held.get((message.warning_id, "drafted"))
        if waiting is not None and waiting.message_id == message.message_id:
            del self._held[message.warning_id, "drafted"]
