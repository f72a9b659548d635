"""What the channels of a dataset show: said once for all images that have the same."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from webapp.actions.channels import change_channels_of_kind
from webapp.imaging.roles import ROLE_TITLES
from webapp.permissions import Action, require
from webapp.queries.channel_kinds import ChannelKind, channel_kinds
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for
from webapp.views.doors import page, person, refusal_shown

MOST_PICTURES = 4


@dataclass(frozen=True)
class ChannelShown:
    """One channel of a kind: its name, what is proposed, and how it is read now."""

    name: str
    role: str
    readings: str
    pictures: list[str]


@page("GET", "HEAD", "POST")
def dataset_channels(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Every kind of channels with how its images are read; posted, read all of a kind alike."""
    actor = person(request)
    found = dataset_for(actor, dataset_id)
    require(actor, Action.EDIT_METADATA, found.project)
    if request.method == "POST":
        with refusal_shown(request):
            n_images = change_channels_of_kind(
                actor=actor,
                dataset_id=dataset_id,
                names=request.POST.getlist("names"),
                new_names=request.POST.getlist("channel_names"),
                roles=request.POST.getlist("channel_roles"),
            )
            counted = "1 image is" if n_images == 1 else f"{n_images} images are"
            messages.success(request, f"{counted} read so now. The audit log keeps how before.")
        return redirect("dataset_channels", dataset_id)
    kinds = channel_kinds(images_of(found))
    return render(
        request,
        "dataset_channels.html",
        {
            "dataset": found,
            "project": found.project,
            "kinds": [(kind, _shown(kind)) for kind in kinds],
            "roles": ROLE_TITLES.items(),
        },
    )


def _shown(kind: ChannelKind) -> list[ChannelShown]:
    return [
        ChannelShown(name, role, _in_words(kind, index), _pictures(kind, index))
        for index, (name, role) in enumerate(zip(kind.names, kind.proposed, strict=True))
    ]


def _pictures(kind: ChannelKind, index: int) -> list[str]:
    """Where the channel can be seen in an image of each reading."""
    shown = kind.examples[:MOST_PICTURES]
    return [reverse("channel_picture", args=[image_id, index]) for image_id in shown]


def _in_words(kind: ChannelKind, index: int) -> str:
    """How often the channel is read as what: "nucleus in 10, other in 26"."""
    counts: dict[str, int] = {}
    for roles, n in kind.readings:
        title = str(ROLE_TITLES[roles[index]])  # type: ignore[index]
        counts[title] = counts.get(title, 0) + n
    if len(counts) == 1:
        return f"{next(iter(counts))} in all"
    ranked = sorted(counts.items(), key=lambda one: -one[1])
    return ", ".join(f"{title} in {n}" for title, n in ranked)
