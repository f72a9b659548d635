"""Label images of a report are imported with exactly the labels that they were made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotations.reports.label_files import write_label_file
from tests.annotations.labels.importing.proposed import proposed, target


@pytest.mark.parametrize("largest", [200, 70_000])
@pytest.mark.parametrize("planes", [(1, 1), (3, 2)])
def test_they_come_back(
    tmp_path: Path, make_image: Any, planes: tuple[int, int], largest: int
) -> None:
    labels = np.random.default_rng(2).integers(0, largest + 1, (*planes, 30, 40), dtype=np.uint32)
    image = make_image("a.tif", labels=labels)
    write_label_file(tmp_path / "a_labels.tif", image, int(labels.max()))
    ((row, read),) = proposed(tmp_path / "a_labels.tif", [target("a.tif", labels.shape)])
    assert read is not None, row.sentence
    assert np.array_equal(read, labels)
