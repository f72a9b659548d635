"""What goes into a report: facts as plain frozen data, pixels as functions that read one plane.

Nothing here knows a database. The same content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.labels.cell_state import MODEL
from annotations.labels.marks import Region

JUST_A_CELL = "Cell"
"""What a cell without a class is called."""
ReadLabels = Callable[[int, int], NDArray[np.uint32]]
"""(t, z) to the label plane (Y, X) uint32."""
ReadIntensities = Callable[[int, int], NDArray[np.generic]]
"""(t, z) to the image planes (C, Y, X) of uint8, uint16 or float32."""


@dataclass(frozen=True)
class Channel:
    """A channel as it is shown: ``color`` is "#rrggbb", ``low`` and ``high`` the contrast."""

    name: str
    color: str
    low: float
    high: float


@dataclass(frozen=True)
class Approval:
    """Who approved an image, when (UTC), and which version of its annotation."""

    name: str
    approved_at: datetime
    version: int


@dataclass(frozen=True)
class CellRecord:
    """What a cell is: the name of its class, its state, and where it comes from."""

    class_name: str = JUST_A_CELL
    state: str = MODEL
    origin: str = MODEL


DescribeCell = Callable[[int], CellRecord]
"""A label to what is known of its cell."""


@dataclass(frozen=True)
class Well:
    """A well of a plate and what the plate map says is in it, as when the report was asked for.

    ``control`` is "", "negative" or "positive"; ``others`` are columns of the plate map that mean
    nothing to the program, as pairs of title and text.
    """

    plate: str
    name: str
    compound: str = ""
    dose: float | None = None
    unit: str = ""
    line: str = ""
    replicate: int | None = None
    control: str = ""
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Setup:
    """What took an image; "" for what nobody said."""

    name: str
    site: str = ""
    microscope: str = ""
    objective: str = ""
    camera: str = ""
    modality: str = ""


def _as_the_model_made_it(_label: int) -> CellRecord:
    return CellRecord()


@dataclass(frozen=True)
class ReportImage:
    """One image with its annotation at one version.

    ``shape`` is (T, C, Z, Y, X). ``image_digest`` is the SHA-256 of the original file,
    ``label_digest`` that of the labels (see `annotations.labels.digest`). ``segmentation`` is the
    manifest of the run that the annotation started from, None when it was drawn by hand. Cells
    whose centroid lies in a region of ``ignored``, by id, are not measured.
    """

    id: str
    name: str
    url: str
    state: str
    version: int
    shape: tuple[int, int, int, int, int]
    image_digest: str
    label_digest: str
    channels: tuple[Channel, ...]
    read_labels: ReadLabels = field(repr=False)
    read_intensities: ReadIntensities = field(repr=False)
    approvals: tuple[Approval, ...] = ()
    segmentation: Mapping[str, Any] | None = None
    n_edits: int = 0
    confidences: Mapping[int, float] = field(default_factory=dict)
    """By label; only of cells that are as the method left them."""
    describe_cell: DescribeCell = field(default=_as_the_model_made_it, repr=False)
    ignored: Mapping[str, Region] = field(default_factory=dict)
    pixel_size_um: tuple[float, float] | None = None
    slice_step_um: float | None = None
    frame_interval_s: float | None = None
    well: Well | None = None
    site: int | None = None
    setup: Setup | None = None

    @property
    def is_approved(self) -> bool:
        """Whether the version in this report is the approved one."""
        return self.state == "approved"

    def planes(self) -> Iterator[tuple[int, int]]:
        """(t, z) of every plane, frames outside."""
        n_frames, _, n_slices, _, _ = self.shape
        for t in range(n_frames):
            for z in range(n_slices):
                yield t, z


@dataclass(frozen=True)
class Exclusion:
    """An image that was left out, why, by whom and when (UTC)."""

    image_id: str
    image_name: str
    reason: str
    excluded_by: str
    excluded_at: datetime


@dataclass(frozen=True)
class Member:
    """A person of the project and the role at the time of the report."""

    name: str
    role: str


@dataclass(frozen=True)
class AuditHead:
    """The newest link of the project's audit chain: its hash and how many events it seals."""

    hash: str
    n_events: int


@dataclass(frozen=True)
class ReportContent:
    """Everything a report says. Times are UTC; ``software`` maps names to versions."""

    project_id: str
    project_name: str
    dataset_id: str
    dataset_name: str
    dataset_url: str
    question: str
    created_at: datetime
    requested_by: str
    images: tuple[ReportImage, ...]
    audit_head: AuditHead
    software: Mapping[str, str]
    class_names: tuple[str, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    members: tuple[Member, ...] = ()
