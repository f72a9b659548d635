"""The living masks, their edits, their approval and their reports."""

from annotations.models.annotation import Annotation
from annotations.models.cell_class import CellClass
from annotations.models.edit import Edit
from annotations.models.label_file import LabelFile, LabelProposal
from annotations.models.report import Report
from annotations.models.review import Approval, Review

__all__ = [
    "Annotation",
    "Approval",
    "CellClass",
    "Edit",
    "LabelFile",
    "LabelProposal",
    "Report",
    "Review",
]
