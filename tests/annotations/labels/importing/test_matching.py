"""Masks find their image by its name, as programs write it."""

from __future__ import annotations

import pytest

from annotations.labels.importing.matching import matches
from tests.annotations.labels.importing.proposed import target

SHAPE = (1, 1, 8, 8)


@pytest.mark.parametrize(
    "name",
    [
        "cells_01.tif",
        "cells_01.png",
        "CELLS_01.TIF",
        "masks/cells_01.png",
        "cells_01_mask.tif",
        "cells_01_masks.tif",
        "cells_01_cp_masks.tif",
        "cells_01_seg.npy",
        "cells_01-labels.tif",
        "cells_01_label.ome.tif",
        "cells_01.ome.tif",
        "cells_01.labels.tif",
        "mask_cells_01.png",
        "cells_01_RoiSet.zip",
        "cells_01_cp_masks_label.tif",
        "cells_01_RES.zip",
        "cells_01_GT",
        "a\\b\\cells_01 mask.tif",
    ],
)
def test_a_name_is_understood(name: str) -> None:
    images = [target("cells_01.tif", SHAPE), target("cells_011.tif", SHAPE)]
    assert [found.id for found in matches(name, images)] == ["cells_01.tif"]


@pytest.mark.parametrize("name", ["cells_1.tif", "RoiSet.zip", "masks.tif", "cells.tif", ".tif"])
def test_a_name_is_not_guessed(name: str) -> None:
    assert matches(name, [target("cells_01.tif", SHAPE)]) == []


def test_the_exact_name_goes_before_a_shortened_one() -> None:
    images = [target("a_mask.tif", SHAPE), target("a.tif", SHAPE)]
    assert [found.id for found in matches("a_mask.png", images)] == ["a_mask.tif"]


def test_several_images_of_a_name_are_all_returned() -> None:
    images = [target("a.tif", SHAPE, "first"), target("a.png", SHAPE, "second")]
    assert [found.id for found in matches("a_mask.tif", images)] == ["first", "second"]
