"""``sargas account``: the people who may log in to the console."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sargas.cli import account_rights, account_token
from sargas.cli.account_rights import Clearance, Role
from sargas.cli.config import ConfigPath
from sargas.cli.failure import Failure

app = typer.Typer(help="The people who may log in to the console.", no_args_is_help=True, rich_markup_mode=None)


app.command("token")(account_token.token)
app.command("tokens")(account_token.tokens)
app.command("revoke")(account_token.revoke)
app.command("list")(account_rights.list_accounts)
app.command("change")(account_rights.change)
app.command("lock")(account_rights.lock)
app.command("unlock")(account_rights.unlock)


@app.callback()
def account() -> None:
    """Manage the people who may log in to the console."""


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Login name of the person.")],
    role: Annotated[Role, typer.Option(help="What the person may do: viewer, operator or administrator.")] = "operator",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
    ] = False,
    second_factor: Annotated[
        bool, typer.Option("--second-factor/--no-second-factor", help="Ask for a code of an authenticator app too.")
    ] = True,
    nation: Annotated[str | None, typer.Option(help="Nation of the person, as LVA; none: the node's.")] = None,
    clearance: Annotated[
        Clearance | None,
        typer.Option(help="Highest classification to be seen; none: all, of another nation the lowest."),
    ] = None,
    config: ConfigPath = None,
) -> None:
    """Create an account; the password is asked for twice, or read from stdin, and never an option."""
    import time

    from sargas.model.label import Classification
    from sargas.runtime.accounts import Accounts
    from sargas.runtime.audit import AuditLog
    from sargas.runtime.config_load import load_settings
    from sargas.runtime.network.secret_files import make_folder
    from sargas.runtime.store import open_store

    settings = load_settings(config).settings
    password = _read_password(password_stdin)
    make_folder(settings.node.data_dir)
    store = open_store(settings.store_url())
    try:
        audit = AuditLog(settings.node.data_dir / "audit", settings.node.name, time.time_ns)
        people = Accounts(store, time.time_ns, nation=settings.node.nation, audit=audit.append)
        level = None if clearance is None else Classification[clearance.upper()]
        made = people.create(name, password, role, nation, level)
        secret = people.enrol_second_factor(made.name) if second_factor else None
    finally:
        store.close()
    typer.echo(f"account {made.name} ({made.role}, {made.nation}) created")
    if secret is not None:
        _tell_secret(secret, made.name, settings.node.name)


@app.command("second-factor")
def second_factor(
    name: Annotated[str, typer.Argument(help="Login name of the person.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take it away: the password alone logs in.")] = False,
    config: ConfigPath = None,
) -> None:
    """Give an account a new secret for its authenticator app, or take it away; its sessions end."""
    import time

    from sargas.runtime.accounts import Accounts
    from sargas.runtime.audit import AuditLog
    from sargas.runtime.config_load import load_settings
    from sargas.runtime.store import open_store

    settings = load_settings(config).settings
    store = open_store(settings.store_url())
    try:
        audit = AuditLog(settings.node.data_dir / "audit", settings.node.name, time.time_ns)
        people = Accounts(store, time.time_ns, nation=settings.node.nation, audit=audit.append)
        if remove:
            people.remove_second_factor(name)
            typer.echo(f"account {name}: the password alone logs in")
        else:
            _tell_secret(people.enrol_second_factor(name), name, settings.node.name)
    finally:
        store.close()


def _tell_secret(secret: str, name: str, node: str) -> None:
    from sargas.runtime.second_factor import enrolment_uri

    typer.echo(f"for {name}'s authenticator app, shown this once: {secret}")
    typer.echo(enrolment_uri(secret, name, node))


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise Failure("expected a password on the first line of stdin, was none")
        return password
    if not sys.stdin.isatty():
        raise Failure("expected a terminal to ask for the password, was none; give it by --password-stdin")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
