"""What children of a nursery do in tests; each is chosen by its first argument."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Sequence

from webapp.imaging import ingest


def main(arguments: Sequence[str]) -> int:
    """Do it."""
    if arguments[0] == "tell":
        print(json.dumps({"parent": os.getppid(), "env": sorted(os.environ)}), flush=True)
    elif arguments[0] == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif arguments[0] == "hang":
        print(json.dumps({"progress": 0.5, "step": str(os.getpid())}), flush=True)
        time.sleep(600)
    elif arguments[0] == "raise":
        raise ValueError("this is in the log")
    elif arguments[0] == "read":
        before = set(sys.modules)
        ingest.main(list(arguments[1:]))
        loaded = sorted(set(sys.modules) - before)
        print(json.dumps({"loaded": loaded}), file=sys.__stdout__, flush=True)
    return 0
