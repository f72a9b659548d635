"""What a report says of each cell: the method's confidence only where nobody changed the cell."""

from __future__ import annotations

from typing import Any

import numpy as np

from annotations.actions.classes import change_class, create_class
from annotations.actions.edit import reserve_labels, save_edit
from annotations.actions.report import request_report
from annotations.actions.report_content import gathered
from annotations.actions.review import approve, submit_for_review
from annotations.models import Annotation
from annotations.reports.content import Setup, Well
from segmentation.actions.imports import keep_import
from segmentation.queries.labels import keep_labels
from tests.cast import SQUARES, edit_of, patch_of, squares
from webapp.actions.setups import change_setup
from webapp.actions.wells import assign_wells, change_plate_map
from webapp.models import Blob


def confidences_in_a_report(person: Any, annotation: Any) -> dict[int, float]:
    """What a report that is asked for now says of the only image."""
    report = request_report(
        actor=person, dataset_id=annotation.image.dataset_id, is_approved_only=False
    )
    with gathered(report) as content:
        return dict(content.images[0].confidences)


def save(person: Any, annotation: Any, edit: dict[str, Any]) -> None:
    """The edit as the viewer's door saves it."""
    save_edit(
        actor=person,
        annotation_id=annotation.pk,
        client_id=edit["client_id"],
        base_version=edit["base_version"],
        kind=edit["kind"],
        patches_json=edit["patches"],
        marks_json=edit.get("marks", []),
    )


def test_cells_as_the_method_left_them_have_their_confidence(bob: Any, annotation: Any) -> None:
    assert confidences_in_a_report(bob, annotation) == {1: 0.9, 2: 0.9, 3: 0.9}


def test_a_cell_that_was_drawn_or_changed_has_none(bob: Any, annotation: Any) -> None:
    new, _ = reserve_labels(actor=bob, annotation_id=annotation.pk, count=1)
    drawn, grown = patch_of((200, 200, 220, 220), 0, new), patch_of((30, 10, 35, 30), 0, 1)
    save(bob, annotation, edit_of(0, drawn))
    save(bob, annotation, edit_of(1, grown))
    assert confidences_in_a_report(bob, annotation) == {2: 0.9, 3: 0.9}


def test_a_change_that_was_taken_back_is_none(bob: Any, annotation: Any) -> None:
    save(bob, annotation, edit_of(0, patch_of(SQUARES[1], 1, 0)))
    assert 1 not in confidences_in_a_report(bob, annotation)
    save(bob, annotation, edit_of(1, patch_of(SQUARES[1], 0, 1)))
    assert confidences_in_a_report(bob, annotation) == {1: 0.9, 2: 0.9, 3: 0.9}


def cells_in_a_report(person: Any, annotation: Any) -> dict[int, tuple[str, str, str]]:
    """Class, state and origin of the cells 1 to 4 in a report that is asked for now."""
    report = request_report(
        actor=person, dataset_id=annotation.image.dataset_id, is_approved_only=False
    )
    with gathered(report) as content:
        cells = {label: content.images[0].describe_cell(label) for label in range(1, 5)}
    return {label: (c.class_name, c.state, c.origin) for label, c in cells.items()}


def marked(base_version: int, *marks: dict[str, Any], kind: str) -> dict[str, Any]:
    """An edit that changes no pixel."""
    return {**edit_of(base_version, kind=kind), "patches": [], "marks": list(marks)}


def test_imported_cells_are_called_so_until_a_person_changes_them(bob: Any, image: Any) -> None:
    stored = keep_labels(squares() * np.uint32(7))
    Blob.objects.create(sha256=stored.sha256, size_bytes=stored.size_bytes)
    manifest = {"file": {"name": "masks.tif", "sha256": "a" * 64}, "format": "label TIFF"}
    keep_import(
        actor=bob,
        image=image,
        labels_sha256=stored.sha256,
        n_objects=3,
        largest_label=21,
        manifest=manifest,
    )
    annotation = Annotation.objects.get(image=image, is_current=True)
    save(bob, annotation, edit_of(0, patch_of(SQUARES[1], 7, 0)))
    report = request_report(actor=bob, dataset_id=image.dataset_id, is_approved_only=False)
    with gathered(report) as content:
        said = {label: content.images[0].describe_cell(label).origin for label in (7, 14, 22)}
    assert said == {7: "edited", 14: "imported", 22: "manual"}


def test_what_people_said_of_cells_is_in_the_report(
    alice: Any, bob: Any, rita: Any, annotation: Any
) -> None:
    mitotic = create_class(actor=alice, project_id=annotation.project.pk, name="Mitotic")
    reserve_labels(actor=bob, annotation_id=annotation.pk, count=1)
    save(bob, annotation, edit_of(0, patch_of((200, 200, 220, 220), 0, 4)))
    save(bob, annotation, edit_of(1, patch_of((30, 10, 35, 30), 0, 1)))
    given = {"labels": [2, 4], "before": {"class": None}, "after": {"class": str(mitotic.pk)}}
    save(bob, annotation, marked(2, given, kind="classify"))
    unclear = {"labels": [2], "before": {"is_ambiguous": False}, "after": {"is_ambiguous": True}}
    save(bob, annotation, marked(3, unclear, kind="ambiguous"))
    assert cells_in_a_report(bob, annotation) == {
        1: ("Cell", "edited", "edited"),
        2: ("Mitotic", "ambiguous", "model"),
        3: ("Cell", "model", "model"),
        4: ("Mitotic", "manual", "manual"),
    }
    submit_for_review(actor=bob, annotation_id=annotation.pk)
    approve(actor=rita, annotation_id=annotation.pk, version=4)
    states = {label: state for label, (_, state, _) in cells_in_a_report(bob, annotation).items()}
    assert states == {1: "approved", 2: "ambiguous", 3: "approved", 4: "approved"}


def test_well_condition_and_setup_are_pinned_when_the_report_is_asked_for(
    bob: Any, make_image: Any, segment: Any
) -> None:
    image = make_image("B02.tif")
    segment(image)
    assign_wells(actor=bob, dataset_id=image.dataset_id, pattern="{well}")
    table = "well\tcompound\tdose\tbatch\nB02\tTaxol\t0.5\t7"
    change_plate_map(actor=bob, dataset_id=image.dataset_id, plate="", table=table)
    report = request_report(actor=bob, dataset_id=image.dataset_id, is_approved_only=False)
    change_plate_map(actor=bob, dataset_id=image.dataset_id, plate="", table="well\nB02")
    change_setup(actor=bob, setup_id=image.setup_id, name="Later")
    report.refresh_from_db()
    with gathered(report) as content:
        (shown,) = content.images
    assert shown.well == Well("", "B02", compound="Taxol", dose=0.5, others=(("batch", "7"),))
    assert shown.setup == Setup("Unnamed microscope, 0.5 µm")


def test_the_names_of_classes_are_pinned_when_the_report_is_asked_for(
    alice: Any, bob: Any, annotation: Any
) -> None:
    first = create_class(actor=alice, project_id=annotation.project.pk, name="Zebra")
    create_class(actor=alice, project_id=annotation.project.pk, name="Alpha")
    report = request_report(
        actor=bob, dataset_id=annotation.image.dataset_id, is_approved_only=False
    )
    change_class(actor=alice, class_id=first.pk, name="Renamed")
    report.refresh_from_db()
    with gathered(report) as content:
        assert content.class_names == ("Zebra", "Alpha")


def test_a_region_is_in_the_report_of_its_version_only(bob: Any, annotation: Any) -> None:
    region = "c0ffee00-1111-4222-8333-444455556666"
    triangle = {"t": 0, "z": 0, "points": [[0, 0], [0, 40.5], [40, 0]]}
    came = {"region": region, "before": None, "after": triangle}
    save(bob, annotation, marked(0, came, kind="ignore"))
    dataset_id = annotation.image.dataset_id
    report = request_report(actor=bob, dataset_id=dataset_id, is_approved_only=False)
    gone = {"region": region, "before": triangle, "after": None}
    save(bob, annotation, marked(1, gone, kind="ignore"))
    with gathered(report) as content:
        assert content.images[0].ignored[region].points[1] == (0.0, 40.5)
    later = request_report(actor=bob, dataset_id=dataset_id, is_approved_only=False)
    with gathered(later) as content:
        assert content.images[0].ignored == {}
