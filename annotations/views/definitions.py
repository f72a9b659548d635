"""The definitions page: what each column of a report's tables means."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from annotations.labels.definitions import (
    CLASS,
    CONFIDENCE,
    OBJECT_DEFINITIONS,
    ORIGIN,
    STATE,
    channel_definitions,
)
from webapp.views.doors import page


@page()
def definitions(request: HttpRequest) -> HttpResponse:
    """Every measured column with its unit; those of channel 1 stand for all channels."""
    label, *shapes = OBJECT_DEFINITIONS
    return render(
        request,
        "annotations/definitions.html",
        {
            "groups": [
                ("The cell", [label, CLASS, STATE, ORIGIN, CONFIDENCE]),
                ("Size, place and shape", shapes),
                ("Intensity, for each channel", channel_definitions(1, "its name")),
            ]
        },
    )
