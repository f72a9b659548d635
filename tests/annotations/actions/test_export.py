"""The OME-Zarr export, opened by the reference models of the format and by zarr."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from ome_zarr_models.v05 import HCS, Image, ImageLabel

from annotations.actions.classes import create_class
from annotations.actions.export import in_turn
from annotations.actions.review import approve, submit_for_review
from tests.cast import SQUARES, api_of, edit_of, page_of, patch_of, pixels, squares
from webapp.actions.wells import assign_wells, change_plate_map
from webapp.models import Channel
from webapp.models import Image as ImageRow
from webapp.storage.derived import derived_root, image_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def unpack(vera: Any, dataset: Any, tmp_path: Path) -> Callable[..., Path]:
    """Downloads an export of the dataset as vera and unpacks it."""

    def unpack_into(**query: str) -> Path:
        address = f"/api/datasets/{dataset.pk}/ome-zarr.zip"
        text = "&".join(f"{name}={value}" for name, value in query.items())
        answer = api_of(vera, scope="read")("get", f"{address}?{text}")
        assert answer.status_code == 200
        target = tmp_path / f"export{len(list(tmp_path.iterdir()))}"
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            archive.extractall(target)
        return target

    return unpack_into


def test_an_image_opens_with_its_pixels_scale_and_corrected_masks(
    bob: Any, alice: Any, project: Any, annotation: Any, unpack: Callable[..., Path]
) -> None:
    Channel.objects.filter(image=annotation.image, index=0).update(name="Hoechst")
    dead = create_class(actor=alice, project_id=project.pk, name="Dead")
    address = f"/api/annotations/{annotation.pk}/edits"
    api_of(bob)("post", address, edit_of(0, patch_of(SQUARES[1], 1, 0), kind="delete"))
    mark = {"labels": [2], "before": {"class": None}, "after": {"class": str(dead.pk)}}
    api_of(bob)("post", address, edit_of(1, kind="classify") | {"marks": [mark]})
    group = zarr.open_group(unpack() / "squares.ome.zarr", mode="r")
    image = Image.from_zarr(group)
    assert image.ome_attributes.multiscales[0].name == "squares"
    assert (np.asarray(group["0"])[0, :, 0] == pixels()).all()
    assert group.attrs["ome"]["omero"]["channels"][0]["label"] == "Hoechst"
    [scale, *_] = image.ome_attributes.multiscales[0].datasets[0].coordinateTransformations
    assert tuple(scale.scale)[-2:] == (0.5, 0.5)
    labels = group["labels/cells"]
    ImageLabel.from_zarr(labels)
    expected = squares()
    expected[expected == 1] = 0
    assert (np.asarray(labels["0"])[:, 0] == expected).all()
    assert (np.asarray(labels["1"])[:, 0] == expected[..., ::2, ::2]).all()
    assert labels.attrs["ome"]["image-label"]["properties"] == [{"label-value": 2, "class": "Dead"}]
    assert not list((derived_root() / "exports").iterdir())


def test_wells_become_a_plate(
    bob: Any, dataset: Any, make_image: Callable[[str], Any], unpack: Callable[..., Path]
) -> None:
    for name in ("p1_B02_s1.tif", "p1_B02_s2.tif", "p1_D11_s1.tif", "loose.tif"):
        make_image(name)
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern="{plate}_{well}_s{site}")
    table = "well,compound\nB02,Nocodazole"
    change_plate_map(actor=bob, dataset_id=dataset.pk, plate="p1", table=table)
    folder = unpack()
    plate = HCS.from_zarr(zarr.open_group(folder / "p1.ome.zarr", mode="r"))
    assert [well.path for well in plate.ome_attributes.plate.wells] == ["B/2", "D/11"]
    assert plate.ome_attributes.plate.field_count == 2
    Image.from_zarr(zarr.open_group(folder / "p1.ome.zarr/B/2/1", mode="r"))
    Image.from_zarr(zarr.open_group(folder / "loose.ome.zarr", mode="r"))
    about = json.loads((folder / "coverslip.json").read_text())
    by_path = {row["path"]: row for row in about["images"]}
    assert by_path["p1.ome.zarr/B/2/0"]["condition"]["compound"] == "Nocodazole"
    assert by_path["loose.ome.zarr"]["condition"] is None


def test_approved_masks_alone_can_be_asked_for(
    bob: Any, rita: Any, annotation: Any, unpack: Callable[..., Path]
) -> None:
    assert not (unpack(masks="approved") / "squares.ome.zarr/labels").exists()
    submit_for_review(actor=bob, annotation_id=annotation.pk)
    approval = approve(actor=rita, annotation_id=annotation.pk, version=0)
    folder = unpack(masks="approved")
    assert (folder / "squares.ome.zarr/labels/cells/0/zarr.json").exists()
    [row] = json.loads((folder / "coverslip.json").read_text())["images"]
    assert row["masks"]["approved_digest"] == approval.digest
    assert not (unpack(masks="none") / "squares.ome.zarr/labels").exists()


def test_some_images_are_exported_from_the_page(
    vera: Any, dataset: Any, make_image: Callable[[str], Any]
) -> None:
    first, _ = make_image("a.tif"), make_image("b.tif")
    answer = page_of(vera).post(
        f"/api/datasets/{dataset.pk}/ome-zarr.zip",
        f"images={first.pk}&masks=none",
        "application/x-www-form-urlencoded",
    )
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        folders = {name.split("/")[0] for name in archive.namelist()}
    assert folders == {"a.ome.zarr", "coverslip.json"}


def test_what_cannot_be_exported_is_said(vera: Any, carl: Any, dataset: Any) -> None:
    address = f"/api/datasets/{dataset.pk}/ome-zarr.zip"
    assert "no image to export" in api_of(vera)("get", address).json()["detail"]
    assert api_of(carl)("get", address).status_code == 404


def test_missing_tiles_are_asked_for(vera: Any, dataset: Any, image: Any) -> None:
    (image_folder(image.pk) / "pyramid.zarr" / "zarr.json").unlink()
    answer = api_of(vera)("get", f"/api/datasets/{dataset.pk}/ome-zarr.zip?masks=some")
    assert answer.status_code == 400
    answer = api_of(vera)("get", f"/api/datasets/{dataset.pk}/ome-zarr.zip")
    assert "being made again" in answer.json()["detail"]


def test_an_image_that_is_erased_before_its_turn_is_left_out(
    make_image: Callable[..., Any],
) -> None:
    first, second = make_image("a.tif"), make_image("b.tif")
    placed = [("a", first), ("b", second)]
    ImageRow.objects.filter(pk=first.pk).delete()
    [(path, image, annotation)] = in_turn(placed)
    assert (path, image, annotation) == ("b", second, None)
