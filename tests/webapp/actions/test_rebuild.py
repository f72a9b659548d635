"""Derived files may be deleted at any time."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command

from webapp.actions.rebuild import rebuild_image
from webapp.models import Image
from webapp.storage.derived import image_folder

pytestmark = pytest.mark.django_db


def contents(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_a_deleted_pyramid_comes_back_as_it_was(image: Image) -> None:
    before = contents(image_folder(image.pk))
    assert any(name.startswith("pyramid.zarr/0/c/") for name in before)
    shutil.rmtree(image_folder(image.pk))
    assert rebuild_image(image.pk)
    assert contents(image_folder(image.pk)) == before


def test_what_is_there_is_left_alone(image: Image) -> None:
    assert not rebuild_image(image.pk)


def test_the_command_makes_everything_again(
    image: Image, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(image_folder(image.pk))
    call_command("rebuild_derived")
    assert "1 of 1 images were made again" in capsys.readouterr().out
    assert (image_folder(image.pk) / "thumbnail.webp").exists()
