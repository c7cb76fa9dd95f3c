"""Kernels: functions over columns that numba compiles, and how.

Each is cached on disk, runs without Python's global lock and divides as numpy does: by zero gives inf or nan, no
error. ``kernel`` is for what Python calls, ``inner_kernel`` for what only kernels call, ``inlined_kernel`` for what is
written into its caller: a few lines, or a step that one kernel alone takes. A first start waits for the compiler, and
nearly a third of that is saved here: no kernel has an entry for C, an inner one none for Python, and a number written
in a call makes no version of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit, types
from numba.core.registry import CPUDispatcher

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = {"nopython": True, "nogil": True, "error_model": "numpy", "boundscheck": None, "no_cfunc_wrapper": True}


class Kernel(CPUDispatcher):
    """A kernel that Python and kernels may call."""

    def get_call_template(self, args: tuple[Any, ...], kws: dict[str, Any]) -> Any:
        """Return the signature for a call from a kernel; numba itself compiles anew for each number written there."""
        kws = {name: types.unliteral(given) for name, given in kws.items()}
        return super().get_call_template(tuple(types.unliteral(given) for given in args), kws)


class InnerKernel(Kernel):
    """A kernel that kernels alone may call; TypeError where Python does."""

    def add_overload(self, compiled: Any) -> None:
        """Keep a compiled version for kernels; it has no entry that Python could be given."""
        self.overloads[tuple(compiled.signature.args)] = compiled

    def _compile_for_args(self, *args: Any, **kws: Any) -> Any:
        raise TypeError(
            f"expected a call of {self.py_func.__module__}.{self.py_func.__name__} from a kernel, was one from Python: "
            "decorate it with @kernel, not @inner_kernel"
        )


def kernel(function: F) -> F:
    """Compile a function for Python and for kernels."""
    return _dispatched(Kernel, function, _OPTIONS)


def inner_kernel(function: F) -> F:
    """Compile a function for kernels."""
    return _dispatched(InnerKernel, function, {**_OPTIONS, "no_cpython_wrapper": True})


def inlined_kernel(function: F) -> F:
    """Write a function into each kernel that calls it."""
    return njit(function, cache=True, nogil=True, error_model="numpy", inline="always")


def _dispatched(kind: type[Kernel], function: F, options: dict[str, Any]) -> F:
    dispatcher = kind(py_func=function, targetoptions=options)
    dispatcher.enable_caching()
    return dispatcher
