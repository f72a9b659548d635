"""What an upload and an image can be, and which change is legal."""

from __future__ import annotations

from typing import Any

from django.db import models


class UploadState(models.TextChoices):
    """The way of one file into the lab."""

    SENDING = "sending", "Sending"
    CHECKING = "checking", "Waiting to be read"
    CONVERTING = "converting", "Reading"
    ASKING = "asking", "Needs an answer"
    PARTIAL = "partial", "Waiting for its other files"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class ImageState(models.TextChoices):
    """Where an image stands between upload and approval."""

    UPLOADED = "uploaded", "Uploaded"
    SEGMENTED = "segmented", "To correct"
    CORRECTED = "corrected", "Correcting"
    IN_REVIEW = "in_review", "In review"
    SENT_BACK = "sent_back", "Sent back"
    APPROVED = "approved", "Approved"


# The four colors of the progress bar; review is a phase of correction.
BAR_OF_STATE = {
    ImageState.UPLOADED: "uploaded",
    ImageState.SEGMENTED: "segmented",
    ImageState.CORRECTED: "corrected",
    ImageState.IN_REVIEW: "corrected",
    ImageState.SENT_BACK: "corrected",
    ImageState.APPROVED: "approved",
}


class Refused(Exception):
    """A request that cannot be done, in one sentence that says what to do; doors answer 400."""

    code = "refused"
    status = 400

    def facts(self) -> dict[str, Any]:
        """What a program needs beside the sentence; doors put it into the answer."""
        return {}


class Conflict(Refused):
    """The request does not fit what is there now; doors answer 409."""

    code = "conflict"
    status = 409
