"""The thumbnail of an image with the outlines of its masks. Derived."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from django.db import transaction
from numpy.typing import NDArray
from PIL import Image as Picture

from annotations.actions.head import open_head
from annotations.labels.outlines import outline_mask
from annotations.models import Annotation
from webapp.storage.derived import annotation_folder, image_folder

# Okabe-Ito plus two: the label palette of static/styles/tokens.css.
PALETTE = np.array(
    [
        (0x56, 0xB4, 0xE9),
        (0xE6, 0x9F, 0x00),
        (0x00, 0x9E, 0x73),
        (0xF0, 0xE4, 0x42),
        (0xCC, 0x79, 0xA7),
        (0xD5, 0x5E, 0x00),
        (0x78, 0xC8, 0xFF),
        (0xA0, 0xDC, 0xA0),
    ],
    dtype=np.uint8,
)


def outlined_thumbnail(annotation: Annotation) -> Path:
    """The file of the thumbnail at the annotation's version, made when it is not there."""
    folder = annotation_folder(annotation.pk)
    path = folder / f"thumbnail-{annotation.version}.webp"
    if not path.exists():
        labels = _middle_plane(annotation)
        folder.mkdir(parents=True, exist_ok=True)
        with Picture.open(image_folder(annotation.image_id) / "thumbnail.webp") as plain:
            pixels = np.asarray(plain.convert("RGB")).copy()
        _draw(pixels, labels)
        fresh = path.with_suffix(".new")
        Picture.fromarray(pixels).save(fresh, "WEBP", quality=88)
        fresh.replace(path)
        for old in folder.glob("thumbnail-*.webp"):
            if old != path:
                old.unlink(missing_ok=True)
    return path


@transaction.atomic
def _middle_plane(annotation: Annotation) -> NDArray[np.uint32]:
    """Labels of the plane that the thumbnail shows: first frame, middle slice; (Y, X)."""
    locked = (
        Annotation.objects.select_for_update(of=("self",))
        .select_related("image", "base")
        .get(pk=annotation.pk)
    )
    return open_head(locked).plane(0, locked.image.n_slices // 2)


def _draw(pixels: NDArray[np.uint8], labels: NDArray[np.uint32]) -> None:
    """Outline the cells on the small picture, (Y, X, 3), in the colors of the viewer."""
    height, width = pixels.shape[:2]
    rows = (np.arange(height) + 0.5) * labels.shape[0] / height
    columns = (np.arange(width) + 0.5) * labels.shape[1] / width
    small = labels[rows.astype(np.intp)][:, columns.astype(np.intp)]
    edge = outline_mask(np.ascontiguousarray(small))
    pixels[edge] = PALETTE[(small[edge] - 1) % len(PALETTE)]
