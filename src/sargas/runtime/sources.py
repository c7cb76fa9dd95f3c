"""From the settings to what runs: the configuration record, and one feed per source with its own queue.

A ``sim:`` source stands for all sensors of its night: the configuration takes over their sources, sites and zones, and
everything becomes exercise. With ``udp=1`` each of them gets a real UDP feed on a free loopback port, and the
simulation sends to those: every stage from the socket on is then the one that real sensors use. Of a ``sim:`` source
that stands by for a partner, all of them do.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from sargas.exercise.night import NightConfiguration
from sargas.exercise.open import open_night
from sargas.model.label import Label
from sargas.model.records import Configuration, Source
from sargas.runtime.clock import Clock
from sargas.runtime.config import Settings, SourceSettings
from sargas.runtime.feeds import Feed, Intake, open_feed, parse_url
from sargas.runtime.feeds.udp import UdpFeed, open_udp_socket
from sargas.runtime.feeds.url import SimulationUrl, UdpUrl

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class _Simulation:
    """One ``sim:`` source: its settings, and the night it plays."""

    settings: SourceSettings
    url: SimulationUrl
    night: NightConfiguration


@dataclass(frozen=True, slots=True)
class Opened:
    """The configuration of a node and its feeds; ``standby``: of each feed that stands by, the sources it brings."""

    configuration: Configuration
    feeds: tuple[Feed, ...]
    standby: Mapping[str, frozenset[str]]


def open_sources(settings: Settings, intake: Intake, clock: Clock, first_track_number: int) -> Opened:
    """Build the configuration and the feeds; nothing is received before the feeds run.

    Raises ValueError that names the source and how to mend it.
    """
    simulations = _simulations(settings)
    configuration = _with_nights(settings.to_configuration(clock.now_ns(), first_track_number), simulations)
    urls = {source.name: source.url for source in settings.source}
    with ExitStack() as stack:
        bound = {name: stack.enter_context(_free_port()) for name in _of_nights(simulations, urls)}
        urls |= {name: f"udp://{LOOPBACK}:{one.getsockname()[1]}" for name, one in bound.items()}
        feeds = []
        for name, url in urls.items():
            found = [source for source in settings.source if source.name == name]
            queue = intake.open_queue(found[0].queue_datagrams) if found else intake.open_queue()
            feeds.append(open_feed(url, name, queue, clock, source_urls=urls))
            if isinstance(feeds[-1], UdpFeed) and name in bound:
                feeds[-1].take_over(bound[name])
        stack.pop_all()  # from now on they are the feeds'
    return Opened(configuration, tuple(feeds), _standby_feeds(settings, configuration, simulations))


def _standby_feeds(
    settings: Settings, configuration: Configuration, simulations: list[_Simulation]
) -> dict[str, frozenset[str]]:
    """Say of each feed that stands by which sources it brings: a simulation, all of its night."""
    waiting = {source.name for source in configuration.sources if source.standby_for}
    brought = {name: frozenset({name}) for name in waiting}
    for simulation in simulations:
        if simulation.settings.standby_for is not None:
            names = frozenset(source.name for source in simulation.night.sources) & waiting
            brought[simulation.settings.name] = names
    return brought


def _simulations(settings: Settings) -> list[_Simulation]:
    found = []
    for source in settings.source:
        if source.url.startswith("sim:"):
            url = parse_url(source.url)
            assert isinstance(url, SimulationUrl)
            try:
                night = open_night(url.scenario, **{name: str(value) for name, value in url.parameters.items()})
            except ValueError as error:
                raise ValueError(f"source {source.name!r}: {error}") from None
            found.append(_Simulation(source, url, night.configuration()))
    return found


def _with_nights(configuration: Configuration, simulations: list[_Simulation]) -> Configuration:
    """Add the nights' sources, sensors and zones; the ``sim:`` sources themselves decode nothing and go."""
    if not simulations:
        return configuration
    labels = {source.name: source.label for source in configuration.sources}
    played = {simulation.settings.name for simulation in simulations}
    sources: list[Source] = [source for source in configuration.sources if source.name not in played]
    sensors, zones = list(configuration.sensors), list(configuration.zones)
    for simulation in simulations:
        waits, told = simulation.settings.standby_for or "", labels[simulation.settings.name]
        new = [s for s in simulation.night.sources if s.name not in {known.name for known in sources}]
        sources += [s.model_copy(update={"standby_for": waits, "label": _as_told(s.label, told)}) for s in new]
        sensors += [s for s in simulation.night.sensors if s.id not in {known.id for known in sensors}]
        zones += [z for z in simulation.night.zones if z.id not in {known.id for known in zones}]
    label = configuration.label.model_copy(update={"caveats": ("EXERCISE",)})
    latitude_deg, longitude_deg = simulations[0].night.origin
    return configuration.model_copy(
        update={
            "sources": tuple(sources),
            "sensors": tuple(sensors),
            "zones": tuple(zones),
            "exercise": True,
            "label": label,
            "origin_latitude_deg": latitude_deg,
            "origin_longitude_deg": longitude_deg,
        }
    )


def _as_told(label: Label, told: Label) -> Label:
    """Give a simulated sensor the level and the nations of its ``sim:`` source; where none are named, its own."""
    nations = told.releasable_to or label.releasable_to
    level = max(label.classification, told.classification)
    return label.model_copy(update={"classification": level, "releasable_to": nations})


def _free_port() -> socket.socket:
    """Hold a free port of this machine: closed, somebody else could take it before its feed listens."""
    url = parse_url(f"udp://{LOOPBACK}:1")
    assert isinstance(url, UdpUrl)
    return open_udp_socket(replace(url, port=0))


def _of_nights(simulations: list[_Simulation], known: Mapping[str, str]) -> list[str]:
    """Name the sources that nights send to over UDP, but those that have a URL of their own."""
    played = [simulation.night.sources for simulation in simulations if simulation.url.over_udp]
    return [
        name for name in dict.fromkeys(source.name for sources in played for source in sources) if name not in known
    ]
