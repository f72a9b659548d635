#!/usr/bin/env python3
"""The one front door of Coverslip: run it without argument to see what it can do."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is where an older one is told
    sys.exit(
        "Coverslip needs Python 3.11 or newer and this is Python %d.%d; "  # noqa: UP031
        "start it with a newer one, for example: python3.11 manage.py up" % sys.version_info[:2]
    )

from webapp.bootstrap.front_door import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
