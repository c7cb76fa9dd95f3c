"""Compiled kernels are thrown away when their module, or one it imports, changes; and only then."""

from pathlib import Path

import pytest
from numba.core.caching import InTreeCacheLocator, UserProvidedCacheLocator, UserWideCacheLocator

from sargas.geo import kernels
from sargas.runtime.kernel_cache import (
    digest_kernel_modules,
    drop_kernels_of_other_code,
    drop_stale_kernels,
    kernel_folder,
    mark_kernels_current,
)

FILES = {
    "geo/__init__.py": "",
    "geo/constants.py": "A = 1\n",
    "geo/kernels.py": "from sargas.geo.constants import A\n\n@kernel\ndef scale(x): return A * x\n",
    "tracking/__init__.py": "",
    "tracking/gating.py": "from sargas.geo import kernels\n\n@kernel\ndef gate(x): return x\n",
    "tracking/other.py": "@kernel\ndef other(x): return x\n",
}
CACHED = {
    "geo/kernels.py": "kernels.scale-3.py311.nbi",
    "tracking/gating.py": "gating.gate-3.py311.nbi",
    "tracking/other.py": "other.other-1.py311.nbi",
}


@pytest.fixture(params=["beside the modules", "in a folder that NUMBA_CACHE_DIR names", "in the user's cache"])
def package(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with compiled kernels, where numba keeps them."""
    package = tmp_path / "package"
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    if "NUMBA" in request.param:
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "given"))
    if "user" in request.param:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
        monkeypatch.setattr("os.access", lambda path, mode: not Path(path).is_relative_to(package))
    for name, text in FILES.items():
        write(package / name, text)
    for module in CACHED:
        write(compiled(package, module), "compiled")
    mark_kernels_current(digest_kernel_modules(package), package)
    return package


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text)


def compiled(package: Path, module: str) -> Path:
    return kernel_folder((package / module).parent) / CACHED[module]


def kept(package: Path) -> set[str]:
    return {module for module in CACHED if compiled(package, module).exists()}


def test_kernels_stay_while_nothing_changes(package: Path) -> None:
    assert drop_stale_kernels(package)
    assert kept(package) == set(CACHED)


def test_a_constant_of_an_imported_module_drops_whatever_reaches_it_and_nothing_else(package: Path) -> None:
    (package / "geo/constants.py").write_text("A = 2\n")
    assert not drop_stale_kernels(package)
    assert kept(package) == {"tracking/other.py"}


def test_kernels_that_nobody_vouched_for_are_dropped(package: Path) -> None:
    (kernel_folder(package) / "kernels.json").unlink()
    assert not drop_stale_kernels(package)
    assert kept(package) == set()


def test_code_that_changed_while_it_was_compiled_is_compiled_again(package: Path) -> None:
    before = digest_kernel_modules(package)
    (package / "geo/constants.py").write_text("A = 2\n")
    mark_kernels_current(before, package)
    assert not drop_stale_kernels(package)
    assert kept(package) == {"tracking/other.py"}


def test_where_kernels_are_missing_those_that_call_them_are_compiled_anew(package: Path) -> None:
    compiled(package, "geo/kernels.py").unlink()
    assert not drop_stale_kernels(package)
    assert kept(package) == {"tracking/other.py"}


def test_a_command_after_an_upgrade_runs_no_older_kernels_and_keeps_what_the_one_before_compiled(package: Path) -> None:
    drop_kernels_of_other_code(package)
    assert kept(package) == set(CACHED)
    (package / "geo/constants.py").write_text("A = 2\n")
    drop_kernels_of_other_code(package)
    assert kept(package) == {"tracking/other.py"}
    write(compiled(package, "tracking/gating.py"), "compiled by that command")
    drop_kernels_of_other_code(package)
    assert kept(package) == {"tracking/gating.py", "tracking/other.py"}
    assert not drop_stale_kernels(package)  # a node compiles the rest before it serves


def test_back_on_the_older_code_nothing_of_the_newer_is_left(package: Path) -> None:
    (package / "geo/constants.py").write_text("A = 2\n")
    drop_kernels_of_other_code(package)
    for module in CACHED:
        write(compiled(package, module), "compiled of the newer")
    (package / "geo/constants.py").write_text("A = 1\n")
    assert not drop_stale_kernels(package)
    assert kept(package) == {"tracking/other.py"}


def test_every_module_with_kernels_is_found() -> None:
    found = digest_kernel_modules()
    assert {"tracking/step.py", "geo/kernels.py", "formats/asterix/extract.py", "exercise/sight.py"} <= set(found)
    assert len(set(found.values())) == len(found)


def test_a_folder_that_cannot_be_written_is_no_fault(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/proc/self/none")
    mark_kernels_current(digest_kernel_modules(package), package)
    assert not drop_stale_kernels(package)


def test_kernels_are_looked_for_where_numba_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept_by_numba(locator: type) -> Path:
        return Path(locator(kernels.ecef_from_geodetic_scalar.py_func, kernels.__file__).get_cache_path())  # type: ignore[attr-defined]

    folder = Path(kernels.__file__).parent
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    assert kernel_folder(folder) == kept_by_numba(InTreeCacheLocator)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert kernel_folder(folder) == kept_by_numba(UserWideCacheLocator)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "given"))
    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(tmp_path / "given"))
    assert kernel_folder(folder) == kept_by_numba(UserProvidedCacheLocator)
