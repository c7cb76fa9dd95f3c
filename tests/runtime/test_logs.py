"""Logs of a node: one JSON object a line, whoever wrote it."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from sargas.runtime.logs import set_up_logs

set_up_logs()
structlog.get_logger("ours").warning("store is away", error="gone")
pool = logging.getLogger("sqlalchemy.pool.impl.QueuePool")
pool.info("not worth a line")
try:
    raise BrokenPipeError(32, "Broken pipe")
except OSError:
    pool.error("Exception terminating connection %r", 7, exc_info=True)
"""


def test_what_a_library_warns_of_is_one_json_line_too() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    ours, theirs = (json.loads(line) for line in ended.stderr.splitlines())
    assert (ours["event"], ours["error"], ours["level"]) == ("store is away", "gone", "warning")
    assert (theirs["event"], theirs["level"]) == ("Exception terminating connection 7", "error")
    assert theirs["logger"] == "sqlalchemy.pool.impl.QueuePool"
    assert "BrokenPipeError: [Errno 32] Broken pipe" in theirs["exception"]
