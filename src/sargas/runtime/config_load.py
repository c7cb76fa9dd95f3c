"""Read the settings: merge file, environment and flags, and say of every fault where it stands and how to mend it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sargas.runtime.config import Settings
from sargas.runtime.config_environment import read_environment, variable_of
from sargas.runtime.config_faults import ConfigurationError, explain, find_contradictions, owner_of
from sargas.runtime.config_lines import Place, find_lines, line_of

DEFAULT_PATH = Path("sargas.toml")


@dataclass(frozen=True, slots=True)
class Origins:
    """Where each setting came from: flags, environment, file or default."""

    path: Path | None
    lines: Mapping[Place, int]
    file: Mapping[str, Any]
    environment: Mapping[str, Any]
    flags: Mapping[str, Any]

    def of(self, place: Place) -> str:
        """Name the origin of a setting: ``--port``, ``SARGAS_CONSOLE__PORT``, ``sargas.toml:14`` or ``default``."""
        if _holds(self.flags, place):
            return f"--{str(place[-1]).replace('_', '-')}"
        if _holds(self.environment, place):
            return variable_of(place)
        return self.near(place) if _holds(self.file, place) else "default"

    def near(self, place: Place) -> str:
        """Name the line of the file where a setting is or should be, as exactly as can be."""
        line = line_of(place, self.lines)
        return f"{self.path}:{line}" if line is not None else str(self.path or "settings")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings that work, and where each came from."""

    settings: Settings
    origins: Origins
    written: Mapping[str, Any]
    """What file, environment and flags say, before defaults."""


def load_settings(path: Path | None = None, flags: Mapping[str, Any] | None = None) -> Loaded:
    """Merge flags over environment (``SARGAS_*``) over the file over defaults; paths count from the file's folder.

    Without ``path`` the file ``sargas.toml`` here is read when there is one. Raises ConfigurationError, and OSError
    when a named file cannot be read.
    """
    if path is None and DEFAULT_PATH.is_file():
        path = DEFAULT_PATH
    try:
        text = "" if path is None else path.read_text(encoding="utf-8-sig")
        file = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([f"{path}: expected TOML, was not: {error}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError([f"{path}: expected text in UTF-8, was not: {error}"]) from None
    environment = read_environment()
    origins = Origins(path, find_lines(text), file, environment, flags or {})
    written = _merge(_merge(file, environment), flags or {})
    try:
        settings = Settings(**written)
    except ValidationError as error:
        found = [(_place_of(d["loc"]), explain(_place_of(d["loc"]), d)) for d in error.errors()]
        raise ConfigurationError(problem_lines(found, written, origins)) from error
    contradictions = list(find_contradictions(settings))
    if contradictions:
        raise ConfigurationError(problem_lines(contradictions, written, origins))
    folder = (path.parent if path is not None else Path()).absolute()
    return Loaded(settings.relative_to(folder), origins, written)


def _place_of(loc: Place) -> Place:
    """Take the kind out of the place of a channel: pydantic names it there, the file has no such table."""
    return (*loc[:2], *loc[3:]) if loc[0] == "warning_channel" and len(loc) > 3 else loc


def _merge(low: Mapping[str, Any], high: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(low)
    for key, value in high.items():
        under = both.get(key)
        nested = isinstance(value, Mapping) and isinstance(under, Mapping)
        both[key] = _merge(under, value) if nested else value  # type: ignore[arg-type]
    return both


def _holds(tree: Any, place: Sequence[str | int]) -> bool:
    for part in place:
        inside = isinstance(tree, Mapping) and part in tree
        inside = inside or (isinstance(tree, list) and isinstance(part, int) and part < len(tree))
        if not inside:
            return False
        tree = tree[part]
    return True


def problem_lines(found: Sequence[tuple[Place, str]], written: Mapping[str, Any], origins: Origins) -> list[str]:
    """Write each fault in one line, with where it stands."""
    lines = []
    for place, text in found:
        owner, origin = owner_of(place, written), origins.of(place)
        where = origins.near(place) if origin == "default" else origin
        for named in (owner, owner.replace("'", "")):
            text = text.removeprefix(f"{named}: ")
        lines.append(": ".join(filter(None, (where, owner, text))))
    return lines
