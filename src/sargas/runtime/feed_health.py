"""What feeds alone know, as records for the journal, so that a replay shows the same health."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sargas.model.records import Configuration, SourceHealth
from sargas.runtime.feeds import FeedCounters


class FeedHealth:
    """Tells what has changed since it was told last."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[str, int, str]] = {}

    def changed(
        self, counters: Mapping[str, FeedCounters], configuration: Configuration, now_ns: int
    ) -> Iterator[SourceHealth]:
        """Yield the health of each feed that is not as it was told last: its state, what it lost, why it failed."""
        for source, feed in counters.items():
            state = {"backing_off": "failed", "finished": "silent"}.get(feed.state, "ok")
            told = (state, feed.lost, feed.last_error if state == "failed" else "")
            if told == self._told.get(source, ("ok", 0, "")):
                continue
            self._told[source] = told
            yield SourceHealth.model_validate(
                {
                    "id": f"{configuration.node}/feed/{source}/{now_ns}",
                    "time_ns": now_ns,
                    "origin": configuration.node,
                    "label": configuration.label,
                    "source": source,
                    "state": state,
                    "reason": told[2],
                    "lost": feed.lost,
                }
            )
