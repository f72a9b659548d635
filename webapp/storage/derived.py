"""Files that can be rebuilt from blobs and rows: pyramids, thumbnails, heads."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings


def derived_root() -> Path:
    """Everything under here may be deleted at any time."""
    return Path(settings.DATA_DIR) / "derived"


def image_folder(image_id: UUID | str) -> Path:
    """The pyramid and thumbnail of an image."""
    return derived_root() / "images" / str(image_id)


def question_folder(upload_id: UUID | str) -> Path:
    """The pictures of the answers to the question that a file asks."""
    return derived_root() / "questions" / str(upload_id)


def segmentation_folder(segmentation_id: UUID | str) -> Path:
    """The label pyramid and object table of a segmentation."""
    return derived_root() / "segmentations" / str(segmentation_id)


def annotation_folder(annotation_id: UUID | str) -> Path:
    """The head raster of an annotation and its outlined thumbnail."""
    return derived_root() / "annotations" / str(annotation_id)


@contextmanager
def rebuilt_folder(target: Path) -> Iterator[Path]:
    """A fresh folder that takes the place of `target` when the block ends without an error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}-{uuid.uuid4().hex[:8]}")
    fresh.mkdir()
    try:
        yield fresh
        if target.exists():
            old = target.with_name(f".{target.name}-{uuid.uuid4().hex[:8]}-old")
            os.replace(target, old)
            os.replace(fresh, target)
            shutil.rmtree(old)
        else:
            os.replace(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
