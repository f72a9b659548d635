"""Every milestone that is written to the audit log, in the words the log keeps."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """`<subject>.<what happened>`; `words` is what the audit page says."""

    LAB_FOUNDED = "lab.founded"
    PROJECT_CREATED = "project.created"
    PROJECT_CHANGED = "project.changed"
    PROJECT_DELETED = "project.deleted"
    PROJECT_RESTORED = "project.restored"
    PROJECT_ERASED = "project.erased"
    QUOTA_CHANGED = "project.quota_changed"
    MEMBER_INVITED = "member.invited"
    MEMBER_JOINED = "member.joined"
    MEMBER_ROLE_CHANGED = "member.role_changed"
    MEMBER_REMOVED = "member.removed"
    INVITATION_REVOKED = "invitation.revoked"
    DATASET_CREATED = "dataset.created"
    DATASET_CHANGED = "dataset.changed"
    DATASET_DELETED = "dataset.deleted"
    DATASET_RESTORED = "dataset.restored"
    DATASET_ERASED = "dataset.erased"
    WELLS_ASSIGNED = "dataset.wells_assigned"
    PLATE_MAP_CHANGED = "dataset.plate_map_changed"
    UPLOAD_FAILED = "upload.failed"
    AXES_ANSWERED = "upload.axes_answered"
    AXES_FORGOTTEN = "dataset.axes_forgotten"
    IMAGES_GROUPED = "dataset.images_grouped"
    IMAGE_ADDED = "image.added"
    IMAGE_METADATA_CHANGED = "image.metadata_changed"
    CHANNELS_CHANGED = "dataset.channels_changed"
    IMAGE_DELETED = "image.deleted"
    IMAGE_RESTORED = "image.restored"
    IMAGE_ERASED = "image.erased"
    IMAGES_TAGGED = "images.tagged"
    IMAGES_MOVED = "images.moved"
    IMAGE_COPIED = "image.copied"
    IMAGE_EXCLUDED = "image.excluded"
    IMAGE_INCLUDED = "image.included"
    QUALITY_LIMITS_CHANGED = "quality.limits_changed"
    SETUP_RECOGNIZED = "setup.recognized"
    SETUP_CREATED = "setup.created"
    SETUP_CHANGED = "setup.changed"
    SETUP_REMOVED = "setup.removed"
    SETUP_ASSIGNED = "setup.given_to_images"
    RUN_REQUESTED = "run.requested"
    RUN_CANCELLED = "run.cancelled"
    RUN_RETRIED = "run.retried"
    RUN_FINISHED = "run.finished"
    MASKS_IMPORTED = "image.masks_imported"
    SEGMENTATION_ADOPTED = "annotation.started"
    ANNOTATION_SUBMITTED = "annotation.submitted"
    ANNOTATION_APPROVED = "annotation.approved"
    ANNOTATION_SENT_BACK = "annotation.sent_back"
    ANNOTATION_REOPENED = "annotation.reopened"
    REPORT_REQUESTED = "report.requested"
    REPORT_FINISHED = "report.finished"
    CLASS_CREATED = "cell_class.created"
    CLASS_CHANGED = "cell_class.changed"
    CLASS_REMOVED = "cell_class.removed"
    TOKEN_CREATED = "token.created"  # noqa: S105
    TOKEN_REVOKED = "token.revoked"  # noqa: S105

    @property
    def words(self) -> str:
        """The words of the audit page, from the verb itself."""
        return self.value.replace(".", " ").replace("_", " ").capitalize()
