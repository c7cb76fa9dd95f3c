"""What can go wrong with the store, said in one line."""

from __future__ import annotations

from sqlalchemy import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

_REFUSED_SQLSTATE_CLASSES = ("21", "22", "23", "54")
"""PostgreSQL Appendix A: cardinality violation, data exception, integrity violation, program limit exceeded."""


class StoreError(Exception):
    """Say in one line what is wrong with the store, where, and how to mend it."""


class StoreAway(StoreError):
    """The database is out of reach, busy or full: nothing was written, and the same call may work later."""


def store_error(error: DBAPIError, url: URL) -> StoreError:
    """Turn a database error into ours, of the kind that says whether trying again makes sense."""
    return (StoreAway if is_away(error) else StoreError)(describe(error, url))


def unreached(error: NoConnectionFree | OSError, url: URL) -> StoreAway:
    """Turn what no database said into ours: every connection is in use, or the driver's socket broke as it read."""
    place = url.render_as_string(hide_password=True)
    if isinstance(error, NoConnectionFree):
        return StoreAway(f"store {place}: expected a free connection, was none: the database is slow, look at it")
    reason = " ".join(str(error).split()) or type(error).__name__
    return StoreAway(f"store {place}: {reason}; {_remedy(reason, '', url)}")


def is_away(error: DBAPIError) -> bool:
    """Tell whether the same statement may work later: the database is out of reach, busy, full or not itself.

    False only when the rows themselves were refused and would be refused again; in doubt, nothing is thrown away.
    """
    sqlstate = _sqlstate(error)
    if sqlstate:
        return sqlstate[:2] not in _REFUSED_SQLSTATE_CLASSES
    return not isinstance(error, (IntegrityError, DataError))


def describe(error: DBAPIError, url: URL) -> str:
    """Put a database error into one line: where (password hidden), what, how to mend."""
    place = url.render_as_string(hide_password=True)
    reason = _reason(error)
    return f"store {place}: {reason}; {_remedy(reason, _sqlstate(error), url)}"


def _sqlstate(error: DBAPIError) -> str:
    return _server_fields(error).get("C", "")


def _reason(error: DBAPIError) -> str:
    """Return what the server says, else the innermost message: pg8000 hides the socket error behind its own."""
    said = _server_fields(error).get("M")
    causes = [cause for cause in _causes(error) if cause.__cause__ is None]
    return " ".join((said or str(causes[0])).split())


def _server_fields(error: DBAPIError) -> dict[str, str]:
    """Find PostgreSQL's error response; pg8000 may have failed again while it closed the refused connection."""
    for cause in _causes(error):
        if cause.args and isinstance(cause.args[0], dict):
            return cause.args[0]
    return {}


def _causes(error: DBAPIError) -> list[BaseException]:
    causes: list[BaseException] = []
    cause: BaseException | None = error.orig
    while cause is not None:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    return causes


def _remedy(reason: str, sqlstate: str, url: URL) -> str:
    if sqlstate.startswith("28"):
        return "mend user and password in [store] url, or pg_hba.conf of the server"
    if sqlstate == "53100" or "is full" in reason:
        return "free space on the disk of the database"
    if sqlstate == "3D000":
        return f"make the database first: createdb {url.database}"
    if url.get_backend_name() == "postgresql":
        return "start the PostgreSQL server, or mend [store] url"
    if "not a database" in reason:
        return "the file is something else or encrypted: mend [store] url, or restore the backup"
    if "locked" in reason:
        return "another program holds the file: end it, or try again"
    return "make its folder and let this user write there, or mend [store] url"
