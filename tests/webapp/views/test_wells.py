"""The pages of plates: names are looked at before they are accepted, wrong cells are named."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.cast import page_of
from webapp.models import Dataset, Image, Well

pytestmark = pytest.mark.django_db


def words_of(answer: Any) -> str:
    """The text of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_from_names_to_a_plate_with_its_conditions(
    bob: Any, dataset: Dataset, make_image: Any
) -> None:
    images = [make_image(f"p1_{well}_s1_w1.tif") for well in ("B03", "H12")]
    Image.objects.filter(pk=images[0].pk).update(n_cells=12)
    browser, address = page_of(bob), f"/datasets/{dataset.pk}"
    assert "No plate yet" in words_of(browser.get(f"{address}/plates"))
    seen = words_of(browser.get(f"{address}/wells"))
    assert "2 names of 2 read, 2 wells" in seen
    assert "ImageXpress" in seen
    pattern = "{plate}_{well}_s{site}_w{channel_number}"
    assert not Well.objects.exists()
    after = browser.post(f"{address}/wells", {"pattern": pattern}, follow=True)
    assert "2 images have a well now." in words_of(after)
    table = "well\tcompound\tdose\tunit\tcontrol\nB03\tTaxol\t0.5\tuM\tpos"
    after = browser.post(f"{address}/plate-map", {"plate": "p1", "table": table}, follow=True)
    shown = words_of(after)
    assert "Taxol 0.5 uM" in shown
    assert "B03, 1 image, Cells in an image 12, Taxol 0.5 uM, Positive control" in shown
    assert f"/images/{images[0].pk}" in after.content.decode()


def test_wrong_cells_are_named_and_what_was_pasted_stays(bob: Any, dataset: Dataset) -> None:
    table = "well\tdose\nA01\tmuch\n"
    answer = page_of(bob).post(f"/datasets/{dataset.pk}/plate-map", {"table": table})
    assert "Row 2, column 2: “much” is no number." in words_of(answer)
    assert "A01\tmuch" in answer.content.decode()
    assert not Well.objects.exists()


def test_images_that_share_a_place_are_pointed_out(
    bob: Any, dataset: Dataset, make_image: Any
) -> None:
    for name in ("p1_B03_s1_w1.tif", "p1_B03_s2_w1.tif"):
        make_image(name)
    address = f"/datasets/{dataset.pk}/wells"
    coarse = page_of(bob).get(address, {"pattern": "{plate}_{well}_s{*}"})
    assert "2 images share their place" in words_of(coarse)
    fine = page_of(bob).get(address, {"pattern": "{plate}_{well}_s{site}_{*}"})
    assert "share their place" not in words_of(fine)


def test_a_pattern_that_cannot_be_used_says_why_at_its_field(bob: Any, dataset: Dataset) -> None:
    answer = page_of(bob).get(f"/datasets/{dataset.pk}/wells", {"pattern": "{wel}"})
    assert "{wel} is not known." in words_of(answer)
    assert 'aria-describedby="wrong"' in answer.content.decode()
