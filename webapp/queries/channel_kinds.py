"""Which channels the images of a dataset have, and whether the same one is read alike in all."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from webapp.imaging.roles import Role
from webapp.models import Channel, Image

Roles = tuple[str, ...]


@dataclass(frozen=True)
class ChannelKind:
    """Images whose channels have the same names; `readings` counts what they are said to show."""

    names: tuple[str, ...]
    readings: tuple[tuple[Roles, int], ...]

    @property
    def n_images(self) -> int:
        """How many images have these channels."""
        return sum(n for _, n in self.readings)

    @property
    def is_agreed(self) -> bool:
        """Whether every image is read alike."""
        return len(self.readings) == 1

    @property
    def n_read_otherwise(self) -> int:
        """Images that are read unlike the most frequent way."""
        return self.n_images - max(n for _, n in self.readings)

    @property
    def proposed(self) -> Roles:
        """The most frequent reading that says something, else that nothing is known."""
        said = [roles for roles, _ in self.readings if set(roles) != {str(Role.OTHER)}]
        return said[0] if said else self.readings[0][0]


def channel_kinds(images: QuerySet[Image]) -> list[ChannelKind]:
    """The kinds of channels of these images, the most frequent first, and so their readings."""
    rows = Channel.objects.filter(image__in=images.order_by().values("pk")).order_by("index")
    of_image: dict[object, list[tuple[str, str]]] = defaultdict(list)
    for image_id, name, role in rows.values_list("image_id", "name", "role"):
        of_image[image_id].append((name, str(role)))
    counts: dict[tuple[str, ...], Counter[Roles]] = defaultdict(Counter)
    for channels in of_image.values():
        counts[tuple(name for name, _ in channels)][tuple(role for _, role in channels)] += 1
    kinds = [ChannelKind(names, tuple(found.most_common())) for names, found in counts.items()]
    return sorted(kinds, key=lambda kind: -kind.n_images)
