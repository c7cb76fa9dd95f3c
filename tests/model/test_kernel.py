"""How kernels are compiled: who may call them, what a number in a call makes of them, and that they are cached."""

from pathlib import Path

import numpy as np
import pytest

from sargas.model.kernel import inlined_kernel, inner_kernel, kernel


@inlined_kernel
def halve(x: float) -> float:
    return x / 2.0


@inner_kernel
def shift(x: float, steps: int) -> float:
    return halve(x) + steps


@kernel
def shift_thrice(x: float) -> float:
    return shift(shift(shift(x, 1), 2), int(x))


@kernel
def invert(x: float) -> float:
    return 1.0 / x


def test_python_calls_a_kernel_that_calls_an_inner_one() -> None:
    assert shift_thrice(8.0) == 0.5 * (0.5 * (4.0 + 1) + 2) + 8


def test_a_number_written_in_a_call_makes_no_version_of_its_own() -> None:
    shift_thrice(8.0)
    assert len(cached("shift")) == 1


def test_python_is_told_why_it_may_not_call_an_inner_kernel() -> None:
    shift_thrice(8.0)
    with pytest.raises(TypeError, match=r"expected a call of .*\.shift from a kernel, was one from Python: decorate"):
        shift(1.0, 2)


def test_division_by_zero_is_no_error() -> None:
    assert invert(0.0) == np.inf


def test_a_compiled_kernel_is_loaded_from_the_disk_the_next_time() -> None:
    shift_thrice(8.0)
    assert cached("shift_thrice")


def cached(name: str) -> list[Path]:
    """Return the files that hold the compiled versions of a kernel of this module."""
    folder = Path(shift_thrice.stats.cache_path)  # type: ignore[attr-defined]
    return list(folder.glob(f"test_kernel.{name}-*.nbc"))
