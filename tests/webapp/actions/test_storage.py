"""What a project takes of the disk, and the quota that the owner of the installation sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import api_of
from tests.visits import browser_of, words_of
from webapp.actions.copying import copy_images
from webapp.actions.datasets import create_dataset
from webapp.actions.storage import OverQuota, change_quota, measure_derived
from webapp.actions.trash import delete_image
from webapp.actions.uploads import start_upload
from webapp.models import AuditEvent, Membership, Project
from webapp.queries.storage import use_of
from webapp.states import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(db: None) -> Any:
    """Owns the installation, and belongs to no project."""
    from tests.cast import make_person

    person = make_person("Kay")
    person.is_lab_owner = True
    person.save()
    return person


def test_bytes_are_counted_once_however_many_images_have_them(
    alice: Any, project: Any, make_image: Callable[[str], Any]
) -> None:
    first, second = make_image("a.tif"), make_image("b.tif")
    other = create_dataset(actor=alice, project_id=project.pk, name="Plate 2")
    copy_images(actor=alice, dataset_id=other.pk, image_ids=[first.pk])
    size = first.blob.size_bytes
    use = use_of(project)
    assert use.n_bytes == size
    assert [row.originals for row in use.datasets] == [size, size]
    assert use.in_trash == 0
    delete_image(actor=alice, image_id=second.pk)
    assert use_of(project).in_trash == size


def test_results_reports_and_pyramids_are_counted(vera: Any, project: Any, annotation: Any) -> None:
    from annotations.models import Report

    Report.objects.create(
        dataset=annotation.image.dataset,
        number=1,
        files={"cells.csv": {"sha256": "0" * 64, "size_bytes": 1234}},
        requested_by=vera,
        created_at=annotation.created_at,
    )
    assert use_of(project).n_unmeasured == 1
    assert measure_derived() == 1
    use = use_of(project)
    assert use.n_unmeasured == 0
    [row] = use.datasets
    assert row.reports == 1234
    assert row.results == annotation.base.labels.size_bytes + annotation.base.confidences.size_bytes
    assert row.derived > 0
    assert use.n_bytes == row.originals + row.results + 1234
    said = words_of(browser_of(vera).get(f"/projects/{project.pk}/storage"))
    assert "used, no quota" in said
    assert api_of(vera)("get", f"/api/projects/{project.pk}/storage").json()["used"] == use.n_bytes


def test_an_upload_that_does_not_fit_is_refused_before_it_starts(
    keeper: Any, bob: Any, project: Any, image: Any
) -> None:
    size = image.blob.size_bytes
    change_quota(actor=keeper, project_id=project.pk, quota_bytes=size + 1000)
    ask = {"actor": bob, "dataset_id": image.dataset_id, "file_name": "a.tif"}
    start_upload(**ask, size_bytes=600)
    with pytest.raises(OverQuota, match=r"no room for 0[.]0 MB more. Nothing was lost"):
        start_upload(**ask, size_bytes=600)
    start_upload(**ask, size_bytes=400)
    change_quota(actor=keeper, project_id=project.pk, quota_bytes=None)
    start_upload(**ask, size_bytes=600)
    detail = AuditEvent.objects.filter(verb="project.quota_changed").first()
    assert detail is not None
    assert detail.detail["quota_bytes"] == [None, str(size + 1000)]


def test_copies_count_for_the_project_that_they_come_to(
    keeper: Any, carl: Any, project: Any, image: Any
) -> None:
    elsewhere = Project.objects.get(name="Elsewhere")
    Membership.objects.create(project=project, user=carl, role="viewer")
    target = create_dataset(actor=carl, project_id=elsewhere.pk, name="Theirs")
    change_quota(actor=keeper, project_id=elsewhere.pk, quota_bytes=10)
    with pytest.raises(OverQuota):
        copy_images(actor=carl, dataset_id=target.pk, image_ids=[image.pk])


def test_only_the_owner_of_the_installation_sets_quotas(
    keeper: Any, olga: Any, project: Any
) -> None:
    assert browser_of(olga).get("/storage").status_code == 404
    assert browser_of(olga).post(f"/projects/{project.pk}/quota").status_code == 404
    browser = browser_of(keeper)
    assert "Nuclei" in words_of(browser.get("/storage"))
    browser.post(f"/projects/{project.pk}/quota", {"quota_gb": "1,5"})
    project.refresh_from_db()
    assert project.quota_bytes == 1_500_000_000
    for wrong in ("-1", "nan", "much"):
        browser.post(f"/projects/{project.pk}/quota", {"quota_gb": wrong})
    with pytest.raises(Refused):
        change_quota(actor=keeper, project_id=project.pk, quota_bytes=10**19)
    project.refresh_from_db()
    assert project.quota_bytes == 1_500_000_000
    browser.post(f"/projects/{project.pk}/quota", {"quota_gb": ""})
    project.refresh_from_db()
    assert project.quota_bytes is None
