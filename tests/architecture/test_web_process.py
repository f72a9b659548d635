"""The web process stays small: what only workers need is never loaded by it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
FOR_WORKERS = ("torch", "numba", "scipy", "skimage", "tifffile", "zarr", "typst")
ASK = """
import sys
import webapp.config.asgi
from django.urls import get_resolver
get_resolver().url_patterns
print([name for name in {names!r} if name in sys.modules])
"""


def test_the_web_process_loads_nothing_that_only_workers_need(services: None) -> None:
    found = subprocess.run(
        [sys.executable, "-c", ASK.format(names=FOR_WORKERS)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert found.stdout.strip() == "[]"
