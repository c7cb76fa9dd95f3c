"""Habits that are cheap to check: size, docstrings, no unfinished marks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.tables import ROOT

FILES = sorted((ROOT / "src" / "sargas").rglob("*.py"))
LONGEST_FILE = 500
LONGEST_FUNCTION = 100
"""The aim is a screen; this is where nobody may claim it any more."""


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


def is_shape(node: ast.AST) -> bool:
    """Say whether it is a member of a protocol, whose class says what it means."""
    return isinstance(node, ast.FunctionDef) and ast.unparse(node.body) == "..."


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_file_says_what_it_is_and_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree) or not text.strip(), "expected a module docstring"
    assert text.count("\n") <= LONGEST_FILE
    assert [f.name for f in functions(tree) if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION] == []
    bare = [node.name for node in public(tree.body) if not ast.get_docstring(node) and not is_shape(node)]
    assert bare == [], "expected docstrings"
    assert re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b", text) == []
