"""The union of everything that flows: column batches and records."""

from __future__ import annotations

from typing import TypeAlias

from sargas.model.plots import Plots
from sargas.model.records import OneRecord
from sargas.model.tracks import Tracks

Message: TypeAlias = Plots | Tracks | OneRecord
