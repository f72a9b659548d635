"""The page of imported masks: what was dropped is shown, questions are answered, rows accepted."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.actions.label_work import read_label_file
from annotations.models import Annotation
from tests.annotations.api.test_label_files import as_tiff, drawn_elsewhere, drop
from tests.cast import page_of
from tests.webapp.views.test_wells import words_of

pytestmark = pytest.mark.django_db


def test_from_a_dropped_file_to_masks(bob: Any, dataset: Any, image: Any) -> None:
    browser, address = page_of(bob), f"/datasets/{dataset.pk}/masks"
    assert "Import masks" in words_of(browser.get(f"/datasets/{dataset.pk}"))
    seen = drop(bob, dataset, "unknown.tif", as_tiff(drawn_elsewhere().astype(bool)))
    drop(bob, dataset, "notes.txt", b"hello")
    shown = words_of(browser.get(address))
    assert "No image here has this name." in shown
    assert "This is no file of masks that can be read here." in shown
    (row,) = seen["proposals"]
    wrong = browser.post(f"{address}/image", {"proposal": row["id"], "image": "x"}, follow=True)
    assert "No image of this dataset is called “x”." in words_of(wrong)
    browser.post(f"{address}/image", {"proposal": row["id"], "image": image.name})
    read_label_file(seen["id"])
    assert "Is each separate piece a cell" in words_of(browser.get(address))
    browser.post(f"{address}/pieces", {"pieces": "each"})
    read_label_file(seen["id"])
    after = browser.post(f"{address}/accept", {"proposals": [row["id"]]}, follow=True)
    assert "The masks of 1 image are imported." in words_of(after)
    assert "squares · 2 cells from unknown.tif" in words_of(after)
    assert Annotation.objects.get(image=image, is_current=True).base.n_objects == 2


def test_the_page_can_be_opened_for_one_image(bob: Any, dataset: Any, image: Any) -> None:
    browser, address = page_of(bob), f"/datasets/{dataset.pk}/masks?image={image.pk}"
    assert f"{address}" in browser.get(f"/images/{image.pk}/details").content.decode()
    assert "They are meant for squares" in words_of(browser.get(address))


def test_what_is_left_out_changes_nothing(bob: Any, dataset: Any, image: Any) -> None:
    address = f"/datasets/{dataset.pk}/masks"
    (row,) = drop(bob, dataset, "squares.tif", as_tiff(drawn_elsewhere()))["proposals"]
    after = page_of(bob).post(f"{address}/discard", {"proposals": [row["id"]]}, follow=True)
    assert "squares.tif" not in words_of(after)
    assert not Annotation.objects.exists()
