"""The files of a report in the order in which people want them."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.models import Report

# What each file is called on the page; files in folders are listed by folder.
TITLES = {
    "report.pdf": "Report (PDF)",
    "report.zip": "Everything (zip)",
    "cells.csv": "Every cell (CSV)",
    "images.csv": "Every image (CSV)",
    "wells.csv": "Every well (CSV)",
    "conditions.csv": "Every condition (CSV)",
    "ignored_regions.csv": "Every ignored region (CSV)",
    "dataset.csv": "The dataset (CSV)",
    "isa/i_investigation.txt": "ISA-Tab: investigation",
    "isa/s_study.txt": "ISA-Tab: wells and conditions",
    "isa/a_imaging.txt": "ISA-Tab: images",
    "data_dictionary.csv": "What the columns mean (CSV)",
    "provenance.json": "How each number was made (JSON)",
    "README.txt": "Read me",
    "SHA256SUMS": "Checksums",
}


@dataclass(frozen=True)
class ReportFile:
    """One file: where to get it and how to know that it is the same."""

    name: str
    title: str
    url: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class ReportFiles:
    """The documents, and the pictures of every image."""

    documents: list[ReportFile]
    overlays: list[ReportFile]
    labels: list[ReportFile]


def files_of(report: Report) -> ReportFiles:
    """Sorted into documents, overlay pictures and label images; empty until it is ready."""
    files = [
        ReportFile(
            name=name,
            title=TITLES.get(name, name.rsplit("/", 1)[-1]),
            url=f"/api/reports/{report.pk}/files/{name}",
            sha256=file["sha256"],
            size_bytes=file["size_bytes"],
        )
        for name, file in sorted(report.files.items())
    ]
    by_name = {file.name: file for file in files}
    return ReportFiles(
        documents=[by_name[name] for name in TITLES if name in by_name],
        overlays=[file for file in files if file.name.startswith("overlays/")],
        labels=[file for file in files if file.name.startswith("labels/")],
    )
