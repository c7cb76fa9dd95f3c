"""Logs of a node: one line an event on stderr; JSON where nobody reads along."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up_logs() -> None:
    """Write events of INFO and above to stderr, as text on a terminal, else as JSON lines."""
    reader: structlog.types.Processor
    reader = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            reader,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_OfLibraries(logging.WARNING)], force=True)


class _OfLibraries(logging.Handler):
    """Write what libraries warn of (database driver, web server) as events like our own: a line each."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event under the name of the library's logger."""
        told = {"logger": record.name, **({"exc_info": record.exc_info} if record.exc_info else {})}
        structlog.get_logger(record.name).log(record.levelno, record.getMessage(), **told)
