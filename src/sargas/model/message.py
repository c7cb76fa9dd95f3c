"""The union of everything that flows: column batches and records."""

from __future__ import annotations

from typing import TypeAlias

from sargas.model.plots import Plots
from sargas.model.records import Alert, Configuration, Decision, SensorStatus, SourceHealth, Tick, TrackEvent
from sargas.model.tracks import Tracks

Message: TypeAlias = Plots | Tracks | Tick | Configuration | SensorStatus | SourceHealth | Alert | Decision | TrackEvent
