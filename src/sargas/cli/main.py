"""The ``sargas`` command: which commands there are. Each stands in a file of its own name."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

import typer
from typer.main import get_command

from sargas.cli import (
    account,
    assess,
    audit,
    backup,
    calibrate,
    classify,
    config,
    decode,
    demo,
    doctor,
    fuse,
    gnss_check,
    journal,
    network,
    permissions,
    predict,
    release,
    replay,
    report,
    schema,
    score,
    serve,
    store,
    track,
    train,
    version,
    warm_up,
    wind,
)
from sargas.cli.failure import run_reporting_failures

COMMANDS: dict[str, Callable[..., Any] | typer.Typer] = {
    "demo": demo.demo,
    "serve": serve.serve,
    "replay": replay.replay,
    "decode": decode.decode,
    "track": track.track,
    "score": score.score,
    "fuse": fuse.fuse,
    "assess": assess.assess,
    "classify": classify.classify,
    "train": train.train,
    "gnss-check": gnss_check.gnss_check,
    "predict": predict.predict,
    "calibrate": calibrate.calibrate,
    "doctor": doctor.doctor,
    "config": config.app,
    "account": account.app,
    "audit": audit.app,
    "backup": backup.app,
    "store": store.app,
    "journal": journal.app,
    "network": network.app,
    "permissions": permissions.app,
    "report": report.report,
    "release": release.app,
    "wind": wind.app,
    "schema": schema.app,
    "warm-up": warm_up.warm_up,
    "version": version.version,
}
"""Name to command or group, in the order of the help text. Their modules import nothing heavy outside functions."""

RUN_NO_KERNELS = {"account", "audit", "report", "schema", "version"}
SEE_TO_KERNELS = {"demo", "serve", "warm-up"}
"""These drop what is of other code and compile the rest at once; all other commands compile as they go."""

COLLECT_AFTER = (10_000, 20, 200)
"""Allocations before the garbage collector looks for cycles, by generation, as in a node: modules that are read are no
garbage, and to look for some took a seventh of a start."""

app = typer.Typer(
    name="sargas",
    help="Sargas: any sensor in, one recognised air picture out.",
    no_args_is_help=True,
    rich_markup_mode=None,  # rich's help costs half a second a start
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def drop_kernels(context: typer.Context) -> None:
    """Let no command run kernels that were compiled before an upgrade."""
    if context.invoked_subcommand in COMMANDS.keys() - RUN_NO_KERNELS - SEE_TO_KERNELS:
        from sargas.runtime.kernel_cache import drop_kernels_of_other_code

        drop_kernels_of_other_code()


for _name, _command in COMMANDS.items():
    if isinstance(_command, typer.Typer):
        app.add_typer(_command, name=_name)
    else:
        app.command(_name)(_command)


def main() -> NoReturn:
    """Run the command line and exit."""
    gc.set_threshold(*COLLECT_AFTER)
    run_reporting_failures(lambda: build_commands()(prog_name="sargas", standalone_mode=False))


@cache
def build_commands() -> Callable[..., Any]:
    """Build the commands, once: 44 ms, whichever of them is called and however often in one process."""
    return get_command(app)


if __name__ == "__main__":
    main()
