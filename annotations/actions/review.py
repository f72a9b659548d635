"""Submit, approve, send back, reopen."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from annotations.actions.edit_log import check_current
from annotations.actions.head import n_cells_of, open_head
from annotations.models import Annotation, Approval, Review
from annotations.models.review import Verdict
from annotations.queries.annotations import OWN_WORK, annotation_for
from annotations.states import check_move
from webapp import events
from webapp.actions.images import tell_image
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import User
from webapp.permissions import Action, require
from webapp.states import Conflict, ImageState, Refused


@transaction.atomic
def submit_for_review(*, actor: User, annotation_id: UUID) -> Annotation:
    """Freeze the current version and put the image into the review queue."""
    annotation = annotation_for(actor, annotation_id, is_locked=True)
    require(actor, Action.EDIT_LABELS, annotation.project)
    check_current(annotation)
    annotation.move_to(ImageState.IN_REVIEW)
    annotation.submitted_by, annotation.submitted_at = actor, timezone.now()
    annotation.save(update_fields=["submitted_by", "submitted_at"])
    _note(actor, annotation, Verdict.SUBMITTED, Verb.ANNOTATION_SUBMITTED)
    return annotation


@transaction.atomic
def approve(*, actor: User, annotation_id: UUID, version: int) -> Approval:
    """Vouch for a version: pins its number and digest, and makes it read-only for everyone.

    The author of the last edit cannot approve it. Conflict when another version is there by now.
    """
    annotation = annotation_for(actor, annotation_id, is_locked=True)
    require(actor, Action.REVIEW, annotation.project)
    check_move(annotation.state, ImageState.APPROVED)
    if annotation.last_edit_by_id == actor.pk:
        raise PermissionDenied(OWN_WORK)
    if version != annotation.version:
        raise Conflict(
            f"You looked at version {version}, but it is at version {annotation.version} now. "
            "Look at it again."
        )
    head = open_head(annotation)
    approval = Approval.objects.create(
        annotation=annotation,
        version=version,
        digest=head.digest(),
        edit_head=annotation.edit_head,
        approved_by=actor,
        approved_at=timezone.now(),
    )
    annotation.move_to(ImageState.APPROVED)
    annotation.image.n_cells = n_cells_of(head)
    annotation.image.save(update_fields=["n_cells"])
    _note(
        actor,
        annotation,
        Verdict.APPROVED,
        Verb.ANNOTATION_APPROVED,
        digest=approval.digest,
        edit_head=annotation.edit_head,
    )
    return approval


@transaction.atomic
def send_back(*, actor: User, annotation_id: UUID, comment: str) -> Annotation:
    """Ask for changes, with a comment that says which."""
    annotation = annotation_for(actor, annotation_id, is_locked=True)
    require(actor, Action.REVIEW, annotation.project)
    annotation.move_to(ImageState.SENT_BACK)
    if not comment.strip():
        raise Refused("Say what should be changed.")
    _note(actor, annotation, Verdict.SENT_BACK, Verb.ANNOTATION_SENT_BACK, comment=comment.strip())
    return annotation


@transaction.atomic
def reopen(*, actor: User, annotation_id: UUID, reason: str) -> Annotation:
    """Make an approved annotation editable again; the approval stays in the log, revoked."""
    annotation = annotation_for(actor, annotation_id, is_locked=True)
    require(actor, Action.REOPEN, annotation.project)
    if annotation.state != ImageState.APPROVED:
        raise Conflict("Only an approved image can be reopened.")
    annotation.move_to(ImageState.CORRECTED)
    if not reason.strip():
        raise Refused("Say why it is reopened.")
    annotation.approvals.filter(revoked_at=None).update(revoked_at=timezone.now())
    _note(actor, annotation, Verdict.REOPENED, Verb.ANNOTATION_REOPENED, comment=reason.strip())
    return annotation


def _note(actor: User, annotation: Annotation, verdict: Verdict, verb: Verb, **detail: str) -> None:
    """The step, its milestone, and word to everybody who looks."""
    Review.objects.create(
        annotation=annotation,
        verdict=verdict,
        version=annotation.version,
        comment=detail.get("comment", ""),
        author=actor,
    )
    record_event(
        actor,
        verb,
        annotation.image,
        project=annotation.project,
        annotation=annotation.pk,
        version=annotation.version,
        **detail,
    )
    events.tell_annotation(
        annotation.pk,
        {"type": "state", "state": annotation.state, "version": annotation.version},
    )
    tell_image(annotation.image)
