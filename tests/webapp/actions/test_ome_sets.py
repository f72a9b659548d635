"""An OME-TIFF over several files becomes one image when all of them are here."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tifffile

from webapp.actions.ingest import ingest
from webapp.actions.rebuild import rebuild_image
from webapp.actions.uploads import cancel_upload, part_path, retry_upload
from webapp.imaging.planes import read_planes
from webapp.models import Image, Upload
from webapp.states import UploadState
from webapp.storage.derived import image_folder

pytestmark = pytest.mark.django_db
Send = Callable[..., Upload]
NAMES = ["cells_z0.ome.tif", "cells_z1.ome.tif", "cells_z2.ome.tif"]


COMPANION = "cells.companion.ome"
ONLY_PIXELS = (
    '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:7">'
    f'<BinaryOnly MetadataFile="{COMPANION}" UUID="urn:uuid:9"/></OME>'
)


def pixels(z: int) -> Any:
    """Two channels of a slice."""
    return np.random.default_rng(z).integers(0, 2**16, (2, 20, 30)).astype(np.uint16)


def described(own: int) -> str:
    """The description that each file has: every slice lies in a file of its own."""
    data = "".join(
        f'<TiffData FirstZ="{z}" FirstC="{c}" IFD="{c}" PlaneCount="1">'
        f'<UUID FileName="{name}">urn:uuid:{z}</UUID></TiffData>'
        for z, name in enumerate(NAMES)
        for c in range(2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:{own}">'
        '<Image ID="Image:0" Name="cells"><Pixels ID="Pixels:0" DimensionOrder="XYCZT" '
        'Type="uint16" SizeX="30" SizeY="20" SizeC="2" SizeZ="3" SizeT="1" PhysicalSizeX="0.5" '
        'PhysicalSizeY="0.5"><Channel ID="Channel:0:0" Name="DAPI" SamplesPerPixel="1"/>'
        f'<Channel ID="Channel:0:1" Name="GFP" SamplesPerPixel="1"/>{data}</Pixels></Image></OME>'
    )


def content_of(name: str, *, has_companion: bool) -> bytes:
    """One of the files, or the companion that describes them all."""
    if name == COMPANION:
        return described(9).encode()
    z, buffer = NAMES.index(name), io.BytesIO()
    text = ONLY_PIXELS if has_companion else described(z)
    tifffile.imwrite(buffer, pixels(z), photometric="minisblack", metadata=None, description=text)
    return buffer.getvalue()


@pytest.fixture
def send(dataset: Any, bob: Any) -> Send:
    """Sends one of the files and lets the worker read it."""

    def run(name: str, *, has_companion: bool = False) -> Upload:
        content = content_of(name, has_companion=has_companion)
        upload = Upload.objects.create(
            dataset=dataset,
            file_name=name,
            size_bytes=len(content),
            offset_bytes=len(content),
            state=UploadState.CHECKING,
            created_by=bob,
        )
        part_path(upload.pk).parent.mkdir(parents=True, exist_ok=True)
        part_path(upload.pk).write_bytes(content)
        ingest(upload.pk)
        upload.refresh_from_db()
        return upload

    return run


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_the_last_file_makes_the_image_whole(send: Send, order: tuple[int, ...]) -> None:
    first, second = (send(NAMES[n]) for n in order[:2])
    assert (first.state, second.state) == (UploadState.PARTIAL, UploadState.PARTIAL)
    last_name = NAMES[order[2]]
    assert f"Add {last_name}, or read what is in this file alone." in second.sentence
    assert not Image.objects.exists()
    assert send(last_name).state == UploadState.READY
    whole = Upload.objects.get(is_manifest=True)
    ingest(whole.pk)
    whole.refresh_from_db()
    assert (whole.state, whole.sentence[:30]) == ("ready", "Put together from 3 files, whi")
    image = Image.objects.get()
    assert (image.shape, image.pixel_size_um) == ((1, 2, 3, 20, 30), (0.5, 0.5))
    assert [one.name for one in image.channels.all()] == ["DAPI", "GFP"]
    for z in range(3):
        shown = read_planes(image_folder(image.pk) / "pyramid.zarr", 0, z)
        assert np.array_equal(shown, pixels(z))
    assert [part.file_name for part in image.parts.all()] == NAMES
    shutil.rmtree(image_folder(image.pk))
    assert rebuild_image(image.pk)


def test_a_file_whose_others_are_lost_is_read_alone(send: Send, bob: Any) -> None:
    upload = send(NAMES[1])
    retry_upload(actor=bob, upload_id=upload.pk)
    ingest(upload.pk)
    upload.refresh_from_db()
    image = upload.images_here[0]
    assert image.shape == (1, 2, 1, 20, 30)
    assert "only the planes in this file were read" in image.notes[0]


def test_a_file_that_waits_can_be_given_up(send: Send, bob: Any) -> None:
    upload = send(NAMES[1])
    assert cancel_upload(actor=bob, upload_id=upload.pk).state == UploadState.CANCELLED
    send(NAMES[0])
    assert send(NAMES[2]).state == UploadState.PARTIAL


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 0, 1, 2), (1, 3, 2, 0)])
def test_files_whose_description_is_a_file_of_its_own_wait_for_it(
    send: Send, order: tuple[int, ...]
) -> None:
    names = [*NAMES, COMPANION]
    states = [send(names[n], has_companion=True).state for n in order]
    assert states == [UploadState.PARTIAL] * 3 + [UploadState.READY]
    whole = Upload.objects.get(is_manifest=True)
    ingest(whole.pk)
    image = Image.objects.get()
    assert image.shape == (1, 2, 3, 20, 30)
    shown = read_planes(image_folder(image.pk) / "pyramid.zarr", 0, 2)
    assert np.array_equal(shown, pixels(2))


def test_a_file_that_lacks_its_description_says_which_one(send: Send) -> None:
    upload = send(NAMES[0], has_companion=True)
    assert upload.sentence.startswith("cells.companion.ome describes this image. Add it")
