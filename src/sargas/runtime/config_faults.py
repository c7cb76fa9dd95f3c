"""What is wrong with settings, each fault in one line: where, in which table, what was expected, what was there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from sargas.model.records import Sensor
from sargas.runtime.config import Settings
from sargas.runtime.config_lines import Place
from sargas.runtime.feeds.url import UdpUrl, parse_url
from sargas.runtime.spelling import closest

SECRETS = frozenset({"metrics_token", "client_secret", "secret", "password"})
"""Settings whose value no message shows; ``[store] url`` is another, a feed's is shown without its password."""
_PASSWORD = re.compile(r"(://[^\s:@'\"]*:)[^\s@'\"]*@")


class ConfigurationError(ValueError):
    """Settings that cannot work; ``problems`` holds one line each, ``str`` gives the first and how many follow."""

    def __init__(self, problems: Sequence[str]) -> None:
        rest = f" (and {len(problems) - 1} more: sargas config check lists all)" if len(problems) > 1 else ""
        super().__init__(problems[0] + rest)
        self.problems = tuple(problems)


def explain(place: Place, detail: Any) -> str:
    """Turn one of pydantic's findings into "expected X, was Y", without passwords."""
    return _PASSWORD.sub(r"\1***@", _explain(place, detail))


def find_contradictions(settings: Settings) -> Iterator[tuple[Place, str]]:
    """Yield what is right by itself and cannot work together."""
    yield from _find_repeated(settings)
    for i, sensor in enumerate(settings.sensor):
        yield from (((*("sensor", i), key), text) for key, text in _find_halves(sensor))


def owner_of(place: Place, written: Mapping[str, Any]) -> str:
    """Name the table a setting is in: ``source 'riga'``, ``source 2``, ``[console]`` or nothing at top level."""
    if len(place) >= 2 and isinstance(place[1], int):
        table = written.get(str(place[0]))
        entry = table[place[1]] if isinstance(table, (list, tuple)) and place[1] < len(table) else {}
        name = (entry.get("id") or entry.get("name")) if isinstance(entry, Mapping) else None
        return f"{place[0]} {name!r}" if isinstance(name, str) else f"{place[0]} {place[1] + 1}"
    is_table = place[0] in Settings.model_fields and isinstance(written.get(str(place[0])), Mapping)
    return f"[{place[0]}]" if len(place) >= 2 or is_table else ""


def _find_repeated(settings: Settings) -> Iterator[tuple[Place, str]]:
    keys: list[tuple[str, str, list[Any]]] = [
        ("source", "name", [source.name for source in settings.source]),
        ("source", "url", [_listens_at(source.url) for source in settings.source]),
        ("sensor", "id", [sensor.id for sensor in settings.sensor]),
        ("sensor", "sic", [None if s.sac is None or s.sic is None else (s.sac, s.sic) for s in settings.sensor]),
        ("zone", "id", [zone.id for zone in settings.zone]),
        ("warning_channel", "name", [channel.name for channel in settings.warning_channel]),
    ]
    for table, key, values in keys:
        for i, value in enumerate(values):
            if value is not None and value in values[:i]:
                shown = {"sic": "sac/sic {0[0]}/{0[1]}", "url": "udp port"}.get(key, f"{key} {{0!r}}").format(value)
                was = f"{value} " if key == "url" else ""
                yield (
                    (table, i, key),
                    f"expected a {shown} of its own, was {was}given to an earlier {table} already",
                )


def _listens_at(url: str) -> str | None:
    """Name the address and port of a UDP feed that no other may share; several may hear one group."""
    parsed = parse_url(url)
    return f"{parsed.host}:{parsed.port}" if isinstance(parsed, UdpUrl) and parsed.group is None else None


def _find_halves(sensor: Sensor) -> Iterator[tuple[str, str]]:
    if (sensor.sac is None) != (sensor.sic is None):
        yield "sac" if sensor.sic is None else "sic", "expected both sac and sic or neither"
    low, high = sensor.lowest_elevation_deg, sensor.highest_elevation_deg
    if low >= high:
        yield "lowest_elevation_deg", f"expected lowest_elevation_deg below highest_elevation_deg, was {low} >= {high}"


def _explain(place: Place, detail: Any) -> str:
    field, kind, text = str(place[-1]), detail["type"], str(detail["msg"])
    is_table = isinstance(detail["input"], Mapping)
    match kind:
        case "missing":
            return f"expected {field}, was missing"
        case "extra_forbidden":
            above = "; it stands above the first table" if field in Settings.model_fields and len(place) > 1 else ""
            return f"unknown setting {field!r}{above or closest(field, _known_settings(place))}"
        case "value_error":
            text = text.removeprefix("Value error, ")
            known = text.startswith("expected ") or "expected " in text.partition(": ")[2]
            return text if known else f"expected {field} otherwise, was {_shown(place, detail['input'])}: {text}"
        case "union_tag_not_found":
            return "expected kind, was missing"
        case "union_tag_invalid":
            tag, tags = detail["ctx"]["tag"], detail["ctx"]["expected_tags"]
            return f"expected kind out of {tags}, was {tag!r}{closest(tag, re.findall(r'[a-z]+', tags))}"
        case "tuple_type" if is_table and len(place) == 1:
            return f"expected [[{field}]] with two brackets, was [{field}]"
        case "tuple_type":
            return f"expected {field} as a list, [...], was {_shown(place, detail['input'])}"
        case "path_type":
            return f"expected {field} as a path in quotes, was {_shown(place, detail['input'])}"
        case "model_type" | "model_attributes_type":
            return f"expected {field} as a table, was {_shown(place, detail['input'])}"
        case "too_short":
            return f"expected {field} with at least {detail['ctx']['min_length']} in it, was {detail['input']!r}"
    if isinstance(place[-1], int):
        field = f"{place[-2]} entry {place[-1] + 1}"
    condition = text.replace("Input should", "to", 1).replace("String should", "to", 1)
    return f"expected {field} {condition}, was {_shown(place, detail['input'])}{_meant(detail)}"


def _meant(detail: Any) -> str:
    if detail["type"] != "literal_error" or not isinstance(detail["input"], str):
        return ""
    return closest(detail["input"], [word for word in detail["ctx"]["expected"].split("'") if word.isidentifier()])


def _shown(place: Place, value: Any) -> str:
    if place[-1] in SECRETS or place[:2] == ("store", "url"):
        return "***"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, (list, tuple)) and any(isinstance(one, (Mapping, list, tuple)) for one in value):
        return "a list"
    text = _PASSWORD.sub(r"\1***@", repr(value))
    return text if len(text) <= 60 else text[:57] + "..."


def _known_settings(place: Place) -> tuple[str, ...]:
    """List the settings of the table that a place is in."""
    models: list[type[BaseModel]] = [Settings]
    for part in place[:-1]:
        annotation = next((m.model_fields[part].annotation for m in models if part in m.model_fields), None)
        models = list(_models_in(annotation)) or models
    return tuple({name: None for model in models for name in model.model_fields})


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
