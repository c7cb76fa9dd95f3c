"""A client of a Sargas node: its whole API as typed methods, and its events. Page: docs/client.md."""

from sargas_client import models
from sargas_client.client import Event, Refused, SargasClient

__all__ = ["Event", "Refused", "SargasClient", "models"]
