"""Correct what a file said about its channels: what they are called and what they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from webapp.actions.names import clean_name
from webapp.imaging.roles import ROLE_TITLES, Role, roles_of_names
from webapp.models import Image
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
