"""Which images of a dataset fit what its page was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from webapp.imaging.quality.flags import MEANINGS, Flag
from webapp.models import Dataset, Image
from webapp.queries.finding import find_images
from webapp.queries.images import images_of
from webapp.queries.quality import is_flagged, limits_of
from webapp.states import ImageState

VIEWS = ("grid", "table")

# What a person should look at: the word in the address, the words on the page, the condition.
Looks = dict[str, tuple[str, Q]]
LOOKS: Looks = {
    "axes": ("Axes read by guess", Q(axes_are_ambiguous=True)),
    "no_cells": ("No cells found", Q(n_cells=0) & ~Q(state=ImageState.UPLOADED)),
    "no_scale": ("Pixel size not known", Q(pixel_size_y_um=None)),
    "notes": ("Read with a note", ~Q(notes=[])),
    "left_out": ("Left out of results", Q(exclusion__isnull=False)),
}


@dataclass(frozen=True)
class Shown:
    """Which images the page was asked for."""

    state: str
    look: str
    words: str
    tag: str
    view: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Shown:
        """From the address; what is not known is ignored."""
        state, look, view = (query.get(name, "") for name in ("state", "look", "view"))
        return cls(
            state=state if state in ImageState.values else "",
            look=look if look in {*LOOKS, *Flag} else "",
            words=query.get("q", "").strip(),
            tag=query.get("tag", "").replace("\0", ""),
            view=view if view in VIEWS else VIEWS[0],
        )

    @property
    def is_filtered(self) -> bool:
        """Is anything left out?"""
        return bool(self.state or self.look or self.words or self.tag)

    @property
    def query(self) -> str:
        """The words of the address that say which images fit."""
        query = QueryDict(mutable=True)
        for name, value in (
            ("state", self.state),
            ("look", self.look),
            ("q", self.words),
            ("tag", self.tag),
        ):
            if value:
                query[name] = value
        return query.urlencode()

    def pick(
        self, images: QuerySet[Image], looks: Looks, limits: dict[Flag, float]
    ) -> QuerySet[Image]:
        """The images that fit; Refused for words that cannot be understood."""
        if self.state:
            images = images.filter(state=self.state)
        if self.look:
            images = images.filter(looks[self.look][1])
        if self.tag:
            images = images.filter(tags__name__iexact=self.tag)
        return find_images(images, self.words, limits)


def looks_with(limits: dict[Flag, float]) -> Looks:
    """Everything that an image can need a look for, the flags of a project among it."""
    flags = {flag.value: (MEANINGS[flag].title, is_flagged(flag, limits)) for flag in Flag}
    return LOOKS | flags


def ids_that_fit(dataset: Dataset, query: str) -> list[UUID]:
    """The images of a dataset that fit `Shown.query`, on whatever page of it they are."""
    limits = limits_of(dataset.project)
    shown = Shown.of(QueryDict(query).dict())
    images = shown.pick(images_of(dataset), looks_with(limits), limits)
    return list(images.values_list("pk", flat=True))
