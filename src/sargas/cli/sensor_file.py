"""The file of sensors that several commands read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sargas.model.records import Sensor


def read_sensor_file(path: Path | None) -> tuple[Sensor, ...]:
    """Read a TOML file of sensors; none: no sensor. Raises OSError, and ValueError that names the file."""
    from sargas.sensors.site import read_sensors

    if path is None:
        return ()
    try:
        return tuple(read_sensors(path.read_text(encoding="utf-8-sig")))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
