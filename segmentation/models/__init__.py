"""Models, runs and what they found, a file per concept."""

from segmentation.models.illumination import Illumination
from segmentation.models.run import Job, Run
from segmentation.models.segmentation import Segmentation
from segmentation.models.segmentation_model import SegmentationModel

__all__ = ["Illumination", "Job", "Run", "Segmentation", "SegmentationModel"]
