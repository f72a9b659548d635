"""Masks sent by the command line to a real server, which reads them meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image as Picture

from annotations.actions.label_work import read_label_file
from annotations.models import Annotation, LabelFile
from tests.cast import HEIGHT, WIDTH
from webapp.actions.tokens import create_token
from webapp.client import masks
from webapp.client.masks import main, mask_files

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _worker(monkeypatch: pytest.MonkeyPatch, bob: Any) -> None:
    """While the command waits, a worker reads; the command speaks for bob."""

    def read(_seconds: float) -> None:
        for file in LabelFile.objects.filter(state="waiting"):
            read_label_file(file.pk)

    monkeypatch.setattr(masks.time, "sleep", read)
    secret = create_token(actor=bob, name="laptop", scope="write")[1]
    monkeypatch.setenv("COVERSLIP_TOKEN", secret)


@pytest.mark.usefixtures("_worker")
def test_masks_are_shown_and_then_accepted(
    live_server: Any, image: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = np.zeros((HEIGHT, WIDTH), np.uint16)
    labels[10:20, 10:40] = 5
    folder = tmp_path / "masks"
    folder.mkdir()
    Picture.fromarray(labels).save(folder / "squares_mask.png")
    (folder / "notes.txt").write_text("hello")
    arguments = [str(folder), "--to", f"{live_server.url}/datasets/{image.dataset_id}"]
    assert main(arguments) == 1
    said = capsys.readouterr().out
    assert "masks     masks/squares_mask.png -> squares, 1 cells: They become" in said
    assert "failed    masks/notes.txt: This is no file of masks" in said
    assert "1 can be accepted" in said
    assert not Annotation.objects.exists()
    assert main([str(folder / "squares_mask.png"), *arguments[1:], "--accept"]) == 0
    assert "1 accepted." in capsys.readouterr().out
    assert Annotation.objects.get(image=image).base.largest_label == 5


def test_frames_and_zarrs_are_one_file_each(tmp_path: Path) -> None:
    for name in ("01_GT/SEG/man_seg000.tif", "01_GT/SEG/man_seg001.tif", "a/b.tif"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        tifffile.imwrite(path, np.zeros((4, 4), np.uint8))
    (tmp_path / "x.zarr").mkdir()
    top = tmp_path.name
    assert [file.name for file in mask_files(tmp_path)] == [
        f"{top}/01_GT.zip",
        f"{top}/a/b.tif",
        f"{top}/x.zarr.zip",
    ]
