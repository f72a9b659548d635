"""One channel of an image as a small picture."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

from tests.webapp.imaging.ingested import ingest_here
from webapp.imaging.thumbnail import channel_picture


def test_a_picture_shows_its_channel_alone_in_grey(tmp_path: Path) -> None:
    pixels = np.full((2, 400, 600), 100, np.uint16)
    pixels[0, :, :300], pixels[1, :, 300:] = 9000, 9000
    tifffile.imwrite(tmp_path / "a.ome.tif", pixels, metadata={"axes": "CYX"}, ome=True)
    ingested = ingest_here(tmp_path / "a.ome.tif", tmp_path / "made")
    for index, bright in ((0, slice(0, 140)), (1, slice(180, 320))):
        content = channel_picture(ingested.pyramid, ingested.image, index)
        shown = np.asarray(Image.open(BytesIO(content)).convert("RGB")).astype(int)
        assert shown.shape[1] == 320
        assert np.ptp(shown, axis=2).max() <= 8
        dark = slice(320 - bright.stop, 320 - bright.start)
        assert shown[:, bright].mean() > 240
        assert shown[:, dark].mean() < 15
