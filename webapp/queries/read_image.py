"""An image of the database in the words of the reader, with what people corrected since."""

from __future__ import annotations

from webapp.imaging.image import Channel, IngestedImage, Level
from webapp.models import Image


def as_read(image: Image) -> IngestedImage:
    """What a file would have said if it had said everything right."""
    return IngestedImage(
        shape=image.shape,
        dtype=image.dtype,
        source_dtype=image.source_dtype,
        source_format=image.source_format,
        pixel_size_um=image.pixel_size_um,
        slice_step_um=image.slice_step_um,
        frame_interval_s=image.frame_interval_s,
        objective=image.objective or None,
        channels=tuple(
            Channel(
                name=channel.name,
                color=channel.color,
                low=channel.low,
                high=channel.high,
                minimum=channel.minimum,
                maximum=channel.maximum,
                histogram=tuple(channel.histogram),
                role=channel.role,
            )
            for channel in image.channels.all()
        ),
        levels=tuple(Level(**level) for level in image.levels),
        notes=tuple(image.notes),
        axes_are_ambiguous=image.axes_are_ambiguous,
    )
