"""Masks made elsewhere are sent, looked at, accepted; what a person has drawn stays."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import tifffile
from django.utils import timezone

from annotations.actions.classes import create_class
from annotations.actions.head import open_head
from annotations.actions.label_files import discard_file, take_in
from annotations.actions.label_proposals import choose, discard_proposals
from annotations.actions.label_work import read_label_file, sweep_label_files
from annotations.labels.regions import covered_by
from annotations.models import Annotation, LabelFile, LabelProposal
from annotations.queries.facts import facts_at
from segmentation.models import Segmentation
from segmentation.queries.labels import read_labels
from tests.cast import HEIGHT, SQUARES, WIDTH, caller, edit_of, page_of, patch_of, squares
from webapp.actions.wells import assign_wells
from webapp.audit.log import check_chain
from webapp.models import AuditEvent, ImagePart
from webapp.queries.storage import use_of

pytestmark = pytest.mark.django_db
BYTES = "application/octet-stream"


def drawn_elsewhere() -> Any:
    """Two cells with numbers 7 and 70,000, (Y, X) uint32."""
    labels = np.zeros((HEIGHT, WIDTH), np.uint32)
    labels[40:60, 40:80], labels[300:330, 300:330] = 7, 70_000
    return labels


def as_tiff(labels: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, labels)
    return buffer.getvalue()


def drop(actor: Any, dataset: Any, name: str, content: bytes, **options: Any) -> dict[str, Any]:
    """Send a file, let the worker read it, and look at it."""
    browser = page_of(actor)
    address = f"/api/datasets/{dataset.pk}/label-files"
    answer = browser.post(
        address, content, content_type=BYTES, query_params={"name": name, **options}
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["state"] == "waiting"
    read_label_file(answer.json()["id"])
    found: dict[str, Any] = browser.get(f"/api/label-files/{answer.json()['id']}").json()
    return found


def accept(actor: Any, dataset: Any, *proposals: str) -> Any:
    address = f"/api/datasets/{dataset.pk}/label-proposals/accept"
    return caller(page_of(actor))("post", address, {"proposals": list(proposals)})


def labels_of(annotation: Annotation) -> Any:
    return open_head(annotation).plane(0, 0)


def test_masks_are_previewed_and_become_those_of_the_image_with_their_origin_in_the_log(
    bob: Any, dataset: Any, image: Any
) -> None:
    content = as_tiff(drawn_elsewhere())
    seen = drop(bob, dataset, "masks/squares_cp_masks.tif", content)
    assert (seen["state"], seen["format"]) == ("ready", "label TIFF")
    (row,) = seen["proposals"]
    assert (row["image"], row["n_objects"], row["becomes"]) == (str(image.pk), 2, "masks")
    assert row["sentence"] == "They become the masks of the image."
    assert not Segmentation.objects.exists()
    assert accept(bob, dataset, row["id"]).status_code == 200
    annotation = Annotation.objects.get(image=image, is_current=True)
    assert np.array_equal(labels_of(annotation), drawn_elsewhere())
    assert (annotation.version, annotation.next_label) == (0, 70_001)
    image.refresh_from_db()
    assert (image.state, image.n_cells) == ("segmented", 2)
    event = AuditEvent.objects.get(verb="image.masks_imported")
    assert event.actor_name == "Bob"
    assert event.detail["file"] == "masks/squares_cp_masks.tif"
    assert event.detail["sha256"] == hashlib.sha256(content).hexdigest()
    assert (event.detail["format"], event.detail["became"]) == ("label TIFF", "masks")
    assert check_chain(str(dataset.project_id)) is None
    assert page_of(bob).get(f"/api/datasets/{dataset.pk}/label-files").json() == []


def test_a_run_does_not_take_the_place_of_imported_masks(
    bob: Any, dataset: Any, image: Any, segment: Any
) -> None:
    (row,) = drop(bob, dataset, "squares.tif", as_tiff(drawn_elsewhere()))["proposals"]
    accept(bob, dataset, row["id"])
    segment(image)
    annotation = Annotation.objects.get(image=image, is_current=True)
    assert annotation.base is not None
    assert annotation.base.is_imported
    titles = [
        one["model"]
        for one in page_of(bob).get(f"/api/images/{image.pk}/segmentations").json()["results"]
    ]
    assert "squares.tif" in titles


def test_masks_of_a_model_that_nobody_touched_give_way_and_stay_as_a_result(
    bob: Any, dataset: Any, annotation: Annotation
) -> None:
    (row,) = drop(bob, dataset, "squares.tif", as_tiff(drawn_elsewhere()))["proposals"]
    assert row["becomes"] == "masks"
    assert "the masks of the model, which nobody has changed" in row["sentence"]
    accept(bob, dataset, row["id"])
    now = Annotation.objects.get(image=annotation.image, is_current=True)
    assert now.pk != annotation.pk
    assert Segmentation.objects.count() == 2


def test_what_a_person_has_drawn_stays_and_the_import_lies_beside_it(
    bob: Any, dataset: Any, annotation: Annotation, save: Any
) -> None:
    assert save(edit_of(0, patch_of((200, 200, 220, 220), 0, 1))).status_code == 201
    (row,) = drop(bob, dataset, "squares.tif", as_tiff(drawn_elsewhere()))["proposals"]
    assert row["becomes"] == "result"
    accept(bob, dataset, row["id"])
    now = Annotation.objects.get(image=annotation.image, is_current=True)
    assert (now.pk, now.version) == (annotation.pk, 1)
    beside = Segmentation.objects.get(segmentation_model=None)
    assert np.array_equal(read_labels(beside.labels_id)[0, 0], drawn_elsewhere())
    assert AuditEvent.objects.get(verb="image.masks_imported").detail["became"] == "result"


def test_the_same_masks_are_not_taken_twice(bob: Any, dataset: Any, annotation: Any) -> None:
    (row,) = drop(bob, dataset, "squares_mask.tif", as_tiff(squares()[0, 0]))["proposals"]
    assert (row["becomes"], row["n_objects"]) == ("here", len(SQUARES))
    refused = accept(bob, dataset, row["id"])
    assert refused.status_code == 400
    assert refused.json()["detail"].startswith("squares_mask.tif: The image has exactly these")


def test_a_person_chooses_the_image_when_no_name_fits(
    bob: Any, dataset: Any, image: Any, carl: Any
) -> None:
    seen = drop(bob, dataset, "RoiSet.tif", as_tiff(drawn_elsewhere()))
    (row,) = seen["proposals"]
    assert (row["becomes"], row["image"]) == ("unfit", None)
    address = f"/api/label-proposals/{row['id']}"
    waiting = caller(page_of(bob))("patch", address, {"image": str(image.pk)}).json()
    assert waiting["proposals"][0]["becomes"] == "reading"
    read_label_file(seen["id"])
    (row,) = page_of(bob).get(f"/api/label-files/{seen['id']}").json()["proposals"]
    assert (row["becomes"], row["image"]) == ("masks", str(image.pk))
    assert caller(page_of(carl))("patch", address, {"image": str(image.pk)}).status_code == 404


def test_masks_of_one_number_are_not_accepted_before_somebody_says_what_they_are(
    bob: Any, dataset: Any, image: Any
) -> None:
    mask = (drawn_elsewhere() > 0).astype(np.uint8) * 255
    seen = drop(bob, dataset, "squares.tif", as_tiff(mask))
    (row,) = seen["proposals"]
    assert (row["becomes"], row["has_pieces"]) == ("asks", True)
    assert accept(bob, dataset, row["id"]).status_code == 400
    caller(page_of(bob))("patch", f"/api/label-proposals/{row['id']}", {"are_pieces": True})
    read_label_file(seen["id"])
    assert accept(bob, dataset, row["id"]).status_code == 200
    assert Segmentation.objects.get().n_objects == 2


def test_a_file_for_one_image_needs_no_name(bob: Any, dataset: Any, make_image: Any) -> None:
    images = [make_image(name) for name in ("a.tif", "b.tif")]
    seen = drop(bob, dataset, "anything.tif", as_tiff(drawn_elsewhere()), image=str(images[1].pk))
    assert seen["proposals"][0]["image"] == str(images[1].pk)


def test_nothing_is_accepted_when_something_stands_against_one_of_them(
    bob: Any, dataset: Any, make_image: Any
) -> None:
    for name in ("a.tif", "b.tif"):
        make_image(name)
    (good,) = drop(bob, dataset, "a.tif", as_tiff(drawn_elsewhere()))["proposals"]
    (bad,) = drop(bob, dataset, "b.tif", as_tiff(drawn_elsewhere()[:100]))["proposals"]
    assert "700 × 100 pixels, the image 700 × 600" in bad["sentence"]
    assert accept(bob, dataset, good["id"], bad["id"]).status_code == 400
    assert not Segmentation.objects.exists()
    assert accept(bob, dataset, good["id"]).status_code == 200
    assert accept(bob, dataset, good["id"]).status_code == 409


def test_a_file_that_is_no_mask_fails_with_one_sentence_and_can_be_taken_away(
    bob: Any, dataset: Any, image: Any
) -> None:
    seen = drop(bob, dataset, "../../etc/notes.txt", b"hello")
    assert (seen["state"], seen["name"]) == ("failed", "etc/notes.txt")
    assert seen["sentence"].startswith("This is no file of masks")
    assert page_of(bob).delete(f"/api/label-files/{seen['id']}").status_code == 204
    assert not LabelFile.objects.exists()


def test_what_an_export_holds_is_known_when_it_comes_back(
    bob: Any, vera: Any, alice: Any, dataset: Any, make_image: Any, segment: Any
) -> None:
    images = [make_image(name) for name in ("p1_B02_s1.tif", "loose.tif")]
    for one in images:
        segment(one)
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern="{plate}_{well}_s{site}")
    answer = page_of(vera).get(f"/api/datasets/{dataset.pk}/ome-zarr.zip")
    seen = drop(bob, dataset, "export.zip", b"".join(answer.streaming_content))
    assert seen["format"] == "OME-Zarr labels"
    assert {(row["image"], row["becomes"]) for row in seen["proposals"]} == {
        (str(one.pk), "here") for one in images
    }


def test_classes_and_regions_to_ignore_come_along_as_version_one(
    bob: Any, alice: Any, project: Any, dataset: Any, image: Any
) -> None:
    round_cells = create_class(actor=alice, project_id=project.pk, name="Round")
    content = {
        "images": [{"id": 1, "file_name": "squares.jpg", "height": HEIGHT, "width": WIDTH}],
        "categories": [{"id": 1, "name": "round"}, {"id": 2, "name": "flat"}],
        "annotations": [
            {"image_id": 1, "category_id": 1, "segmentation": [[10, 10, 40, 10, 40, 40, 10, 40]]},
            {"image_id": 1, "category_id": 2, "segmentation": [[60, 10, 90, 10, 90, 40, 60, 40]]},
            {
                "image_id": 1,
                "category_id": 2,
                "iscrowd": 1,
                "segmentation": {
                    "size": [HEIGHT, WIDTH],
                    "counts": [6000, 300, HEIGHT * WIDTH - 6300],
                },
            },
        ],
    }
    (row,) = drop(bob, dataset, "instances.json", json.dumps(content).encode())["proposals"]
    assert any("no class called “flat”: 1 cell gets no class" in note for note in row["notes"])
    accept(bob, dataset, row["id"])
    annotation = Annotation.objects.get(image=image, is_current=True)
    assert annotation.version == 1
    facts = facts_at(annotation, 1)
    assert facts.of_cell(1)["class"] == str(round_cells.pk)
    assert facts.of_cell(2)["class"] is None
    (region,) = facts.regions.values()
    assert covered_by([region.points], (HEIGHT, WIDTH)).sum() == 300
    assert (
        page_of(bob).get(f"/api/annotations/{annotation.pk}/edits").json()["edits"][0]["kind"]
        == "import"
    )


def test_masks_are_found_by_the_name_of_any_part_of_an_image(
    bob: Any, dataset: Any, image: Any
) -> None:
    ImagePart.objects.create(image=image, blob_id=image.blob_id, number=0, file_name="a_w2.tif")
    (row,) = drop(bob, dataset, "a_w2_mask.tif", as_tiff(drawn_elsewhere()))["proposals"]
    assert row["image"] == str(image.pk)


def test_a_file_whose_worker_was_lost_is_read_by_the_next(
    bob: Any, dataset: Any, image: Any
) -> None:
    content = as_tiff(drawn_elsewhere())
    file = take_in(actor=bob, dataset_id=dataset.pk, name="squares.tif", pieces=[content])
    lost = timezone.now() - timedelta(seconds=1)
    LabelFile.objects.update(state="reading", claim=uuid4(), lease_until=lost, n_attempts=1)
    assert sweep_label_files() == 1
    read_label_file(file.pk)
    file.refresh_from_db()
    assert (file.state, file.proposals.count()) == ("ready", 1)
    LabelFile.objects.update(state="reading", lease_until=lost, n_attempts=3)
    read_label_file(file.pk)
    file.refresh_from_db()
    assert file.state == "failed"
    assert "stopped the worker three times" in file.sentence


def test_a_choice_whose_reader_is_lost_three_times_can_be_made_again(
    bob: Any, dataset: Any, image: Any
) -> None:
    (row,) = drop(bob, dataset, "nothing_like_it.tif", as_tiff(drawn_elsewhere()))["proposals"]
    choose(actor=bob, proposal_ids=[row["id"]], image_id=image.pk)
    LabelFile.objects.update(n_attempts=3)
    read_label_file(LabelFile.objects.get().pk)
    proposal = LabelProposal.objects.get()
    assert (proposal.state, "three times" in proposal.sentence) == ("open", True)
    choose(actor=bob, proposal_ids=[row["id"]], image_id=image.pk)
    read_label_file(LabelFile.objects.get().pk)
    assert LabelProposal.objects.get().sentence == ""


def test_files_with_masks_count_for_the_project_until_they_are_left_out(
    bob: Any, dataset: Any, image: Any
) -> None:
    before = use_of(dataset.project)
    content = as_tiff(drawn_elsewhere())
    (row,) = drop(bob, dataset, "squares.tif", content)["proposals"]
    labels = LabelProposal.objects.get().labels
    [now] = use_of(dataset.project).datasets
    assert now.results == len(content) + labels.size_bytes
    discard_proposals(actor=bob, dataset_id=dataset.pk, proposal_ids=[row["id"]])
    assert not LabelFile.objects.exists()
    assert use_of(dataset.project).n_bytes == before.n_bytes


def test_a_file_of_which_something_was_accepted_stays_with_its_image(
    bob: Any, dataset: Any, image: Any
) -> None:
    (row,) = drop(bob, dataset, "squares.tif", as_tiff(drawn_elsewhere()))["proposals"]
    accept(bob, dataset, row["id"])
    discard_file(actor=bob, file_id=LabelFile.objects.get().pk)
    assert LabelProposal.objects.get().state == "accepted"


def test_a_file_with_masks_that_the_project_may_not_keep_is_refused(
    bob: Any, dataset: Any, image: Any
) -> None:
    project = dataset.project
    project.quota_bytes = use_of(project).n_bytes + 100
    project.save()
    answer = page_of(bob).post(
        f"/api/datasets/{dataset.pk}/label-files?name=a.tif", bytes(200), content_type=BYTES
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "over_quota")
    assert not LabelFile.objects.exists()


def test_who_may_only_look_imports_nothing(vera: Any, bob: Any, dataset: Any, image: Any) -> None:
    (row,) = drop(bob, dataset, "squares.tif", as_tiff(drawn_elsewhere()))["proposals"]
    assert accept(vera, dataset, row["id"]).status_code == 403
    address = f"/api/datasets/{dataset.pk}/label-files"
    assert page_of(vera).post(address, b"a", content_type=BYTES).status_code == 403
