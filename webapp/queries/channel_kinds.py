"""Which channels the images of a dataset have, and whether the same one is read alike in all."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from webapp.imaging.roles import Role
from webapp.models import Channel, Image

Roles = tuple[str, ...]


@dataclass(frozen=True)
class ChannelKind:
    """Images whose channels have the same names; `readings` counts what they are said to show.

    `examples` are the first image by name of each reading.
    """

    names: tuple[str, ...]
    readings: tuple[tuple[Roles, int], ...]
    examples: tuple[UUID, ...]

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
        """The only reading that says something; `other` where images contradict each other."""
        said = [roles for roles, _ in self.readings if set(roles) != {str(Role.OTHER)}]
        nothing = tuple(str(Role.OTHER) for _ in self.names)
        return said[0] if len(said) == 1 else nothing


def channel_kinds(images: QuerySet[Image]) -> list[ChannelKind]:
    """The kinds of channels of these images, the most frequent first, and so their readings."""
    rows = Channel.objects.filter(image__in=images.order_by().values("pk"))
    rows = rows.order_by("image__name", "image_id", "index")
    of_image: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for image_id, name, role in rows.values_list("image_id", "name", "role"):
        of_image[image_id].append((name, str(role)))
    counts: dict[tuple[str, ...], Counter[Roles]] = defaultdict(Counter)
    first: dict[tuple[tuple[str, ...], Roles], UUID] = {}
    for image_id, channels in of_image.items():
        names, roles = tuple(name for name, _ in channels), tuple(role for _, role in channels)
        counts[names][roles] += 1
        first.setdefault((names, roles), image_id)
    kinds = []
    for names, found in counts.items():
        readings = tuple(found.most_common())
        examples = tuple(first[names, roles] for roles, _ in readings)
        kinds.append(ChannelKind(names, readings, examples))
    return sorted(kinds, key=lambda kind: -kind.n_images)
