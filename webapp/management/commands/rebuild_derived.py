"""`manage.py rebuild_derived`: make again what is missing under `derived/`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webapp.actions.rebuild import rebuild_image
from webapp.imaging.limits import UnreadableImage
from webapp.models import Image


class Command(BaseCommand):
    """Pyramids and thumbnails of images; the files of masks come back when they are asked for."""

    help = "make missing pyramids and thumbnails again from the original files"

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each image that was made again; exit code 1 when one could not be."""
        n_made, failed = 0, 0
        images = Image.objects.order_by("created_at")
        for image in images.iterator(chunk_size=500):
            try:
                if rebuild_image(image.pk):
                    n_made += 1
                    self.stdout.write(f"  {image.name}")
            except UnreadableImage as error:
                failed += 1
                self.stderr.write(f"  {image.name}: {error.sentence}")
        self.stdout.write(f"{n_made} of {images.count()} images were made again.")
        if failed:
            raise CommandError(f"{failed} images could not be made again.")
