"""The PDF report: set by typst from `document.typ`, the same content giving the same bytes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import typst
from PIL import Image

from annotations.labels.outlines import draw_outlines
from annotations.reports.content import ReportImage
from annotations.reports.overlays import composite, dimmed, shown_plane

_TEMPLATE = Path(__file__).with_name("document.typ")
_EXAMPLE_WIDTH_PX = 480
_ARCHIVE_REFUSES = "PDF/A-2a error"


def write_example(path: Path, image: ReportImage) -> int:
    """Write the middle of the shown plane with outlines as PNG; returns its width in px.

    Four to three like its neighbours on the page, and not reduced, so that single cells can be
    judged.
    """
    t, z = shown_plane(image)
    height, width = image.shape[3:]
    across = max(1, min(_EXAMPLE_WIDTH_PX, width, height * 4 // 3))
    down = max(1, across * 3 // 4)
    top, left = (height - down) // 2, (width - across) // 2
    window = np.s_[top : top + down, left : left + across]
    planes = image.read_intensities(t, z)[:, window[0], window[1]]
    labels = np.ascontiguousarray(image.read_labels(t, z)[window])
    shown = dimmed(composite(planes, image.channels), image, t, z, window)
    picture = draw_outlines(shown, labels)
    Image.fromarray(picture).save(path, format="PNG", compress_level=6)
    return across


def write_document(path: Path, data: Mapping[str, Any], created_at: datetime, folder: Path) -> None:
    """Set the PDF at ``path``.

    ``folder`` holds the example pictures, whose paths in ``data`` are relative to it; the
    template and its data are written there too. The PDF is dated ``created_at`` (UTC) and follows
    PDF/A-2a, the standard for archives. Fonts come with typst; a system font is only used for
    letters that those lack. PDF/A forbids letters that no font has and those of private use:
    where a name holds one, the PDF is a plain one, shows a box, and says so.
    """
    shutil.copyfile(_TEMPLATE, folder / "document.typ")
    (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    try:
        pdf = _compiled(folder, created_at, "a-2a", lacks_letters=False)
    except typst.TypstError as error:
        if _ARCHIVE_REFUSES not in str(error):
            raise
        pdf = _compiled(folder, created_at, "1.7", lacks_letters=True)
    path.write_bytes(pdf)


def _compiled(
    folder: Path, created_at: datetime, standard: Literal["a-2a", "1.7"], lacks_letters: bool
) -> bytes:
    return typst.compile(
        folder / "document.typ",
        root=folder,
        format="pdf",
        timestamp=created_at.astimezone(UTC),
        pdf_standards=standard,
        sys_inputs={"lacks_letters": str(lacks_letters).lower()},
    )
