"""What the page of a dataset says of all its images together.

Counting goes over every image. Of a large dataset the counts are kept until something in the
project changes, so that the page takes as long for 50,000 images as for 500.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, Sum

from webapp import events
from webapp.models import AuditEvent, Dataset
from webapp.queries.images import images_of
from webapp.queries.projects import progress_from_states
from webapp.queries.tags import TagCount, tags_in
from webapp.states import ImageState

LARGE = 2000
KEPT_S = 60


@dataclass(frozen=True)
class Summary:
    """Counts over the images of a dataset that are not in the trash."""

    n_by_state: Mapping[str, int]
    n_cells: int
    n_by_look: Mapping[str, int]
    tags: tuple[TagCount, ...]

    @property
    def progress(self) -> dict[str, int]:
        """The four counts of the progress bar, and how many in all."""
        return progress_from_states(self.n_by_state.items())

    @property
    def states(self) -> list[dict[str, Any]]:
        """The states that occur, in the order of the work, with their counts."""
        return [
            {"name": state.value, "label": state.label, "n": self.n_by_state[state.value]}
            for state in ImageState
            if self.n_by_state.get(state.value)
        ]


def summary_of(dataset: Dataset, looks: Mapping[str, Q]) -> Summary:
    """The counts of a dataset; `looks` are conditions on images by name."""
    n_by_state = _count_states(dataset)
    if sum(n_by_state.values()) < LARGE:
        return _count(dataset, n_by_state, looks)
    key = f"summary:{dataset.pk}:{_stamp_of(dataset)}"
    kept: Summary | None = cache.get(key)
    if kept is None:
        kept = _count(dataset, n_by_state, looks)
        cache.set(key, kept, KEPT_S)
    return kept


def _stamp_of(dataset: Dataset) -> str:
    """Another one after every milestone, and after everything that open pages are told."""
    project_id = str(dataset.project_id)
    events_of = AuditEvent.objects.filter(scope=project_id).order_by("-sequence")
    newest = events_of.values_list("sequence", flat=True).first()
    return f"{newest}:{events.stamp_of(project_id)}"


def _count(dataset: Dataset, n_by_state: Mapping[str, int], looks: Mapping[str, Q]) -> Summary:
    counts = {name: Count("pk", filter=condition) for name, condition in looks.items()}
    found = images_of(dataset).order_by().aggregate(all_cells=Sum("n_cells"), **counts)
    return Summary(
        n_by_state=n_by_state,
        n_cells=found.pop("all_cells") or 0,
        n_by_look=found,
        tags=tags_in(dataset),
    )


def _count_states(dataset: Dataset) -> dict[str, int]:
    rows = images_of(dataset).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)
