"""The formats that are there: a folder with a manifest.toml and ``open_decoder`` is a format."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib import import_module, resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sargas.formats.contract import Decoder
from sargas.model.records import Sensor, Source


class Manifest(BaseModel):
    """What a format folder says of itself in manifest.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    standard: str = Field(description="Document it implements")
    parts: tuple[str, ...] = Field(description="Editions or parts covered")
    direction: tuple[Literal["in", "out"], ...]
    maturity: Literal["bronze", "silver", "gold"] = Field(
        description="bronze: decodes its golden file; silver: + round trip, fuzz, page; gold: + third-party proof"
    )
    doc: str = Field(description="Its page under docs/")


def names() -> tuple[str, ...]:
    """List the formats, sorted."""
    folders = resources.files("sargas.formats").iterdir()
    return tuple(sorted(f.name for f in folders if f.is_dir() and f.joinpath("manifest.toml").is_file()))


def manifest(name: str) -> Manifest:
    """Read a format's manifest. Raises ValueError for an unknown name, with the names that exist."""
    if name not in names():
        raise ValueError(f"expected a format out of {', '.join(names())}, was {name!r}")
    return Manifest.model_validate(
        tomllib.loads(resources.files(f"sargas.formats.{name}").joinpath("manifest.toml").read_text())
    )


def open_decoder(source: Source, sensors: Sequence[Sensor]) -> Decoder:
    """Make the decoder of a source. Raises ValueError for an unknown format or impossible settings."""
    manifest(source.format)
    decoder: Decoder = import_module(f"sargas.formats.{source.format}").open_decoder(source, sensors)
    return decoder
