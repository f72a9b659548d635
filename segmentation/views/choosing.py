"""What the run form offers, and what was chosen in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from segmentation.engine.methods.protocol import MethodInfo, Parameter
from segmentation.engine.preprocessing.settings import PARAMETERS, PREPROCESSING
from segmentation.engine.registry import methods
from segmentation.queries.parameters import CHANNELS, method_for
from segmentation.queries.runs import estimate_s
from webapp.models import Channel, Dataset, Image
from webapp.queries.images import images_of
from webapp.states import Refused


@dataclass(frozen=True)
class MethodChoice:
    """A method as its card shows it; `seconds_by_weights` where it has weights to choose from."""

    info: MethodInfo
    seconds: float
    is_chosen: bool
    seconds_by_weights: Mapping[str, float]


@dataclass(frozen=True)
class ChannelChoice:
    """A channel number and what it is called in these images."""

    index: int
    name: str
    color: str


def session_key(dataset_id: UUID) -> str:
    """Where the selection of the dataset page waits for the run page."""
    return f"chosen:{dataset_id}"


def chosen_images(request: HttpRequest, dataset: Dataset) -> QuerySet[Image]:
    """The images of the form: those that were selected before, else all of the dataset."""
    images = images_of(dataset)
    selected = request.session.get(session_key(dataset.pk))
    if request.GET.get("chosen") and selected:
        images = images.filter(pk__in=selected)
    return images


def offered_methods(images: QuerySet[Image]) -> list[MethodChoice]:
    """Every method with its time on these images; the first that can run is chosen."""
    offered: list[MethodChoice] = []
    has_choice = False
    for info in methods():
        is_chosen = not has_choice and info.is_available
        has_choice = has_choice or is_chosen
        by_weights = {
            choice.value: estimate_s(info, images, choice.value) for choice in info.weights
        }
        seconds = estimate_s(info, images, info.default_weights)
        offered.append(MethodChoice(info, seconds, is_chosen, by_weights))
    return offered


def channels_in(images: QuerySet[Image]) -> list[ChannelChoice]:
    """The channel numbers that occur, each with its first name and color."""
    rows = Channel.objects.filter(image__in=images.order_by().values("pk")).order_by(
        "index", "name"
    )
    named: dict[int, list[Channel]] = {}
    for channel in rows.distinct("index", "name"):
        named.setdefault(channel.index, []).append(channel)
    return [
        ChannelChoice(index, " / ".join(one.name for one in channels[:3]), channels[0].color)
        for index, channels in sorted(named.items())
    ]


def posted_parameters(posted: QueryDict) -> tuple[str, dict[str, Any]]:
    """The method and its parameters as the form sent them; what was left empty is left out."""
    name = posted.get("method", "")
    info = method_for(name)
    parameters: dict[str, Any] = {}
    for parameter in info.parameters:
        value = _value(parameter, posted, f"{name}.{parameter.name}")
        if value is not None:
            parameters[parameter.name] = value
    before = asked_steps(posted)
    if before:
        parameters[PREPROCESSING] = before
    channels = [int(index) for index in posted.getlist(CHANNELS) if index.isdigit()]
    if channels:
        parameters[CHANNELS] = channels
    return name, parameters


def asked_steps(asked: Mapping[str, str]) -> dict[str, Any]:
    """What the form asks to do to the pixels before; Refused for what is no number."""
    found = {one.name: _value(one, asked, f"before.{one.name}") for one in PARAMETERS}
    return {name: value for name, value in found.items() if value is not None}


def _value(parameter: Parameter, posted: Mapping[str, str], field: str) -> Any:
    given = posted.get(field, "").strip()
    if parameter.kind == "bool":
        return given == "on"
    if not given:
        return None
    if parameter.kind == "choice":
        return given
    try:
        number = float(given.replace(",", "."))
    except ValueError:
        raise Refused(f"{parameter.title}: {given!r} is not a number.") from None
    return int(number) if number.is_integer() else number
