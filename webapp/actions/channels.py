"""Correct what a file said about its channels: what they are called and what they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from webapp.actions.names import clean_name
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.events import tell_project
from webapp.imaging.roles import ROLE_TITLES, Role, roles_of_names
from webapp.models import Channel, Dataset, Image, User
from webapp.permissions import Action, require
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for
from webapp.states import Refused


def change_channels(
    image: Image, names: Sequence[str] | None, roles: Sequence[str] | None
) -> dict[str, Any]:
    """Set one name and one role for each channel; None leaves them. Return before and after.

    A new name that tells a role brings it along, unless another role was chosen with it. Called
    inside of the transaction of `change_metadata`.
    """
    channels = list(image.channels.all())
    names_before = [channel.name for channel in channels]
    roles_before = [str(channel.role) for channel in channels]
    names_after = list(names_before) if names is None else _names(names, len(channels))
    roles_after = list(roles_before) if roles is None else _roles(roles, len(channels))
    told = roles_of_names(names_after)
    for i, channel in enumerate(channels):
        if names_after[i] != names_before[i] and roles_after[i] == roles_before[i]:
            roles_after[i] = str(told[i] or roles_after[i])
        channel.name, channel.role = names_after[i], roles_after[i]
        channel.save(update_fields=["name", "role"])
    changes: dict[str, Any] = {}
    if names_before != names_after:
        changes["channel_names"] = [names_before, names_after]
    if roles_before != roles_after:
        changes["channel_roles"] = [roles_before, roles_after]
    return changes


@transaction.atomic
def change_channels_of_kind(
    *,
    actor: User,
    dataset_id: UUID,
    names: Sequence[str],
    new_names: Sequence[str],
    roles: Sequence[str],
) -> int:
    """Say once what channels are called and show, for all images whose channels have `names`.

    Returns how many images are changed. The log keeps what each of them had before.
    """
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.EDIT_METADATA, dataset.project)
    called, shown = _names(new_names, len(names)), _roles(roles, len(names))
    wanted = list(zip(called, shown, strict=True))
    before = {
        image: channels
        for image, channels in _locked_channels(dataset).items()
        if [name for name, _ in channels] == list(names) and channels != wanted
    }
    for index, (name, role) in enumerate(wanted):
        Channel.objects.filter(image__in=before, index=index).update(name=name, role=role)
    if before:
        record_event(
            actor,
            Verb.CHANNELS_CHANGED,
            dataset,
            project=dataset.project,
            channel_names=[list(names), called],
            channel_roles=shown,
            roles_before={str(pk): [role for _, role in old] for pk, old in before.items()},
        )
        tell_project(dataset.project_id, {"type": "images", "dataset": str(dataset.pk)})
    return len(before)


def _locked_channels(dataset: Dataset) -> dict[UUID, list[tuple[str, str]]]:
    """Names and roles of every image that is not in the trash, in the order of the channels."""
    images = images_of(dataset).order_by("pk").select_for_update(of=("self",))
    found: dict[UUID, list[tuple[str, str]]] = {
        pk: [] for pk in images.values_list("pk", flat=True)
    }
    rows = Channel.objects.filter(image__in=found).order_by("index")
    for image_id, name, role in rows.values_list("image_id", "name", "role"):
        found[image_id].append((name, str(role)))
    return found


def _names(names: Sequence[str], n_channels: int) -> list[str]:
    if len(names) != n_channels:
        raise Refused(f"This image has {n_channels} channels; give a name for each.")
    return [clean_name(name, "channel")[:100] for name in names]


def _roles(roles: Sequence[str], n_channels: int) -> list[str]:
    if len(roles) != n_channels:
        raise Refused(f"This image has {n_channels} channels; say for each what it shows.")
    for role in roles:
        if role not in ROLE_TITLES:
            allowed = ", ".join(Role)
            raise Refused(f"A channel cannot show {role!r}. Choose one of {allowed}.")
    return [str(role) for role in roles]
