"""Which channels of a file are kept, and what they are called."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from webapp.imaging.colors import RGB, WHITE, default_colors
from webapp.imaging.reader import Band, Facts

ALPHA = "Alpha"
EQUAL_COLORS = "The three equal colour channels were read as one grey channel."
OPAQUE_ALPHA = "The alpha channel is opaque everywhere and was left out."


class NeedsMoreChannels(Exception):
    """A pixel contradicts the assumption that a channel can be left out."""

    def __init__(self, choice: ChannelChoice) -> None:
        super().__init__()
        self.choice = choice


@dataclass(frozen=True)
class ChannelChoice:
    """The channels that are written; `is_grey` and `drops_alpha` are assumptions to check."""

    n_channels: int
    is_grey: bool
    drops_alpha: bool

    @classmethod
    def smallest(cls, facts: Facts) -> ChannelChoice:
        """Return the choice that leaves out all that may turn out to be redundant."""
        return cls(facts.shape[1], facts.is_color, facts.has_alpha)

    @property
    def kept(self) -> tuple[int, ...]:
        """The indices of the kept channels in the file."""
        indices = range(self.n_channels - 1 if self.drops_alpha else self.n_channels)
        return tuple(c for c in indices if not (self.is_grey and c in (1, 2)))

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell about channels that were left out."""
        notes = (EQUAL_COLORS,) if self.is_grey else ()
        return (*notes, OPAQUE_ALPHA) if self.drops_alpha else notes

    def check(self, facts: Facts, band: Band) -> None:
        """Raise NeedsMoreChannels when the pixels of `band` (all channels) differ."""
        pixels = band.pixels
        choice = self
        if self.is_grey and not (
            np.array_equal(pixels[0], pixels[1]) and np.array_equal(pixels[0], pixels[2])
        ):
            choice = dataclasses.replace(choice, is_grey=False)
        if self.drops_alpha and not (pixels[-1] == facts.opaque).all():
            choice = dataclasses.replace(choice, drops_alpha=False)
        if choice != self:
            raise NeedsMoreChannels(choice)


def name_channels(facts: Facts, choice: ChannelChoice) -> tuple[tuple[str, str], ...]:
    """Return (name, "#rrggbb") of the kept channels."""
    named = _color_picture(facts) if facts.is_color else _plain_channels(facts)
    if facts.has_alpha:
        named[-1] = (ALPHA, WHITE)
    if choice.is_grey:
        named[0] = ("Grey", WHITE)
    return tuple(named[c] for c in choice.kept)


def _color_picture(facts: Facts) -> list[tuple[str, str]]:
    """Name red, green, blue and whatever follows them."""
    named = list(zip(("Red", "Green", "Blue"), RGB, strict=True))
    named += [(f"Channel {c + 1}", WHITE) for c in range(3, facts.shape[1])]
    return named


def _plain_channels(facts: Facts) -> list[tuple[str, str]]:
    """Name independent channels as the file does, or by number."""
    n_channels = facts.shape[1]
    n_pictured = n_channels - 1 if facts.has_alpha else n_channels
    given = [*facts.channel_names, *[None] * n_channels][:n_channels]
    names = [
        name or ("Grey" if n_pictured == 1 else f"Channel {c + 1}") for c, name in enumerate(given)
    ]
    given_colors = [*facts.channel_colors, *[None] * n_channels][:n_channels]
    if n_channels > 1 and len(set(given_colors)) == 1:
        given_colors = [None] * n_channels  # one color for all channels tells none apart
    defaults = (*default_colors(tuple(names[:n_pictured])), WHITE)
    colors = [color or default for color, default in zip(given_colors, defaults, strict=False)]
    return list(zip(names, colors, strict=True))
