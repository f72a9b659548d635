"""Where a network runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import torch

from segmentation.engine.errors import InvalidParameters


def choose_device(name: str) -> torch.device:
    """Return the device of a name: cpu, cuda, cuda:1, mps or auto (the fastest there is).

    Raises `InvalidParameters` when the machine has no such device.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    kind = name.split(":", maxsplit=1)[0]
    is_there: dict[str, Callable[[], bool]] = {
        "cpu": lambda: True,
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
    }
    if kind not in is_there:
        raise InvalidParameters(f"There is no device called {name}; choose cpu, cuda or auto.")
    if not is_there[kind]():
        raise InvalidParameters(f"This machine has no {kind} device; choose cpu or auto.")
    return torch.device(name)


@cache
def has_fast_bfloat16() -> bool:
    """Say whether the processor multiplies in bfloat16 by itself (AVX512-BF16 or AMX).

    Without it the format is emulated and slower than single precision.
    """
    try:
        flags = Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def use_available_cores() -> int:
    """Let torch use the cores this process may run on, unless OMP_NUM_THREADS says otherwise."""
    if "OMP_NUM_THREADS" not in os.environ:
        n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
        wanted = n_cores or os.cpu_count() or 1
        if torch.get_num_threads() > wanted:
            torch.set_num_threads(wanted)
    return torch.get_num_threads()
