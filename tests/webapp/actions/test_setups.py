"""What took the images is recognized once, corrected by people, and given to many at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from tests.cast import api_of, page_of
from webapp.actions.setups import (
    assign_setup,
    change_setup,
    create_setup,
    recognize_setup,
    remove_setup,
)
from webapp.imaging.instrument import Instrument
from webapp.models import AcquisitionSetup, AuditEvent, Image
from webapp.queries.setups import setups_of
from webapp.states import Refused

pytestmark = pytest.mark.django_db


def told(read_file: Any, **facts: Any) -> Any:
    """What the reader says of a file of a microscope."""
    instrument = Instrument("Nikon Ti2", "Flash4.0", "Fluorescence")
    known = {"instrument": instrument, "objective": "Plan Apo 20x", **facts}
    return replace(read_file.content, **known)


def lose_pixel_size(image: Any) -> None:
    """As if the file had not said it."""
    Image.objects.filter(pk=image.pk).update(pixel_size_y_um=None, pixel_size_x_um=None)


def test_images_whose_files_say_the_same_share_a_setup(
    make_image: Callable[[str], Any], project: Any
) -> None:
    first, second = make_image("a.tif"), make_image("b.tif")
    assert first.setup is not None
    assert first.setup == second.setup
    (found,) = setups_of(project)
    assert (found.pixel_size_um, found.n_images, found.n_without_size) == ((0.5, 0.5), 2, 0)
    events = AuditEvent.objects.filter(verb="setup.recognized")
    assert [event.subject_name for event in events] == ["Unnamed microscope, 0.5 µm"]


def test_a_setup_has_the_name_of_what_it_is(bob: Any, project: Any, read_file: Any) -> None:
    setup = recognize_setup(actor=bob, project=project, content=told(read_file))
    assert setup is not None
    assert setup.name == "Nikon Ti2, Plan Apo 20x, 0.5 µm"
    assert (setup.camera, setup.modality, setup.site) == ("Flash4.0", "Fluorescence", "")
    other_camera = told(read_file, instrument=Instrument("Nikon Ti2", "Zyla", "Fluorescence"))
    other = recognize_setup(actor=bob, project=project, content=other_camera)
    assert other is not None
    assert other.name == "Nikon Ti2, Plan Apo 20x, 0.5 µm 2"


def test_the_last_digits_of_a_pixel_size_make_no_new_setup(
    bob: Any, project: Any, read_file: Any
) -> None:
    sizes = [(0.325, 0.325), (0.32500001, 0.325)]
    made = [
        recognize_setup(actor=bob, project=project, content=told(read_file, pixel_size_um=size))
        for size in sizes
    ]
    assert made[0] == made[1]


def test_a_file_that_says_nothing_has_no_setup(bob: Any, project: Any, read_file: Any) -> None:
    silent = replace(read_file.content, pixel_size_um=None)
    assert recognize_setup(actor=bob, project=project, content=silent) is None


def test_a_corrected_setup_is_found_by_the_next_file(
    bob: Any, project: Any, read_file: Any
) -> None:
    setup = recognize_setup(actor=bob, project=project, content=told(read_file))
    assert setup is not None
    change_setup(actor=bob, setup_id=setup.pk, name="Left Nikon", site="Room 2", camera="Flash 4")
    assert recognize_setup(actor=bob, project=project, content=told(read_file)) == setup
    event = AuditEvent.objects.get(verb="setup.changed")
    assert event.detail == {
        "camera": ["Flash4.0", "Flash 4"],
        "name": ["Nikon Ti2, Plan Apo 20x, 0.5 µm", "Left Nikon"],
        "site": ["", "Room 2"],
    }


def test_who_may_not_correct_metadata_may_not_touch_setups(
    image: Any, project: Any, vera: Any, carl: Any
) -> None:
    with pytest.raises(PermissionDenied):
        create_setup(actor=vera, project_id=project.pk, name="Mine")
    with pytest.raises(Http404):
        change_setup(actor=carl, setup_id=image.setup_id, name="Mine")
    with pytest.raises(PermissionDenied):
        assign_setup(actor=vera, project_id=project.pk, image_ids=[image.pk], setup_id=None)


def test_what_cannot_be_is_refused_in_words(bob: Any, image: Any, project: Any) -> None:
    taken = image.setup.name
    for facts, words in (
        ({"name": taken}, "already"),
        ({"name": "New", "pixel_size_y_um": 0.5}, "both the height and the width"),
        ({"name": "New", "pixel_size_y_um": -1.0, "pixel_size_x_um": 1.0}, "above zero"),
        ({"name": "New", "camera": "x" * 201}, "at most 200 characters"),
        ({"name": " "}, "name"),
    ):
        with pytest.raises(Refused, match=words):
            create_setup(actor=bob, project_id=project.pk, **facts)
    with pytest.raises(Refused, match="1 image has this setup"):
        remove_setup(actor=bob, setup_id=image.setup_id)


def test_many_images_get_a_setup_and_those_without_a_pixel_size_its_own(
    make_image: Callable[[str], Any], bob: Any, project: Any
) -> None:
    known, lacking = make_image("a.tif"), make_image("b.tif")
    lose_pixel_size(lacking)
    before = str(known.setup_id)
    setup = create_setup(
        actor=bob, project_id=project.pk, name="Phone", pixel_size_y_um=2.0, pixel_size_x_um=2.0
    )
    ids = [known.pk, lacking.pk]
    n = assign_setup(
        actor=bob,
        project_id=project.pk,
        image_ids=ids,
        setup_id=setup.pk,
        is_filling_sizes=True,
    )
    assert n == 2
    sizes = {row.name: row.pixel_size_um for row in Image.objects.filter(setup=setup)}
    assert sizes == {"a": (0.5, 0.5), "b": (2.0, 2.0)}
    assert AuditEvent.objects.get(verb="setup.given_to_images").detail == {
        "setup_before": {str(one): before for one in ids},
        "pixel_size_um": ["2.0", "2.0"],
        "sized": [str(lacking.pk)],
    }
    again = assign_setup(actor=bob, project_id=project.pk, image_ids=ids, setup_id=setup.pk)
    assert again == 0


def test_a_setup_of_another_project_is_refused(
    image: Any, bob: Any, carl: Any, project: Any
) -> None:
    elsewhere = carl.memberships.get().project
    other = create_setup(actor=carl, project_id=elsewhere.pk, name="Theirs")
    with pytest.raises(Http404):
        assign_setup(actor=bob, project_id=project.pk, image_ids=[image.pk], setup_id=other.pk)
    with pytest.raises(Refused, match="not in the project any more"):
        assign_setup(actor=carl, project_id=elsewhere.pk, image_ids=[image.pk], setup_id=other.pk)


def test_pages_show_setups_and_change_them(
    make_image: Callable[[str], Any], bob: Any, project: Any, dataset: Any
) -> None:
    image = make_image("a.tif")
    lose_pixel_size(image)
    browser = page_of(bob)
    listed = browser.get(f"/projects/{project.pk}/setups").content.decode()
    assert "0.5 µm" in listed
    assert "1 without pixel size" in listed
    shown = browser.get(f"/setups/{image.setup_id}").content.decode()
    assert "Give them 0.5 µm" in shown
    browser.post(f"/setups/{image.setup_id}/sizes")
    image.refresh_from_db()
    assert image.pixel_size_um == (0.5, 0.5)
    browser.post(
        f"/projects/{project.pk}/setups",
        {"name": "Scope", "pixel_size_x_um": "0,2", "pixel_size_y_um": "0.2"},
    )
    made = AcquisitionSetup.objects.get(name="Scope")
    browser.post(f"/datasets/{dataset.pk}/setup", {"images": [str(image.pk)], "setup": made.pk})
    details = browser.get(f"/images/{image.pk}/details").content.decode()
    assert "<b>Scope</b>" in details
    browser.post(f"/images/{image.pk}/setup", {"setup": ""})
    assert (
        "does not say what took it" in browser.get(f"/images/{image.pk}/details").content.decode()
    )
    browser.post(f"/setups/{made.pk}/remove")
    assert not AcquisitionSetup.objects.filter(name="Scope").exists()


def test_a_script_reads_and_gives_setups(image: Any, bob: Any, project: Any) -> None:
    api = api_of(bob)
    made = api("post", f"/api/projects/{project.pk}/setups", {"name": "Scope", "site": "Here"})
    given = {"images": [str(image.pk)], "setup": made.json()["id"]}
    assert api("put", f"/api/projects/{project.pk}/image-setup", given).json() == {"n_changed": 1}
    listed = api("get", f"/api/projects/{project.pk}/setups").json()
    counts = {one["name"]: one["n_images"] for one in listed}
    assert counts == {"Unnamed microscope, 0.5 µm": 0, "Scope": 1}
    answer = api("get", f"/api/images/{image.pk}").json()
    assert answer["setup"]["name"] == "Scope"
