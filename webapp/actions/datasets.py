"""Datasets: create and change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from webapp.actions.names import clean_name
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Dataset, User
from webapp.permissions import Action, require
from webapp.queries.projects import dataset_for, project_for


@transaction.atomic
def create_dataset(*, actor: User, project_id: UUID, name: str, description: str = "") -> Dataset:
    """An empty dataset."""
    project = project_for(actor, project_id)
    require(actor, Action.MANAGE_DATASETS, project)
    dataset = Dataset.objects.create(
        project=project, name=clean_name(name, "dataset"), description=description.strip()
    )
    record_event(actor, Verb.DATASET_CREATED, dataset, project=project, name=dataset.name)
    return dataset


@transaction.atomic
def change_dataset(
    *, actor: User, dataset_id: UUID, name: str | None = None, description: str | None = None
) -> Dataset:
    """Rename or describe; the log keeps before and after."""
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.MANAGE_DATASETS, dataset.project)
    changes: dict[str, Any] = {}
    if name is not None and clean_name(name, "dataset") != dataset.name:
        changes["name"] = [dataset.name, clean_name(name, "dataset")]
        dataset.name = changes["name"][1]
    if description is not None and description.strip() != dataset.description:
        changes["description"] = [dataset.description, description.strip()]
        dataset.description = description.strip()
    if changes:
        dataset.save(update_fields=list(changes))
        record_event(actor, Verb.DATASET_CHANGED, dataset, project=dataset.project, **changes)
    return dataset
