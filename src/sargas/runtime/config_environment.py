"""The settings that the environment gives (``SARGAS_*``), and of each setting the variable that it came by."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic_settings import EnvSettingsSource, SettingsError

from sargas.runtime.config import Settings
from sargas.runtime.config_faults import ConfigurationError
from sargas.runtime.config_lines import Place
from sargas.runtime.spelling import closest

PREFIX = "SARGAS_"


def read_environment() -> dict[str, Any]:
    """Read what the variables say, by table and setting. Raises ConfigurationError that names the variable."""
    strangers = list(_find_strangers())
    if strangers:
        raise ConfigurationError(strangers)
    try:
        return EnvSettingsSource(Settings)()
    except SettingsError as error:
        broken = [name for name in _variables() if not _is_json(os.environ[name])]
        known = [name for name in broken if _field_of(name) in str(error)] or broken
        text = "expected JSON, such as '[\"LVA\"]' for a list, could not be read"
        raise ConfigurationError([f"{' or '.join(known)}: {text}"]) from None


def variable_of(place: Place) -> str:
    """Name the variable that gave a setting: its own, or that of the table or list around it."""
    names = [str(part) for part in place]
    given = {name.upper(): name for name in os.environ}
    for length in range(len(names), 0, -1):
        name = PREFIX + "__".join(names[:length]).upper()
        if name in given:
            return given[name]
    return PREFIX + "__".join(names).upper()


def _variables() -> list[str]:
    return sorted(name for name in os.environ if name.upper().startswith(PREFIX))


def _field_of(name: str) -> str:
    return f'"{name[len(PREFIX) :].lower().partition("__")[0]}"'


def _find_strangers() -> Iterator[str]:
    """Yield a line for each variable of a table that is not there, and for each with one underscore too few.

    Others pass: ``SARGAS_DEBUG`` and its like are no settings.
    """
    tables = {name: field.annotation for name, field in Settings.model_fields.items()}
    single = {
        f"{table}_{setting}": f"{PREFIX}{table}__{setting}".upper()
        for table, model in tables.items()
        if isinstance(model, type) and issubclass(model, BaseModel)
        for setting in model.model_fields
    }
    for name in _variables():
        setting = name[len(PREFIX) :].lower()
        table, underscores, _ = setting.partition("__")
        if underscores and table not in tables:
            yield f"{name}: unknown setting {table!r}{closest(table, tables)}"
        elif setting in single and setting not in tables:
            yield f"{name}: unknown setting; did you mean {single[setting]!r}?"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
