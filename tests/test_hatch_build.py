"""The build hook builds when, and only when, what the pages are made of has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

import hatch_build


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "src" / "main.ts").write_text("export {};")
    (tmp_path / "web" / "package-lock.json").write_text("{}")
    (tmp_path / hatch_build.STATIC).mkdir(parents=True)
    return tmp_path


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Record what would be run by node instead of running it."""
    runs: list[tuple[str, ...]] = []
    monkeypatch.setattr(hatch_build, "run_node", lambda root, *arguments: runs.append(arguments))
    monkeypatch.setattr(hatch_build, "install_packages", lambda root: None)
    monkeypatch.delenv("SARGAS_SKIP_UI", raising=False)
    return runs


def test_pages_are_built_once(project: Path, built: list[tuple[str, ...]]) -> None:
    assert hatch_build.build_pages(project)
    assert not hatch_build.build_pages(project)
    assert len(built) == 1
    assert "build" in built[0]


def test_touching_a_file_builds_nothing_and_changing_it_does(project: Path, built: list[tuple[str, ...]]) -> None:
    hatch_build.build_pages(project)
    source = project / "web" / "src" / "main.ts"
    source.touch()
    assert not hatch_build.build_pages(project)
    source.write_text("export const changed = 1;")
    assert hatch_build.build_pages(project)


def test_a_new_and_a_renamed_file_are_changes(project: Path) -> None:
    before = hatch_build.digest_sources(project)
    (project / "web" / "src" / "other.ts").write_text("")
    with_new = hatch_build.digest_sources(project)
    (project / "web" / "src" / "other.ts").rename(project / "web" / "src" / "another.ts")
    assert len({before, with_new, hatch_build.digest_sources(project)}) == 3


def test_what_does_not_end_in_the_pages_does_not_count(project: Path) -> None:
    before = hatch_build.digest_sources(project)
    for folder in hatch_build.UNTOUCHED:
        (project / "web" / folder).mkdir()
        (project / "web" / folder / "x.ts").write_text("x")
    assert hatch_build.digest_sources(project) == before


def test_the_pages_can_be_left_out(
    project: Path, built: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SARGAS_SKIP_UI", "1")
    assert not hatch_build.build_pages(project)
    assert built == []
    assert not (project / hatch_build.STATIC / ".stamp").exists()


def test_packages_are_installed_again_only_when_the_lock_changed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[tuple[str, ...]] = []
    monkeypatch.setattr(hatch_build, "run_node", lambda root, *arguments: runs.append(arguments))
    (project / "web" / "node_modules").mkdir()
    hatch_build.install_packages(project)
    hatch_build.install_packages(project)
    assert len(runs) == 1
    assert "ci" in runs[0]
    (project / "web" / "package-lock.json").write_text('{"changed": true}')
    hatch_build.install_packages(project)
    assert len(runs) == 2


def test_packages_of_another_checkout_are_left_alone(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other checkout"
    other.mkdir()
    (project / "web" / "node_modules").symlink_to(other)
    with pytest.raises(SystemExit, match="expected a folder of this checkout, was a link to"):
        hatch_build.install_packages(project)
    assert list(other.iterdir()) == []
