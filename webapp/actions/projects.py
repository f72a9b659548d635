"""Projects: create, change, throw away, bring back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from webapp.actions.names import clean_name
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Membership, Project, Role, User
from webapp.permissions import Action, require
from webapp.queries.projects import project_for


@transaction.atomic
def create_project(
    *, actor: User, name: str, description: str = "", is_demo: bool = False
) -> Project:
    """A new project, owned by whoever makes it."""
    project = Project.objects.create(
        name=clean_name(name, "project"), description=description.strip(), is_demo=is_demo
    )
    Membership.objects.create(project=project, user=actor, role=Role.OWNER)
    record_event(actor, Verb.PROJECT_CREATED, project, project=project, name=project.name)
    return project


@transaction.atomic
def change_project(
    *, actor: User, project_id: UUID, name: str | None = None, description: str | None = None
) -> Project:
    """Rename or describe; the log keeps before and after."""
    project = project_for(actor, project_id)
    require(actor, Action.MANAGE_PROJECT, project)
    changes: dict[str, Any] = {}
    if name is not None and clean_name(name, "project") != project.name:
        changes["name"] = [project.name, clean_name(name, "project")]
        project.name = changes["name"][1]
    if description is not None and description.strip() != project.description:
        changes["description"] = [project.description, description.strip()]
        project.description = description.strip()
    if changes:
        project.save(update_fields=list(changes))
        record_event(actor, Verb.PROJECT_CHANGED, project, project=project, **changes)
    return project


@transaction.atomic
def delete_project(*, actor: User, project_id: UUID) -> Project:
    """Into the trash for 30 days: nobody sees it, an owner brings it back."""
    project = project_for(actor, project_id)
    require(actor, Action.MANAGE_PROJECT, project)
    record_event(actor, Verb.PROJECT_DELETED, project, project=project)
    project.deleted_at, project.deleted_by = timezone.now(), actor
    project.save(update_fields=["deleted_at", "deleted_by"])
    return project


@transaction.atomic
def restore_project(*, actor: User, project_id: UUID) -> Project:
    """Out of the trash again, by an owner of the project."""
    owned = Project.objects.filter(memberships__user=actor, memberships__role=Role.OWNER)
    if actor.only_project_id not in (None, project_id):
        owned = owned.none()
    project = owned.select_for_update(of=("self",)).filter(pk=project_id).first()
    if project is None:
        raise Http404("Nothing is here for you.")
    project.deleted_at = project.deleted_by = None
    project.save(update_fields=["deleted_at", "deleted_by"])
    record_event(actor, Verb.PROJECT_RESTORED, project, project=project)
    return project
