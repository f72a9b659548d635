"""Which images a form of the dataset page is about: those that are ticked, or all that fit."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from webapp.models import Dataset
from webapp.queries.fitting import ids_that_fit
from webapp.views.doors import posted_id

ALL = "all"


def chosen_ids(request: HttpRequest, dataset: Dataset) -> list[UUID]:
    """The images of the form; with `all` those of every page of the filter that it names.

    Http404 for what is no id, Refused for a filter that cannot be understood.
    """
    if ALL in request.POST:
        return ids_that_fit(dataset, request.POST[ALL])
    return [posted_id(one) for one in request.POST.getlist("images")]
