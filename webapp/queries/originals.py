"""The files that images came in, byte for byte, always for somebody."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from webapp.models import Blob, Dataset, Image, ImagePart, User
from webapp.permissions import Action, require
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for
from webapp.storage.blobs import blob_path
from webapp.storage.unique_names import unique_names
from webapp.storage.zip_stream import Entry, of_bytes, of_file

SUMS, LIST = "SHA256SUMS", "images.csv"


@dataclass(frozen=True)
class Original:
    """A file that was uploaded, and the images that it, or it with others, became."""

    name: str
    sha256: str
    size_bytes: int
    added_at: datetime
    images: tuple[Image, ...]


def originals_for(
    actor: User, dataset_id: UUID, image_ids: Iterable[UUID] | None = None
) -> tuple[Dataset, list[Original]]:
    """The originals of a dataset, or of some of its images, by name; none twice.

    Http404 for a stranger and for an image that is not in the dataset.
    """
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.DOWNLOAD, dataset.project)
    images = images_of(dataset).select_related("blob", "well__plate")
    if image_ids is not None:
        wanted = set(image_ids)
        images = images.filter(pk__in=wanted)
        if images.count() != len(wanted):
            raise Http404("Nothing is here for you.")
    return dataset, _originals_of(images)


def original_for(actor: User, dataset_id: UUID, sha256: str) -> Blob:
    """The bytes with a digest that an image of the dataset came in; Http404 when none did."""
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.DOWNLOAD, dataset.project)
    living = Image.objects.filter(dataset=dataset, deleted_at=None)
    blob = Blob.objects.filter(pk=sha256).first()
    if blob is None or not (
        living.filter(blob=blob).exists()
        or ImagePart.objects.filter(image__in=living, blob=blob).exists()
    ):
        raise Http404("Nothing is here for you.")
    return blob


def entries_of(originals: list[Original]) -> Iterator[Entry]:
    """The files of a download: checksums, the list of images, then the originals themselves."""
    sums = "".join(f"{one.sha256}  {one.name}\n" for one in originals)
    yield of_bytes(SUMS, sums.encode())
    yield of_bytes(LIST, _list_of(originals).encode())
    for one in originals:
        yield of_file(one.name, blob_path(one.sha256), one.added_at)


def _originals_of(images: QuerySet[Image]) -> list[Original]:
    """One for each name and digest; the parts stand for an image of several files."""
    found: dict[tuple[str, str], tuple[int, datetime, list[Image]]] = {}
    parts: dict[UUID, list[ImagePart]] = {}
    for part in ImagePart.objects.filter(image__in=images.order_by()).select_related("blob"):
        parts.setdefault(part.image_id, []).append(part)
    for image in images:
        for file in parts.get(image.pk, [image]):
            key = (file.file_name, str(file.blob_id))
            first = found.setdefault(key, (file.blob.size_bytes, image.created_at, []))
            first[2].append(image)
    names = unique_names([SUMS, LIST, *(name for name, _ in found)])[2:]
    return [
        Original(name, sha256, size, added_at, tuple(of))
        for name, ((_, sha256), (size, added_at, of)) in zip(names, found.items(), strict=True)
    ]


def _list_of(originals: list[Original]) -> str:
    """A row for each image of each file."""
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow(["file", "sha256", "bytes", "image", "image_id", "series", "plate", "well"])
    for one in originals:
        for image in one.images:
            place = [image.well.plate.name, str(image.well)] if image.well else ["", ""]
            row = [one.name, one.sha256, one.size_bytes, image.name, image.pk, image.series, *place]
            table.writerow([_harmless(cell) for cell in row])
    return buffer.getvalue()


def _harmless(value: object) -> object:
    """No cell is a formula to a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value
