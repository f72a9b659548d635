"""Addresses of the lab's pages, and of those account pages that are open."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from webapp.views import (
    account,
    audit,
    datasets,
    guide,
    home,
    images,
    people,
    projects,
    quality,
    trash,
    uploads,
    welcome,
    wells,
)
from webapp.views.account_routes import urlpatterns as account_patterns

urlpatterns = [
    path("", home.home, name="home"),
    path("welcome", welcome.welcome, name="welcome"),
    path("invitations/<str:secret>", welcome.invitation, name="invitation"),
    path("projects", projects.new_project, name="new_project"),
    path("projects/<uuid:project_id>", projects.project, name="project"),
    path("projects/<uuid:project_id>/edit", projects.edit_project, name="edit_project"),
    path("projects/<uuid:project_id>/delete", projects.delete_project, name="delete_project"),
    path("projects/<uuid:project_id>/datasets", projects.new_dataset, name="new_dataset"),
    path("projects/<uuid:project_id>/restore", trash.restore_project, name="restore_project"),
    path("projects/<uuid:project_id>/erase", trash.erase_project, name="erase_project"),
    path("projects/<uuid:project_id>/trash", trash.trash, name="trash"),
    path("projects/<uuid:project_id>/trash/erase", trash.erase, name="erase"),
    path("trash", trash.projects_trash, name="projects_trash"),
    path("projects/<uuid:project_id>/people", people.people, name="people"),
    path("projects/<uuid:project_id>/invitations", people.new_invitation, name="new_invitation"),
    path(
        "projects/<uuid:project_id>/invitations/<uuid:invitation_id>/revoke",
        people.end_invitation,
        name="end_invitation",
    ),
    path(
        "projects/<uuid:project_id>/people/<uuid:user_id>/role",
        people.member_role,
        name="member_role",
    ),
    path(
        "projects/<uuid:project_id>/people/<uuid:user_id>/remove",
        people.member_end,
        name="member_end",
    ),
    path("projects/<uuid:project_id>/audit", audit.audit, name="audit"),
    path("projects/<uuid:project_id>/audit.csv", audit.audit_csv, name="audit_csv"),
    path("projects/<uuid:project_id>/audit.json", audit.audit_json, name="audit_json"),
    path("datasets/<uuid:dataset_id>", datasets.dataset, name="dataset"),
    path("datasets/<uuid:dataset_id>/edit", datasets.edit_dataset, name="edit_dataset"),
    path("datasets/<uuid:dataset_id>/delete", datasets.delete_images, name="delete_images"),
    path("datasets/<uuid:dataset_id>/trash", datasets.delete_dataset, name="delete_dataset"),
    path("datasets/<uuid:dataset_id>/plates", wells.plates, name="plates"),
    path("datasets/<uuid:dataset_id>/wells", wells.wells, name="wells"),
    path("datasets/<uuid:dataset_id>/plate-map", wells.plate_map, name="plate_map"),
    path("datasets/<uuid:dataset_id>/upload", uploads.dataset_upload, name="dataset_upload"),
    path("images/<uuid:image_id>/details", images.image_details, name="image_details"),
    path("projects/<uuid:project_id>/quality", quality.quality_limits, name="quality_limits"),
    path("images/<uuid:image_id>/exclude", quality.image_exclude, name="image_exclude"),
    path("images/<uuid:image_id>/include", quality.image_include, name="image_include"),
    path("images/<uuid:image_id>/delete", images.image_delete, name="image_delete"),
    path("account", account.account, name="account"),
    path("account/signed-in", account.signed_in, name="signed_in"),
    path("account/name", account.account_name, name="account_name"),
    path("account/tokens", account.new_token, name="new_token"),
    path("account/tokens/<uuid:token_id>/revoke", account.end_token, name="end_token"),
    path("guide", RedirectView.as_view(pattern_name="guide"), name="guide_root"),
    path("guide/", guide.guide, name="guide"),
    path("guide/<slug:chapter>", guide.guide, name="guide_chapter"),
    *account_patterns,
]
