"""The facts of the lab, a file per concept."""

from webapp.models.audit_event import AuditEvent
from webapp.models.axes_answer import AxesAnswer
from webapp.models.blob import Blob
from webapp.models.dataset import Dataset
from webapp.models.image import Channel, Image
from webapp.models.part import ImagePart
from webapp.models.plate import Control, Plate, Well
from webapp.models.project import Invitation, Membership, Project, Role
from webapp.models.quality import Exclusion, ImageQuality, QualityLimit
from webapp.models.setup import AcquisitionSetup
from webapp.models.tag import Tag
from webapp.models.token import ApiToken
from webapp.models.upload import Upload
from webapp.models.user import User
from webapp.models.user_setting import UserSetting

__all__ = [
    "AcquisitionSetup",
    "ApiToken",
    "AuditEvent",
    "AxesAnswer",
    "Blob",
    "Channel",
    "Control",
    "Dataset",
    "Exclusion",
    "Image",
    "ImagePart",
    "ImageQuality",
    "Invitation",
    "Membership",
    "Plate",
    "Project",
    "QualityLimit",
    "Role",
    "Tag",
    "Upload",
    "User",
    "UserSetting",
    "Well",
]
