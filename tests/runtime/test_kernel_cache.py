"""Compiled kernels are thrown away when their module, or one it imports, changes; and only then."""

from pathlib import Path

import pytest

from sargas.runtime.kernel_cache import digest_kernel_modules, drop_stale_kernels, mark_kernels_current

FILES = {
    "geo/__init__.py": "",
    "geo/constants.py": "A = 1\n",
    "geo/kernels.py": "from sargas.geo.constants import A\n\n@kernel\ndef scale(x): return A * x\n",
    "tracking/__init__.py": "",
    "tracking/gating.py": "from sargas.geo import kernels\n\n@kernel\ndef gate(x): return x\n",
    "tracking/other.py": "@kernel\ndef other(x): return x\n",
}
CACHED = {
    "geo/kernels.py": "geo/__pycache__/kernels.scale-3.py311.nbi",
    "tracking/gating.py": "tracking/__pycache__/gating.gate-3.py311.nbi",
    "tracking/other.py": "tracking/__pycache__/other.other-1.py311.nbi",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, text in (FILES | dict.fromkeys(CACHED.values(), "compiled")).items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    mark_kernels_current(digest_kernel_modules(tmp_path), tmp_path)
    return tmp_path


def kept(package: Path) -> set[str]:
    return {module for module, cached in CACHED.items() if (package / cached).exists()}


def test_kernels_stay_while_nothing_changes(package: Path) -> None:
    assert drop_stale_kernels(package)
    assert kept(package) == set(CACHED)


def test_a_constant_of_an_imported_module_drops_whatever_reaches_it_and_nothing_else(package: Path) -> None:
    (package / "geo/constants.py").write_text("A = 2\n")
    assert not drop_stale_kernels(package)
    assert kept(package) == {"tracking/other.py"}


def test_kernels_that_nobody_vouched_for_are_dropped(package: Path) -> None:
    (package / "__pycache__" / "kernels.json").unlink()
    assert not drop_stale_kernels(package)
    assert kept(package) == set()


def test_code_that_changed_while_it_was_compiled_is_compiled_again(package: Path) -> None:
    before = digest_kernel_modules(package)
    (package / "geo/constants.py").write_text("A = 2\n")
    mark_kernels_current(before, package)
    assert not drop_stale_kernels(package)
    assert kept(package) == {"tracking/other.py"}


def test_where_kernels_are_missing_those_that_call_them_are_compiled_anew(package: Path) -> None:
    (package / CACHED["geo/kernels.py"]).unlink()
    assert not drop_stale_kernels(package)
    assert kept(package) == {"tracking/other.py"}


def test_every_module_with_kernels_is_found() -> None:
    found = digest_kernel_modules()
    assert {"tracking/step.py", "geo/kernels.py", "formats/asterix/extract.py", "exercise/sight.py"} <= set(found)
    assert len(set(found.values())) == len(found)
