"""Open a TIFF: walk its directories, arrange its planes, check limits, offer bands."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from webapp.imaging.limits import Limits, UnreadableImage, check_plane_memory, check_shape
from webapp.imaging.orientation import TAG, TURNED, upright
from webapp.imaging.reader import Band, Facts, Pixels
from webapp.imaging.tiff.bands import page_bands, plain_bands
from webapp.imaging.tiff.directories import CUT_OFF, DAMAGED_LIST, count_directories
from webapp.imaging.tiff.facts import Acquisition, imagej_acquisition, plain_acquisition
from webapp.imaging.tiff.grid import Grid, grid_of_series
from webapp.imaging.tiff.ome import (
    OmeImage,
    SamplesOfPage,
    is_companion_only,
    one_file,
    parse_root,
    read_ome,
)
from webapp.imaging.tiff.photometry import Photometry, opaque_value, photometry
from webapp.imaging.tiff.slides import (
    SLIDE_FORMAT,
    aperio_acquisition,
    is_aperio,
    refuse_ndpi,
    scan_of,
)

COMPANION = (
    "The description of this OME-TIFF lies in another file that is not here, so the "
    "names of its channels are unknown."
)
VOLUMES = (
    "This TIFF stores blocks of several slices at once, which cannot be read here. Save it as a "
    "stack of single slices and upload that."
)
PAGES_DIFFER = (
    "The pages of this TIFF differ in size or kind although they are described as one image. "
    "Export it again from the microscope software and upload it once more."
)


@dataclass(frozen=True)
class TiffReader:
    """An open TIFF whose planes are read in bands of rows."""

    facts: Facts
    grid: Grid
    photometry: Photometry
    orientation: int

    def bands(self, t: int, z: int) -> Iterator[Band]:
        """Yield the bands of every page that holds channels of frame t, slice z."""
        for c, plane in enumerate(self.grid.planes[t, :, z]):
            first_channel = c * self.photometry.n_channels
            for row, samples in self._upright_bands(int(plane)):
                yield Band(first_channel, row, self.photometry.to_channels(samples))

    def _upright_bands(self, plane: int) -> Iterator[tuple[int, Pixels]]:
        """Yield bands as stored, or the whole plane at once when it must be turned."""
        bands = self._stored_bands(plane)
        if self.orientation == 1:
            yield from bands
        else:
            whole = np.concatenate([samples for _, samples in bands], axis=1)
            yield 0, upright(whole, self.orientation)

    def _stored_bands(self, plane: int) -> Iterator[tuple[int, Pixels]]:
        keyframe = self.grid.pages[0].keyframe
        if self.grid.first_byte is not None:
            return plain_bands(keyframe, self.grid.first_byte + plane * keyframe.nbytes)
        return page_bands(self.grid.pages[plane])


def open_tiff(source: Path, limits: Limits, pages_are: str | None, series: int = 0) -> TiffReader:
    """Return a reader after everything in the header was checked.

    Only an OME-TIFF can hold several images, of which `series` is one.
    """
    description = Description.read(opened(source, limits), pages_are, series)
    return reader_of(description, limits)


def opened(source: Path, limits: Limits) -> Any:
    """Return a file of which the list of pages and the size of the first page were checked."""
    logging.getLogger("tifffile").setLevel(logging.CRITICAL)
    count_directories(source)
    tiff = tifffile.TiffFile(source, is_ome=False, is_ndpi=False, _multifile=False)
    page: Any = tiff.pages[0]
    if page.imagedepth > 1:
        raise UnreadableImage(VOLUMES)
    refuse_ndpi(page)
    check_shape((1, page.samplesperpixel, 1, page.imagelength, page.imagewidth), limits)
    return tiff


def reader_of(description: Description, limits: Limits) -> TiffReader:
    """Return a reader after the pages that a description uses were checked."""
    page = description.grid.pages[0].keyframe
    check_shape((1, page.samplesperpixel, 1, page.imagelength, page.imagewidth), limits)
    meaning = photometry(page, palette_is_display=description.source_format != "TIFF")
    orientation = _orientation(page) if description.source_format == "TIFF" else 1
    if orientation > 1:
        check_plane_memory(page.nbytes, limits)
    _check_pixels_are_there(description.grid)
    facts = _facts(description, page, meaning, orientation)
    check_shape(facts.shape, limits)
    return TiffReader(facts, description.grid, meaning, orientation)


def _orientation(page: Any) -> int:
    """Return 1 (as stored) to 8; anything else counts as 1."""
    tag = page.tags.get(TAG)
    value = tag.value if tag is not None else 1
    return value if value in range(1, 9) else 1


@dataclass(frozen=True)
class Description:
    """The dialect of a TIFF with the arrangement of its planes."""

    source_format: str
    grid: Grid
    acquisition: Acquisition
    notes: tuple[str, ...] = ()
    n_series: int = 1
    series_name: str = ""

    @classmethod
    def read(cls, tiff: Any, pages_are: str | None, series: int) -> Description:
        """Find out whether the file is OME-TIFF, ImageJ or plain."""
        page = tiff.pages[0]
        notes: tuple[str, ...] = ()
        root = parse_root(page.description or "")
        if root is not None and is_companion_only(root):
            notes = (COMPANION,)
        elif root is not None:
            here = one_file(root, len(tiff.pages))
            ome = read_ome(root, samples_of(tiff.pages), here, series)
            if ome is not None:
                return cls.of_ome(ome, tiff.pages)
        if is_aperio(page):
            return cls(SLIDE_FORMAT, scan_of(page), aperio_acquisition(page.description))
        grid = grid_of_series(tiff, pages_are)
        if tiff.is_imagej and tiff.imagej_metadata is not None:
            n_channels = grid.planes.shape[1]
            acquisition = imagej_acquisition(tiff.imagej_metadata, page, n_channels)
            return cls("ImageJ TIFF", grid, acquisition, notes=notes)
        return cls("TIFF", grid, plain_acquisition(page), notes=notes)

    @classmethod
    def of_ome(cls, ome: OmeImage, pages: Any) -> Description:
        """What an OME description says, with the pages that it uses of those that are here."""
        acquisition = Acquisition(
            ome.channel_names,
            ome.channel_colors,
            ome.pixel_size_um,
            ome.slice_step_um,
            ome.frame_interval_s,
            ome.instrument,
            ome.objective,
        )
        told = (ome.notes, ome.n_series, ome.series_name)
        return cls("OME-TIFF", _used_pages(pages, ome.pages), acquisition, *told)


def samples_of(pages: Any) -> SamplesOfPage:
    """Return what tells the number of samples of a page."""
    return lambda number: int(pages[number].keyframe.samplesperpixel)


def _used_pages(all_pages: Any, numbers: NDArray[np.int64]) -> Grid:
    """Return the grid over the pages that an OME description uses."""
    wanted = np.unique(numbers)
    pages = [all_pages[int(number)] for number in wanted]
    if len({one.keyframe.hash for one in pages}) > 1:
        raise UnreadableImage(PAGES_DIFFER)
    return Grid(pages, np.searchsorted(wanted, numbers))


def _check_pixels_are_there(grid: Grid) -> None:
    """Refuse files that end before the bytes their directories point to."""
    keyframe = grid.pages[0].keyframe
    size_bytes = keyframe.parent.filehandle.size
    if grid.first_byte is not None:
        if grid.first_byte + grid.planes.size * keyframe.nbytes > size_bytes:
            raise UnreadableImage(CUT_OFF)
        return
    for page in grid.pages:
        if not len(page.dataoffsets) or not any(page.databytecounts):
            raise UnreadableImage(DAMAGED_LIST)
        last = max(
            offset + (n_bytes if keyframe.compression != 1 else min(1, n_bytes))
            for offset, n_bytes in zip(page.dataoffsets, page.databytecounts, strict=False)
        )
        if last > page.keyframe.parent.filehandle.size:
            raise UnreadableImage(CUT_OFF)


def _facts(description: Description, page: Any, meaning: Photometry, orientation: int) -> Facts:
    """Put together what the header says."""
    grid, acquisition = description.grid, description.acquisition
    n_frames, n_page_channels, n_slices = grid.planes.shape
    sides = (page.imagelength, page.imagewidth)
    height, width = sides if orientation < 5 else sides[::-1]
    is_single = n_page_channels == 1
    turned = (TURNED,) if orientation > 1 else ()
    pixel_size = acquisition.pixel_size_um
    return Facts(
        shape=(n_frames, n_page_channels * meaning.n_channels, n_slices, height, width),
        source_dtype=meaning.dtype.name,
        source_format="BigTIFF"
        if description.source_format == "TIFF" and page.parent.is_bigtiff
        else description.source_format,
        channel_names=acquisition.channel_names,
        channel_colors=acquisition.channel_colors or ((meaning.color,) if is_single else ()),
        pixel_size_um=pixel_size[::-1] if pixel_size and orientation >= 5 else pixel_size,
        slice_step_um=acquisition.slice_step_um,
        frame_interval_s=acquisition.frame_interval_s,
        objective=acquisition.objective,
        instrument=acquisition.instrument,
        notes=(*description.notes, *grid.notes, *meaning.notes, *turned),
        axes_are_ambiguous=grid.is_ambiguous,
        unknown_sizes=grid.unknown_sizes,
        known_axes=grid.known_axes,
        n_samples=meaning.n_channels,
        is_color=meaning.is_color and is_single,
        has_alpha=meaning.has_alpha and is_single,
        opaque=opaque_value(page, meaning.dtype),
        n_series=description.n_series,
        series_name=description.series_name,
    )
