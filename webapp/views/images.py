"""Everything that is known about one image, and correcting what its file said."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions.images import change_metadata
from webapp.actions.trash import delete_image
from webapp.imaging.axes import words_of
from webapp.imaging.roles import ROLE_TITLES
from webapp.permissions import Action, role_allows, role_of
from webapp.queries.images import image_for
from webapp.queries.panels import image_panels
from webapp.queries.quality import exclusion_of, limits_of, numbers_of_image
from webapp.queries.tags import tags_of
from webapp.views.doors import page, person, posted_number, refusal_shown, text


@page("GET", "POST")
def image_details(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """Show the metadata; posted, correct it."""
    actor = person(request)
    image = image_for(actor, image_id)
    if request.method == "POST":
        with refusal_shown(request):
            change_metadata(
                actor=actor,
                image_id=image_id,
                name=text(request, "name"),
                channel_names=request.POST.getlist("channel_names"),
                channel_roles=request.POST.getlist("channel_roles") or None,
                pixel_size_y_um=posted_number(request, "pixel_size_y_um", "pixel height"),
                pixel_size_x_um=posted_number(request, "pixel_size_x_um", "pixel width"),
                slice_step_um=posted_number(request, "slice_step_um", "slice step"),
                frame_interval_s=posted_number(request, "frame_interval_s", "time step"),
            )
            messages.success(request, "Saved. The audit log keeps what was there before.")
        return redirect("image_details", image_id)
    role = role_of(actor, image.dataset.project)
    return render(
        request,
        "image_details.html",
        {
            "image": image,
            "dataset": image.dataset,
            "project": image.dataset.project,
            "channels": image.channels.all(),
            "parts": image.parts.select_related("blob"),
            "axes_said": words_of(image.axes_said) if image.axes_said else "",
            "roles": ROLE_TITLES.items(),
            "panels": image_panels(actor, image),
            "setups": image.dataset.project.setups.all(),
            "quality": numbers_of_image(image, limits_of(image.dataset.project)),
            "exclusion": exclusion_of(image),
            "may_exclude": role_allows(role, Action.EXCLUDE_IMAGES),
            "project_tags": tags_of(image.dataset.project),
            "may_edit": role_allows(role, Action.EDIT_METADATA),
            "may_delete": role_allows(role, Action.DELETE_IMAGES),
        },
    )


@page("POST")
def image_delete(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """Into the trash, and back to the dataset."""
    image = delete_image(actor=person(request), image_id=image_id)
    messages.success(request, f"{image.name} is in the trash now. A manager can restore it.")
    return redirect("dataset", image.dataset_id)
