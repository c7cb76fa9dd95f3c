"""The browser's half, as far as it can be tested without one: node runs web/tests, types fit the schemas."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from hatch_build import node_folder
from sargas.console.schema import export_schema

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"


def run_node(*arguments: str) -> subprocess.CompletedProcess[str]:
    node = node_folder() / "bin" / "node"
    return subprocess.run([node, *arguments], cwd=WEB, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("path", sorted((WEB / "tests").glob("*.test.ts")), ids=lambda path: path.name)
def test_the_pages_logic_passes_its_own_tests(path: Path) -> None:
    outcome = run_node("--test", f"tests/{path.name}")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "# fail 0" in outcome.stdout or "ℹ fail 0" in outcome.stdout
    assert "tests 0" not in outcome.stdout


def test_the_schema_of_the_consoles_messages_is_current() -> None:
    written = (ROOT / "spec" / "schema" / "console.json").read_text(encoding="utf-8")
    assert written == export_schema(), "run sargas schema export"


def test_the_types_of_the_pages_are_current() -> None:
    outcome = run_node("scripts/generate-types.mjs", "--check")
    assert outcome.returncode == 0, outcome.stderr


def test_the_lock_file_names_where_each_package_lies_at_the_public_registry() -> None:
    """Without an address npm reads the list of all releases of each package first; a mirror's own it puts in itself."""
    packages = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path, package in packages.items():
        if path:
            name = path.rpartition("node_modules/")[2]
            file = f"{name.rpartition('/')[2]}-{package['version']}.tgz"
            assert package["resolved"] == f"https://registry.npmjs.org/{name}/-/{file}"
