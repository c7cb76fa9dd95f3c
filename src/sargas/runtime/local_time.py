"""Local time, which the public is told: how far a nation's clocks are ahead of UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sargas.model.columns import NS_PER_S
from sargas.model.local_time import ClockChange

HOUR_NS, AHEAD_DAYS = 3600 * NS_PER_S, 3 * 366
"""So far ahead changes of the clocks are known to a node that runs on."""
OF_NATIONS = {
    "DEU": "Europe/Berlin", "DNK": "Europe/Copenhagen", "EST": "Europe/Tallinn", "FIN": "Europe/Helsinki",
    "LTU": "Europe/Vilnius", "LVA": "Europe/Riga", "NOR": "Europe/Oslo", "POL": "Europe/Warsaw",
    "ROU": "Europe/Bucharest", "SWE": "Europe/Stockholm", "UKR": "Europe/Kyiv",
}  # fmt: skip
"""IANA time zone by ISO 3166-1 alpha-3 code, of nations that have one."""


def time_zone_of(nation: str, time_zone: str) -> ZoneInfo:
    """Return the zone that is named, else the nation's; raises ValueError where there is neither."""
    name = time_zone or OF_NATIONS.get(nation, "")
    if not name:
        raise ValueError(
            f"expected [node] time_zone, the local time that the public of {nation} is told, such as Europe/Vilnius"
        )
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"expected the name of an IANA time zone such as Europe/Vilnius, was {name!r}") from error


def utc_offset_s(zone: ZoneInfo, time_ns: int) -> int:
    """Return the seconds that local time is ahead of UTC at a time, UTC ns."""
    offset = datetime.fromtimestamp(time_ns // NS_PER_S, UTC).astimezone(zone).utcoffset()
    return round((offset or timedelta()).total_seconds())


def clock_changes(zone: ZoneInfo, time_ns: int) -> tuple[ClockChange, ...]:
    """Return the changes of the clocks in the three years after a time, UTC ns; they come on the hour."""
    first = time_ns // HOUR_NS

    def offset_s(hour: int) -> int:
        return utc_offset_s(zone, hour * HOUR_NS)

    days = [range(hour, hour + 25) for hour in range(first, first + 24 * AHEAD_DAYS, 24)]
    hours = [pair for day in days if offset_s(day[0]) != offset_s(day[-1]) for pair in pairwise(day)]
    return tuple(
        ClockChange(time_ns=after * HOUR_NS, utc_offset_s=offset_s(after))
        for before, after in hours
        if offset_s(before) != offset_s(after)
    )
