"""What the cards of projects and datasets show: pictures, progress, cells.

All of it comes from indexes, for many cards at once, so the pages that show them take as long for
50,000 images as for 500.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Sum

from webapp.models import Dataset, Image
from webapp.models.image import HAS_NO_MASKS
from webapp.queries.projects import progress_from_states
from webapp.states import ImageState

N_COVERS = 3


@dataclass(frozen=True)
class Standing:
    """Images by their state, and the cells in all of them."""

    n_by_state: tuple[tuple[str, int], ...] = ()
    n_cells: int = 0

    @property
    def progress(self) -> dict[str, int]:
        """The four counts of the progress bar, and how many in all."""
        return progress_from_states(self.n_by_state)

    def __add__(self, other: Standing) -> Standing:
        return Standing(self.n_by_state + other.n_by_state, self.n_cells + other.n_cells)


def standing_of(datasets: QuerySet[Dataset]) -> dict[UUID, Standing]:
    """How far the images of each dataset are, by its id; none for a dataset without images."""
    rows = (
        Image.objects.filter(dataset__in=datasets.order_by(), deleted_at=None)
        .order_by()
        .values_list("dataset_id", "state")
        .annotate(n=Count("pk"), cells=Sum("n_cells", default=0))
    )
    found: dict[UUID, Standing] = {}
    for dataset_id, state, n, n_cells in rows:
        found[dataset_id] = found.get(dataset_id, Standing()) + Standing(((state, n),), n_cells)
    return found


def covers_of(datasets: QuerySet[Dataset]) -> dict[UUID, list[Image]]:
    """Up to three images of each dataset by its id, those with masks first, then by name."""
    first = Image.objects.filter(dataset=OuterRef("pk"), deleted_at=None)
    first = first.order_by(HAS_NO_MASKS, "name", "pk")
    ids = dict(datasets.order_by().values_list("pk", ArraySubquery(first.values("pk")[:N_COVERS])))
    shown = Image.objects.in_bulk([image_id for some in ids.values() for image_id in some])
    return {key: [shown[image_id] for image_id in some] for key, some in ids.items()}


def covers_among(images: Iterable[Image]) -> list[Image]:
    """The covers of a project from those of its datasets."""
    return sorted(
        images, key=lambda image: (image.state == ImageState.UPLOADED, image.name, image.pk)
    )[:N_COVERS]
