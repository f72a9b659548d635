"""Ingest files in this process (fast) or in a child (as the product does)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.webapp.imaging.ingested import CHILD_LIMITS, Ingested, ingest_here
from webapp.imaging.child import ingest_in_child
from webapp.imaging.limits import Limits


@pytest.fixture
def ingest(tmp_path: Path) -> Callable[..., Ingested]:
    def run(source: Path, **options: Any) -> Ingested:
        return ingest_here(source, tmp_path / "derived", **options)

    return run


@pytest.fixture
def ingest_as_upload(tmp_path: Path) -> Callable[..., Ingested]:
    def run(source: Path, limits: Limits = CHILD_LIMITS) -> Ingested:
        folder = tmp_path / "derived"
        return Ingested(ingest_in_child(source, folder, limits, lambda f, step: None), folder)

    return run
