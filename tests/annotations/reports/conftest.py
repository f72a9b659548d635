"""A small project to report on: two images of three, everything known about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from annotations.labels.digest import label_digest
from annotations.reports.content import (
    Approval,
    AuditHead,
    Channel,
    Exclusion,
    Member,
    ReportContent,
    ReportImage,
)

# The machine may be busy with other tests; how long an example takes says nothing here.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

MakeImage = Callable[..., ReportImage]


def pixels_of(labels: NDArray[np.uint32], n_channels: int) -> NDArray[np.uint16]:
    """Intensities (T, C, Z, Y, X) that are brighter in cells."""
    n_frames, n_slices, height, width = labels.shape
    noise = np.random.default_rng(5).integers(
        100, 400, size=(n_frames, n_channels, n_slices, height, width)
    )
    return (noise + 500 * (labels[:, None] > 0)).astype(np.uint16)


@pytest.fixture
def make_image() -> MakeImage:
    def make(
        name: str = "cells.tif",
        labels: NDArray[np.uint32] | None = None,
        channels: tuple[str, ...] = ("DAPI",),
        **given: Any,
    ) -> ReportImage:
        if labels is None:
            labels = np.zeros((1, 1, 60, 80), dtype=np.uint32)
            labels[0, 0, 5:15, 5:25] = 3
            labels[0, 0, 30:60, 40:50] = 9
        n_frames, n_slices, height, width = labels.shape
        pixels = pixels_of(labels, len(channels))
        image = ReportImage(
            id=f"id-of-{name}",
            name=name,
            url="https://coverslip.example/images/1",
            state="corrected",
            version=4,
            shape=(n_frames, len(channels), n_slices, height, width),
            image_digest="1f" * 32,
            label_digest=label_digest(labels.shape, labels.reshape(-1, height, width)),
            channels=tuple(Channel(item, "#ffffff", 100.0, 900.0) for item in channels),
            read_labels=lambda t, z: labels[t, z],
            read_intensities=lambda t, z: pixels[t, :, z],
            pixel_size_um=(0.5, 0.5),
            segmentation={
                "method": "generalist",
                "weights": {"name": "generalist-1", "digest": "ab" * 32},
                "parameters": {"diameter_px": None},
            },
        )
        return replace(image, **given)

    return make


@pytest.fixture
def content(make_image: MakeImage) -> ReportContent:
    at = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
    approved = make_image(
        "first.tif", state="approved", approvals=(Approval("Clara", at, 4),), n_edits=7
    )
    empty = make_image("empty.tif", labels=np.zeros((1, 1, 50, 50), dtype=np.uint32))
    return ReportContent(
        project_id="p-1",
        project_name="Growth",
        dataset_id="d-1",
        dataset_name="Day 2",
        dataset_url="https://coverslip.example/datasets/1",
        question="Do they grow?",
        created_at=at,
        requested_by="Alice",
        images=(approved, empty),
        audit_head=AuditHead("5e" * 32, 41),
        software={"coverslip": "0.1.0", "scikit-image": "0.26.0"},
        exclusions=(Exclusion("id-3", "blurred.tif", "Out of focus", "Bob", at),),
        members=(Member("Alice", "owner"), Member("Clara", "reviewer")),
    )
