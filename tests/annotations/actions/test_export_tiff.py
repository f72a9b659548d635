"""The OME-TIFF export, opened by tifffile and by this product itself."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from tests.cast import SQUARES, api_of, edit_of, patch_of, pixels, squares
from webapp.actions.wells import assign_wells
from webapp.imaging.limits import Limits
from webapp.imaging.opening import open_image
from webapp.models import Channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def unpack(vera: Any, dataset: Any, tmp_path: Path) -> Callable[..., Path]:
    """Downloads an export of the dataset as vera and unpacks it."""

    def unpack_into(query: str = "") -> Path:
        address = f"/api/datasets/{dataset.pk}/ome-tiff.zip{query}"
        answer = api_of(vera, scope="read")("get", address)
        assert answer.status_code == 200
        target = tmp_path / f"export{len(list(tmp_path.iterdir()))}"
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            archive.extractall(target)
        return target

    return unpack_into


def test_another_reader_finds_pixels_names_sizes_and_corrected_masks(
    bob: Any, annotation: Any, unpack: Callable[..., Path]
) -> None:
    Channel.objects.filter(image=annotation.image, index=0).update(name="Hoechst & <more>")
    address = f"/api/annotations/{annotation.pk}/edits"
    api_of(bob)("post", address, edit_of(0, patch_of(SQUARES[1], 1, 0), kind="delete"))
    folder = unpack()
    with tifffile.TiffFile(folder / "squares.ome.tif") as file:
        assert file.is_ome
        assert (file.series[0].asarray() == pixels()).all()
    facts = open_image(folder / "squares.ome.tif", Limits(), None).facts
    assert facts.channel_names[0] == "Hoechst & <more>"
    assert facts.pixel_size_um == (0.5, 0.5)
    expected = squares()
    expected[expected == 1] = 0
    with tifffile.TiffFile(folder / "squares.cells.ome.tif") as file:
        assert (np.asarray(file.series[0].asarray()) == np.squeeze(expected)).all()
    told = json.loads((folder / "coverslip.json").read_text())["images"][0]
    assert told["masks"]["version"] == 1
    assert told["masks"]["path"] == "squares.cells.ome.tif"


def test_images_of_a_plate_lie_in_its_folder(
    bob: Any, dataset: Any, make_image: Callable[[str], Any], unpack: Callable[..., Path]
) -> None:
    for name in ("p1_B02_s1.tif", "p1_D11_s1.tif", "loose.tif"):
        make_image(name)
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern="{plate}_{well}_s{site}")
    files = {path.relative_to(folder).as_posix() for folder in [unpack()] for path in _in(folder)}
    assert files >= {"p1/p1_B02_s1.ome.tif", "p1/p1_D11_s1.ome.tif", "loose.ome.tif"}


def test_masks_are_left_out_when_nobody_wants_them(
    annotation: Any, unpack: Callable[..., Path]
) -> None:
    assert [path.name for path in _in(unpack("?masks=none"))] == [
        "coverslip.json",
        "squares.ome.tif",
    ]


def _in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
