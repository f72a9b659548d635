"""The page of a project's classes of cells."""

from __future__ import annotations

from typing import Any

from annotations.models import CellClass
from tests.annotations.api.test_classes import give
from tests.visits import browser_of, words_of


def test_without_classes_every_cell_is_just_a_cell(vera: Any, alice: Any, project: Any) -> None:
    said = words_of(browser_of(vera).get(f"/projects/{project.pk}/classes"))
    assert "Every cell is just a cell" in said
    assert "A manager of the project can make one" in said
    assert "None: every cell is just a cell" in words_of(
        browser_of(vera).get(f"/projects/{project.pk}")
    )


def test_alice_makes_changes_and_removes_a_class(alice: Any, project: Any) -> None:
    browser = browser_of(alice)
    fields = {"name": "Mitotic", "color": "", "key": ""}
    said = words_of(browser.post(f"/projects/{project.pk}/classes/new", fields, follow=True))
    assert "Mitotic can be given to cells with Q, then 1." in said
    assert "Mitotic 1 Orange 0" in said
    made = CellClass.objects.get()
    changed = {"name": "Dead", "color": "blue", "key": "d"}
    said = words_of(browser.post(f"/classes/{made.pk}/edit", changed, follow=True))
    assert "Dead D Blue 0" in said
    said = words_of(browser.post(f"/classes/{made.pk}/remove", follow=True))
    assert "Dead is removed." in said
    assert "Every cell is just a cell" in said


def test_what_is_refused_is_said_on_the_page(alice: Any, project: Any) -> None:
    browser, url = browser_of(alice), f"/projects/{project.pk}/classes/new"
    browser.post(url, {"name": "Mitotic"})
    assert "There is a class called Mitotic already" in words_of(
        browser.post(url, {"name": "Mitotic"}, follow=True)
    )


def test_the_page_counts_the_cells_and_asks_before_it_removes(
    alice: Any, bob: Any, project: Any, annotation: Any
) -> None:
    browser = browser_of(alice)
    browser.post(f"/projects/{project.pk}/classes/new", {"name": "Mitotic"})
    made = CellClass.objects.get()
    give(annotation, bob, str(made.pk), 1, 3)
    page = browser.get(f"/projects/{project.pk}/classes")
    assert "2 in 1 image" in words_of(page)
    assert "2 cells in 1 image keep it" in page.content.decode()
    url = f"/classes/{made.pk}/remove"
    assert "2 cells in 1 image are called Mitotic" in words_of(browser.post(url, follow=True))
    assert "Mitotic is removed" in words_of(browser.post(url, {"even_if_used": "yes"}, follow=True))
