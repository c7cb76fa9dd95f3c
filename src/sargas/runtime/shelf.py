"""The newest message about each thing of one kind, with the revision it came with."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


@dataclass(slots=True)
class Shelf(Generic[Kept]):
    """Keep one message a thing, as many as there are or the last ones told.

    ``key`` names the thing that a message is about. Without ``most`` all stay, in the order in which things were first
    told of. With it they stand in the order in which they were last told of, and beyond so many the oldest go: of
    those that ``is_over`` says it of, else of all.
    """

    key: Callable[[Kept], Hashable]
    most: int | None = None
    is_over: Callable[[Kept], bool] | None = None
    held: dict[Hashable, tuple[int, Kept]] = field(default_factory=dict)
    _may_go: dict[Hashable, None] = field(default_factory=dict)
    """Of those held with ``most`` the ones that may go, in the same order."""

    def put(self, message: Kept, revision: int) -> None:
        """Take a message in the place of the one before about the same thing."""
        key = self.key(message)
        if self.most is None:
            self.held[key] = revision, message
            return
        self.held.pop(key, None)
        self._may_go.pop(key, None)
        self.held[key] = revision, message
        if self.is_over is None or self.is_over(message):
            self._may_go[key] = None
        if len(self._may_go) > self.most:
            oldest = next(iter(self._may_go))
            del self._may_go[oldest], self.held[oldest]

    def newer(self, revision: int) -> tuple[Kept, ...]:
        """Return the messages that came after a revision."""
        return tuple(message for came, message in self.held.values() if came > revision)
