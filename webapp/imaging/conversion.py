"""From an open reader to a pyramid, channel statistics and a thumbnail."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.channels import ChannelChoice, NeedsMoreChannels, name_channels
from webapp.imaging.image import Channel, IngestedImage
from webapp.imaging.limits import UnreadableImage
from webapp.imaging.pyramid import PlaneWriter, pyramid_levels
from webapp.imaging.quality.measure import quality_of
from webapp.imaging.reader import Facts, Reader, stored_dtype
from webapp.imaging.role_content import guess_roles
from webapp.imaging.statistics import ChannelStatistics, automatic_contrast, histogram
from webapp.imaging.thumbnail import write_thumbnail
from webapp.imaging.tiles import read_level_plane
from webapp.imaging.zarr_metadata import write_metadata

Progress = Callable[[float, str], None]

NOT_FINITE = "Some pixels were not numbers (NaN or infinite); they were read as 0."
COARSE_SIDE = 1024
ROUNDED = "The values have more digits than can be kept; they were rounded to 24 bits."


def convert(reader: Reader, destination: Path, on_progress: Progress) -> IngestedImage:
    """Write `pyramid.zarr` and `thumbnail.webp` into `destination` and describe them.

    A picture whose colors are equal is written as one grey channel. That is assumed at first
    and taken back when a pixel says otherwise, so that no file is read twice without need.
    """
    partial = destination / "pyramid.zarr.partial"
    choice = ChannelChoice.smallest(reader.facts)
    while True:
        shutil.rmtree(partial, ignore_errors=True)
        try:
            image = _Conversion(reader, choice, partial, on_progress).run()
        except NeedsMoreChannels as found:
            choice = found.choice
        else:
            break
    write_metadata(partial, image)
    image = with_roles(partial, image)
    image = dataclasses.replace(image, quality=quality_of(partial, image))
    on_progress(0.97, "thumbnail")
    thumbnail = destination / "thumbnail.webp.partial"
    write_thumbnail(partial, image, thumbnail)
    finished = destination / "pyramid.zarr"
    shutil.rmtree(finished, ignore_errors=True)  # of an earlier attempt
    partial.rename(finished)
    thumbnail.replace(destination / "thumbnail.webp")
    return image


def with_roles(pyramid: Path, image: IngestedImage) -> IngestedImage:
    """Say what each channel shows, by its name or else by a coarse level of the middle slice."""
    level = next((one for one in image.levels if max(one.height, one.width) <= COARSE_SIDE), None)
    number = (level or image.levels[-1]).level
    z = image.shape[2] // 2
    roles = guess_roles(
        [channel.name for channel in image.channels],
        lambda c: read_level_plane(pyramid, number, 0, c, z),
    )
    described = zip(image.channels, roles, strict=True)
    channels = tuple(dataclasses.replace(channel, role=role) for channel, role in described)
    return dataclasses.replace(image, channels=channels)


class _Conversion:
    """One pass over all planes with one choice of channels."""

    def __init__(
        self, reader: Reader, choice: ChannelChoice, pyramid: Path, on_progress: Progress
    ) -> None:
        self._reader = reader
        self._choice = choice
        self._pyramid = pyramid
        self._on_progress = on_progress
        facts = reader.facts
        n_frames, _, n_slices, height, width = facts.shape
        self._levels = pyramid_levels(height, width)
        self._dtype = stored_dtype(np.dtype(facts.source_dtype))
        self._n_planes = n_frames * n_slices
        self._statistics = [ChannelStatistics(self._n_planes, height, width) for _ in choice.kept]
        self._notes = [*facts.notes, *choice.notes]

    def run(self) -> IngestedImage:
        """Write every plane and return the description of the image."""
        n_frames, _, n_slices = self._reader.facts.shape[:3]
        for t in range(n_frames):
            for z in range(n_slices):
                self._write_planes(t, z)
        return self._describe()

    def _write_planes(self, t: int, z: int) -> None:
        """Write all channels of one frame and slice."""
        facts = self._reader.facts
        writers = {
            source: PlaneWriter(self._pyramid, self._levels, self._dtype, (t, target, z))
            for target, source in enumerate(self._choice.kept)
        }
        for band in self._reader.bands(t, z):
            self._choice.check(facts, band)
            for source, writer in writers.items():
                if 0 <= source - band.channel < len(band.pixels):
                    rows = self._as_stored(band.pixels[source - band.channel])
                    self._statistics[self._choice.kept.index(source)].add(band.row, rows)
                    writer.write(rows)
            n_done = t * facts.shape[2] + z + (band.row + band.pixels.shape[1]) / facts.shape[3]
            self._on_progress(0.02 + 0.95 * min(1.0, n_done / self._n_planes), "pyramid")
        if not all(writer.is_complete for writer in writers.values()):
            raise UnreadableImage(
                "This file ends before its last row of pixels. Export it again from the "
                "microscope software and upload it once more."
            )

    def _as_stored(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return the rows in the pyramid's type and note what could not be kept."""
        if rows.dtype.kind in "iu" and rows.dtype.itemsize > 2 and np.abs(rows).max() > 2**24:
            self._note(ROUNDED)
        with np.errstate(over="ignore"):
            stored = rows.astype(self._dtype)
        if self._dtype.kind == "f":
            is_finite = np.isfinite(stored)
            if not is_finite.all():
                self._note(NOT_FINITE)
                stored[~is_finite] = 0
        return stored

    def _note(self, sentence: str) -> None:
        if sentence not in self._notes:
            self._notes.append(sentence)

    def _describe(self) -> IngestedImage:
        """Return what is known now that all pixels were seen."""
        facts = self._reader.facts
        shape = (facts.shape[0], len(self._choice.kept), *facts.shape[2:])
        return IngestedImage(
            shape=shape,
            dtype=self._dtype.name,
            source_dtype=facts.source_dtype,
            source_format=facts.source_format,
            pixel_size_um=facts.pixel_size_um,
            slice_step_um=facts.slice_step_um,
            frame_interval_s=facts.frame_interval_s,
            objective=facts.objective,
            instrument=facts.instrument,
            channels=_channels(facts, self._choice, self._statistics),
            levels=self._levels,
            notes=tuple(self._notes),
            axes_are_ambiguous=facts.axes_are_ambiguous,
            n_series=facts.n_series,
            series_name=facts.series_name,
            plate=facts.plate,
            well=facts.well,
            site=facts.site,
        )


def _channels(
    facts: Facts, choice: ChannelChoice, statistics: list[ChannelStatistics]
) -> tuple[Channel, ...]:
    """Return the description of the kept channels.

    Red, green and blue of a picture share one contrast, or its white would be tinted.
    """
    channels = []
    for (name, color), one in zip(name_channels(facts, choice), statistics, strict=True):
        sample = one.sample()
        low, high = automatic_contrast(sample, one.minimum, one.maximum)
        counts = histogram(sample, one.minimum, one.maximum)
        channels.append(Channel(name, color, low, high, one.minimum, one.maximum, counts))
    if facts.is_color and not choice.is_grey:
        pooled = np.concatenate([one.sample() for one in statistics[:3]])
        low, high = automatic_contrast(
            pooled,
            min(one.minimum for one in statistics[:3]),
            max(one.maximum for one in statistics[:3]),
        )
        channels[:3] = [dataclasses.replace(one, low=low, high=high) for one in channels[:3]]
    return tuple(channels)
