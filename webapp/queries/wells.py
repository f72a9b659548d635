"""What file names say about wells, before anybody accepts it, and the plates of a dataset."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from webapp.imaging.naming.builtin import Recognition, recognize, stem_of
from webapp.imaging.naming.pattern import NameParts, check_pattern, parse
from webapp.models import Dataset, Image, Plate, Well
from webapp.queries.images import images_of


@dataclass(frozen=True)
class NamePreview:
    """A pattern and what it reads in the name of each image; None where it does not fit."""

    pattern: str
    program: str
    rows: tuple[tuple[Image, NameParts | None], ...]

    @property
    def n_read(self) -> int:
        """Images whose name says a well."""
        return sum(parts is not None and parts.well is not None for _, parts in self.rows)


def preview_names(dataset: Dataset, pattern: str | None = None) -> NamePreview:
    """Read the names by a pattern, or by the one that is recognized; BadPattern for a bad one."""
    images = list(images_of(dataset))
    names = [name_of(image) for image in images]
    if pattern:
        check_pattern(pattern)
        read = [parse(pattern, stem_of(name)) for name in names]
        return NamePreview(pattern, "", tuple(zip(images, read, strict=True)))
    found: Recognition | None = recognize(names)
    if found is None:
        return NamePreview("", "", tuple((image, None) for image in images))
    rows = tuple(zip(images, found.parts, strict=True))
    return NamePreview(found.builtin.pattern, found.builtin.program, rows)


def name_of(image: Image) -> str:
    """Of several images in one file each has the name that the microscope gave it."""
    return image.file_name if image.n_series == 1 else image.name


def plates_of(dataset: Dataset) -> QuerySet[Plate]:
    """The plates with their wells, and the wells with their images that are not in the trash."""
    images = Image.objects.filter(deleted_at=None).order_by("site", "name")
    wells = Well.objects.prefetch_related(Prefetch("images", queryset=images))
    return dataset.plates.prefetch_related(Prefetch("wells", queryset=wells))
