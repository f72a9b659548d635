"""Finding images by name, tag, state, channel, well, flag, size and person."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from webapp.imaging.naming.wells import Well as Place
from webapp.imaging.quality.flags import MEANINGS, Flag
from webapp.models import Channel, Image, Tag
from webapp.queries.quality import is_flagged
from webapp.queries.search_words import Term, read_words
from webapp.states import ImageState, Refused

Limits = Mapping[Flag, float]
COMPARED = {"": "", "=": "", ">": "__gt", "<": "__lt", ">=": "__gte", "<=": "__lte"}
_NUMBER = re.compile(r"(>=|<=|>|<|=)?(\d{1,9})")


def find_images(images: QuerySet[Image], text: str, limits: Limits) -> QuerySet[Image]:
    """Those of `images` for which all conditions of a typed line hold.

    `limits` say from which number on a flag is up. Refused with a sentence for a condition that
    cannot be understood.
    """
    terms = read_words(text)
    if any(term.key == "size" for term in terms):
        images = images.alias(longer_side=Greatest("height", "width"))
    conditions = [_condition(term, limits) for term in terms]
    return images.filter(reduce(operator.and_, conditions)) if conditions else images


def _condition(term: Term, limits: Limits) -> Q:
    is_flag = term.key == "flag"
    found: Q = _flag(term.value, limits) if is_flag else CONDITIONS[term.key](term.value)
    return ~found if term.is_not else found


def _name(value: str) -> Q:
    return Q(name__icontains=value) | Q(file_name__icontains=value)


def _tag(value: str) -> Q:
    tags = Tag.objects.filter(name__iexact=value).values("pk")
    tagged = Image.tags.through.objects.filter(tag__in=tags)
    return Q(pk__in=tagged.values("image"))


def _state(value: str) -> Q:
    wanted = value.lower().replace("_", " ")
    for state in ImageState:
        if wanted in (state.value.replace("_", " "), state.label.lower()):
            return Q(state=state)
    known = ", ".join(state.value for state in ImageState)
    raise Refused(f"There is no state “{value}”. There is {known}.")


def _channel(value: str) -> Q:
    channels = Channel.objects.filter(Q(name__icontains=value) | Q(role__iexact=value))
    return Q(pk__in=channels.values("image"))


def _well(value: str) -> Q:
    try:
        place = Place.written(value)
    except ValueError as error:
        raise Refused(f"{error} Write well:B03.") from error
    return Q(well__row=place.row, well__column=place.column)


def _plate(value: str) -> Q:
    return Q(well__plate__name__iexact=value)


def _by(value: str) -> Q:
    return Q(created_by__name__icontains=value) | Q(created_by__email__icontains=value)


def _dataset(value: str) -> Q:
    return Q(dataset__name__icontains=value)


def _number(field: str, what: str) -> Callable[[str], Q]:
    def condition(value: str) -> Q:
        found = _NUMBER.fullmatch(value)
        if found is None:
            raise Refused(f"{what}: takes a number such as {what}:>100, not “{value}”.")
        return Q(**{f"{field}{COMPARED[found[1] or '']}": int(found[2])})

    return condition


def _is(value: str) -> Q:
    known = {"excluded": Q(exclusion__isnull=False), "copy": Q(copied_from__isnull=False)}
    if value.lower() not in known:
        raise Refused(f"There is no is:{value}. There is is:excluded and is:copy.")
    return known[value.lower()]


def _flag(value: str, limits: Limits) -> Q:
    wanted = value.lower().replace("_", " ")
    for flag in Flag:
        if wanted in (flag.value.replace("_", " "), MEANINGS[flag].title.lower()):
            return is_flagged(flag, dict(limits))
    known = ", ".join(flag.value for flag in Flag)
    raise Refused(f"There is no flag “{value}”. There is {known}.")


CONDITIONS: dict[str, Callable[[str], Any]] = {
    "": _name,
    "name": _name,
    "tag": _tag,
    "state": _state,
    "channel": _channel,
    "well": _well,
    "plate": _plate,
    "by": _by,
    "size": _number("longer_side", "size"),
    "cells": _number("n_cells", "cells"),
    "dataset": _dataset,
    "is": _is,
}
