"""A zipped OME-Zarr comes in as one file, and its plate is the dataset's."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.webapp.imaging.zarr_files import write_image, write_plate, zipped
from webapp.actions.ingest import ingest
from webapp.actions.rebuild import rebuild_image
from webapp.actions.uploads import part_path
from webapp.imaging.planes import read_planes
from webapp.models import Plate, Upload
from webapp.states import UploadState
from webapp.storage.derived import image_folder

pytestmark = pytest.mark.django_db


def pixels(seed: int) -> Any:
    """A small plane."""
    return np.random.default_rng(seed).integers(0, 2**16, (20, 30)).astype(np.uint16)


def read(source: Path, name: str, dataset: Any, bob: Any) -> Upload:
    """Send a zip and let the worker read it."""
    size = source.stat().st_size
    upload = Upload.objects.create(
        dataset=dataset,
        file_name=name,
        size_bytes=size,
        offset_bytes=size,
        state=UploadState.CHECKING,
        created_by=bob,
    )
    part_path(upload.pk).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, part_path(upload.pk))
    ingest(upload.pk)
    upload.refresh_from_db()
    return upload


def test_a_plate_brings_its_wells_with_it(tmp_path: Path, dataset: Any, bob: Any) -> None:
    wells = {"A/1": [pixels(1), pixels(2)], "B/3": [pixels(3)]}
    source = zipped(write_plate(tmp_path / "p", wells), tmp_path / "p.zip")
    upload = read(source, "screen.ome.zarr.zip", dataset, bob)
    assert (upload.state, upload.sentence) == (UploadState.READY, "")
    images = upload.images_here
    assert [(str(image.well), image.site) for image in images] == [
        ("A01", 1),
        ("A01", 2),
        ("B03", 1),
    ]
    assert [image.name for image in images] == [
        "screen - P1 A01 site 1",
        "screen - P1 A01 site 2",
        "screen - P1 B03",
    ]
    plate = Plate.objects.get()
    assert (plate.name, plate.n_rows, plate.n_columns) == ("P1", 2, 3)
    shown = read_planes(image_folder(images[1].pk) / "pyramid.zarr", 0, 0)[0]
    assert np.array_equal(shown, pixels(2))


def test_one_image_is_rebuilt_from_the_zip_that_was_sent(
    tmp_path: Path, dataset: Any, bob: Any
) -> None:
    folder = write_image(tmp_path / "a", pixels(1), "yx", version="0.4")
    image = read(zipped(folder, tmp_path / "a.zip"), "a.ome.zarr.zip", dataset, bob).images_here[0]
    assert (image.name, image.source_format) == ("a", "OME-Zarr")
    shutil.rmtree(image_folder(image.pk))
    assert rebuild_image(image.pk)
    assert np.array_equal(read_planes(image_folder(image.pk) / "pyramid.zarr", 0, 0)[0], pixels(1))
