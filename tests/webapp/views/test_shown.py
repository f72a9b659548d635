"""How values are shown."""

from __future__ import annotations

import pytest

from webapp.templatetags import shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "a moment"),
        (0, "5 s"),
        (41, "45 s"),
        (61, "2 min"),
        (3540, "59 min"),
        (3541, "1 h 00 min"),
        (36e3, "10 h"),
    ],
)
def test_a_duration_is_said_as_a_person_would(seconds: float | None, words: str) -> None:
    assert shown.about(seconds) == words


def test_numbers_get_thin_spaces_and_a_missing_one_a_dash() -> None:
    assert shown.thin(41208) == "41\u202f208"
    assert shown.thin(None) == "–"


def test_counts_agree_with_their_noun() -> None:
    assert shown.count(1, "image") == "1 image"
    assert shown.count(0, "image") == "0 images"
    assert shown.count(2, "history,histories") == "2 histories"


def test_a_bar_without_images_is_empty() -> None:
    assert "<rect" not in shown.progress_bar({"total": 0})
    assert shown.progress_bar({"approved": 1, "uploaded": 3}).count("<rect") == 2


@pytest.mark.parametrize(
    ("size", "words"),
    [(12, "12 B"), (726_000, "726 kB"), (6_900_000, "6.9 MB"), (2e13, "20.00 TB")],
)
def test_bytes_are_shown_in_the_unit_that_reads_best(size: int, words: str) -> None:
    assert shown.byte_size(size) == words


def test_a_field_name_becomes_words_with_its_unit() -> None:
    assert shown.words("minimum_area_px") == "Minimum area (px)"
    assert shown.words("n_images") == "Images"


def test_a_progress_says_all_only_when_it_is_done() -> None:
    assert shown.percent(0.999) == 99
    assert shown.percent(1.0) == 100
