"""Ask the worker for clicks what a person means."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from webapp.models import User
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.queue import NoAnswer, ask_and_wait
from webapp.states import Refused

TASK = "segmentation.answer_prompt"


class Silent(Refused):
    """The worker for clicks does not answer."""

    code = "no_answer"
    status = 503


def ask(actor: User, image_id: UUID, question: dict[str, Any]) -> dict[str, Any]:
    """Return the cells that the points, the stroke or the box mean; see `answer_prompt`.

    Raises `Http404`, `PermissionDenied`, and `Refused` with a sentence.
    """
    image = image_for(actor, image_id)
    require(actor, Action.EDIT_LABELS, image.dataset.project)
    if question["t"] >= image.n_frames or question["z"] >= image.n_slices:
        raise Refused(f"This image has {image.n_frames} frames and {image.n_slices} slices.")
    looks = [question["look"]] if question["look"] else []
    for y, x in [*question["added"], *question["removed"], *question["scribble"], *looks]:
        if not (0 <= y < image.height and 0 <= x < image.width):
            raise Refused("The click lies outside of the image.")
    if question["box"]:
        y0, x0, y1, x1 = question["box"]
        if not (0 <= y0 < y1 <= image.height and 0 <= x0 < x1 <= image.width):
            raise Refused("The box must lie inside of the image, and end after it begins.")
    try:
        answer: dict[str, Any] = ask_and_wait(
            TASK,
            str(image.pk),
            question,
            queue="prompts",
            patience_s=settings.PROMPT_PATIENCE_S,
        )
    except NoAnswer as error:
        sentence = "The helper that answers clicks is busy or not running. Try again in a moment."
        raise Silent(sentence) from error
    if "refused" in answer:
        raise Refused(str(answer["refused"]))
    return answer
