"""``sargas release``: release rules checked and approved, and what would go of one thing to one nation, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sargas.cli.config import AsJson, ConfigPath
from sargas.cli.failure import Failure

if TYPE_CHECKING:
    from sargas.runtime.config import Settings
    from sargas.sharing.agreement import Agreement
    from sargas.sharing.explain import Explanation
    from sargas.sharing.policy.policy import Policy

app = typer.Typer(help="What is released to partners, and why.", no_args_is_help=True, rich_markup_mode=None)
PolicyPath = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Cedar file of rules.")]


@app.callback()
def release() -> None:
    """Check and approve release rules, and explain them; how they are written: docs/policy.md."""


@app.command("check")
def check(file: PolicyPath) -> None:
    """Say whether a file of rules can be used; the first fault with its line. Prints the hash and who approved it."""
    from sargas.runtime.network.rules import approvals_file, read_policy
    from sargas.sharing.policy.approvals import PERSONS, approvers

    policy = read_policy(file, "", approved=False)
    approvals = approvals_file(file)
    names = approvers(policy, approvals.read_text(encoding="utf-8") if approvals.is_file() else "")
    who = ", ".join(names) or "nobody"
    missing = "" if len(names) >= PERSONS else f"; {PERSONS - len(names)} more must approve it"
    typer.echo(f"{file}: good ({len(policy.rules)} rules), hash {policy.digest.hex()}, approved by {who}{missing}")


@app.command("approve")
def approve(
    file: PolicyPath,
    name: Annotated[str, typer.Argument(help="The person who has read the rules and answers for them.")],
) -> None:
    """Put a person's name under exactly these rules; a node takes a file of rules that two persons approved."""
    from sargas.runtime.network.rules import approvals_file, read_policy
    from sargas.sharing.policy.approvals import approval_line, approvers

    policy, approvals = read_policy(file, "", approved=False), approvals_file(file)
    before = approvals.read_text(encoding="utf-8") if approvals.is_file() else ""
    line = approval_line(policy, name)
    if name.casefold() in {one.casefold() for one in approvers(policy, before)}:
        raise Failure(f"{approvals}: expected another person, was {name} again: two persons must approve")
    with approvals.open("a", encoding="utf-8") as log:
        log.write(line)
    typer.echo(f"{approvals}: approved by {', '.join(approvers(policy, before + line))}")


@app.command("explain")
def explain(
    subject: Annotated[
        str, typer.Argument(metavar="ID", help="Track number, or id of an alert, warning message, GNSS event.")
    ],
    partner: Annotated[str, typer.Argument(help="ISO 3166-1 alpha-3 code of the nation that would get it.")],
    folder: Annotated[
        Path | None,
        typer.Option(
            "--from", exists=True, file_okay=False, help="Folder of sargas assess; else the node's own store."
        ),
    ] = None,
    agreement: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Agreement file; else that of the network folder.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Cedar file of rules; else the node's.")
    ] = None,
    releasable_to: Annotated[
        list[str] | None, typer.Option(help="Explain as if its label were releasable to this nation; may be repeated.")
    ] = None,
    config: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Say what would go of a track or record to a partner, field by field, what not, and by which rule."""
    from sargas.runtime.config_load import load_settings

    settings = load_settings(config).settings
    rules = _rules(settings, policy)
    agreed = _agreement(settings, partner, agreement)
    found = _explain(subject, settings, rules, agreed, folder, releasable_to)
    _print(found, as_json=as_json)


def _rules(settings: Settings, file: Path | None) -> Policy:
    from sargas.runtime.network.rules import read_policy

    if file is not None:
        return read_policy(file, settings.node.nation, approved=False)
    return read_policy(settings.network.policy_file, settings.node.nation)


def _agreement(settings: Settings, partner: str, file: Path | None) -> Agreement:
    from sargas.runtime.network.folder import read_link_settings
    from sargas.runtime.network.rules import read_partner_agreement

    if file is not None:
        return read_partner_agreement(file, partner)
    if settings.network.dir is None:
        raise Failure("expected an agreement, was none: give --agreement FILE, or set [network] dir")
    place = settings.network.dir / "partners" / partner
    if not (place / "agreement.json").is_file():
        raise Failure(f"{place / 'agreement.json'}: expected an agreement with {partner}, was none: nothing goes to it")
    return read_partner_agreement(place / "agreement.json", partner, read_link_settings(place).link_bps)


def _explain(
    subject: str,
    settings: Settings,
    policy: Policy,
    agreement: Agreement,
    folder: Path | None,
    releasable_to: list[str] | None,
) -> Explanation:
    from dataclasses import replace

    from sargas.cli.release_subjects import find_in_folder, find_in_store
    from sargas.model.tracks import Tracks
    from sargas.sharing.explain import explain_record, explain_track
    from sargas.sharing.policy.words import Owner

    found, exercise = find_in_folder(folder, subject) if folder else find_in_store(settings, subject)
    owner = Owner(settings.node.nation, exercise)
    label = found.label
    if releasable_to:
        update: dict[str, Any] = {"releasable_to": tuple(sorted(set(releasable_to)))}
        label = type(label).model_validate({**label.model_dump(), **update})
    if isinstance(found, Tracks):
        return explain_track(policy, owner, agreement, replace(found, label=label))
    return explain_record(policy, owner, agreement, found.model_copy(update={"label": label}))


def _print(found: Explanation, *, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    if as_json:
        typer.echo(json.dumps({**asdict(found), "label": found.label.model_dump(mode="json")}))
        return
    label = found.label
    nations = ", ".join(label.releasable_to) or "none"
    typer.echo(f"{found.subject} to {found.partner}: {'goes' if found.goes else 'does not go'}")
    typer.echo(
        f"  label     {label.classification.name.lower()}, releasable to {nations}, "
        f"caveats {', '.join(label.caveats) or 'none'}, originator {label.originator or 'none'}"
    )
    typer.echo(f"  rules     {', '.join(found.rules)}")
    typer.echo(f"  policy    {found.policy}, hash {found.policy_hash[:16]}")
    for obstacle in found.obstacles:
        typer.echo(f"  but       {obstacle}")
    width = max((len(field.name) for field in found.fields), default=0)
    for field in found.fields:
        fate = f"{field.here or '(none)'} -> {field.there}" if field.there else f"{field.here or '(none)'}: withheld"
        typer.echo(f"  {field.name:<{width}}  {fate}  [{field.why}]")
