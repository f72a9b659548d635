"""Who may do what: one table, one question. An outsider is told that nothing is there."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from webapp.models import Membership, Project, Role, User


class Action(StrEnum):
    """Everything a person can do in a project."""

    SEE = "see"
    DOWNLOAD = "download"
    UPLOAD = "upload"
    EDIT_METADATA = "edit_metadata"
    RUN = "run"
    EDIT_LABELS = "edit_labels"
    REVIEW = "review"
    REOPEN = "reopen"
    REPORT = "report"
    MANAGE_DATASETS = "manage_datasets"
    MANAGE_CLASSES = "manage_classes"
    MANAGE_QUALITY = "manage_quality"
    EXCLUDE_IMAGES = "exclude_images"
    DELETE_IMAGES = "delete_images"
    ERASE = "erase"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_PROJECT = "manage_project"


LEAST_ROLE: dict[Action, Role] = {
    Action.SEE: Role.VIEWER,
    Action.DOWNLOAD: Role.VIEWER,
    Action.REPORT: Role.VIEWER,
    Action.UPLOAD: Role.ANNOTATOR,
    Action.RUN: Role.ANNOTATOR,
    Action.EDIT_LABELS: Role.ANNOTATOR,
    Action.EDIT_METADATA: Role.ANNOTATOR,
    Action.REVIEW: Role.REVIEWER,
    Action.REOPEN: Role.REVIEWER,
    Action.MANAGE_DATASETS: Role.MANAGER,
    Action.MANAGE_CLASSES: Role.MANAGER,
    Action.MANAGE_QUALITY: Role.MANAGER,
    Action.EXCLUDE_IMAGES: Role.REVIEWER,
    Action.DELETE_IMAGES: Role.MANAGER,
    Action.ERASE: Role.OWNER,
    Action.MANAGE_PEOPLE: Role.MANAGER,
    Action.MANAGE_PROJECT: Role.OWNER,
}

RANK: dict[str, int] = {role.value: rank for rank, role in enumerate(Role)}


def role_of(actor: User | Any, project: Project) -> Role | None:
    """The role in a project; None for an outsider, a deactivated account, another's token."""
    if not getattr(actor, "is_authenticated", False) or not actor.is_active:
        return None
    if actor.only_project_id not in (None, project.pk):
        return None
    membership = (
        Membership.objects.filter(project=project, user=actor, project__deleted_at=None)
        .only("role")
        .first()
    )
    return Role(membership.role) if membership else None


def role_allows(role: Role | str | None, action: Action) -> bool:
    """Does this role reach the least role of the action?"""
    return role is not None and RANK[str(role)] >= RANK[LEAST_ROLE[action]]


def may(actor: User | Any, action: Action, project: Project) -> bool:
    """True when the actor's role reaches the action."""
    return role_allows(role_of(actor, project), action)


def require(actor: User | Any, action: Action, project: Project) -> Role:
    """Return the actor's role, or raise Http404 for an outsider, PermissionDenied for a member."""
    role = role_of(actor, project)
    if role is None:
        raise Http404("Nothing is here for you.")
    if not role_allows(role, action):
        least = LEAST_ROLE[action].label.lower()
        raise PermissionDenied(
            f"You are {_article(role)} {role.label.lower()} here; this needs {_article(least)} "
            f"{least}. Ask a manager of the project for that role."
        )
    return role


def _article(word: str) -> str:
    return "an" if word[0].lower() in "aeiou" else "a"
