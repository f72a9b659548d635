"""Recompute every hash chain of one project."""

from __future__ import annotations

from typing import Any

from annotations.models import Annotation, Edit
from annotations.queries.edits import check_edits
from webapp.audit.log import check_chain
from webapp.models import AuditEvent, Project
from webapp.queries.audit import head_of


def check_project(project: Project) -> dict[str, Any]:
    """What was checked and what is broken, one sentence for each chain that does not hold."""
    annotations = list(
        Annotation.objects.filter(image__dataset__project=project).select_related("image")
    )
    broken = []
    if found := check_chain(str(project.pk)):
        broken.append(f"Audit log, row {found.place}: {found.reason}.")
    for annotation in annotations:
        if found := check_edits(annotation):
            broken.append(f"Edits of {annotation}, row {found.place}: {found.reason}.")
    ids = [annotation.pk for annotation in annotations]
    return {
        "holds": not broken,
        "head": head_of(project),
        "n_events": AuditEvent.objects.filter(scope=str(project.pk)).count(),
        "n_annotations": len(annotations),
        "n_edits": Edit.objects.filter(annotation_id__in=ids).count(),
        "broken": broken,
    }
