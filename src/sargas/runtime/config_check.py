"""What a start would stumble on with settings that are right by themselves: the files they name, and what they ask for.

Every file is read; no port, database or partner is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sargas.formats import registry
from sargas.runtime.area_files import find_astray, uncovered_share
from sargas.runtime.config import Settings
from sargas.runtime.config_faults import ConfigurationError
from sargas.runtime.config_lines import Place
from sargas.runtime.config_load import Loaded, problem_lines
from sargas.runtime.federation.partner_feed import source_name
from sargas.runtime.federation.rules import read_agreements
from sargas.runtime.feeds.url import PollUrl, RecordingUrl, SimulationUrl, parse_url
from sargas.runtime.network.folder import read_own_network
from sargas.runtime.network.rules import read_policy
from sargas.runtime.store.engine import open_engine
from sargas.runtime.store.errors import StoreError
from sargas.runtime.take_over import refuse_strangers

if TYPE_CHECKING:
    from sargas.model.records import Configuration, Partner

Result = TypeVar("Result")
PARTS = frozenset({"audit", "bus", "federation", "history", "journal", "store", "take-over", "warnings"})
"""Names under which the node shows how its own parts are, among the sources."""
UNCOVERED = 0.05
"""Share of a country in no municipality that is told: borders of two makers differ by less."""


def find_faults(loaded: Loaded) -> tuple[str, ...]:
    """List, a line each, what keeps a node from starting with these settings; none: they work."""
    settings, told = loaded.settings, list[str]()
    found = [*_store_faults(settings), *_source_faults(settings)]
    configuration = _try(told, lambda: settings.to_configuration(0))
    _try(told, lambda: settings.permissions_of_file(0))
    _try(told, lambda: settings.winds_of_file(0))
    _try(told, lambda: read_policy(settings.network.policy_file, settings.node.nation))
    partners = _try(told, lambda: _read_partners(settings))
    if configuration is not None:
        told += _repeated_zones(settings, configuration)
        centre = settings.region.latitude_deg, settings.region.longitude_deg
        astray = find_astray(configuration.municipalities, *centre)
        told += [f"{settings.municipalities_file}: {astray}"] if astray else []
    found += _name_faults(settings, partners or ())
    if configuration is not None and partners is not None:
        found += _standby_faults(configuration.model_copy(update={"partners": partners}))
    return (*problem_lines(found, loaded.written, loaded.origins), *told)


def find_doubts(loaded: Loaded) -> tuple[str, ...]:
    """List, a line each, what a node starts with all the same: files of sources that are not there, for which it looks,
    and municipalities that leave out a part of the country.
    """
    found: list[tuple[Place, str]] = []
    for i, source in enumerate(loaded.settings.source):
        url = parse_url(source.url)
        path = None
        if isinstance(url, RecordingUrl):
            path = url.path
        elif isinstance(url, PollUrl) and url.scheme == "file":
            path = url.location
        if path is not None and not Path(path).is_file():
            text = f"expected the file {path}, was none: nothing comes until it is there; the node looks again"
            found.append((("source", i, "url"), text))
    return (*problem_lines(found, loaded.written, loaded.origins), *_uncovered(loaded.settings))


def _uncovered(settings: Settings) -> Iterator[str]:
    """Say of what part of each country no municipality is known: who is there is warned of nothing."""
    if settings.municipalities_file is None:
        return
    configuration = _try([], lambda: settings.to_configuration(0))
    if configuration is None:
        return
    for zone in (zone for zone in configuration.zones if zone.kind == "border" and zone.polygon):
        share = uncovered_share(configuration.municipalities, zone)
        if share >= UNCOVERED:
            what = f"{share:.0%} of {zone.name} lies in none of its areas: nobody is warned there"
            yield f"{settings.municipalities_file}: {what}"


def refuse_faults(loaded: Loaded) -> None:
    """Raise ConfigurationError when a node cannot start with these settings."""
    faults = find_faults(loaded)
    if faults:
        raise ConfigurationError(faults)


def _try(told: list[str], read: Callable[[], Result]) -> Result | None:
    try:
        return read()
    except OSError as error:
        told.append(f"{error.filename}: {(error.strerror or 'cannot be read').lower()}; check the path")
    except ValueError as error:
        told.append(str(error))
    return None


def _store_faults(settings: Settings) -> Iterator[tuple[Place, str]]:
    try:
        open_engine(settings.store_url()).dispose()
    except StoreError as error:
        yield ("store", "url"), str(error)


def _source_faults(settings: Settings) -> Iterator[tuple[Place, str]]:
    records = settings.model_copy(update={"zones_file": None, "municipalities_file": None}).to_configuration(0).sources
    for i, (source, record) in enumerate(zip(settings.source, records, strict=True)):
        try:
            if source.editions:
                registry.open_decoder(record, settings.sensor)
        except ValueError as error:
            yield ("source", i, "editions"), str(error)
        try:
            url = parse_url(source.url)
            if isinstance(url, SimulationUrl):
                from sargas.exercise.open import open_night

                open_night(url.scenario, **url.parameters)
        except ValueError as error:
            yield ("source", i, "url"), str(error)


def _name_faults(settings: Settings, partners: Sequence[Partner]) -> Iterator[tuple[Place, str]]:
    """Find sources that would be taken for a part of the node, or for what brings a partner's releases."""
    taken = PARTS | {source_name(partner.nation) for partner in partners}
    for i, source in enumerate(settings.source):
        if source.name in taken:
            whose = "a part of the node" if source.name in PARTS else "the source of that partner's releases"
            yield ("source", i, "name"), f"expected a name of its own, was {source.name!r}, that of {whose}"


def _read_partners(settings: Settings) -> tuple[Partner, ...]:
    network, node = settings.network, settings.node
    if network.dir is None:
        return ()
    folder = read_own_network(network.dir, node.nation, node.name)
    read_agreements(folder)
    return tuple(partner.to_record() for partner in folder.partners)


def _standby_faults(configuration: Configuration) -> Iterator[tuple[Place, str]]:
    for i, source in enumerate(configuration.sources):
        try:
            refuse_strangers(configuration.model_copy(update={"sources": (source,)}))
        except ValueError as error:
            yield ("source", i, "standby_for"), str(error)


def _repeated_zones(settings: Settings, configuration: Configuration) -> list[str]:
    ids = [zone.id for zone in configuration.zones]
    repeated = sorted({name for name in ids[len(settings.zone) :] if ids.count(name) > 1})
    text = "expected an id of its own, was given to another zone of the file or the settings already"
    return [f"{settings.zones_file}: zone {name!r}: {text}" for name in repeated]
