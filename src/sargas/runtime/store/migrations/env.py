"""What Alembic runs for each migration: on the connection it is given, inside the caller's transaction."""

from alembic import context

from sargas.runtime.store.schema import METADATA

# transactional_ddl: SQLite rolls DDL back like any statement once its transaction is begun by hand (engine.py).
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
