"""The report as one zip: tables, labels, pictures, document, provenance, checksums.

Images are taken one after the other and planes one at a time, so the memory needed is that of a
few planes. The same content gives the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotations.labels.digest import label_digest
from annotations.reports import plate_tables, tables
from annotations.reports.content import ReportContent, ReportImage
from annotations.reports.csv_files import CsvFile
from annotations.reports.document import write_document, write_example
from annotations.reports.document_data import document_data, example_images
from annotations.reports.file_names import unique_stems
from annotations.reports.isa import write_isa
from annotations.reports.label_files import write_label_file
from annotations.reports.measured import measured
from annotations.reports.overlays import write_overlay
from annotations.reports.provenance import canonical_json, provenance
from annotations.reports.readme import readme_text
from annotations.reports.statistics import DatasetStatistics

OnProgress = Callable[[float, str], None]
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that zip can say
_PACKED_ALREADY = {".png", ".pdf"}
_BLOCK_BYTES = 1 << 20
_LISTED = (
    "cells.csv",
    "images.csv",
    "wells.csv",
    "conditions.csv",
    "ignored_regions.csv",
    "dataset.csv",
    "data_dictionary.csv",
    "provenance.json",
)


class LabelsChanged(Exception):
    """The labels that were read are not those that the report was asked for."""


@dataclass(frozen=True)
class Bundle:
    """A finished report: its SHA-256, its size, and the row of dataset.csv."""

    digest: str
    size_bytes: int
    numbers: dict[str, Any]


def build_bundle(
    content: ReportContent, destination: Path, on_progress: OnProgress | None = None
) -> Bundle:
    """Write the report to the zip file ``destination``, which appears only when it is complete.

    ``on_progress`` hears a share from 0 to 1 and the name of what is done. Raises `LabelsChanged`
    when an image's labels do not have the digest that the content names.
    """
    report = on_progress or (lambda _share, _step: None)
    with tempfile.TemporaryDirectory(dir=destination.parent, prefix=".report-") as temporary:
        folder = Path(temporary) / "report"
        folder.mkdir()
        statistics = _write_images(content, folder, report)
        report(0.9, "Setting the document")
        numbers = statistics.row(content)
        _write_wells(content, statistics, folder)
        _write_whole(content, statistics, numbers, folder, Path(temporary))
        report(0.95, "Packing")
        packed = Path(temporary) / "report.zip"
        _pack(folder, packed)
        bundle = Bundle(_sha256(packed), packed.stat().st_size, numbers)
        packed.replace(destination)
    return bundle


def _write_images(content: ReportContent, folder: Path, report: OnProgress) -> DatasetStatistics:
    """The tables by cell, plane and region, and the labels and overlay of every image."""
    (folder / "labels").mkdir()
    (folder / "overlays").mkdir()
    statistics = DatasetStatistics()
    columns = tables.columns_of(content)
    stems = unique_stems(image.name for image in content.images)
    with ExitStack() as stack:
        files = tuple(
            stack.enter_context(CsvFile(folder / name, [item.name for item in definitions]))
            for name, definitions in (
                ("cells.csv", columns.cells),
                ("images.csv", columns.planes),
                ("ignored_regions.csv", columns.regions),
            )
        )
        for place, (image, stem) in enumerate(zip(content.images, stems, strict=True)):
            report(0.9 * place / len(content.images), f"Measuring {image.name}")
            largest = _measure(image, place, content.class_names, statistics, files)
            _check_labels(image)
            write_label_file(folder / "labels" / f"{stem}.tif", image, largest)
            write_overlay(folder / "overlays" / f"{stem}.png", image)
    return statistics


def _measure(
    image: ReportImage,
    place: int,
    class_names: tuple[str, ...],
    statistics: DatasetStatistics,
    files: tuple[CsvFile, ...],
) -> int:
    """Measure all planes of an image into the tables; returns its largest label."""
    cells, planes, regions = files
    largest = 0
    for t, z in image.planes():
        plane = measured(image, t, z)
        records = [image.describe_cell(int(label)) for label in plane.table["label"]]
        cells.write_all(tables.cell_rows(image, t, z, plane.table, records))
        planes.write(tables.plane_row(image, t, z, plane, tables.kinds(records, class_names)))
        regions.write_all(tables.region_rows(image, plane))
        statistics.add(place, plane, records)
        largest = max(largest, plane.largest_label)
    return largest


def _check_labels(image: ReportImage) -> None:
    n_frames, _, n_slices, height, width = image.shape
    shape = (n_frames, n_slices, height, width)
    found = label_digest(shape, (image.read_labels(t, z) for t, z in image.planes()))
    if found != image.label_digest:
        raise LabelsChanged(
            f"The labels of {image.name} are not those of version {image.version}. "
            "Please request the report again."
        )


def _write_wells(content: ReportContent, statistics: DatasetStatistics, folder: Path) -> None:
    """The tables of wells and conditions and their ISA-Tab, where any image has a well."""
    columns = tables.columns_of(content)
    if not columns.wells:
        return
    wells = plate_tables.wells_of(content, statistics, columns.measures)
    with CsvFile(folder / "wells.csv", [item.name for item in columns.wells]) as file:
        file.write_all(plate_tables.well_rows(wells))
    with CsvFile(folder / "conditions.csv", [item.name for item in columns.conditions]) as file:
        file.write_all(plate_tables.condition_rows(wells))
    write_isa(folder / "isa", content, unique_stems(image.name for image in content.images))


def _write_whole(
    content: ReportContent,
    statistics: DatasetStatistics,
    numbers: dict[str, Any],
    folder: Path,
    temporary: Path,
) -> None:
    """What is about the whole dataset; the last file holds the checksums of all others."""
    columns = tables.columns_of(content)
    with CsvFile(folder / "dataset.csv", [item.name for item in columns.dataset]) as file:
        file.write({name: numbers[name] for name in file.columns})
    dictionary = ("file", "column", "unit", "meaning")
    with CsvFile(folder / "data_dictionary.csv", dictionary) as file:
        file.write_all(tables.dictionary_rows(columns))
    digests = {name: _sha256(folder / name) for name in _names_in(folder)}
    plain_numbers = {
        name: value for name, value in numbers.items() if isinstance(value, int | float | None)
    }
    record = provenance(content, digests, plain_numbers)
    (folder / "provenance.json").write_bytes(canonical_json(record))
    (folder / "README.txt").write_text(readme_text(content), encoding="utf-8")
    _write_document(content, statistics, numbers, folder, temporary)
    sums = [f"{_sha256(folder / name)}  {name}\n" for name in _names_in(folder)]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def _write_document(
    content: ReportContent,
    statistics: DatasetStatistics,
    numbers: dict[str, Any],
    folder: Path,
    temporary: Path,
) -> None:
    stage = temporary / "document"
    stage.mkdir()
    examples = []
    for place in example_images(content)[1]:
        path = stage / f"{place}.png"
        width = write_example(path, content.images[place])
        examples.append({"path": path.name, "place": place, "width_px": width})
    files = {name: _sha256(folder / name) for name in _LISTED if (folder / name).exists()}
    data = document_data(content, statistics, numbers, files, examples)
    write_document(folder / "report.pdf", data, content.created_at, stage)


def _names_in(folder: Path) -> list[str]:
    """All files below the folder, as sorted paths with slashes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


def _pack(folder: Path, destination: Path) -> None:
    with zipfile.ZipFile(destination, "w") as archive:
        for name in _names_in(folder):
            entry = zipfile.ZipInfo(name, date_time=_FIXED_TIME)
            entry.create_system = 3  # Unix, whatever this runs on
            entry.external_attr = 0o100644 << 16
            is_packed = Path(name).suffix in _PACKED_ALREADY
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            entry.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, _BLOCK_BYTES)


def _sha256(path: Path) -> str:
    fingerprint = hashlib.sha256()
    for block in _blocks(path):
        fingerprint.update(block)
    return fingerprint.hexdigest()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
