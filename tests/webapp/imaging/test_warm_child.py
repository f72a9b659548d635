"""Children of a nursery begin at once, end alone, and leave it for the next."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.webapp.imaging.ingested import CHILD_LIMITS
from webapp.imaging import warm_child
from webapp.imaging.child import CRASHED, TOO_SLOW, answer_of_child
from webapp.imaging.limits import Limits, UnreadableImage

MODULE = "tests.webapp.imaging.children"
IMAGES = Path(__file__).parents[2] / "images"


def answer(*arguments: str, limits: Limits = CHILD_LIMITS, said: Any = None) -> dict[str, Any]:
    """What a child said."""
    note = (lambda _, step: said.append(step)) if said is not None else lambda *_: None
    return answer_of_child(MODULE, arguments, limits, note)


def test_one_nursery_serves_file_after_file() -> None:
    assert answer("tell")["parent"] == answer("tell")["parent"]


def test_a_child_knows_no_secrets_of_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for readers")
    warm_child._idle.clear()
    assert not {"SECRET_KEY", "DATABASE_URL", "HOME"} & set(answer("tell")["env"])


def test_a_crash_ends_the_child_alone_and_says_where_in_the_log() -> None:
    nursery = answer("tell")["parent"]
    with pytest.raises(UnreadableImage, match=CRASHED):
        answer("crash")
    with pytest.raises(UnreadableImage) as caught:
        answer("raise")
    assert "this is in the log" in caught.value.details
    assert answer("tell")["parent"] == nursery


def test_a_child_that_hangs_is_killed() -> None:
    said: list[str] = []
    with pytest.raises(UnreadableImage, match=TOO_SLOW):
        answer("hang", limits=Limits(wall_s=0.5), said=said)
    with pytest.raises(ProcessLookupError):
        os.kill(int(said[0]), 0)


def test_another_nursery_takes_the_place_of_one_that_is_gone() -> None:
    nursery = answer("tell")["parent"]
    os.kill(nursery, signal.SIGKILL)
    assert answer("tell")["parent"] != nursery


@pytest.mark.parametrize("name", ["movie.tif", "two_channels.ome.tif", "nuclei.png"])
def test_usual_files_need_nothing_that_the_nursery_has_not_loaded(
    name: str, tmp_path: Path
) -> None:
    assert answer("read", str(IMAGES / name), str(tmp_path), "--may-ask") == {"loaded": []}
