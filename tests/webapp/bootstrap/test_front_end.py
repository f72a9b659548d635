"""The front end is built when its sources change, and node_modules when its lock does."""

from __future__ import annotations

import pytest

from webapp.bootstrap import front_end
from webapp.bootstrap.progress import Refusal


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """A front end in a folder of its own whose npm makes the folders that the real one makes."""
    static = tmp_path / "static"
    (static / "src").mkdir(parents=True)
    (static / "src" / "main.ts").write_text("export {}")
    (static / "package.json").write_text("{}")
    (static / "package-lock.json").write_text("{}")
    for name, path in {
        "STATIC": static,
        "PACKAGES_STAMP": static / "node_modules" / ".installed-digest",
        "BUILD_STAMP": static / "build" / ".source-digest",
    }.items():
        monkeypatch.setattr(front_end, name, path)
    noted: list[str] = []

    def npm(arguments, *, is_quiet=False):
        noted.append(" ".join(arguments[:2]))
        made = static / ("node_modules" if arguments[0] == "ci" else "build")
        made.mkdir(exist_ok=True)
        return 0, ""

    monkeypatch.setattr(front_end, "run_npm", npm)
    return noted


INSTALL, BUILD = "ci --no-audit", "run build"


def test_the_first_start_installs_and_builds_and_the_second_does_nothing(calls):
    front_end.make_front_end_current()
    front_end.make_front_end_current()
    assert calls == [INSTALL, BUILD]


def test_a_changed_source_is_built_again_without_installing(calls):
    front_end.make_front_end_current()
    (front_end.STATIC / "src" / "main.ts").write_text("export const changed = 1")
    front_end.make_front_end_current()
    assert calls == [INSTALL, BUILD, BUILD]


def test_a_removed_source_counts_as_a_change(calls):
    (front_end.STATIC / "src" / "other.ts").touch()
    front_end.make_front_end_current()
    (front_end.STATIC / "src" / "other.ts").unlink()
    front_end.make_front_end_current()
    assert calls == [INSTALL, BUILD, BUILD]


def test_a_changed_lock_file_installs_and_builds_again(calls):
    front_end.make_front_end_current()
    (front_end.STATIC / "package-lock.json").write_text('{"changed": 1}')
    front_end.make_front_end_current()
    assert calls == [INSTALL, BUILD] * 2


def test_what_was_killed_half_way_is_done_again(calls, monkeypatch):
    (front_end.STATIC / "node_modules").mkdir()
    (front_end.STATIC / "build").mkdir()
    front_end.make_front_end_current()
    assert calls == [INSTALL, BUILD]


def test_a_build_that_fails_is_refused_with_its_reason_and_tried_again(calls, monkeypatch):
    with monkeypatch.context() as failing:
        broken = "ERROR: no such file"
        failing.setattr(front_end, "run_npm", lambda *_, **__: (1, f"npm error {broken}\nusage\n"))
        with pytest.raises(Refusal, match=broken):
            front_end.make_front_end_current()
    front_end.make_front_end_current()
    assert calls == [INSTALL, BUILD]
