"""The settings of a node: TOML file, environment and flags into one frozen model. Page: docs/configuration.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from sargas.assessment.drift.wind_files import read_winds
from sargas.formats import registry
from sargas.identification.permission_files import Entry, read_permissions
from sargas.model.identity_records import FlightPermission
from sargas.model.label import Classification, Label, Nation
from sargas.model.record_base import Latitude, Longitude
from sargas.model.records import (
    AlertPolicy,
    ClosureRule,
    Configuration,
    Sensor,
    Source,
    Value,
    WarningPolicy,
    WindTable,
    Zone,
)
from sargas.runtime.area_files import read_municipalities
from sargas.runtime.feeds.url import parse_url
from sargas.runtime.local_time import clock_changes, time_zone_of, utc_offset_s
from sargas.runtime.network.settings import NetworkSettings
from sargas.runtime.oidc_settings import OidcSettings
from sargas.runtime.spelling import closest
from sargas.runtime.warnings.settings import ChannelSettings, FileChannel
from sargas.runtime.zone_files import read_zones_file

Name = Annotated[str, StringConstraints(min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
ClassificationName = Literal["unclassified", "restricted", "confidential", "secret"]


class NodeSettings(Value):
    """``[node]``: who this node is."""

    name: Name = Field(default="sargas", description="Name of this node, in every message it makes")
    nation: Nation = Field(default="LTU", description="ISO 3166-1 alpha-3 code of the nation it serves")
    data_dir: Path = Field(
        default=Path("data"), description="Folder of journal, history and database, relative to the file"
    )
    time_zone: str = Field(
        default="", description="IANA zone of the local time that the public is told; empty: its nation's"
    )
    exercise: bool = Field(default=False, description="Everything is exercise: marked from birth, never a real warning")
    releasable_to: tuple[Nation, ...] = Field(
        default=(), description="Nations that may have what the node itself makes: alerts, warnings; empty: none"
    )

    @model_validator(mode="after")
    def _local_time_is_known(self) -> Self:
        time_zone_of(self.nation, self.time_zone)
        return self


class RegionSettings(Value):
    """``[region]``: centre of the plane the picture is kept on."""

    latitude_deg: Latitude = Field(default=56.2, description="Centre of the region plane, WGS84")
    longitude_deg: Longitude = Field(default=24.5, description="Centre of the region plane, WGS84")


class ConsoleSettings(Value):
    """``[console]``: where the console and the API listen."""

    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on")
    port: int = Field(default=8710, ge=0, le=65535, description="TCP port to listen on; 0 takes a free one")
    metrics_token: SecretStr | None = Field(
        default=None, description="Bearer token of who reads /metrics; none: only clients on this machine may"
    )
    request_burst: int = Field(
        default=200, ge=1, description="Requests to the API at once of a session, a token or an address without either"
    )
    requests_per_s: float = Field(default=20.0, gt=0, le=10_000, description="So many more of each a second")
    connections_per_address: int = Field(
        default=250,
        ge=10,
        le=1000,
        description="Connections of one address (of IPv6 its /64) at once; those of this machine do not count",
    )


class StoreSettings(Value):
    """``[store]``: the transactional database."""

    url: SecretStr | None = Field(
        default=None, description="SQLAlchemy URL; none: SQLite in data_dir. May hold a password: shown masked"
    )


class JournalSettings(Value):
    """``[journal]``: how the raw input is kept."""

    fsync_interval_ms: int = Field(
        default=50, ge=0, le=60_000, description="Longest that input waits for its fsync; 0: each syncs by itself"
    )
    segment_bytes: int = Field(default=64 << 20, ge=1 << 20, description="Size at which a segment is closed")


class ScreenLogSettings(Value):
    """``[screen_log]``: what the console shows, kept so that it can be shown again."""

    keep_hours: int = Field(default=72, ge=0, le=8784, description="For so long; 0: nothing is kept, no playback")
    most_bytes: int = Field(default=20 << 30, ge=1 << 20, description="At most so much; the oldest hours go first")


class SourceSettings(Value):
    """``[[source]]``: one feed, and how its bytes are to be read."""

    name: Name = Field(description="Unique name; journaled with each datagram")
    url: str = Field(description="Where the bytes come from; forms and parameters in `docs/feeds.md`")
    format: str = Field(default="asterix", description="Name of a format; `docs/formats` has a page for each")
    editions: dict[str, str] = Field(default_factory=dict, description="ASTERIX category to edition, '048' = '1.32'")
    framing: Literal["none", "final"] = Field(default="none", description="Framing of ASTERIX datagrams")
    sensor_id: str | None = Field(default=None, description="Sensor of reports that do not name one; none: the name")
    doppler_positive: Literal["away", "towards"] = Field(default="away", description="Sign of I048/120")
    clock_correction_s: float = Field(default=0.0, description="Added to the source's stamps, by explicit decision")
    queue_datagrams: int = Field(default=10_000, ge=1, description="Datagrams that may wait; more are dropped, counted")
    classification: ClassificationName = Field(default="unclassified", description="Level of all it reports")
    releasable_to: tuple[Nation, ...] = Field(default=(), description="Nations that may have it; empty: none")
    standby_for: Nation | None = Field(
        default=None, description="Partner whose feed it is: not opened before a person takes over; none: ours"
    )

    @field_validator("format")
    @classmethod
    def _format_is_there(cls, value: str) -> str:
        names = registry.names()
        if value not in names:
            raise ValueError(f"expected a format out of {', '.join(names)}, was {value!r}{closest(value, names)}")
        return value

    @field_validator("url")
    @classmethod
    def _url_is_a_feed(cls, value: str) -> str:
        try:
            parse_url(value)
        except ValueError as error:
            raise ValueError(str(error).replace(value, mask_url(value))) from None
        return value


class Settings(BaseSettings):
    """Everything that can be set. Precedence: flags, then environment, then file, then the defaults here."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="SARGAS_", env_nested_delimiter="__", validate_default=True
    )

    node: NodeSettings = Field(default=NodeSettings(), description="Who this node is")
    region: RegionSettings = Field(default=RegionSettings(), description="Centre of the picture's plane")
    console: ConsoleSettings = Field(default=ConsoleSettings(), description="Where console and API listen")
    store: StoreSettings = Field(default=StoreSettings(), description="Transactional database")
    journal: JournalSettings = Field(default=JournalSettings(), description="How raw input is kept")
    screen_log: ScreenLogSettings = Field(
        default=ScreenLogSettings(), description="What screens show, kept to be shown again"
    )
    network: NetworkSettings = Field(default=NetworkSettings(), description="Sharing with other nations")
    alerting: AlertPolicy = Field(default=AlertPolicy(), description="Budget of advisories, and escalation")
    warnings: WarningPolicy = Field(default=WarningPolicy(), description="Who approves what the public is told")
    oidc: OidcSettings = Field(default=OidcSettings(), description="An OpenID provider that people may log in by")
    zones_file: Path | None = Field(
        default=None,
        description="GeoJSON file with more zones and with routes, relative to the file; stands above the first table",
    )
    municipalities_file: Path | None = Field(
        default=None,
        description="GeoJSON file of the areas that warnings name, relative to the file; none: cells around places",
    )
    permissions_file: Path | None = Field(
        default=None,
        description="CSV or GeoJSON file of flight permissions, relative to the file; above the first table",
    )
    wind_file: Path | None = Field(
        default=None, description="CSV file of winds by height, relative to the file; above the first table"
    )
    closure: ClosureRule = Field(default=ClosureRule(), description="When airports close for balloons, and reopen")
    source: tuple[SourceSettings, ...] = Field(default=(), description="The feeds")
    sensor: tuple[Sensor, ...] = Field(default=(), description="The sensors behind the feeds")
    zone: tuple[Zone, ...] = Field(default=(), description="Volumes that matter")
    warning_channel: tuple[ChannelSettings, ...] = Field(
        default=(), description="Where public warnings that a person approved are sent"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is given: ``load_settings`` merges file, environment and flags and knows each origin."""
        return (init_settings,)

    def store_url(self) -> str:
        """Return the database URL with its password; never print it."""
        if self.store.url is not None:
            return self.store.url.get_secret_value()
        return f"sqlite:///{_in_url(self.node.data_dir / 'sargas.db')}"

    def relative_to(self, folder: Path) -> Self:
        """Return the same settings with every path made absolute from ``folder``."""
        names = ("zones_file", "municipalities_file", "permissions_file", "wind_file")
        files = {name: folder / path for name in names if (path := getattr(self, name)) is not None}
        network = self.network.relative_to(folder)
        node = self.node.model_copy(update={"data_dir": folder / self.node.data_dir})
        sources = tuple(s.model_copy(update={"url": _absolute_url(s.url, folder)}) for s in self.source)
        channels = tuple(
            one.model_copy(update={"folder": folder / one.folder}) if isinstance(one, FileChannel) else one
            for one in self.warning_channel
        )
        store = self.store.model_copy(update={"url": _absolute_store(self.store.url, folder)})
        tables = {"node": node, "store": store, "network": network, "source": sources, "warning_channel": channels}
        return self.model_copy(update={**files, **tables})

    def to_configuration(self, time_ns: int, first_track_number: int = 1) -> Configuration:
        """Build the record that the picture runs with, valid from ``time_ns`` (UTC ns).

        ``first_track_number``: above every number this node has given before. Reads ``zones_file`` and
        ``municipalities_file``: raises OSError when one cannot be read, ValueError when it is not what it should be.
        """
        label, time_zone = self._own_label(), time_zone_of(self.node.nation, self.node.time_zone)
        zones, routes = read_zones_file(self.zones_file)
        return Configuration(
            id=f"{self.node.name}/configuration/{time_ns}",
            time_ns=time_ns,
            origin=self.node.name,
            label=label,
            node=self.node.name,
            nation=self.node.nation,
            origin_latitude_deg=self.region.latitude_deg,
            origin_longitude_deg=self.region.longitude_deg,
            sources=tuple(self._source_record(source) for source in self.source),
            sensors=self.sensor,
            zones=(*self.zone, *zones),
            routes=routes,
            municipalities=read_municipalities(self.municipalities_file),
            exercise=self.node.exercise,
            first_track_number=first_track_number,
            utc_offset_s=utc_offset_s(time_zone, time_ns),
            clock_changes=clock_changes(time_zone, time_ns),
            closure=self.closure,
            alerting=self.alerting,
            warnings=self.warnings,
        )

    def permissions_of_file(self, time_ns: int) -> tuple[FlightPermission, ...]:
        """Read ``permissions_file``, entered at ``time_ns`` (UTC ns).

        Raises OSError when it cannot be read, ValueError that names the first bad row and how many follow.
        """
        if self.permissions_file is None:
            return ()
        entry = Entry(time_ns, self.node.name, self._own_label(), "")
        read = read_permissions(self.permissions_file.read_text(encoding="utf-8-sig"), entry)
        if read.problems:
            first, more = read.problems[0], len(read.problems) - 1
            rest = f" (and {more} more: sargas permissions check lists all)" if more else ""
            raise ValueError(f"{self.permissions_file}:{first.line}: {first.text}{rest}")
        return read.permissions

    def winds_of_file(self, time_ns: int) -> tuple[WindTable, ...]:
        """Read ``wind_file``, entered at ``time_ns`` (UTC ns).

        Raises OSError when it cannot be read, ValueError that names the first bad row and how many follow.
        """
        if self.wind_file is None:
            return ()
        entry = Entry(time_ns, self.node.name, self._own_label(), "")
        read = read_winds(self.wind_file.read_text(encoding="utf-8-sig"), entry)
        if read.problems:
            first, more = read.problems[0], len(read.problems) - 1
            rest = f" (and {more} more: sargas wind check lists all)" if more else ""
            raise ValueError(f"{self.wind_file}:{first.line}: {first.text}{rest}")
        return read.tables

    def _own_label(self) -> Label:
        caveats = ("EXERCISE",) if self.node.exercise else ()
        nations = tuple(sorted(self.node.releasable_to))
        return Label(originator=self.node.nation, caveats=caveats, releasable_to=nations)

    def _source_record(self, source: SourceSettings) -> Source:
        simulated = self.node.exercise or source.url.startswith("sim:")
        label = Label(
            classification=Classification[source.classification.upper()],
            releasable_to=tuple(sorted(set(source.releasable_to))),
            caveats=("EXERCISE",) if simulated else (),
            originator=self.node.nation,
        )
        kept = source.model_dump(exclude={"url", "queue_datagrams", "classification", "releasable_to", "standby_for"})
        return Source(**kept, label=label, standby_for=source.standby_for or "")


def mask_url(url: str) -> str:
    """Replace the password of a URL by ``***``; the rest stays readable."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return "***"
    return url if not password else url.replace(f":{password}@", ":***@", 1)


def _absolute_store(url: SecretStr | None, folder: Path) -> SecretStr | None:
    scheme, slashes, path = ("" if url is None else url.get_secret_value()).partition(":///")
    if not slashes or not scheme.startswith("sqlite") or path in ("", ":memory:"):
        return url
    return SecretStr(f"{scheme}:///{_in_url(folder) / path}")


def _absolute_url(url: str, folder: Path) -> str:
    scheme, colon, path = url.partition(":")
    if scheme not in ("pcap", "parquet", "file"):
        return url
    return f"{scheme}{colon}{_in_url(folder) / path}"


def _in_url(path: Path) -> Path:
    """Spell what would end a path in a URL, or stand for another letter, as URLs do."""
    return Path(str(path).replace("%", "%25").replace("?", "%3F"))
