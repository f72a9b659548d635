"""How much of the disk a project takes, and how much it may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from webapp import events
from webapp.models import Dataset, Image, ImagePart, Project, Upload
from webapp.states import UploadState

ORIGINALS, RESULTS, REPORTS = "originals", "results", "reports"
Sizes = dict[str, int]
"""Bytes by the digest of the blob that has them."""
ON_THE_WAY = (
    UploadState.SENDING,
    UploadState.CHECKING,
    UploadState.CONVERTING,
    UploadState.ASKING,
)


@dataclass(frozen=True)
class Kept:
    """The blobs that a project's datasets name, by dataset and kind; none is counted twice."""

    blobs: defaultdict[tuple[UUID, str], Sizes] = field(default_factory=lambda: defaultdict(dict))

    def add(self, dataset_id: UUID, kind: str, rows: Iterable[tuple[str, int]]) -> None:
        """Blobs of one kind with their sizes in bytes."""
        self.blobs[dataset_id, kind].update(rows)


@dataclass(frozen=True)
class DatasetUse:
    """What one dataset takes, in bytes; `derived` can be made again at any time."""

    dataset: Dataset
    originals: int
    results: int
    reports: int
    derived: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.originals + self.results + self.reports + self.derived


@dataclass(frozen=True)
class ProjectUse:
    """What a project takes, in bytes. Bytes that several images share are counted once."""

    datasets: tuple[DatasetUse, ...]
    kept: Kept
    in_trash: int
    on_the_way: int
    n_unmeasured: int
    """Images of which it is not known yet what their derived files take."""

    @cached_property
    def by_kind(self) -> Mapping[str, int]:
        """Originals, results and reports of the whole project."""
        return total_by_kind(self.kept)

    @property
    def n_bytes(self) -> int:
        """What counts for the quota: all that cannot be made again."""
        return total_of(self.kept)

    @property
    def derived(self) -> int:
        """What can be made again."""
        return sum(row.derived for row in self.datasets)


def use_of(project: Project) -> ProjectUse:
    """What a project takes, its trash included."""
    kept = kept_by(project)
    derived: dict[UUID, int] = dict(
        _images_of(project)
        .order_by()
        .values_list("dataset_id")
        .annotate(n=Sum("derived_bytes", default=0))
    )
    rows = tuple(
        DatasetUse(
            dataset=dataset,
            derived=derived.get(dataset.pk, 0),
            **{
                kind: sum(kept.blobs.get((dataset.pk, kind), {}).values())
                for kind in (ORIGINALS, RESULTS, REPORTS)
            },
        )
        for dataset in project.datasets.order_by("created_at")
    )
    return ProjectUse(
        datasets=rows,
        kept=kept,
        in_trash=_bytes_in_trash(project),
        on_the_way=bytes_on_the_way(project),
        n_unmeasured=_images_of(project).filter(derived_bytes=None).count(),
    )


def kept_by(project: Project) -> Kept:
    """The blobs of a project; higher apps add theirs when `storage.kept` is announced."""
    kept = Kept()
    images = _images_of(project).order_by()
    parts = ImagePart.objects.filter(image__dataset__project=project).order_by()
    for rows in (
        images.values_list("dataset_id", "blob_id", "blob__size_bytes"),
        parts.values_list("image__dataset_id", "blob_id", "blob__size_bytes"),
    ):
        for dataset_id, sha256, size in rows.distinct():
            kept.add(dataset_id, ORIGINALS, [(sha256, size)])
    events.announce("storage.kept", project=project, kept=kept)
    return kept


def total_by_kind(kept: Kept) -> dict[str, int]:
    """Bytes of originals, results and reports over all datasets."""
    found: dict[str, Sizes] = {ORIGINALS: {}, RESULTS: {}, REPORTS: {}}
    for (_, kind), sizes in kept.blobs.items():
        found[kind].update(sizes)
    return {kind: sum(sizes.values()) for kind, sizes in found.items()}


def total_of(kept: Kept) -> int:
    """Bytes of everything that cannot be made again."""
    return sum(total_by_kind(kept).values())


def bytes_on_the_way(project: Project) -> int:
    """What files that are sent or read right now will add."""
    uploads = Upload.objects.filter(dataset__project=project, state__in=ON_THE_WAY)
    return uploads.aggregate(n=Sum("size_bytes"))["n"] or 0


def _bytes_in_trash(project: Project) -> int:
    gone = Q(deleted_at__isnull=False) | Q(dataset__deleted_at__isnull=False)
    rows = _images_of(project).filter(gone).order_by()
    sizes = dict(rows.values_list("blob_id", F("blob__size_bytes")).distinct())
    return sum(sizes.values())


def _images_of(project: Project) -> QuerySet[Image]:
    return Image.objects.filter(dataset__project=project)
