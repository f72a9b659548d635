"""What is known about an image once it lies in the pyramid, as JSON both ways."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from webapp.imaging.instrument import NOTHING_SAID, Instrument
from webapp.imaging.roles import Role


@dataclass(frozen=True)
class Channel:
    """One channel and how to show it at first; `low`..`high` is the automatic contrast."""

    name: str
    color: str
    low: float
    high: float
    minimum: float
    maximum: float
    histogram: tuple[int, ...]
    """64 counts over minimum..maximum of a regular sample of all planes."""
    role: str = Role.OTHER


@dataclass(frozen=True)
class Level:
    """One resolution of the pyramid; level 0 is the full one."""

    level: int
    height: int
    width: int


@dataclass(frozen=True)
class IngestedImage:
    """Everything that ingestion learned about one file; `shape` is in the order of `axes`."""

    shape: tuple[int, int, int, int, int]
    dtype: str
    source_dtype: str
    source_format: str
    pixel_size_um: tuple[float, float] | None
    slice_step_um: float | None
    frame_interval_s: float | None
    objective: str | None
    channels: tuple[Channel, ...]
    levels: tuple[Level, ...]
    notes: tuple[str, ...]
    axes_are_ambiguous: bool
    axes: str = "TCZYX"
    instrument: Instrument = NOTHING_SAID
    quality: dict[str, Any] = field(default_factory=dict)
    """What `quality.measure.quality_of` found: numbers of flags and the fingerprint."""
    n_series: int = 1
    """How many images the file holds; this is one of them."""
    series_name: str = ""
    plate: str = ""
    well: str = ""
    """Where the image was taken, "B03", when the file itself tells of a plate; else empty."""
    site: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain lists, numbers and strings."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> IngestedImage:
        """Rebuild what `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        fields = dict(value)
        n_frames, n_channels, n_slices, height, width = fields["shape"]
        fields["shape"] = (n_frames, n_channels, n_slices, height, width)
        if fields["pixel_size_um"] is not None:
            y, x = fields["pixel_size_um"]
            fields["pixel_size_um"] = (y, x)
        fields["channels"] = tuple(
            Channel(**{**channel, "histogram": tuple(channel["histogram"])})
            for channel in fields["channels"]
        )
        fields["levels"] = tuple(Level(**level) for level in fields["levels"])
        fields["notes"] = tuple(fields["notes"])
        fields["instrument"] = Instrument(**fields.get("instrument", {}))
        return cls(**fields)
