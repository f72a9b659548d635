"""Addresses of the lab's doors, under `api/`."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from webapp.api import (
    account,
    audit,
    datasets,
    images,
    members,
    moving,
    projects,
    search,
    settings,
    tags,
    trash,
    uploads,
    wells,
)
from webapp.api.setups import ImageSetup, SetupDoor, Setups

urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("me", account.Me.as_view()),
    path("me/settings", settings.Settings.as_view()),
    path("me/settings/<str:name>", settings.SettingDoor.as_view()),
    path("tokens", account.Tokens.as_view()),
    path("tokens/<uuid:token_id>", account.TokenDoor.as_view()),
    path("projects", projects.Projects.as_view()),
    path("projects/<uuid:project_id>", projects.ProjectDoor.as_view()),
    path("projects/<uuid:project_id>/restore", projects.ProjectRestore.as_view()),
    path("projects/<uuid:project_id>/erase", trash.ProjectErase.as_view()),
    path("projects/<uuid:project_id>/tags", tags.Tags.as_view()),
    path("search", search.Search.as_view()),
    path("projects/<uuid:project_id>/trash", trash.Trash.as_view()),
    path("projects/<uuid:project_id>/trash/erase", trash.TrashErase.as_view()),
    path("projects/<uuid:project_id>/datasets", datasets.Datasets.as_view()),
    path("projects/<uuid:project_id>/members", members.Members.as_view()),
    path("projects/<uuid:project_id>/members/<uuid:user_id>", members.MemberDoor.as_view()),
    path("projects/<uuid:project_id>/invitations", members.Invitations.as_view()),
    path("projects/<uuid:project_id>/audit", audit.Audit.as_view()),
    path("projects/<uuid:project_id>/setups", Setups.as_view()),
    path("projects/<uuid:project_id>/image-setup", ImageSetup.as_view()),
    path("setups/<uuid:setup_id>", SetupDoor.as_view()),
    path("invitations/accept", members.InvitationAccept.as_view()),
    path("invitations/<uuid:invitation_id>", members.InvitationDoor.as_view()),
    path("datasets/<uuid:dataset_id>", datasets.DatasetDoor.as_view()),
    path("datasets/<uuid:dataset_id>/move-here", moving.MoveHere.as_view()),
    path("datasets/<uuid:dataset_id>/copy-here", moving.CopyHere.as_view()),
    path("datasets/<uuid:dataset_id>/restore", trash.DatasetRestore.as_view()),
    path("datasets/<uuid:dataset_id>/images", datasets.DatasetImages.as_view()),
    path("datasets/<uuid:dataset_id>/uploads", uploads.DatasetUploads.as_view()),
    path("datasets/<uuid:dataset_id>/wells", wells.WellsDoor.as_view()),
    path("datasets/<uuid:dataset_id>/plates", wells.Plates.as_view()),
    path("datasets/<uuid:dataset_id>/plate-map", wells.PlateMapDoor.as_view()),
    path("uploads", uploads.Uploads.as_view()),
    path("uploads/<uuid:upload_id>", uploads.UploadDoor.as_view()),
    path("uploads/<uuid:upload_id>/retry", uploads.UploadRetry.as_view()),
    path("images/<uuid:image_id>/restore", images.ImageRestore.as_view()),
    path("images/<uuid:image_id>/channels/<int:index>", images.ChannelDoor.as_view()),
    path("images/<uuid:image_id>/original", images.ImageOriginal.as_view()),
]
