"""Django's management commands, with the services they need: the running ones or own ones."""

from __future__ import annotations

import os
from collections.abc import Sequence

from webapp.embedded.folders import open_data_folder
from webapp.embedded.services import services_for_command


def main(arguments: Sequence[str]) -> int:
    """Run `manage.py ARGUMENTS` by Django; returns the exit code."""
    with services_for_command(open_data_folder(), arguments[0]) as environment:
        os.environ.update(environment)
        from django.core.management import execute_from_command_line

        try:
            execute_from_command_line(["manage.py", *arguments])
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
