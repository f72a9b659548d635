"""Several images in one file: which of them is meant."""

from __future__ import annotations

from webapp.imaging.limits import UnreadableImage

MAX_SERIES = 2000


def check_series(n_series: int, series: int) -> None:
    """Refuse a number that the file does not have, and a file with more images than is sane."""
    if n_series > MAX_SERIES:
        raise UnreadableImage(
            f"This file holds {n_series:,} images; at most {MAX_SERIES:,} are accepted. Split it "
            "in the microscope software and upload the parts."
        )
    if not 0 <= series < n_series:
        raise UnreadableImage(
            f"This file has no image number {series + 1}. Export it again from the microscope "
            "software and upload it once more."
        )


def numbered(word: str, index: int, count: int) -> str:
    """Return "Scene 03" of 12: padded, so that names sort as the images lie in the file."""
    return f"{word} {index + 1:0{len(str(count))}d}"
