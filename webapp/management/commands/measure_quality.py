"""`manage.py measure_quality`: numbers of quality for images that have none yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webapp.actions.quality_numbers import measure_quality
from webapp.models import Image


class Command(BaseCommand):
    """The oldest image first, so that of two near-identical ones the later is the duplicate."""

    help = "compute the quality numbers of images that have none (--again: of all)"

    def add_arguments(self, parser: Any) -> None:
        """One choice: all images, or those without numbers."""
        parser.add_argument("--again", action="store_true", help="also where there are numbers")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each image; exit code 1 when one could not be measured."""
        images = Image.objects.order_by("created_at")
        if not options["again"]:
            images = images.filter(quality=None)
        n_measured, failed = 0, 0
        for image in images.iterator(chunk_size=500):
            try:
                measure_quality(image.pk)
                n_measured += 1
            except OSError as error:
                failed += 1
                self.stderr.write(f"  {image.name}: its pyramid cannot be read ({error})")
        self.stdout.write(f"{n_measured} images were measured.")
        if failed:
            raise CommandError(f"{failed} images were not. Run rebuild_derived, then this again.")
