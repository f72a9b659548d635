"""A process that has loaded the readers already and forks a child for each file.

Loading them takes three times as long as reading a small image. The parent speaks through a
socket: a JSON line with `module` and `arguments`, and with it the descriptors for the child's
output and log; it hears `{"pid": 7}`, and when the child has ended `{"status": 0}`. One child at a
time; it is a process group of its own. The nursery ends when the parent does.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import socket
import sys
from collections.abc import Sequence

MAX_REQUEST_BYTES = 1 << 16
N_DESCRIPTORS = 2
# What the usual files need, also what libraries load only when it is first used.
_CODECS = ("_zlib", "_deflate", "_imcd", "_png")
_PICTURES = ("WebP", "Jpeg", "Png", "Bmp", "Gif", "Ppm")
_LOADED_AHEAD = (
    *("webapp.imaging.ingest", "webapp.imaging.opening", "webapp.imaging.conversion"),
    *("webapp.imaging.tiff.opening", "webapp.imaging.tiff.ome_set", "webapp.imaging.png"),
    *("webapp.imaging.photo", "resource", "numpy.ma"),
    *(f"imagecodecs.{name}" for name in _CODECS),
    *(f"PIL.{name}ImagePlugin" for name in _PICTURES),
)


def main(arguments: Sequence[str]) -> None:
    """Serve the parent at the other end of a socket, whose descriptor is the argument."""
    for name in _LOADED_AHEAD:
        importlib.import_module(name)
    parent = socket.socket(fileno=int(arguments[0]))
    while True:
        request, descriptors, _, _ = socket.recv_fds(parent, MAX_REQUEST_BYTES, N_DESCRIPTORS)
        if not request:
            return
        wanted = json.loads(request)
        child = os.fork()
        if child == 0:
            parent.close()
            _become(wanted["module"], wanted["arguments"], descriptors)
        with contextlib.suppress(OSError):  # it has done so itself, or has ended
            os.setpgid(child, child)
        for descriptor in descriptors:
            os.close(descriptor)
        _say(parent, pid=child)
        _, status = os.waitpid(child, 0)
        _say(parent, status=os.waitstatus_to_exitcode(status))


def _become(module: str, arguments: list[str], descriptors: list[int]) -> None:
    """Be the child: run `main` of a module with this output and log, and end."""
    status = 1
    try:
        os.setpgid(0, 0)
        for target, descriptor in enumerate(descriptors, start=1):
            os.dup2(descriptor, target)
            os.close(descriptor)
        status = importlib.import_module(module).main(arguments)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)  # skips tearing down decoders, which damaged data can upset


def _say(parent: socket.socket, **what: int) -> None:
    parent.sendall(json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
