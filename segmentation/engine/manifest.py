"""What a result needs to say about how it was made, so that it can be made again."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from functools import cache
from pathlib import Path

LIBRARIES = ("numpy", "numba", "scipy", "scikit-image", "torch", "safetensors")


@cache
def code_version() -> str:
    """Return the first 16 digits of the SHA-256 over the engine's own source files.

    It needs no version control and changes exactly when a result could.
    """
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def library_versions() -> tuple[tuple[str, str], ...]:
    """Return the versions of Python and of every library that touches the pixels."""
    versions = [("python", platform.python_version())]
    for name in LIBRARIES:
        try:
            versions.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            versions.append((name, "not installed"))
    return tuple(versions)
