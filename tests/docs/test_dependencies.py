"""Every dependency has its reason, and the locked files hold exactly what the project asks for, with hashes."""

import json
import re
import tomllib

import pytest

from tests.docs.tables import ROOT, tables_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REASONS = tables_of(ROOT / "docs" / "decisions" / "0002-dependencies.md")
WEB = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
GROUPS = {
    "Installing": PROJECT["dependency-groups"]["install"],
    "Running": PROJECT["project"]["dependencies"],
    "Building": PROJECT["dependency-groups"]["build"],
    "Testing": PROJECT["dependency-groups"]["dev"],
    "Console": [*WEB["dependencies"], *WEB["devDependencies"]],
}


def names(requirements: list[str]) -> list[str]:
    return [re.split(r"[\s<>=!~\[;]", line, maxsplit=1)[0].lower() for line in requirements]


def pins(file: str) -> dict[str, str]:
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all("--hash=sha256:" in line for line in lines), f"{file} holds a line without a hash"
    return {line.split("==")[0].lower(): line.split()[0].split("==")[1] for line in lines}


@pytest.mark.parametrize("heading", GROUPS)
def test_every_dependency_has_its_reason_and_every_reason_its_dependency(heading: str) -> None:
    assert sorted(row[0] for row in REASONS[heading]) == sorted(names(GROUPS[heading]))
    assert all(len(row[1]) > 10 for row in REASONS[heading])


def test_the_locks_hold_what_the_project_asks_for() -> None:
    run, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert set(names([*GROUPS["Running"], *GROUPS["Building"]])) <= set(run)
    assert set(names(GROUPS["Testing"])) <= set(dev)
    assert set(names(GROUPS["Installing"])) == set(pins("requirements-install.lock"))
    assert {name: version for name, version in dev.items() if run.get(name, version) != version} == {}


def test_running_installs_nothing_that_only_tests_need() -> None:
    assert set(names(GROUPS["Testing"])).isdisjoint(pins("requirements.lock"))


def test_no_decision_shares_its_number() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name) for page in pages)
