"""The parameters behind a feed URL's question mark: each is asked for by name, and no unknown one passes."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import parse_qsl

from sargas.runtime.spelling import closest

TextOrNone = TypeVar("TextOrNone", str, None)


class Parameters:
    """Parameters of one URL. Raises ValueError for a part that is not ``name=value`` and for a name given twice."""

    def __init__(self, query: str) -> None:
        self._values: dict[str, str] = {}
        self._asked: set[str] = set()
        for part in filter(None, query.split("&")):
            pair = parse_qsl(part, keep_blank_values=True)
            if "=" not in part or not pair or pair[0][0] in self._values:
                raise ValueError(f"expected each parameter once as name=value, was {part!r}")
            self._values[pair[0][0]] = pair[0][1]

    def has(self, name: str) -> bool:
        """Say whether a parameter was given."""
        self._asked.add(name)
        return name in self._values

    def text(self, name: str, default: TextOrNone) -> str | TextOrNone:
        """Return a parameter as it stands, or the default."""
        self._asked.add(name)
        return self._values.get(name, default)

    def number(self, name: str, default: float, least: float, most: float, alternative: str = "") -> float:
        """Return a number within limits, or the default. Raises ValueError that names both limits."""
        text = self.text(name, None)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            limits = f"{least:g} to {most:g} {alternative}".strip()
            raise ValueError(f"expected {name}= a number from {limits}, was {text!r}")
        return value

    def switch(self, name: str) -> bool:
        """Return whether a switch is on: 0 or 1. Raises ValueError for anything else."""
        text = self.text(name, "0")
        if text not in ("0", "1"):
            raise ValueError(f"expected {name}=0 or {name}=1, was {text!r}")
        return text == "1"

    def refuse_others(self) -> None:
        """Raise ValueError when a parameter was given that nobody asked for."""
        for name in self._values:
            if name not in self._asked:
                known = ", ".join(sorted(self._asked)) or "none"
                raise ValueError(f"expected parameters out of {known}, was {name!r}{closest(name, self._asked)}")

    def take_others(self) -> dict[str, str]:
        """Return the parameters nobody asked for, as they stand."""
        return {name: text for name, text in self._values.items() if name not in self._asked}
