"""`manage.py load_demo`: the demo project, read and queued for segmentation."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from segmentation.actions.run import request_run
from webapp.actions.demo import ROBOT, load_demo
from webapp.models import Image, User


class Command(BaseCommand):
    """Repeatable: what is there already is left alone."""

    help = "load the demo project of real images and segment it"

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the images here; the worker segments them."""
        project = load_demo(on_progress=lambda title: self.stdout.write(f"  reading {title}"))
        if project is None:
            return
        robot = User.objects.get(email=ROBOT)
        for dataset in project.datasets.filter(deleted_at=None):
            waiting = Image.objects.filter(dataset=dataset, deleted_at=None, jobs=None)
            if waiting.exists():
                request_run(
                    actor=robot,
                    dataset_id=dataset.pk,
                    image_ids=list(waiting.values_list("pk", flat=True)),
                    method="generalist",
                    parameters={},
                )
