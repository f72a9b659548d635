"""Which channels the network is shown: by what they show of a cell, never by their order.

The chosen channels are laid onto the planes in one order, nucleus first, so that the channels of
a file may be permuted without any change of the result. Names and roles are those of
`webapp.imaging.roles`; where they do not tell, the content of the channels orders them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from segmentation.engine.arrays import AnyArray
from segmentation.engine.errors import InvalidParameters
from segmentation.engine.normalize import (
    N_NETWORK_PLANES,
    N_SAMPLES,
    contrast_limits,
    has_contrast,
    scale_to_unit,
    signal_to_noise,
)
from webapp.imaging.role_content import guess_roles
from webapp.imaging.roles import Role, color_place

_PLACES = (Role.NUCLEUS, Role.CYTOPLASM, Role.TRANSMITTED, Role.COLOR, Role.OTHER)


class Target(StrEnum):
    """What shall be found."""

    CELLS = "cells"
    NUCLEI = "nuclei"


@dataclass(frozen=True)
class Channel:
    """One channel of the image: its name, empty when it has none, and its role."""

    name: str = ""
    role: Role = Role.OTHER


def describe_channels(
    planes: AnyArray, names: Sequence[str] | None, roles: Sequence[str] | None
) -> tuple[Channel, ...]:
    """Return the channels of planes (C, Y, X); roles that are not given are guessed.

    Raises `InvalidParameters` when there are not as many as channels, or an unknown role.
    """
    n_channels = len(planes)
    named = tuple(names) if names is not None else ("",) * n_channels
    if len(named) != n_channels or (roles is not None and len(roles) != n_channels):
        raise InvalidParameters(f"The image has {n_channels} channels; name and role for each.")
    try:
        given = None if roles is None else tuple(Role(role) for role in roles)
    except ValueError as error:
        allowed = ", ".join(Role)
        raise InvalidParameters(f"The role of a channel is one of {allowed}.") from error
    found = given or guess_roles(named, lambda c: _sample(planes[c]))
    return tuple(Channel(name, role) for name, role in zip(named, found, strict=True))


def candidates(
    channels: Sequence[Channel], target: Target, flat: Collection[int] = ()
) -> list[list[int]]:
    """Return the groups of channels to look at, without the flat ones; empty when none is left.

    Of a group the clearest channel is shown; of colors, and of channels without a role, up to
    three. Cells: the nucleus with the cytoplasm or membrane, or what there is of them, else the
    transmitted light; a picture in colors as a whole. Nuclei: the nucleus alone.
    """
    of_role = {
        role: [c for c, one in enumerate(channels) if one.role == role and c not in flat]
        for role in Role
    }
    nucleus, cell, color = (of_role[r] for r in (Role.NUCLEUS, Role.CYTOPLASM, Role.COLOR))
    if target == Target.NUCLEI and nucleus:
        return [nucleus]
    if color:
        return [color]
    if cell:
        return [nucleus, cell] if nucleus else [cell]
    group = of_role[Role.TRANSMITTED] or nucleus or of_role[Role.OTHER]
    return [group] if group else []


def choose_shown(
    planes: AnyArray,
    channels: Sequence[Channel],
    target: Target = Target.CELLS,
    flat: frozenset[int] = frozenset(),
) -> tuple[int, ...]:
    """Return the one to three channels of planes (C, Y, X) to show, in the order of the planes.

    Channels without contrast are left out; an image without contrast shows its first.
    """
    groups = candidates(channels, target, flat)
    found_flat = {c for group in groups for c in group if not has_contrast(planes[c])}
    if found_flat:
        return choose_shown(planes, channels, target, flat | found_flat)
    chosen = [c for group in groups for c in _clearest(planes, channels, group)]
    return arrange(planes, channels, chosen) or (0,)


def arrange(
    planes: AnyArray, channels: Sequence[Channel], chosen: Sequence[int]
) -> tuple[int, ...]:
    """Return the chosen channels of planes (C, Y, X) in the one order that they are shown in.

    By role; then the channel that is bright in fewer places, as nuclei are against their cells;
    equals are told apart by their bytes. Stained tissue is found best as red, green, blue (AP@.5
    .68 against .61 by brightness), so a whole picture keeps to its names, or else to its file.
    """
    is_picture = [channels[c].role for c in chosen] == [Role.COLOR] * N_NETWORK_PLANES

    def place(c: int) -> tuple[int, int, float, str]:
        channel, sample = channels[c], _sample(planes[c])
        color = color_place(channel.name)
        color = (c if color is None else color) if is_picture else 0
        return _PLACES.index(channel.role), color, _coverage(sample), _digest(sample)

    return tuple(sorted(chosen, key=place))


def _clearest(planes: AnyArray, channels: Sequence[Channel], group: Sequence[int]) -> Sequence[int]:
    """Return the channel of a group with the highest mean signal over noise.

    The mean rather than the peak: a marker of few cells says little about the others. Of colors
    and of channels without a role three are returned, those with the best contrast over noise.
    """
    is_mixed = channels[group[0]].role in {Role.COLOR, Role.OTHER}
    if len(group) <= (N_NETWORK_PLANES if is_mixed else 1):
        return group

    def clarity(c: int) -> tuple[float, str]:
        sample = _sample(planes[c])
        weight = 1.0 if is_mixed else _coverage(sample)
        return signal_to_noise(planes[c]) * weight, _digest(sample)

    best = sorted(group, key=clarity, reverse=True)
    return best[: N_NETWORK_PLANES if is_mixed else 1]


def _coverage(sample: AnyArray) -> float:
    """Return the mean of a plane (Y, X) after its contrast was stretched to 0..1."""
    return float(scale_to_unit(sample, *contrast_limits(sample)).mean(dtype=np.float64))


def _digest(sample: AnyArray) -> str:
    """Return what tells two planes of the same coverage apart."""
    return hashlib.sha256(np.ascontiguousarray(sample).tobytes()).hexdigest()


def _sample(plane: AnyArray) -> AnyArray:
    """Return a regular grid of at most a million pixels of a plane (Y, X)."""
    step = max(1, int(np.ceil(np.sqrt(plane.size / N_SAMPLES))))
    return plane[::step, ::step]
