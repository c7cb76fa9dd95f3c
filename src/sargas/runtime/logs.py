"""Logs of a node: one line an event on stderr; JSON where nobody reads along."""

from __future__ import annotations

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
