"""Gather what a report says: pinned versions, who vouched, what made the masks."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray

from annotations.actions.head import base_planes, open_head
from annotations.labels import patch as patches
from annotations.labels.cell_state import IMPORTED, MODEL, origin_of, state_of
from annotations.labels.changes import changed_labels
from annotations.labels.head import Head
from annotations.labels.marks import Facts
from annotations.models import Annotation, Approval, Edit, Report
from annotations.queries.facts import facts_at
from annotations.reports import content
from segmentation.queries.labels import read_confidences
from webapp.imaging.planes import read_planes
from webapp.models import AuditEvent, Image
from webapp.queries.people import members_of
from webapp.states import ImageState
from webapp.storage.derived import derived_root, image_folder

LIBRARIES = ("django", "numpy", "scipy", "scikit-image", "numba", "torch", "tifffile", "typst")


class UnfaithfulMasks(Exception):
    """The pixels of an approved version do not have the digest that was approved."""


@contextmanager
def gathered(report: Report) -> Iterator[content.ReportContent]:
    """The content of a report; the label images stay readable until the block ends."""
    scratch = derived_root() / "reports"
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        dataset, project = report.dataset, report.dataset.project
        event = AuditEvent.objects.get(scope=str(project.pk), hash=report.audit_head)
        measured = [entry for entry in report.inputs if entry["annotation"]]
        yield content.ReportContent(
            project_id=str(project.pk),
            project_name=project.name,
            dataset_id=str(dataset.pk),
            dataset_name=dataset.name,
            dataset_url=f"{settings.BASE_URL}/datasets/{dataset.pk}",
            question=dataset.description,
            created_at=report.created_at.replace(microsecond=0),
            requested_by=str(report.requested_by),
            images=tuple(_image(report, entry, Path(folder)) for entry in measured),
            audit_head=content.AuditHead(hash=report.audit_head, n_events=event.sequence),
            software={"coverslip": coverslip_version(), **library_versions()},
            class_names=tuple(dict.fromkeys(row["name"] for row in report.cell_classes)),
            exclusions=tuple(
                content.Exclusion(
                    image_id=entry["image"],
                    image_name=entry["name"],
                    reason=entry["left_out"],
                    excluded_by=entry.get("excluded_by", str(report.requested_by)),
                    excluded_at=_excluded_at(report, entry),
                )
                for entry in report.inputs
                if not entry["annotation"]
            ),
            members=tuple(
                content.Member(name=str(member.user), role=member.role)
                for member in members_of(project)
            ),
        )


def _excluded_at(report: Report, entry: dict[str, Any]) -> datetime:
    """When a person left the image out; what has no masks is left out by the report itself."""
    said = entry.get("excluded_at")
    return datetime.fromisoformat(said) if said else report.created_at


def coverslip_version() -> str:
    """The version of this copy: the first heading of CHANGELOG.md."""
    changelog = Path(settings.BASE_DIR) / "CHANGELOG.md"
    for line in changelog.read_text("utf-8").splitlines():
        if line.startswith("## "):
            return line.removeprefix("## ").split(" ")[0]
    raise ValueError("CHANGELOG.md names no version")


def library_versions() -> dict[str, str]:
    """The versions of what computes the numbers."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def _image(report: Report, entry: dict[str, Any], folder: Path) -> content.ReportImage:
    annotation = Annotation.objects.select_related("image", "base").get(pk=entry["annotation"])
    image = annotation.image
    head = _head_at(annotation, entry["version"], folder)
    digest = head.digest()
    if entry["approved_digest"] not in ("", digest):
        raise UnfaithfulMasks(
            f"The masks of {image.name} are not those that were approved: their digests differ. "
            "No report was made. Ask whoever runs the server to run the verify command."
        )
    changed = _changed(annotation, head, entry["version"])
    facts = facts_at(annotation, entry["version"])
    return content.ReportImage(
        id=str(image.pk),
        name=image.name,
        url=f"{settings.BASE_URL}/images/{image.pk}",
        state=entry["state"],
        version=entry["version"],
        shape=image.shape,
        image_digest=entry["sha256"],
        label_digest=digest,
        channels=tuple(
            content.Channel(name=c.name, color=c.color, low=c.low, high=c.high)
            for c in image.channels.all()
        ),
        read_labels=head.plane,
        read_intensities=_intensities(image),
        approvals=_approvals(annotation, entry),
        segmentation=annotation.base.manifest if annotation.base else None,
        n_edits=entry["version"],
        confidences=_confidences(annotation, changed),
        describe_cell=_describer(report, annotation, entry, facts, changed),
        ignored=facts.regions,
        pixel_size_um=image.pixel_size_um,
        slice_step_um=image.slice_step_um,
        frame_interval_s=image.frame_interval_s,
        well=_well(entry),
        site=entry.get("site"),
        setup=content.Setup(**entry["setup"]) if entry.get("setup") else None,
    )


def _well(entry: dict[str, Any]) -> content.Well | None:
    """The well with its condition, as pinned; reports from before there were any have none."""
    pinned = entry.get("well")
    if not pinned:
        return None
    others = tuple((title, text) for title, text in pinned.get("others", []))
    return content.Well(**{**pinned, "others": others})


def _changed(annotation: Annotation, head: Head, version_: int) -> set[int]:
    """The cells whose pixels are no longer those of version 0."""
    if annotation.base is None or not version_:
        return set()
    return changed_labels(base_planes(annotation), head.planes())


def _confidences(annotation: Annotation, changed: set[int]) -> dict[int, float]:
    """What the method said of the cells that nobody has changed."""
    if annotation.base is None:
        return {}
    said = dict(enumerate(read_confidences(annotation.base), 1))
    return {label: sure for label, sure in said.items() if label not in changed}


def _describer(
    report: Report, annotation: Annotation, entry: dict[str, Any], facts: Facts, changed: set[int]
) -> content.DescribeCell:
    """What each cell is: its class by the name that is pinned, its state and its origin."""
    n_base_labels = annotation.base.largest_label if annotation.base else 0
    of_base = IMPORTED if annotation.base and annotation.base.is_imported else MODEL
    is_approved = entry["state"] == ImageState.APPROVED
    names = {row["id"]: row["name"] for row in report.cell_classes}

    def describe(label: int) -> content.CellRecord:
        said = facts.of_cell(label)
        origin = origin_of(label, n_base_labels, changed, of_base)
        return content.CellRecord(
            class_name=names.get(said["class"], content.JUST_A_CELL),
            state=state_of(origin, said["is_ambiguous"] is True, is_approved),
            origin=origin,
        )

    return describe


def _intensities(image: Image) -> content.ReadIntensities:
    pyramid = image_folder(image.pk) / "pyramid.zarr"

    def read(t: int, z: int) -> NDArray[np.generic]:
        planes: NDArray[np.generic] = read_planes(pyramid, t, z)
        return planes

    return read


def _approvals(annotation: Annotation, entry: dict[str, Any]) -> tuple[content.Approval, ...]:
    rows = Approval.objects.filter(
        annotation=annotation, version=entry["version"], digest=entry["approved_digest"]
    ).select_related("approved_by")
    return tuple(
        content.Approval(
            name=str(row.approved_by), approved_at=row.approved_at, version=row.version
        )
        for row in rows
    )


def _head_at(annotation: Annotation, version_: int, folder: Path) -> Head:
    """The raster at a pinned version: a copy of its own, so that painters are not disturbed."""
    image = annotation.image
    shape = (image.n_frames, image.n_slices, image.height, image.width)
    with transaction.atomic():
        locked = (
            Annotation.objects.select_for_update(of=("self",))
            .select_related("image", "base")
            .get(pk=annotation.pk)
        )
        if locked.version == version_:
            current = open_head(locked)
            planes = [plane.copy() for plane in current.planes()]
            return Head.open(folder / str(annotation.pk), shape, lambda: planes)
    base = (lambda: base_planes(annotation)) if annotation.base_id else None
    head = Head.open(folder / str(annotation.pk), shape, base)
    edits = Edit.objects.filter(annotation_id=annotation.pk, version__lte=version_)
    for edit in edits.order_by("version").iterator(chunk_size=500):
        head.apply(edit.version, [patches.from_json(patch) for patch in edit.patches])
    return head
