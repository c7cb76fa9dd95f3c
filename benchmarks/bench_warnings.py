"""Measure the clock of public warnings on seeded nights: from the first plot over the firm track to the draft.

Each night (``exercise.night``) runs through ``picture.step`` as a node would have lived it; nobody decides on a draft.
Counted are first drafts of warnings about one-way and small fixed-wing drones that the exercise flies in. Prints one
JSON line a figure. ``--seeds 1-8``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from sargas.exercise.night import DEFAULT_START_NS, Night
from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.label import Label
from sargas.model.records import Alert, Configuration, PublicWarning, Tick
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.state import State
from sargas.picture.step import step

COMMAND = "python benchmarks/bench_warnings.py"
TARGETS, NIGHT_S = 80, 240
LABEL = Label(originator="LTU", caveats=("EXERCISE",))


@dataclass(frozen=True)
class Drafted:
    """One first draft: seconds from each moment before it; NaN where that moment is not known."""

    from_plot_s: float
    from_confirmed_s: float
    from_firm_s: float
    from_alert_s: float
    areas: int


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="1-8", help="first and last seed")
    first, last = parser.parse_args().seeds.split("-")
    seeds = range(int(first), int(last) + 1)
    with ProcessPoolExecutor(2) as pool:
        drafted = [one for found in pool.map(run_night, seeds) for one in found]
    note = (
        f"{len(drafted)} first drafts in {len(seeds)} nights of {NIGHT_S} s, {TARGETS} targets, seeds {first} to {last}"
    )
    firm = np.array([one.from_firm_s for one in drafted])
    tell("firm track, held to be dangerous, to draft, p95", np.percentile(firm, 95), "s", 10.0, note)
    tell("the same, slowest", firm.max(), "s", None, note)
    alert = np.array([one.from_alert_s for one in drafted])
    tell("first alert about it to draft, p95", np.nanpercentile(alert, 95), "s", 10.0, note)
    confirmed = np.array([one.from_confirmed_s for one in drafted])
    tell(
        "confirmed track to draft, median",
        np.nanmedian(confirmed),
        "s",
        None,
        f"far ones are tracked long before; {note}",
    )
    plot = np.array([one.from_plot_s for one in drafted])
    tell("first plot to draft, median", np.nanmedian(plot), "s", None, note)
    tell("areas a draft names, median", float(np.median([one.areas for one in drafted])), "areas", None, note)


def run_night(seed: int) -> list[Drafted]:
    """Run one night; return its first drafts."""
    state, confirmed, alerted = State(), dict[int, int](), dict[int, int]()
    drafted = []
    for envelope in night_inputs(seed):
        for message in step(state, envelope).messages:
            if isinstance(message, Tracks):
                for number in message.track_id[message.status == TrackStatus.CONFIRMED].tolist():
                    confirmed.setdefault(number, state.time_ns)
            elif isinstance(message, Alert):
                for number in message.track_ids:
                    alerted.setdefault(number, state.time_ns)
            elif isinstance(message, PublicWarning) and message.state == "drafted" and message.number == 1:
                drafted.append(clock_of(message, confirmed, alerted))
    return drafted


def clock_of(draft: PublicWarning, confirmed: dict[int, int], alerted: dict[int, int]) -> Drafted:
    """Lay out a draft's clock."""

    def since(moments: list[int | None]) -> float:
        known = [one for one in moments if one is not None]
        return (draft.drafted_ns - min(known)) / NS_PER_S if known else float("nan")

    return Drafted(
        since([draft.first_plot_ns]),
        since([confirmed.get(number) for number in draft.track_ids]),
        since([draft.firm_ns]),
        since([alerted.get(number) for number in draft.track_ids]),
        len(draft.areas),
    )


def night_inputs(seed: int) -> Iterator[Envelope]:
    """Yield the journal of a night: configuration, datagrams, a tick each second."""
    night = Night.of(seed, targets=TARGETS, start_time_ns=DEFAULT_START_NS, duration_s=float(NIGHT_S))
    given = night.configuration()
    configuration = Configuration(
        id="c", time_ns=DEFAULT_START_NS, origin="bench", label=LABEL, node="bench", nation="LTU",
        origin_latitude_deg=given.origin[0], origin_longitude_deg=given.origin[1], sources=given.sources,
        sensors=given.sensors, zones=given.zones, exercise=True,
    )  # fmt: skip
    yield Envelope(0, DEFAULT_START_NS, "bench", "record", configuration.model_dump_json().encode())
    sequence, tick_ns = 1, DEFAULT_START_NS + NS_PER_S
    for datagram in night.datagrams():
        while DEFAULT_START_NS + datagram.offset_ns >= tick_ns:
            tick = Tick(id=f"t{tick_ns}", time_ns=tick_ns, origin="bench", label=LABEL)
            yield Envelope(sequence, tick_ns, "bench", "record", tick.model_dump_json().encode())
            sequence, tick_ns = sequence + 1, tick_ns + NS_PER_S
        yield Envelope(sequence, DEFAULT_START_NS + datagram.offset_ns, datagram.source, "datagram", datagram.data)
        sequence += 1


def tell(figure: str, value: float, unit: str, limit: float | None, note: str) -> None:
    """Print one figure as a JSON line; ``limit`` is an upper bound."""
    line = {
        "figure": figure, "value": round(float(value), 3), "unit": unit,
        "limit": None if limit is None else f"<= {limit:g} {unit}",
        "ok": None if limit is None else bool(value <= limit), "command": COMMAND, "note": note,
    }  # fmt: skip
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
