"""The picture of a light: of an image in the run form, and of a run that used it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from segmentation.engine.preprocessing.flat_field import SharedLight
from segmentation.queries.illumination import illumination_for, light_of_image
from segmentation.queries.light_picture import picture_of
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.states import Refused
from webapp.views.doors import page, person


@page()
def image_light(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """A PNG of the light that a run of now would use, or 400 with the reason why there is none."""
    image = image_for(person(request), image_id)
    require(person(request), Action.RUN, image.dataset.project)
    try:
        light, _ = light_of_image(image)
    except Refused as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    return _picture(request, light)


@page()
def illumination_picture(request: HttpRequest, illumination_id: UUID) -> HttpResponse:
    """A PNG of the light that a run used."""
    found = illumination_for(person(request), illumination_id)
    if found.light is None:
        raise Http404("Nothing is here for you.")
    return _picture(request, SharedLight.from_json(found.light))


def _picture(request: HttpRequest, light: SharedLight) -> HttpResponse:
    asked = request.GET.get("channel", "")
    channel = int(asked) if asked.isdigit() else 0
    if channel >= len(light.fields):
        raise Http404("Nothing is here for you.")
    answer = HttpResponse(picture_of(light.fields[channel]), content_type="image/png")
    answer["Cache-Control"] = "private, no-store"
    return answer
