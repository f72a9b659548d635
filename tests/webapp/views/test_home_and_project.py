"""Home and project: where things stand, and the first step when there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.visits import browser_of, words_of
from webapp.actions.projects import create_project
from webapp.models import Dataset, Project
from webapp.views.home import project_cards
from webapp.views.projects import dataset_cards


def test_a_new_person_is_told_what_to_do_first(carl: Any) -> None:
    Project.objects.all().delete()
    said = words_of(browser_of(carl).get("/"))
    assert "Start with a project" in said
    assert "New project" in said


def test_home_shows_only_my_projects(alice: Any, carl: Any) -> None:
    said = words_of(browser_of(alice).get("/"))
    assert "Nuclei" in said
    assert "Elsewhere" not in said


def test_home_asks_the_database_no_more_for_more_projects(alice: Any, image: Any) -> None:
    browser = browser_of(alice)
    browser.get("/")
    with CaptureQueriesContext(connection) as before:
        browser.get("/")
    for number in range(5):
        create_project(actor=alice, name=f"Project {number}")
    with CaptureQueriesContext(connection) as after:
        browser.get("/")
    assert len(after) <= len(before)


def test_a_name_cannot_become_part_of_the_page(alice: Any) -> None:
    create_project(actor=alice, name="<script>alert(1)</script>")
    page = browser_of(alice).get("/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_new_project_opens(alice: Any) -> None:
    response = browser_of(alice).post("/projects", {"name": "Bacteria", "description": ""})
    made = Project.objects.get(name="Bacteria")
    assert response.headers["Location"] == f"/projects/{made.pk}"


def test_a_project_without_a_name_is_refused_in_words(alice: Any) -> None:
    response = browser_of(alice).post("/projects", {"name": "  "}, follow=True)
    assert "Please give the project a name." in words_of(response)


def test_a_new_dataset_leads_to_its_upload(alice: Any, project: Any) -> None:
    response = browser_of(alice).post(f"/projects/{project.pk}/datasets", {"name": "Plate 2"})
    made = Dataset.objects.get(name="Plate 2")
    assert response.headers["Location"] == f"/datasets/{made.pk}/upload"


def test_an_annotator_makes_no_dataset(bob: Any, project: Any) -> None:
    response = browser_of(bob).post(f"/projects/{project.pk}/datasets", {"name": "Plate 2"})
    assert response.status_code == 403
    assert not Dataset.objects.exists()


def test_a_project_shows_how_far_its_datasets_are(
    alice: Any, project: Any, image: Any, segment: Callable[[Any], Any]
) -> None:
    segment(image)
    page = browser_of(alice).get(f"/projects/{project.pk}")
    said = words_of(page)
    assert "Plate 1" in said
    assert "3 cells" in said
    assert 'aria-label="0 approved, 0 corrected, 1 segmented, 0 uploaded"' in page.content.decode()


def test_cards_show_the_images_with_masks_first_and_count_all(
    alice: Any, project: Any, make_image: Callable[..., Any]
) -> None:
    made = {name: make_image(f"{name}.tif") for name in "abcde"}
    for name in "de":
        made[name].state, made[name].n_cells = "segmented", 7
        made[name].save()
    made["b"].deleted_at = made["b"].created_at
    made["b"].save()
    [card] = dataset_cards(project)
    assert [image.name for image in card.covers] == ["d", "e", "a"]
    assert card.standing.n_cells == 14
    assert card.standing.progress == {
        "approved": 0,
        "corrected": 0,
        "segmented": 2,
        "uploaded": 2,
        "total": 4,
    }
    [home] = [one for one in project_cards(alice) if one.project == project]
    assert (home.covers, home.standing) == (card.covers, card.standing)
