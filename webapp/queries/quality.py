"""Which flags are up, from which limits, and which images show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from webapp.imaging.quality.flags import MEANINGS, Flag, Meaning, limits_with, shown_number
from webapp.models import Dataset, Exclusion, Image, ImageQuality, Project


@dataclass(frozen=True)
class FlagNumber:
    """One number of one image, its limit, and what both mean in words."""

    flag: Flag
    value: float
    limit: float
    channel: str
    """The name of the channel that the number is of; empty where there is only one."""
    twin: Image | None = None

    @property
    def is_up(self) -> bool:
        """Is the number above its limit?"""
        return self.value > self.limit

    @property
    def meaning(self) -> Meaning:
        """The words of the flag."""
        return MEANINGS[self.flag]

    @property
    def shown_value(self) -> str:
        """The number with its unit."""
        return shown_number(self.flag, self.value)

    @property
    def shown_limit(self) -> str:
        """The limit with its unit."""
        return shown_number(self.flag, self.limit)

    @property
    def sentence(self) -> str:
        """What the number says."""
        said = self.meaning.number.format(self.shown_value)
        return f"Channel {self.channel}: {said}" if self.channel else said


def limits_of(project: Project) -> dict[Flag, float]:
    """The limit of every flag in a project."""
    return limits_with(dict(project.quality_limits.values_list("flag", "limit")))


def numbers_of_image(image: Image, limits: dict[Flag, float]) -> list[FlagNumber]:
    """Every number of an image, in the order of the flags; empty before any was computed."""
    quality = ImageQuality.objects.select_related("twin").filter(pk=image.pk).first()
    if quality is None:
        return []
    names = {channel.index: channel.name for channel in image.channels.all()}
    return list(_numbers(quality, limits, names if len(names) > 1 else {}))


def flags_by_image(
    images: Sequence[Image], limits: dict[Flag, float]
) -> dict[UUID, list[FlagNumber]]:
    """The flags that are up, for many images in one query."""
    rows = ImageQuality.objects.select_related("twin").filter(image__in=[one.pk for one in images])
    return {row.pk: [one for one in _numbers(row, limits, {}) if one.is_up] for row in rows}


def is_flagged(flag: Flag, limits: dict[Flag, float]) -> Q:
    """The condition on images that a flag is up."""
    above = Q(**{f"quality__numbers__{flag.value}__value__gt": limits[flag]})
    if flag == Flag.DUPLICATE:
        return above & Q(quality__twin__isnull=False, quality__twin__deleted_at=None)
    return above


def exclusion_of(image: Image) -> Exclusion | None:
    """Why an image is left out of results; None when it is not."""
    return Exclusion.objects.select_related("excluded_by").filter(pk=image.pk).first()


def exclusions_in(dataset: Dataset) -> dict[UUID, Exclusion]:
    """The images of a dataset that are left out of results, with who and why."""
    rows = Exclusion.objects.select_related("excluded_by").filter(image__dataset=dataset)
    return {row.pk: row for row in rows}


def example_of(project: Project, flag: Flag, limits: dict[Flag, float]) -> Image | None:
    """The image of a project in which the flag is strongest; None when it is up nowhere."""
    images = Image.objects.filter(
        is_flagged(flag, limits),
        dataset__project=project,
        deleted_at=None,
        dataset__deleted_at=None,
    )
    return images.order_by(f"-quality__numbers__{flag.value}__value", "created_at").first()


def _numbers(
    quality: ImageQuality, limits: dict[Flag, float], names: dict[int, str]
) -> Iterable[FlagNumber]:
    for flag in Flag:
        found = quality.numbers.get(flag.value)
        if found is None:
            continue
        twin = quality.twin if flag == Flag.DUPLICATE else None
        if flag == Flag.DUPLICATE and (twin is None or twin.deleted_at is not None):
            continue
        yield FlagNumber(
            flag=flag,
            value=found["value"],
            limit=limits[flag],
            channel=names.get(found["channel"], ""),
            twin=twin,
        )
