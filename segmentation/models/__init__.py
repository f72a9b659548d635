"""Models, runs and what they found, a file per concept."""

from segmentation.models.run import Job, Run
from segmentation.models.segmentation import Segmentation
from segmentation.models.segmentation_model import SegmentationModel

__all__ = ["Job", "Run", "Segmentation", "SegmentationModel"]
