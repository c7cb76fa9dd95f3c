"""Read the settings: merge file, environment and flags, and say of every fault where it stands and how to mend it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_settings import EnvSettingsSource

from sargas.runtime.config import Settings, mask_url
from sargas.runtime.config_lines import Place, find_lines, line_of
from sargas.runtime.spelling import closest

DEFAULT_PATH = Path("sargas.toml")


class ConfigurationError(ValueError):
    """Settings that cannot work; ``problems`` holds one line each, ``str`` gives the first and how many follow."""

    def __init__(self, problems: Sequence[str]) -> None:
        rest = f" (and {len(problems) - 1} more: sargas config check lists all)" if len(problems) > 1 else ""
        super().__init__(problems[0] + rest)
        self.problems = tuple(problems)


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
            names = place[: place.index(0)] if 0 in place else place
            return "SARGAS_" + "__".join(str(part) for part in names).upper()
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
    text = "" if path is None else path.read_text(encoding="utf-8")
    try:
        file = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([f"{path}: expected TOML, was not: {error}"]) from error
    environment = EnvSettingsSource(Settings)()
    origins = Origins(path, find_lines(text), file, environment, flags or {})
    written = _merge(_merge(file, environment), flags or {})
    try:
        settings = Settings(**written)
    except ValidationError as error:
        found = [(tuple(d["loc"]), _explain(tuple(d["loc"]), d)) for d in error.errors()]
        raise ConfigurationError(_problem_lines(found, written, origins)) from error
    repeated = list(_find_repeated(settings))
    if repeated:
        raise ConfigurationError(_problem_lines(repeated, written, origins))
    folder = (path.parent if path is not None else Path()).absolute()
    return Loaded(settings.relative_to(folder), origins, written)


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


def _find_repeated(settings: Settings) -> Iterator[tuple[Place, str]]:
    """Yield what must be unique and is not: source names, sensor ids and their SAC/SIC, zone ids."""
    keys: list[tuple[str, str, list[Any]]] = [
        ("source", "name", [source.name for source in settings.source]),
        ("sensor", "id", [sensor.id for sensor in settings.sensor]),
        ("sensor", "sic", [None if s.sac is None or s.sic is None else (s.sac, s.sic) for s in settings.sensor]),
        ("zone", "id", [zone.id for zone in settings.zone]),
    ]
    for table, key, values in keys:
        for i, value in enumerate(values):
            if value is not None and value in values[:i]:
                shown = f"sac/sic {value[0]}/{value[1]}" if key == "sic" else f"{key} {value!r}"
                yield (table, i, key), f"expected a {shown} of its own, was given to an earlier {table} already"


def _problem_lines(found: Sequence[tuple[Place, str]], written: Mapping[str, Any], origins: Origins) -> list[str]:
    lines = []
    for place, text in found:
        owner, origin = _owner(place, written), origins.of(place)
        where = origins.near(place) if origin == "default" else origin
        lines.append(": ".join(filter(None, (where, owner, text.removeprefix(f"{owner.replace(chr(39), '')}: ")))))
    return lines


def _owner(place: Place, written: Mapping[str, Any]) -> str:
    """Name the table a setting is in: ``source 'riga'``, ``source 2``, ``[console]`` or nothing at top level."""
    if len(place) >= 2 and isinstance(place[1], int):
        table = written.get(str(place[0]))
        entry = table[place[1]] if isinstance(table, (list, tuple)) and place[1] < len(table) else {}
        name = (entry.get("id") or entry.get("name")) if isinstance(entry, Mapping) else None
        return f"{place[0]} {name!r}" if isinstance(name, str) else f"{place[0]} {place[1] + 1}"
    return f"[{place[0]}]" if len(place) >= 2 else ""


def _explain(place: Place, detail: Any) -> str:
    """Turn one of pydantic's findings into "expected X, was Y"."""
    field, kind, text = str(place[-1]), detail["type"], str(detail["msg"])
    match kind:
        case "missing":
            return f"expected {field}, was missing"
        case "extra_forbidden":
            return f"unknown setting {field!r}{closest(field, _known_settings(place))}"
        case "value_error":
            return text.removeprefix("Value error, ")
    if isinstance(place[-1], int):
        field = f"{place[-2]} entry {place[-1] + 1}"
    condition = text.replace("Input should", "to", 1).replace("String should", "to", 1)
    return f"expected {field} {condition}, was {_shown(field, detail['input'])}{_meant(detail)}"


def _meant(detail: Any) -> str:
    if detail["type"] != "literal_error" or not isinstance(detail["input"], str):
        return ""
    return closest(detail["input"], [word for word in detail["ctx"]["expected"].split("'") if word.isidentifier()])


def _shown(field: str, value: Any) -> str:
    if isinstance(value, str) and "://" in value:
        value = mask_url(value)
    text = "***" if field == "url" and not isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _known_settings(place: Place) -> tuple[str, ...]:
    """List the settings of the table that a place is in."""
    model: type[BaseModel] = Settings
    for part in place[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            kinds = [model.model_fields[part].annotation, *get_args(model.model_fields[part].annotation)]
            model = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), model)
    return tuple(model.model_fields)
