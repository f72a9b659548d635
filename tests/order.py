"""In a parallel run long files come first, so that no process ends long before another.

A plugin (`-p tests.order`). Inside a file, and among the files of a place, the order stays random.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.services import IS_WORKER

STORY = "tests/browser/test_story.py"
IN_THE_LAB = "tests/browser/"
# The first compiles what the engine compiles, while the other process draws in the browser; the
# running products after them find it compiled.
LONGEST = (
    "tests/segmentation/engine/test_empty_fields.py",
    "tests/viewer/test_looking.py",
    STORY,
    "tests/viewer/",
    IN_THE_LAB,
    "tests/segmentation/engine/",
    "tests/architecture/",
    "tests/webapp/embedded/",
)


class SharingTheLab(LoadFileScheduling):
    """A file is one piece of work; all files that share one running product are one together."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return IN_THE_LAB if file.startswith(IN_THE_LAB) and file != STORY else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharingTheLab | None:
    """Whoever asks for pieces by file gets these."""
    is_by_file = config.getvalue("dist") == "loadfile"
    return SharingTheLab(config, log) if is_by_file else None


def rank(nodeid: str) -> int:
    """Which place of LONGEST a test belongs to; what belongs to none comes last."""
    places = [n for n, beginning in enumerate(LONGEST) if nodeid.startswith(beginning)]
    return min(places, default=len(LONGEST))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort after the order was drawn; xdist hands out the files in this order."""
    if IS_WORKER:
        items.sort(key=lambda item: rank(item.nodeid))
