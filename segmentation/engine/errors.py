"""What can go wrong in a segmentation, each with a sentence for the person who started it."""

from __future__ import annotations


class Cancelled(Exception):
    """The caller asked to stop."""


class SegmentationFailed(Exception):
    """The image could not be segmented; the message is one sentence."""


class InvalidParameters(SegmentationFailed):
    """A parameter is unknown or out of range; the message is one sentence."""


class UnknownMethod(SegmentationFailed):
    """No method of that name exists."""


class WeightsRefused(SegmentationFailed):
    """The weights are missing, or are not what their card says."""
