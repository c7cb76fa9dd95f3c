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

    def put(self, message: Kept, revision: int) -> None:
        """Take a message in the place of the one before about the same thing."""
        key = self.key(message)
        if self.most is None:
            self.held[key] = revision, message
            return
        self.held.pop(key, None)
        self.held[key] = revision, message
        is_over = self.is_over
        over = [key for key, (_, told) in self.held.items() if is_over(told)] if is_over else list(self.held)
        for key in over[: max(0, len(over) - self.most)]:
            del self.held[key]

    def newer(self, revision: int) -> tuple[Kept, ...]:
        """Return the messages that came after a revision."""
        return tuple(message for came, message in self.held.values() if came > revision)
