"""Which channels a run looks at, told before it starts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from segmentation.engine.roles import Channel, Target, candidates
from webapp.imaging.roles import ROLE_TITLES, Role
from webapp.models import Channel as ImageChannel
from webapp.models import Image


@dataclass(frozen=True)
class Shown:
    """What the methods look at in `n_images` images whose channels are alike, in words."""

    n_images: int
    cells: str
    nuclei: str


def channels_of(image: Image) -> tuple[Channel, ...]:
    """Return names and roles as the engine takes them."""
    return tuple(Channel(one.name, Role(one.role)) for one in image.channels.all())


def shown_in(images: QuerySet[Image]) -> list[Shown]:
    """Return what is looked at by default, the most common kind of image first."""
    rows = ImageChannel.objects.filter(image__in=images.order_by().values("pk"))
    of_image: dict[object, list[Channel]] = defaultdict(list)
    for image_id, name, role in rows.order_by("index").values_list("image_id", "name", "role"):
        of_image[image_id].append(Channel(name, Role(role)))
    counts: dict[tuple[Channel, ...], int] = defaultdict(int)
    for channels in of_image.values():
        counts[tuple(channels)] += 1
    kinds = sorted(counts.items(), key=lambda kind: -kind[1])
    return [
        Shown(n, in_words(channels, Target.CELLS), in_words(channels, Target.NUCLEI))
        for channels, n in kinds
    ]


def in_words(channels: Sequence[Channel], target: Target) -> str:
    """Say which channels are looked at, and as what; "the clearest of" where pixels decide."""
    return " + ".join(_one(channels, group) for group in candidates(channels, target))


def _one(channels: Sequence[Channel], group: Sequence[int]) -> str:
    role = channels[group[0]].role
    names = [channels[c].name for c in group]
    title = "" if role in (Role.OTHER, Role.COLOR) else f" ({ROLE_TITLES[role]})"
    if role in (Role.OTHER, Role.COLOR):
        return " + ".join(names) if len(names) < 4 else f"the clearest 3 of {len(names)} channels"
    if len(names) == 1:
        return f"{names[0]}{title}"
    if len(names) < 4:
        return f"the clearest of {', '.join(names)}{title}"
    return f"the clearest of {len(names)} channels{title}"
