"""`manage.py setup`: everything `up` would install and build, without starting anything."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from webapp.bootstrap.progress import say


def main(arguments: Sequence[str]) -> int:
    """Say that all is in place; the front door has put it there before calling this."""
    argparse.ArgumentParser(prog="manage.py setup", description=__doc__).parse_args(arguments)
    say("Everything is installed; `python3 manage.py up` starts it.")
    return 0
