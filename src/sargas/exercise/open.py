"""Nights by name, as a ``sim:`` feed asks for them: ``sim:baltic-night?targets=300&seed=1``."""

from __future__ import annotations

from sargas.exercise.night import DEFAULT_START_NS, Night
from sargas.exercise.tables import NATIONS

NAMES = ("baltic-night",)
PARAMETERS = ("seed", "targets", "duration_s", "nations", "listeners", "across", "heard_by")


def open_night(name: str, *, start_time_ns: int | str = DEFAULT_START_NS, **parameters: str) -> Night:
    """Make the night of a name from the parameters of a feed URL: texts, ``nations`` as codes joined by commas,
    ``listeners`` as 1 for microphones and radio direction finders, ``across`` as 1 for intruders that fly on over
    borders between nations, ``heard_by`` as codes of the nations whose sensors take part.

    Raises ValueError for an unknown name or parameter, or a value that is no number, saying what is possible.
    """
    if name not in NAMES:
        raise ValueError(f"expected a night out of {', '.join(NAMES)}, was {name!r}")
    unknown = sorted(set(parameters) - set(PARAMETERS))
    if unknown:
        raise ValueError(f"expected parameters out of {', '.join(PARAMETERS)}, was {', '.join(unknown)}")
    return Night.of(
        int(_number("seed", parameters.get("seed", "1"))),
        targets=int(_number("targets", parameters.get("targets", "300"))),
        duration_s=_number("duration_s", parameters.get("duration_s", "inf")),
        start_time_ns=int(start_time_ns),
        nations=_codes(parameters["nations"]) if "nations" in parameters else NATIONS,
        listeners=_number("listeners", parameters.get("listeners", "0")) != 0.0,
        across=_number("across", parameters.get("across", "0")) != 0.0,
        heard_by=_codes(parameters["heard_by"]) if "heard_by" in parameters else (),
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.upper().split(","))


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"expected {name} as a number, was {text!r}") from error
