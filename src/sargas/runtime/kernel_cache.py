"""Kernel cache: which compiled kernels may still be used.

numba stores each compiled kernel in a folder of its own choice (``kernel_folder``) and compiles it anew when the text
of its module changes. It does not see that a kernel holds compiled code and constants of other modules. This does: a
module with kernels and everything of ours that it imports have one digest, kept where the kernels are; where it
differs, the kernels are deleted. Two notes are kept: of which code all kernels are compiled (``STAMP``), and of which
code those are that lie there, all or some (``LEFT``).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
STAMP = "kernels.json"
LEFT = "kernels-left.json"
_ABOVE_KERNELS = {"cli", "console", "runtime", "__pycache__"}
_IMPORT = re.compile(rb"^\s*(?:from|import) (sargas[\w.]*)(?: import (\w+))?", re.MULTILINE)


def drop_stale_kernels(package: Path = PACKAGE) -> bool:
    """Delete the compiled kernels of modules that changed, themselves or by import; tell whether all are current.

    What a kernel calls is compiled with it and never alone: where that is missing (two processes compiled at once, and
    one deleted what the other had just written), the callers are compiled anew, or it would be missing for ever.
    """
    sources = _read_sources(package)
    reached, known = _reached_by_kernels(sources), _read_note(STAMP, package)
    digests = _digest(sources, reached)
    missing = {name for name in digests if next(_cached(package / name, "nbi"), None) is None}
    _delete({name for name in digests if known.get(name) != digests[name] or reached[name] & missing}, package)
    _note(LEFT, digests, package)
    return digests == known and not missing


def drop_kernels_of_other_code(package: Path = PACKAGE) -> None:
    """Delete the compiled kernels that are of other code than this; for a command that compiles what it needs itself.

    What an earlier command compiled of this code stays, though the others are missing.
    """
    digests = digest_kernel_modules(package)
    known = _read_note(STAMP, package)
    left = known | _read_note(LEFT, package)
    if left != digests:
        other = {name for name, digest in digests.items() if left.get(name) != digest}
        _note(STAMP, {name: digest for name, digest in known.items() if name not in other}, package)
        _delete(other, package)
        _note(LEFT, digests, package)


def mark_kernels_current(digests: dict[str, str], package: Path = PACKAGE) -> None:
    """Note that what is cached belongs to code of these digests, taken before it was compiled.

    Where nothing may be written, nothing is noted: the next start goes through all kernels again.
    """
    _note(STAMP, digests, package)


def _note(name: str, digests: dict[str, str], package: Path) -> None:
    if _read_note(name, package) == digests:
        return
    stamp = kernel_folder(package) / name
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        temporary = stamp.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps(digests, indent=1))
        temporary.replace(stamp)
    except OSError:
        return


def kernel_folder(folder: Path) -> Path:
    """Return where numba keeps the compiled kernels of the modules in a folder.

    In NUMBA_CACHE_DIR when that is set, else beside them, else, where nothing may be written there, in the user's
    cache. Source: numba 0.68, core/caching.py, the locators in their order and their names of folders.
    """
    beside = folder / "__pycache__"
    given = os.environ.get("NUMBA_CACHE_DIR")
    if not given and os.access(beside if beside.is_dir() else folder, os.W_OK):
        return beside
    users = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "numba"
    place = os.path.abspath(folder)
    return Path(given or users) / f"{folder.name}_{hashlib.sha1(place.encode()).hexdigest()}"


def digest_kernel_modules(package: Path = PACKAGE) -> dict[str, str]:
    """Map each module with kernels to the SHA-256 of it and of all it imports of ours, and of what compiles it."""
    sources = _read_sources(package)
    return _digest(sources, _reached_by_kernels(sources))


def _read_sources(package: Path) -> dict[str, bytes]:
    return {
        path.relative_to(package).as_posix(): path.read_bytes()
        for folder in sorted(package.iterdir())
        if folder.is_dir() and folder.name not in _ABOVE_KERNELS
        for path in sorted(folder.rglob("*.py"))
    }


def _reached_by_kernels(sources: dict[str, bytes]) -> dict[str, set[str]]:
    """Map each module with kernels to itself and every module of ours that it imports, directly or not."""
    imports = {name: _imported(text, sources) for name, text in sources.items()}
    return {name: _closure(name, imports) for name, text in sources.items() if b"kernel\ndef " in text}


def _digest(sources: dict[str, bytes], reached: dict[str, set[str]]) -> dict[str, str]:
    single = {name: hashlib.sha256(text).hexdigest() for name, text in sources.items()}
    compiler = f"{version('numba')} {version('llvmlite')} {platform.python_version()} {platform.machine()}"
    found = {}
    for name, names in reached.items():
        lines = [compiler, *(f"{each} {single[each]}" for each in sorted(names))]
        found[name] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return found


def _imported(text: bytes, sources: dict[str, bytes]) -> set[str]:
    found = set()
    for module, first in _IMPORT.findall(text):
        path = module.decode().replace(".", "/").removeprefix("sargas").removeprefix("/")
        for candidate in (f"{path}.py", f"{path}/__init__.py", f"{path}/{first.decode()}.py"):
            if candidate in sources:
                found.add(candidate)
    return found


def _closure(name: str, imports: dict[str, set[str]]) -> set[str]:
    reached, waiting = set[str](), [name]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += imports[here]
    return reached


def _cached(module: Path, kind: str) -> Iterator[Path]:
    return kernel_folder(module.parent).glob(f"{module.stem}.*.{kind}")


def _delete(names: set[str], package: Path) -> None:
    for name in names:
        for kind in ("nbi", "nbc"):
            for cached in _cached(package / name, kind):
                cached.unlink(missing_ok=True)


def _read_note(name: str, package: Path) -> dict[str, str]:
    try:
        read = json.loads((kernel_folder(package) / name).read_text())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
