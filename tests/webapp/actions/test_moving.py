"""Moving and copying images: what comes along, and what stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from annotations.actions.classes import create_class
from annotations.actions.head import open_head
from annotations.actions.report import request_report
from annotations.models import Annotation, Edit
from annotations.queries.edits import check_edits
from annotations.queries.facts import facts_at
from tests.cast import SQUARES, api_of, edit_of, patch_of, squares
from tests.visits import browser_of, words_of
from webapp.actions.copying import copy_images
from webapp.actions.datasets import create_dataset
from webapp.actions.moving import move_images
from webapp.actions.quality import exclude_image
from webapp.actions.tags import tag_images
from webapp.actions.wells import assign_wells, change_plate_map
from webapp.audit.log import check_chain
from webapp.models import AuditEvent, Image, Membership, Well
from webapp.states import Refused
from webapp.storage.derived import image_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(olga: Any, project: Any) -> Any:
    """Another dataset of the project."""
    return create_dataset(actor=olga, project_id=project.pk, name="Plate 2")


@pytest.fixture
def image(make_image: Callable[[str], Any], bob: Any, dataset: Any) -> Any:
    """An image in well B02 of plate p1, in which something is."""
    made = make_image("p1_B02_s1.tif")
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern="{plate}_{well}_s{site}")
    table = "well,compound\nB02,Nocodazole"
    assert change_plate_map(actor=bob, dataset_id=dataset.pk, plate="p1", table=table) == ()
    return Image.objects.get(pk=made.pk)


@pytest.fixture
def corrected(annotation: Any, bob: Any, alice: Any, project: Any) -> Any:
    """Its annotation, of which one cell was deleted and one is called dead."""
    dead = create_class(actor=alice, project_id=project.pk, name="Dead")
    address = f"/api/annotations/{annotation.pk}/edits"
    stroke = edit_of(0, patch_of(SQUARES[1], 1, 0), kind="delete")
    assert api_of(bob)("post", address, stroke).status_code == 201
    mark = {"labels": [2], "before": {"class": None}, "after": {"class": str(dead.pk)}}
    said = edit_of(1, kind="classify") | {"marks": [mark]}
    assert api_of(bob)("post", address, said).status_code == 201
    annotation.refresh_from_db()
    return annotation


def test_an_image_moves_with_its_masks_well_and_exclusion(
    alice: Any, rita: Any, image: Any, corrected: Any, other: Any
) -> None:
    report = request_report(actor=rita, dataset_id=image.dataset_id, is_approved_only=False)
    exclude_image(actor=rita, image_id=image.pk, reason="Out of focus")
    assert move_images(actor=alice, dataset_id=other.pk, image_ids=[image.pk]) == 1
    moved = Image.objects.get(pk=image.pk)
    assert (moved.dataset, str(moved.well), moved.site) == (other, "B02", 1)
    assert moved.well.plate.dataset == other
    assert (moved.well.plate.name, moved.well.compound) == ("p1", "Nocodazole")
    assert moved.exclusion.reason == "Out of focus"
    assert Annotation.objects.get(image=moved, is_current=True).version == 2
    report.refresh_from_db()
    assert [entry["image"] for entry in report.inputs] == [str(image.pk)]
    event = AuditEvent.objects.get(verb="images.moved")
    assert event.detail["came_from"] == ["Plate 1"]


def test_a_well_that_is_there_keeps_its_condition(
    alice: Any, bob: Any, image: Any, other: Any
) -> None:
    table = "well,compound\nB02,DMSO"
    change_plate_map(actor=bob, dataset_id=other.pk, plate="p1", table=table)
    move_images(actor=alice, dataset_id=other.pk, image_ids=[image.pk])
    assert Well.objects.get(plate__dataset=other).compound == "DMSO"


def test_a_copy_begins_with_the_masks_as_they_are(
    bob: Any, image: Any, corrected: Any, other: Any, django_capture_on_commit_callbacks: Any
) -> None:
    tag_images(actor=bob, project_id=other.project_id, image_ids=[image.pk], add=["treated"])
    with django_capture_on_commit_callbacks(execute=True):
        [copy] = copy_images(actor=bob, dataset_id=other.pk, image_ids=[image.pk])
    copy = Image.objects.get(pk=copy.pk)
    assert (copy.blob_id, copy.copied_from, copy.created_by) == (image.blob_id, image.pk, bob)
    assert [channel.name for channel in copy.channels.all()] == ["DAPI", "Actin"]
    assert [tag.name for tag in copy.tags.all()] == ["treated"]
    assert (image_folder(copy.pk) / "thumbnail.webp").is_file()
    own = Annotation.objects.get(image=copy)
    assert (own.version, own.state, copy.state) == (1, "corrected", "corrected")
    assert own.base.digest == corrected.base.digest
    assert own.base_id != corrected.base_id
    expected = squares()
    expected[expected == 1] = 0
    assert (open_head(own).plane(0, 0) == expected[0, 0]).all()
    assert facts_at(own, 1).of_cell(2)["class"] == facts_at(corrected, 2).of_cell(2)["class"]
    assert Edit.objects.get(annotation_id=own.pk).kind == "copy"
    assert check_edits(own) is None
    api_of(bob)(
        "post",
        f"/api/annotations/{own.pk}/edits",
        edit_of(1, patch_of(SQUARES[2], 2, 0), kind="delete"),
    )
    corrected.refresh_from_db()
    assert corrected.version == 2


def test_a_copy_in_another_project_keeps_only_classes_of_the_same_name(
    bob: Any, carl: Any, image: Any, corrected: Any
) -> None:
    elsewhere = carl.memberships.get().project
    target = create_dataset(actor=carl, project_id=elsewhere.pk, name="Theirs")
    with pytest.raises(Http404):
        copy_images(actor=bob, dataset_id=target.pk, image_ids=[image.pk])
    with pytest.raises(Http404):
        copy_images(actor=carl, dataset_id=target.pk, image_ids=[image.pk])
    Membership.objects.create(project=elsewhere, user=bob, role="manager")
    with pytest.raises(Refused, match="move within their project"):
        move_images(actor=bob, dataset_id=target.pk, image_ids=[image.pk])
    dead = create_class(actor=carl, project_id=elsewhere.pk, name="dead")
    [copy] = copy_images(actor=bob, dataset_id=target.pk, image_ids=[image.pk])
    own = Annotation.objects.get(image=copy)
    assert facts_at(own, 1).of_cell(2)["class"] == str(dead.pk)
    for project in (elsewhere, image.dataset.project):
        assert AuditEvent.objects.filter(scope=str(project.pk), verb="image.copied").count() == 1
        assert check_chain(str(project.pk)) is None


def test_the_same_bytes_are_not_copied_twice_into_a_dataset(
    bob: Any, image: Any, other: Any
) -> None:
    assert len(copy_images(actor=bob, dataset_id=other.pk, image_ids=[image.pk])) == 1
    assert copy_images(actor=bob, dataset_id=other.pk, image_ids=[image.pk]) == []


def test_who_may_not_does_not(vera: Any, bob: Any, image: Any, other: Any) -> None:
    with pytest.raises(PermissionDenied):
        copy_images(actor=vera, dataset_id=other.pk, image_ids=[image.pk])
    with pytest.raises(PermissionDenied):
        move_images(actor=bob, dataset_id=other.pk, image_ids=[image.pk])


def test_the_page_moves_and_copies(alice: Any, bob: Any, image: Any, other: Any) -> None:
    bring = f"/datasets/{image.dataset_id}/bring"
    form = {"images": image.pk, "target": other.pk, "way": "copy"}
    assert "1 image was copied." in words_of(browser_of(bob).post(bring, form, follow=True))
    assert "1 was here already and was not added twice." in words_of(
        browser_of(bob).post(bring, form, follow=True)
    )
    said = words_of(browser_of(alice).post(bring, form | {"way": "move"}, follow=True))
    assert "1 image was moved." in said
    assert "Plate 2" in said
