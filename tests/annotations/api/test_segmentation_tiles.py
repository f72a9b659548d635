"""A result is looked at beside the masks that people work on: by members, and by nobody else."""

from __future__ import annotations

import gzip
import shutil
from typing import Any

import numpy as np
import pytest

from annotations.api.segmentation_tiles import SEGMENTATION_TILE, segmentation_tile
from tests.cast import page_of, squares
from webapp.api.lean import Answer, Asked
from webapp.storage.derived import annotation_folder

pytestmark = pytest.mark.django_db


def tile(segmentation: Any, person: Any, digest: str | None = None, t: int = 0) -> Answer:
    """What the door answers to somebody who is signed in."""
    cookie = page_of(person).cookies["sessionid"].value
    shown = digest or segmentation.digest[:16]
    url = f"/api/segmentations/{segmentation.pk}/tiles/{shown}/0/{t}/0/0/0"
    match = SEGMENTATION_TILE.fullmatch(url)
    assert match is not None
    return segmentation_tile(Asked(match.groupdict(), {"cookie": f"sessionid={cookie}"}))


def test_a_member_sees_the_labels_of_a_result_that_nobody_works_on_any_more(
    annotation: Any, vera: Any
) -> None:
    segmentation = annotation.base
    annotation.delete()
    shutil.rmtree(annotation_folder(annotation.pk), ignore_errors=True)
    answer = tile(segmentation, vera)
    block = np.frombuffer(gzip.decompress(answer.body), "<u4")
    assert np.array_equal(block.reshape(512, 512), squares()[0, 0, :512, :512])
    assert "immutable" in answer.headers["cache-control"]


def test_a_stranger_sees_nothing(annotation: Any, carl: Any) -> None:
    assert tile(annotation.base, carl).status == 404
    url = f"/api/segmentations/{annotation.base_id}/objects"
    assert page_of(carl).get(url).status_code == 404


def test_another_digest_or_frame_is_not_there(annotation: Any, vera: Any) -> None:
    assert tile(annotation.base, vera, digest="0" * 16).status == 404
    assert tile(annotation.base, vera, t=1).status == 404


def test_the_cells_of_a_result_are_those_that_the_masks_began_with(
    annotation: Any, vera: Any
) -> None:
    client = page_of(vera)
    cells = client.get(f"/api/segmentations/{annotation.base_id}/objects").json()
    assert len(cells["objects"]) == 3
    assert cells == client.get(f"/api/annotations/{annotation.pk}/objects").json()
