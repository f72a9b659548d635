"""The trash: everything comes back as it was, and nothing that matters is erased by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from annotations.actions.report import request_report
from annotations.actions.review import approve, submit_for_review
from annotations.models import Annotation, Edit
from segmentation.actions.run import request_run
from tests.cast import SQUARES, api_of, edit_of, patch_of
from tests.visits import browser_of, words_of
from webapp.actions.demo import load_demo
from webapp.actions.emptying import empty_trash, erase_from_trash, erase_project
from webapp.actions.projects import delete_project
from webapp.actions.quality import exclude_image
from webapp.actions.trash import delete_dataset, delete_image, delete_images, restore_dataset
from webapp.actions.unused_blobs import remove_unused_blobs
from webapp.actions.wells import assign_wells
from webapp.audit.log import check_chain
from webapp.models import AuditEvent, Blob, Dataset, Image, Project, Upload
from webapp.states import Conflict, Refused
from webapp.storage.blobs import blob_path, keep_bytes
from webapp.storage.derived import image_folder

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=31)


def test_a_dataset_comes_back_with_masks_wells_and_exclusions(
    alice: Any, rita: Any, bob: Any, dataset: Any, annotation: Any
) -> None:
    image = annotation.image
    Image.objects.filter(pk=image.pk).update(name="p1_B02_s1", file_name="p1_B02_s1.tif")
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern="{plate}_{well}_s{site}")
    exclude_image(actor=rita, image_id=image.pk, reason="Out of focus")
    before = Image.objects.filter(pk=image.pk).values().get()
    delete_dataset(actor=alice, dataset_id=dataset.pk)
    api = api_of(bob)
    for address in (f"images/{image.pk}", f"annotations/{annotation.pk}", f"datasets/{dataset.pk}"):
        assert api("get", f"/api/{address}").status_code == 404
    restore_dataset(actor=alice, dataset_id=dataset.pk)
    assert Image.objects.filter(pk=image.pk).values().get() == before
    assert api("get", f"/api/annotations/{annotation.pk}").json()["version"] == 0
    assert Image.objects.get().exclusion.reason == "Out of focus"
    verbs = AuditEvent.objects.filter(subject_id=str(dataset.pk)).values_list("verb", flat=True)
    assert [*verbs][-2:] == ["dataset.deleted", "dataset.restored"]


def test_many_images_are_thrown_away_together_or_not_at_all(
    alice: Any, make_image: Callable[[str], Any], carl: Any
) -> None:
    first, second = make_image("a.tif"), make_image("b.tif")
    with pytest.raises(Http404):
        delete_images(actor=alice, image_ids=[first.pk, carl.pk])
    assert not Image.objects.exclude(deleted_at=None).exists()
    delete_images(actor=alice, image_ids=[first.pk, second.pk])
    assert Image.objects.exclude(deleted_at=None).count() == 2


def test_after_thirty_days_an_image_is_erased_with_its_files(
    alice: Any, image: Any, annotation: Any, django_capture_on_commit_callbacks: Any
) -> None:
    api_of(alice)("post", f"/api/annotations/{annotation.pk}/edits", _stroke())
    delete_image(actor=alice, image_id=image.pk)
    assert empty_trash() == 0
    _age(Image)
    with django_capture_on_commit_callbacks(execute=True):
        assert empty_trash() == 1
    assert not Image.objects.exists()
    assert not Annotation.objects.exists()
    assert not Upload.objects.exists()
    assert not image_folder(image.pk).exists()
    assert Edit.objects.filter(annotation_id=annotation.pk).count() == 1
    event = AuditEvent.objects.get(verb="image.erased")
    assert (event.actor_name, event.detail["sha256"]) == ("Coverslip", image.blob_id)
    assert check_chain(event.scope) is None


def test_bytes_go_a_day_after_the_last_row_that_named_them(
    alice: Any, make_image: Callable[[str], Any], monkeypatch: Any
) -> None:
    first, second = make_image("a.tif"), make_image("b.tif")
    assert first.blob_id == second.blob_id
    monkeypatch.setattr("webapp.actions.unused_blobs.YOUNG", timedelta(0))
    for one in (first, second):
        assert blob_path(one.blob_id).exists()
        assert remove_unused_blobs() == 0
        delete_image(actor=alice, image_id=one.pk)
        _age(Image)
        empty_trash()
    monkeypatch.undo()
    assert remove_unused_blobs() == 0, "they are young"
    monkeypatch.setattr("webapp.actions.unused_blobs.YOUNG", timedelta(0))
    assert remove_unused_blobs() == 1
    assert not Blob.objects.exists()
    assert not blob_path(first.blob_id).exists()
    assert keep_bytes(b"again").size_bytes == 5


def test_what_is_approved_or_in_a_report_is_not_erased_by_itself(
    alice: Any, bob: Any, rita: Any, olga: Any, project: Any, annotation: Any
) -> None:
    submit_for_review(actor=bob, annotation_id=annotation.pk)
    approve(actor=rita, annotation_id=annotation.pk, version=0)
    report = request_report(
        actor=bob, dataset_id=annotation.image.dataset_id, is_approved_only=True
    )
    delete_image(actor=alice, image_id=annotation.image_id)
    _age(Image)
    assert empty_trash() == 0
    chosen = {"image_ids": [annotation.image_id], "typed": "Nuclei"}
    erase = {"actor": olga, "project_id": project.pk, **chosen}
    with pytest.raises(Conflict, match="Report 1 is being made of it"):
        erase_from_trash(**erase)
    report.state = "ready"
    report.save()
    assert empty_trash() == 0
    page = words_of(browser_of(alice).get(f"/projects/{project.pk}/trash"))
    assert "Approved In report 1 not by itself" in page
    assert "Erase for good" not in page
    assert erase_from_trash(**erase) == 1
    held = AuditEvent.objects.get(verb="image.erased").detail["held_by"]
    assert held == ["Approved", "In report 1"]


def test_only_an_owner_who_types_the_name_erases(
    alice: Any, olga: Any, project: Any, image: Any, carl: Any
) -> None:
    delete_image(actor=alice, image_id=image.pk)
    erase = f"/projects/{project.pk}/trash/erase"
    assert browser_of(alice).post(erase, {"images": image.pk, "typed": "Nuclei"}).status_code == 403
    assert browser_of(carl).post(erase, {"images": image.pk, "typed": "Nuclei"}).status_code == 404
    said = words_of(browser_of(olga).post(erase, {"images": image.pk, "typed": "x"}, follow=True))
    assert "type the name of the project: Nuclei. Nothing was erased." in said
    assert Image.objects.exists()
    said = words_of(
        browser_of(olga).post(erase, {"images": image.pk, "typed": "Nuclei"}, follow=True)
    )
    assert "1 row of the trash is erased" in said
    assert not Image.objects.exists()


def test_what_a_run_works_on_is_not_erased(
    alice: Any, bob: Any, olga: Any, project: Any, image: Any
) -> None:
    request_run(
        actor=bob, dataset_id=image.dataset_id, image_ids=None, method="threshold", parameters={}
    )
    delete_image(actor=alice, image_id=image.pk)
    with pytest.raises(Conflict, match="Cancel the run"):
        erase_from_trash(actor=olga, project_id=project.pk, image_ids=[image.pk], typed="Nuclei")


def test_a_dataset_is_erased_with_its_reports_and_the_log_names_them(
    olga: Any, alice: Any, bob: Any, project: Any, dataset: Any, annotation: Any
) -> None:
    report = request_report(actor=bob, dataset_id=dataset.pk, is_approved_only=False)
    report.state, report.bundle = "ready", annotation.image.blob
    report.save()
    delete_dataset(actor=alice, dataset_id=dataset.pk)
    erase_from_trash(actor=olga, project_id=project.pk, dataset_ids=[dataset.pk], typed="Nuclei")
    assert not Dataset.objects.filter(pk=dataset.pk).exists()
    detail = AuditEvent.objects.get(verb="dataset.erased").detail
    assert detail["reports"] == [{"number": "1", "sha256": annotation.image.blob_id}]


def test_a_project_is_restored_or_erased_by_its_owner(
    alice: Any, olga: Any, project: Any, annotation: Any
) -> None:
    browser = browser_of(olga)
    browser.post(f"/projects/{project.pk}/delete")
    assert "1 project" in words_of(browser.get("/"))
    assert "Nuclei" in words_of(browser.get("/trash"))
    assert "Nuclei" not in words_of(browser_of(alice).get("/trash"))
    browser.post(f"/projects/{project.pk}/restore")
    assert browser.get(f"/images/{annotation.image_id}").status_code == 200
    delete_project(actor=olga, project_id=project.pk)
    with pytest.raises(Refused, match="type the name"):
        erase_project(actor=olga, project_id=project.pk, typed="nuclei")
    erase_project(actor=olga, project_id=project.pk, typed="Nuclei")
    assert not Project.objects.filter(pk=project.pk).exists()
    assert check_chain(str(project.pk)) is None
    assert check_chain("lab") is None


def test_a_demo_that_was_erased_does_not_come_back(olga: Any, project: Any) -> None:
    Project.objects.filter(pk=project.pk).update(is_demo=True, deleted_at=timezone.now() - LONG_AGO)
    assert empty_trash() == 1
    assert load_demo(on_progress=print) is None


def test_a_script_sees_the_trash_and_brings_back(
    alice: Any, vera: Any, project: Any, image: Any
) -> None:
    api = api_of(alice)
    api("delete", f"/api/datasets/{image.dataset_id}")
    [row] = api("get", f"/api/projects/{project.pk}/trash").json()
    assert (row["is_dataset"], row["n_images"], row["deleted_by"]) == (True, 1, "Alice")
    assert api_of(vera)("get", f"/api/projects/{project.pk}/trash").status_code == 403
    assert api("post", f"/api/datasets/{image.dataset_id}/restore").json()["name"] == "Plate 1"


def _stroke() -> dict[str, Any]:
    return edit_of(0, patch_of(SQUARES[1], 1, 0), kind="delete")


def _age(kind: type[Any]) -> None:
    kind.objects.exclude(deleted_at=None).update(deleted_at=timezone.now() - LONG_AGO)
