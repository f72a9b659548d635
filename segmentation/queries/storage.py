"""What results keep on the disk."""

from __future__ import annotations

from typing import Any

from segmentation.models import Segmentation
from webapp.models import Project
from webapp.queries.storage import RESULTS, Kept


def count_results(*, project: Project, kept: Kept, **_: Any) -> None:
    """Label images and the confidences of their cells."""
    rows = Segmentation.objects.filter(image__dataset__project=project).order_by()
    for name in ("labels", "confidences"):
        sizes = rows.values_list("image__dataset_id", f"{name}_id", f"{name}__size_bytes")
        for dataset_id, sha256, size in sizes.distinct():
            kept.add(dataset_id, RESULTS, [(sha256, size)])
