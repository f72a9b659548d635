"""Annotations and what the actor may do with them, always for somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from annotations.models import Annotation, Approval, Review
from annotations.queries.classes import describe_classes
from annotations.states import EDITABLE, LEGAL_MOVES, SENTENCES
from webapp.models import Image, Project, User
from webapp.permissions import LEAST_ROLE, RANK, Action, require, role_allows, role_of
from webapp.states import ImageState

OWN_WORK = "You made the last change, so somebody else approves it."
VERBS = ("edit", "submit", "approve", "send_back", "reopen")
ACTION_OF_VERB = {
    "edit": Action.EDIT_LABELS,
    "submit": Action.EDIT_LABELS,
    "approve": Action.REVIEW,
    "send_back": Action.REVIEW,
    "reopen": Action.REOPEN,
}
TARGET_OF_VERB = {
    "submit": ImageState.IN_REVIEW,
    "approve": ImageState.APPROVED,
    "send_back": ImageState.SENT_BACK,
    "reopen": ImageState.CORRECTED,
}


def annotation_for(
    actor: User, annotation_id: UUID, *, action: Action = Action.SEE, is_locked: bool = False
) -> Annotation:
    """One annotation with which the actor may do this; Http404 for a stranger."""
    rows = Annotation.objects.select_related("image__dataset__project", "base")
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    annotation = rows.filter(
        pk=annotation_id, image__deleted_at=None, image__dataset__deleted_at=None
    ).first()
    if annotation is None:
        raise Http404("Nothing is here for you.")
    require(actor, action, annotation.project)
    return annotation


def current_annotation_of(image: Image) -> Annotation | None:
    """The annotation that people work on now."""
    return Annotation.objects.select_related("base").filter(image=image, is_current=True).first()


def may_be_replaced(annotation: Annotation, by_import: bool) -> bool:
    """Whether masks that come may take the place of an annotation: nobody has touched it.

    Imported masks only give way to others that a person imports, never to those of a model.
    """
    is_untouched = annotation.version == 0 and annotation.state == ImageState.SEGMENTED
    has_import = annotation.base is not None and annotation.base.is_imported
    return is_untouched and (by_import or not has_import)


def reasons_against(actor: User, annotation: Annotation) -> dict[str, str]:
    """Why the actor cannot do each verb now; a verb that is missing can be done."""
    role = role_of(actor, annotation.project)
    state = ImageState(annotation.state)
    reasons: dict[str, str] = {}
    for verb in VERBS:
        if not role_allows(role, ACTION_OF_VERB[verb]):
            least = LEAST_ROLE[ACTION_OF_VERB[verb]].label.lower()
            reasons[verb] = f"This needs the role {least}."
        elif verb == "edit" and state not in EDITABLE:
            reasons[verb] = SENTENCES[state]
        elif verb == "reopen" and state != ImageState.APPROVED:
            reasons[verb] = "Only an approved image can be reopened."
        elif verb != "edit" and TARGET_OF_VERB[verb] not in LEGAL_MOVES[state]:
            reasons[verb] = SENTENCES[state]
        elif verb == "approve" and annotation.last_edit_by_id == actor.pk:
            reasons[verb] = OWN_WORK
    return reasons


def standing_approval(annotation: Annotation) -> Approval | None:
    """The approval that holds now."""
    return annotation.approvals.filter(revoked_at=None).select_related("approved_by").last()


def waiting_for_review(actor: User) -> QuerySet[Annotation]:
    """Submitted annotations in projects where the actor reviews, oldest first."""
    return (
        _in_projects_with(actor, Action.REVIEW)
        .filter(state=ImageState.IN_REVIEW)
        .order_by("submitted_at")
    )


def waiting_for_correction(actor: User) -> QuerySet[Annotation]:
    """Annotations to correct or sent back, in projects where the actor edits."""
    todo = (ImageState.SENT_BACK, ImageState.SEGMENTED, ImageState.CORRECTED)
    return _in_projects_with(actor, Action.EDIT_LABELS).filter(state__in=todo)


def reviews_of(annotation: Annotation) -> QuerySet[Review]:
    """The steps of its review, in order."""
    return annotation.reviews.select_related("author")


def describe_annotation(actor: User, annotation: Annotation) -> dict[str, Any]:
    """What the viewer and the API say about an annotation."""
    reasons = reasons_against(actor, annotation)
    base = annotation.base
    root = f"/api/annotations/{annotation.pk}"
    approval = standing_approval(annotation)
    return {
        "id": str(annotation.pk),
        "image": str(annotation.image_id),
        "state": annotation.state,
        "version": annotation.version,
        "levels": annotation.image.levels,
        "tile_url": (
            f"{root}/base/{base.digest[:16]}/{{level}}/{{t}}/{{z}}/{{row}}/{{col}}"
            if base
            else None
        ),
        "base": (
            {
                "segmentation": str(base.pk),
                "method": base.method,
                "weights": base.manifest.get("weights", {}),
                "created_at": base.created_at.isoformat(),
                "n_objects": base.n_objects,
                "digest": base.digest,
                "warnings": base.warnings,
            }
            if base
            else None
        ),
        "can": {verb: verb not in reasons for verb in VERBS},
        "reasons": reasons,
        "comments": [
            {
                "author": str(review.author),
                "verdict": review.verdict,
                "version": review.version,
                "text": review.comment,
                "created_at": review.created_at.isoformat(),
            }
            for review in reviews_of(annotation)
        ],
        "approval": (
            {
                "version": approval.version,
                "digest": approval.digest,
                "by": str(approval.approved_by),
                "at": approval.approved_at.isoformat(),
            }
            if approval
            else None
        ),
        "classes": describe_classes(annotation.project),
        "me": {"id": str(actor.pk), "name": str(actor), "color": actor.color},
        "edits_url": f"{root}/edits",
        "labels_url": f"{root}/labels",
        "objects_url": f"{root}/objects",
        "socket_url": f"/ws/annotations/{annotation.pk}",
    }


def _in_projects_with(actor: User, action: Action) -> QuerySet[Annotation]:
    roles = [role for role, rank in RANK.items() if rank >= RANK[LEAST_ROLE[action]]]
    projects = Project.objects.filter(
        deleted_at=None, memberships__user=actor, memberships__role__in=roles
    )
    return Annotation.objects.select_related("image__dataset__project", "submitted_by").filter(
        is_current=True,
        image__deleted_at=None,
        image__dataset__deleted_at=None,
        image__dataset__project__in=projects,
    )
