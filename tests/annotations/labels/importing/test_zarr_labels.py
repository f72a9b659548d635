"""Label images of an OME-Zarr come in with their numbers, named as the image around them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import zarr
from numpy.typing import NDArray

from annotations.labels.importing.entry import Unfit
from annotations.labels.pyramid import write_pyramid
from tests.annotations.labels.importing.proposed import proposed, target

LABELS = np.random.default_rng(1).integers(0, 90_000, (2, 3, 20, 30)).astype(np.uint32)
SHAPE = (2, 3, 20, 30)


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for one in sorted(folder.rglob("*")):
            if one.is_file():
                archive.write(one, str(one.relative_to(folder.parent)))
    return path


def version_4(folder: Path, path: str, axes: str, labels: NDArray[np.uint32]) -> None:
    """A label image as OME-Zarr 0.4 stores it: Zarr 2 with .zattrs."""
    group = zarr.open_group(folder, mode="a", zarr_format=2)
    inner = group.require_group(path)
    inner.create_array("0", data=labels, chunks=tuple(min(16, n) for n in labels.shape))
    kinds = {"t": "time", "c": "channel"}
    told = [{"name": axis, "type": kinds.get(axis, "space")} for axis in axes]
    scales = {"version": "0.4", "axes": told, "datasets": [{"path": "0"}]}
    inner.attrs.update({"multiscales": [scales], "image-label": {"version": "0.4"}})


def test_labels_of_version_0_4_beside_their_image(tmp_path: Path) -> None:
    version_4(tmp_path / "cells.zarr", "labels/nuclei", "tczyx", LABELS[:, None])
    version_4(tmp_path / "cells.zarr", "labels/cells", "yx", LABELS[0, 0])
    path = zipped(tmp_path / "cells.zarr", tmp_path / "sent.zip")
    (flat, _), (nuclei, labels) = proposed(path, [target("cells.ome.tif", SHAPE)])
    assert labels is not None, nuclei.sentence
    assert np.array_equal(labels, LABELS)
    assert "This is the label image “nuclei”." in nuclei.notes
    assert "have one plane, the image 2 frames of 3 slices" in flat.sentence


def test_a_label_image_of_version_0_5_alone(tmp_path: Path) -> None:
    write_pyramid(tmp_path / "cells.zarr", SHAPE, lambda t, z: LABELS[t, z])
    path = zipped(tmp_path / "cells.zarr", tmp_path / "cells_labels.zip")
    ((row, labels),) = proposed(path, [target("cells.tif", SHAPE)])
    assert labels is not None, row.sentence
    assert np.array_equal(labels, LABELS)


def test_an_ome_zarr_without_labels_says_so(tmp_path: Path) -> None:
    version_4(tmp_path / "a.zarr", "image", "yx", LABELS[0, 0])
    attributes = tmp_path / "a.zarr/image/.zattrs"
    said = json.loads(attributes.read_text())
    said.pop("image-label")
    attributes.write_text(json.dumps(said))
    with pytest.raises(Unfit, match="no label image"):
        proposed(zipped(tmp_path / "a.zarr", tmp_path / "a.zip"), [])
