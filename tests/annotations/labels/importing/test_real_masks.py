"""Masks of real, openly licensed collections come in without a changed pixel.

The collections are not part of the repository: they are read from COVERSLIP_DATA, or from
../shared/data beside the repository. Without them these tests do not run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from tests.annotations.labels.importing.proposed import proposed, target

REPOSITORY = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("COVERSLIP_DATA", REPOSITORY.parent / "shared/data"))
MOST_OF_EACH = 1


def mask_files() -> list[Path]:
    """One file of every collection that has them."""
    folders = sorted(DATA.glob("*/masks*"))
    return [path for folder in folders for path in sorted(folder.iterdir())[:MOST_OF_EACH]]


def as_it_is(path: Path) -> Any:
    """The labels as another library reads them."""
    if path.suffix == ".png":
        return np.asarray(Image.open(path))
    return tifffile.imread(path)


@pytest.mark.parametrize("path", mask_files(), ids=lambda path: "/".join(path.parts[-3:]))
def test_masks_are_identical(path: Path) -> None:
    truth = as_it_is(path)
    shape = (1, 1, *truth.shape) if truth.ndim == 2 else (1, *truth.shape)
    ((row, labels),) = proposed(path, [target(path.name, shape)])
    assert labels is not None, row.sentence
    assert np.array_equal(labels[0], truth.reshape(shape[1:]))
    assert row.n_objects == len(np.unique(truth[truth > 0]))
