"""Check every edit chain, and every approval against its pixels."""

from __future__ import annotations

from annotations.models import Annotation, Edit
from annotations.queries.edits import check_edits


def verify_edits(*, broken: list[str], checked: list[str]) -> None:
    """Append a line to `broken` for every annotation whose chain does not hold."""
    annotations = Annotation.objects.select_related("image")
    for annotation in annotations.iterator(chunk_size=500):
        found = check_edits(annotation)
        if found is not None:
            broken.append(
                f"edits of {annotation.image.name} (annotation {annotation.pk}), "
                f"version {found.place}: {found.reason}"
            )
    known = Annotation.objects.values("pk")
    orphans = Edit.objects.exclude(annotation_id__in=known).count()
    checked.append(
        f"{annotations.count()} edit chains, {Edit.objects.count()} edits"
        + (f" ({orphans} of deleted images)" if orphans else "")
    )
