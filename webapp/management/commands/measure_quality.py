"""`manage.py measure_quality`: numbers of quality for images that have none yet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from webapp.actions.quality_numbers import measure_quality
from webapp.imaging.quality.measure import MEASURES
from webapp.models import Image


class Command(BaseCommand):
    """The oldest image first, so that of two near-identical ones the later is the duplicate."""

    help = "compute the quality numbers of images that have none, or of those that you name"

    def add_arguments(self, parser: Any) -> None:
        """Which images: those without numbers, unless something else is said."""
        parser.add_argument("--again", action="store_true", help="also where there are numbers")
        parser.add_argument(
            "--lacking",
            choices=[flag.value for flag in MEASURES],
            help="those without the number of this flag, as after an update that brought it",
        )
        parser.add_argument("--project", type=UUID, metavar="ID", help="of one project only")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each image; exit code 1 when one could not be measured."""
        images = Image.objects.order_by("created_at")
        if options["project"]:
            images = images.filter(dataset__project=options["project"])
        if options["lacking"]:
            has_number = Q(quality__numbers__has_key=options["lacking"])
            images = images.exclude(pk__in=Image.objects.filter(has_number).values("pk"))
        elif not options["again"]:
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
