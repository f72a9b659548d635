"""`manage.py schema`: write the description of the API to openapi.json."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer


class Command(BaseCommand):
    """The description that the server gives at /api/schema/, as a file."""

    help = "refresh openapi.json, the description of the API"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--file PATH` writes elsewhere."""
        parser.add_argument("--file", type=Path, default=settings.BASE_DIR / "openapi.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it with sorted keys, so that a change shows as a small difference."""
        generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
        description = generator.get_schema(request=None, public=True)
        rendered = OpenApiJsonRenderer().render(description, renderer_context={})
        content = json.dumps(json.loads(rendered), indent=2, sort_keys=True, ensure_ascii=False)
        Path(options["file"]).write_text(content + "\n", encoding="utf-8")
