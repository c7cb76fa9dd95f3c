"""docs/cli.md says of every command, argument and option what the command itself says, and names none that is gone."""

import pytest

from tests.docs.commands import command_rows, sorted_commands
from tests.docs.tables import ROOT, render, tables_of

PAGE = ROOT / "docs" / "cli.md"
COMMANDS = dict(sorted_commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_as_it_is(name: str) -> None:
    expected = command_rows(COMMANDS[name])
    assert tables_of(PAGE).get(name, []) == expected, f"## {name} should hold\n{render(expected)}"
    assert COMMANDS[name].help.splitlines()[0] in PAGE.read_text(encoding="utf-8"), "its first line of help"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_and_option_says_what_it_means(name: str) -> None:
    assert [spelling for spelling, meaning in command_rows(COMMANDS[name]) if not meaning] == []


def test_the_headings_are_the_commands_in_order() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line[3:] for line in lines if line.startswith("## sargas ")] == list(COMMANDS)
