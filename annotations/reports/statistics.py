"""The numbers of the whole dataset, gathered while the planes go by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.labels.cell_state import AMBIGUOUS
from annotations.labels.measure import PlaneSummary
from annotations.reports.content import CellRecord, ReportContent
from annotations.reports.measured import IgnoredRegion, MeasuredPlane
from annotations.reports.tables import TABLE_VERSION


@dataclass
class DatasetStatistics:
    """Collects every plane's summary and every cell's area; a few bytes a cell."""

    summaries: list[PlaneSummary] = field(default_factory=list)
    image_of_plane: list[int] = field(default_factory=list)
    ignored: list[tuple[int, IgnoredRegion]] = field(default_factory=list)
    """Every region that is set aside, with the number of its image."""
    cells_of_class: Counter[str] = field(default_factory=Counter)
    n_ambiguous: int = 0
    _areas_px: list[NDArray[np.float64]] = field(default_factory=list)
    _areas_um2: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, image_number: int, plane: MeasuredPlane, records: Sequence[CellRecord]) -> None:
        """Take in one measured plane of the image at this place of the report, and its cells."""
        self.summaries.append(plane.summary)
        self.image_of_plane.append(image_number)
        self.ignored += [(image_number, region) for region in plane.ignored]
        self.cells_of_class.update(record.class_name for record in records)
        self.n_ambiguous += sum(record.state == AMBIGUOUS for record in records)
        self._areas_px.append(plane.table["area_px"].astype(np.float64))
        if "area_um2" in plane.table:
            self._areas_um2.append(plane.table["area_um2"].astype(np.float64))

    @property
    def n_cells(self) -> int:
        """Objects in all planes."""
        return sum(summary.n_cells for summary in self.summaries)

    @property
    def n_ignored_cells(self) -> int:
        """Objects that are left out because they lie in a region to ignore."""
        return sum(region.n_cells for _, region in self.ignored)

    @property
    def areas_px(self) -> NDArray[np.float64]:
        """The area of every cell in px²."""
        return np.concatenate([np.zeros(0), *self._areas_px])

    @property
    def areas_um2(self) -> NDArray[np.float64]:
        """The area in µm² of every cell whose image has a pixel size."""
        return np.concatenate([np.zeros(0), *self._areas_um2])

    def cells_of_image(self, image_number: int) -> int:
        """Objects in all planes of one image."""
        return sum(
            summary.n_cells
            for summary, number in zip(self.summaries, self.image_of_plane, strict=True)
            if number == image_number
        )

    def row(self, content: ReportContent) -> dict[str, Any]:
        """The row of dataset.csv; what cannot be had is None."""
        counts = np.array([summary.n_cells for summary in self.summaries], dtype=np.float64)
        densities = [s.density_per_mm2 for s in self.summaries if s.density_per_mm2 is not None]
        confluencies = [
            s.confluency_percent for s in self.summaries if s.confluency_percent is not None
        ]
        return {
            "table_version": TABLE_VERSION,
            "project": content.project_name,
            "dataset": content.dataset_name,
            "created_at": content.created_at,
            "requested_by": content.requested_by,
            "n_images": len(content.images),
            "n_images_approved": sum(image.is_approved for image in content.images),
            "n_images_excluded": len(content.exclusions),
            "n_planes": counts.size,
            "n_planes_without_cells": int((counts == 0).sum()),
            "n_cells": self.n_cells,
            "n_cells_ambiguous": self.n_ambiguous,
            "n_ignored_regions": len(self.ignored),
            "n_cells_ignored": self.n_ignored_cells,
            "cells_per_plane_mean": _mean(counts),
            "cells_per_plane_sd": float(counts.std(ddof=1)) if counts.size > 1 else None,
            "confluency_percent_mean": _mean(np.array(confluencies)),
            "density_per_mm2_mean": _mean(np.array(densities)),
            "area_px_median": _median(self.areas_px),
            "area_um2_median": _median(self.areas_um2),
            "audit_head": content.audit_head.hash,
        }


def _mean(values: NDArray[np.float64]) -> float | None:
    return float(values.mean()) if values.size else None


def _median(values: NDArray[np.float64]) -> float | None:
    return float(np.median(values)) if values.size else None
