"""The picture of an image before and after the steps that a run form asks for."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from segmentation.engine.errors import InvalidParameters
from segmentation.engine.preprocessing.settings import Preprocessing, preprocessing_of
from segmentation.queries.prepared import Spot, before_and_after
from segmentation.views.choosing import asked_steps
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.states import Refused
from webapp.views.doors import page, person


@page()
def prepared_picture(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """A PNG, or 400 with the sentence that says what does not fit."""
    image = image_for(person(request), image_id)
    require(person(request), Action.RUN, image.dataset.project)
    asked = request.GET
    try:
        wanted = preprocessing_of(asked_steps(asked)) or Preprocessing()
        spot = Spot(_share(asked.get("y", "")), _share(asked.get("x", "")))
        channel = int(asked["channel"]) if asked.get("channel", "").isdigit() else 0
        picture = before_and_after(image, wanted, channel, spot)
    except (InvalidParameters, Refused) as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    except IndexError:
        raise Http404("Nothing is here for you.") from None
    answer = HttpResponse(picture, content_type="image/png")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _share(text: str) -> float:
    """A share from 0 to 1; the middle for anything else."""
    try:
        value = float(text)
    except ValueError:
        return 0.5
    return value if 0 <= value <= 1 else 0.5
