"""Tiles, answered in front of Django: the right bytes for members, nothing for anybody else."""

from __future__ import annotations

import gzip
import shutil
from typing import Any

import numpy as np
import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from annotations.api.base_tiles import BASE_TILE, base_tile
from tests.cast import PASSWORD, hashed_password, page_of, pixels, squares
from webapp.actions.tokens import create_token
from webapp.api.lean import Answer, Asked
from webapp.api.tiles import IMAGE_TILE, image_tile
from webapp.models import ApiToken, Membership
from webapp.storage.derived import image_folder

pytestmark = pytest.mark.django_db


def cookie_of(person: Any) -> dict[str, str]:
    """The headers of a browser in which this person is signed in."""
    return {"cookie": f"sessionid={page_of(person).cookies['sessionid'].value}"}


def tile(url: str, headers: dict[str, str]) -> Answer:
    """What the doors in front of Django answer to an address."""
    for pattern, door in ((IMAGE_TILE, image_tile), (BASE_TILE, base_tile)):
        match = pattern.fullmatch(url)
        if match:
            return door(Asked(match.groupdict(), headers))
    raise LookupError(url)


def address(image: Any, level: int = 0, c: int = 0, row: int = 0, col: int = 0, **at: int) -> str:
    """The address of a tile of an image."""
    t, z = at.get("t", 0), at.get("z", 0)
    return f"/api/images/{image.pk}/tiles/{image.blob_id[:16]}/{level}/{t}/{c}/{z}/{row}/{col}"


@pytest.fixture
def base_url(annotation: Any, vera: Any) -> str:
    """The address of label tiles as the API tells it."""
    url: str = page_of(vera).get(f"/api/annotations/{annotation.pk}").json()["tile_url"]
    return url


def test_a_tile_holds_the_pixels_of_its_place(image: Any, vera: Any) -> None:
    template = page_of(vera).get(f"/api/images/{image.pk}").json()["tile_url"]
    url = template.format(level=0, t=0, c=1, z=0, row=1, col=1)
    answer = tile(url, cookie_of(vera))
    block = np.frombuffer(gzip.decompress(answer.body), "<u2").reshape(512, 512)
    expected = np.zeros((512, 512), np.uint16)
    expected[:88, :188] = pixels()[1, 512:, 512:]
    assert np.array_equal(block, expected)
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]


def test_a_label_tile_holds_the_labels_of_its_place(base_url: str, vera: Any) -> None:
    url = base_url.format(level=0, t=0, z=0, row=0, col=0)
    block = np.frombuffer(gzip.decompress(tile(url, cookie_of(vera)).body), "<u4")
    assert np.array_equal(block.reshape(512, 512), squares()[0, 0, :512, :512])


def test_an_empty_label_tile_is_zeros(base_url: str, vera: Any) -> None:
    url = base_url.format(level=0, t=0, z=0, row=1, col=0)
    answer = tile(url, cookie_of(vera))
    assert answer.status == 200
    assert gzip.decompress(answer.body) == bytes(512 * 512 * 4)


def test_what_the_browser_has_is_not_sent_again(image: Any, vera: Any) -> None:
    headers = cookie_of(vera)
    etag = tile(address(image), headers).headers["etag"]
    again = tile(address(image), headers | {"if-none-match": etag})
    assert (again.status, again.body) == (304, b"")
    other = tile(address(image, c=1), headers | {"if-none-match": etag})
    assert other.status == 200


@pytest.mark.parametrize(
    "at", [{"level": 2}, {"t": 1}, {"c": 2}, {"z": 1}, {"row": 2}, {"col": 2}], ids=str
)
def test_there_is_no_tile_outside_of_the_image(image: Any, vera: Any, at: dict[str, int]) -> None:
    assert tile(address(image, **at), cookie_of(vera)).status == 404


def test_another_digest_is_another_image(image: Any, vera: Any) -> None:
    url = address(image).replace(image.blob_id[:16], "0" * 16)
    assert tile(url, cookie_of(vera)).status == 404


def test_a_pyramid_that_is_gone_is_not_mistaken_for_black_pixels(image: Any, vera: Any) -> None:
    shutil.rmtree(image_folder(image.pk))
    assert tile(address(image), cookie_of(vera)).status == 503


@pytest.mark.parametrize(
    "headers", [{}, {"cookie": "sessionid=unknown"}, {"cookie": "a=b; ;;=\x00"}], ids=str
)
def test_nobody_sees_a_tile_without_an_account(image: Any, headers: dict[str, str]) -> None:
    assert tile(address(image), headers).status == 401


def test_a_stranger_finds_no_tile(image: Any, carl: Any, base_url: str) -> None:
    headers = cookie_of(carl)
    assert tile(address(image), headers).status == 404
    assert tile(base_url.format(level=0, t=0, z=0, row=0, col=0), headers).status == 404


def test_a_removed_member_finds_no_tile_any_more(image: Any, vera: Any) -> None:
    headers = cookie_of(vera)
    assert tile(address(image), headers).status == 200
    Membership.objects.filter(user=vera).delete()
    assert tile(address(image), headers).status == 404


def test_a_closed_account_finds_no_tile_any_more(image: Any, vera: Any) -> None:
    headers = cookie_of(vera)
    vera.is_active = False
    vera.save()
    assert tile(address(image), headers).status == 404


def test_a_new_password_ends_the_old_session(image: Any, vera: Any) -> None:
    headers = cookie_of(vera)
    vera.set_password(PASSWORD + "!")
    vera.save()
    assert vera.password != hashed_password()
    assert tile(address(image), headers).status == 404


def test_signing_out_ends_the_session(image: Any, vera: Any) -> None:
    browser = page_of(vera)
    headers = {"cookie": f"sessionid={browser.cookies['sessionid'].value}"}
    assert browser.session[SESSION_KEY] == str(vera.pk)
    browser.logout()
    assert tile(address(image), headers).status == 401


@pytest.mark.parametrize("what", ["image", "dataset", "project"])
def test_what_is_in_the_trash_has_no_tiles(image: Any, vera: Any, what: str, base_url: str) -> None:
    from django.utils import timezone

    subject = {
        "image": image,
        "dataset": image.dataset,
        "project": image.dataset.project,
    }[what]
    subject.deleted_at = timezone.now()
    subject.save()
    headers = cookie_of(vera)
    assert tile(address(image), headers).status == 404
    assert tile(base_url.format(level=0, t=0, z=0, row=0, col=0), headers).status == 404


def test_a_token_opens_tiles_until_it_is_revoked(image: Any, vera: Any) -> None:
    _, secret = create_token(actor=vera, name="script", scope="read")
    headers = {"authorization": f"Bearer {secret}"}
    assert tile(address(image), headers).status == 200
    ApiToken.objects.update(revoked_at="2026-01-01T00:00:00Z")
    assert tile(address(image), headers).status == 404


def test_a_token_of_another_project_opens_no_tile(image: Any, olga: Any) -> None:
    from webapp.actions.projects import create_project

    other = create_project(actor=olga, name="Other")
    _, secret = create_token(actor=olga, name="script", scope="read", project_id=other.pk)
    assert tile(address(image), {"authorization": f"Bearer {secret}"}).status == 404


def test_django_itself_has_no_tiles(image: Any, vera: Any) -> None:
    """They are answered in front of it; a server without that door says so."""
    assert Client().get(address(image)).status_code == 404
