"""What waits for whom: the queue of Home, the counts beside it, the review page."""

from __future__ import annotations

from typing import Any

from annotations.actions.review import send_back, submit_for_review
from annotations.models import Annotation
from tests.visits import browser_of, words_of


def test_an_image_to_correct_waits_for_an_annotator(bob: Any, annotation: Any) -> None:
    response = browser_of(bob).get("/")
    said = words_of(response)
    assert "1 image waits for you." in said
    assert "Plate 1 · 1 image to correct" in said
    assert f"/images/{annotation.image_id}" in response.content.decode()


def test_nothing_waits_for_a_viewer(vera: Any, annotation: Any) -> None:
    said = words_of(browser_of(vera).get("/"))
    assert "Nothing waits for you." in said
    assert "You are up to date." in said


def test_a_submitted_image_waits_for_the_reviewer(bob: Any, rita: Any, annotation: Any) -> None:
    submit_for_review(actor=bob, annotation_id=annotation.pk)
    assert "Plate 1 · 1 image ready to review" in words_of(browser_of(rita).get("/"))
    said = words_of(browser_of(rita).get("/review"))
    assert "1 image waits for your eyes" in said
    assert "Bob" in said


def test_a_reviewer_sees_her_own_work_apart(rita: Any, annotation: Any) -> None:
    Annotation.objects.update(last_edit_by=rita)
    submit_for_review(actor=rita, annotation_id=annotation.pk)
    response = browser_of(rita).get("/review")
    assert response.context["n_others"] == 0
    assert "somebody else approves it" in words_of(response)
    assert response.context["nav_counts"]["review"] == 0


def test_an_image_sent_back_comes_first_with_the_reviewers_words(
    bob: Any, rita: Any, annotation: Any
) -> None:
    submit_for_review(actor=bob, annotation_id=annotation.pk)
    send_back(actor=rita, annotation_id=annotation.pk, comment="two nuclei joined")
    said = words_of(browser_of(bob).get("/"))
    assert "squares · sent back by Rita: “two nuclei joined”" in said
    assert "Changes asked" in said


def test_work_of_another_lab_waits_for_nobody_here(carl: Any, annotation: Any) -> None:
    response = browser_of(carl).get("/")
    assert response.context["nav_counts"] == {"review": 0, "home": 0}


def test_the_viewer_page_tells_its_program_which_image(bob: Any, annotation: Any) -> None:
    page = browser_of(bob).get(f"/images/{annotation.image_id}").content.decode()
    assert f'<main id="viewer" data-image-url="/api/images/{annotation.image_id}">' in page
    assert '<meta name="csrf-token" content="' in page
