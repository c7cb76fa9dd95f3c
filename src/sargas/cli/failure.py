"""The one place where an error becomes one line on stderr: what is wrong, where, and how to mend it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import NoReturn

USAGE = 2
"""Exit code of a wrong command line."""
FAILURE = 1
"""Exit code of work that could not be done."""
INTERRUPTED = 130
"""Exit code after Ctrl-C (128 + SIGINT)."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Errors of the system that a full disk, or a used-up quota of it, leads to."""


class Failure(Exception):
    """What stops a command: one line that says what, where and how to mend; shown without a traceback."""

    def __init__(self, message: str, exit_code: int = FAILURE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def run_reporting_failures(program: Callable[[], object]) -> NoReturn:
    """Run a program and exit: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Tracebacks only with SARGAS_DEBUG=1."""
    try:
        result = program()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone; give the interpreter a sink so that its last flush stays quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILURE)
    except KeyboardInterrupt:
        print("sargas: interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except Exception as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # a group named without a command
            print(error, file=sys.stderr)
            sys.exit(USAGE)
        if os.environ.get("SARGAS_DEBUG") == "1":
            raise
        print(f"sargas: {describe(error)}", file=sys.stderr)
        sys.exit(getattr(error, "exit_code", FAILURE))
    sys.exit(result if isinstance(result, int) else 0)


def describe(error: Exception) -> str:
    """Say in one line what went wrong; an error nobody foresaw says so and how to see its traceback."""
    from typer import Abort
    from typer.exceptions import TyperException

    match error:
        case Abort():
            return "stopped: no answer to the question"
        case TyperException():
            return _describe_usage(error)
        case OSError() if error.filename is not None:
            return f"{error.filename}: {(error.strerror or 'cannot be used').lower()}{_mend_file(error)}"
        case Failure() | ValueError() | OSError():
            return f"{_one_line(str(error))}{_mend_file(error)}"
        case _ if type(error).__module__.startswith("sargas."):
            return _one_line(str(error))
        case _:
            kind = type(error).__name__
            return f"unexpected {kind}: {_one_line(str(error))} (a fault of ours; SARGAS_DEBUG=1 shows where)"


def _describe_usage(error: Exception) -> str:
    from typer.exceptions import TyperException

    assert isinstance(error, TyperException)
    command = getattr(getattr(error, "ctx", None), "command_path", "sargas")
    text = _one_line(error.format_message()).rstrip(".").replace(". Did you mean", "; did you mean")
    if near := getattr(error, "possibilities", None):
        text = f"{text.partition(' (Possible')[0]}; did you mean {' or '.join(sorted(near))}?"
    return f"{text[:1].lower()}{text[1:]} (see '{command} --help')"


def _mend_file(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "; check the path"
    if isinstance(error, PermissionError):
        return "; check who may read and write it"
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return "; free space: sargas doctor says how much there is"
    return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
