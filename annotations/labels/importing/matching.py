"""Which image masks belong to, by their names; more than one answer is no answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from annotations.labels.importing.entry import Shape

_ENDING = re.compile(
    r"(\.ome)?\.(tiff?|btf|tf8|png|npy|npz|json|geojson|roi|zip|zarr|gz|jpe?g|bmp|gif|webp|czi|nd2"
    r"|lif|mrc|svs|ndpi)$",
    re.IGNORECASE,
)
_WORD = (
    r"(cp[_-]?masks?|cp[_-]?output|masks?|labels?|label[_-]?images?|seg(mentations?)?|segmented"
    r"|instances?|rois?|roi[_-]?set|annotations?|annotated|ground[_-]?truth|gt|truth|outlines"
    r"|objects?|binary|res|results?|st|cell[_-]?masks?|nuclei[_-]?masks?)"
)
_AFTER = re.compile(rf"[\s_.-]+{_WORD}$", re.IGNORECASE)
_BEFORE = re.compile(rf"^{_WORD}[\s_.-]+", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """An image that masks can belong to: its names, and its shape."""

    id: str
    names: tuple[str, ...]
    shape: Shape


def matches(name: str, targets: Sequence[Target]) -> list[Target]:
    """The images that are meant by a name of masks: of the same stem, else without known words.

    The first way that finds any decides: "cells_mask" is the image "cells_mask" where there is
    one, and "cells" elsewhere. Case and folders do not count: images/x.tif and masks/x.png belong
    together.
    """
    for candidate in _candidates(stem_of(name)):
        found = [target for target in targets if candidate in _stems(target)]
        if found:
            return found
    return []


def stem_of(name: str) -> str:
    """The last part of a name without its endings, in small letters."""
    stem = PurePosixPath(name.replace("\\", "/")).name
    while (shorter := _ENDING.sub("", stem)) != stem and shorter:
        stem = shorter
    return stem.casefold()


def _stems(target: Target) -> set[str]:
    return {stem_of(name) for name in target.names} | {name.casefold() for name in target.names}


def _candidates(stem: str) -> list[str]:
    """The stem, then the same with less and less of the words that programs add."""
    found = [stem]
    for pattern in (_AFTER, _BEFORE):
        while (shorter := pattern.sub("", found[-1])) != found[-1] and shorter:
            found.append(shorter)
    return found
