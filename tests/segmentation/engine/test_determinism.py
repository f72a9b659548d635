"""The same image, weights and parameters give the same bytes, whatever the number of threads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from segmentation.engine.files import read_image
from segmentation.engine.methods.generalist import method
from segmentation.engine.segment import LabelImage, segment

IMAGES = Path(__file__).parents[3] / "webapp" / "demo" / "images"


@pytest.fixture(autouse=True)
def same_threads_afterwards() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def segmented(path: Path, n_threads: int) -> LabelImage:
    """Segment the first plane with this many threads."""
    torch.set_num_threads(n_threads)
    return segment(read_image(path).pixels[0, :, 0], method="generalist", parameters={})


@pytest.mark.parametrize("is_bfloat16", [False, True])
@pytest.mark.parametrize("stem", ["nuclei_01", "bacteria_02", "axons_01"])
def test_threads_change_no_byte(
    stem: str, is_bfloat16: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(method, "has_fast_bfloat16", lambda: is_bfloat16)
    monkeypatch.setattr(method, "use_available_cores", torch.get_num_threads)
    (path,) = IMAGES.glob(f"{stem}.*")
    first, *others = [segmented(path, n) for n in (1, 2, 3, 1)]
    assert len(first.confidences) > 5
    for other in others:
        assert other.labels.tobytes() == first.labels.tobytes()
        assert other.confidences.tobytes() == first.confidences.tobytes()
        assert other.manifest == first.manifest
    expected = "bfloat16" if is_bfloat16 else "float32"
    assert first.manifest["result"]["precision"] == expected


def test_single_precision_and_bfloat16_agree_on_the_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = IMAGES.glob("nuclei_01.*")
    found = []
    for is_bfloat16 in (False, True):
        monkeypatch.setattr(method, "has_fast_bfloat16", lambda it=is_bfloat16: it)
        found.append(segmented(path, 1))
    assert abs(len(found[0].confidences) - len(found[1].confidences)) <= 1
    assert np.mean((found[0].labels > 0) != (found[1].labels > 0)) < 0.01
