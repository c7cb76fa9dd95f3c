"""The store: alerts, decisions, source health, configuration and accounts in SQLite or PostgreSQL (docs/store.md)."""

from sargas.runtime.store.errors import StoreAway, StoreError
from sargas.runtime.store.outbox import OutboxMessage
from sargas.runtime.store.store import Store, open_store
from sargas.runtime.store.write import records_to_keep
from sargas.runtime.store.writer import StoreWriter, WriterStatus

__all__ = [
    "OutboxMessage",
    "Store",
    "StoreAway",
    "StoreError",
    "StoreWriter",
    "WriterStatus",
    "open_store",
    "records_to_keep",
]
