"""What import contracts cannot see: randomness by attribute, and kernels that would differ from run to run."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.tables import ROOT

SOURCE = ROOT / "src" / "sargas"
IMPURE = {"runtime", "console", "cli"}
UNSTABLE = {"fastmath", "parallel"}


def pure_files() -> Iterator[Path]:
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).parts[0] not in IMPURE:
            yield path


def name_of(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.Attribute) else ""


@pytest.mark.parametrize("path", list(pure_files()), ids=lambda path: str(path.relative_to(SOURCE)))
def test_below_runtime_only_exercise_draws_random_numbers(path: Path) -> None:
    if path.relative_to(SOURCE).parts[0] == "exercise":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = [name_of(node) for node in ast.walk(tree)]
    imported = [f"{n.module}.{a.name}" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names]
    imported += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert [n for n in (*named, *imported) if n.startswith(("np.random", "numpy.random"))] == []


def test_exercise_draws_from_seeded_generators_only() -> None:
    for path in sorted((SOURCE / "exercise").rglob("*.py")):
        for call in (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)):
            name = name_of(call.func)
            if name.startswith("np.random."):
                assert name in (
                    "np.random.Generator",
                    "np.random.PCG64",
                    "np.random.default_rng",
                    "np.random.SeedSequence",
                ), f"{path}:{call.lineno}"
                assert call.args, f"{path}:{call.lineno}: expected a seed, was none"


def test_no_kernel_lets_the_compiler_reorder_its_sums() -> None:
    text = (SOURCE / "model" / "kernel.py").read_text(encoding="utf-8")
    assert not any(word in text for word in UNSTABLE)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_kernels_are_compiled_in_one_way(path: Path) -> None:
    if path != SOURCE / "model" / "kernel.py":
        imports = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.ImportFrom)]
        assert not any(n.module == "numba" for n in imports), "expected sargas.model.kernel, was numba itself"
