"""Checks beside the tests are counted like tests, and none outlives the run."""

from __future__ import annotations

import os

import psutil
import pytest

from webapp.bootstrap import beside
from webapp.bootstrap.beside import Lane, running_beside
from webapp.bootstrap.counting import Count


@pytest.fixture
def politeness(monkeypatch):
    """Notes how nice a lane would be; this process stays as it is."""
    noted = []
    monkeypatch.setattr(os, "nice", noted.append)
    return noted


def test_a_lane_leaves_its_counts_and_gives_way_to_the_tests(monkeypatch, tmp_path, politeness):
    monkeypatch.setitem(beside.LANES, "python", lambda: Count(3, 1))
    assert beside.main(["python", str(tmp_path / "counts")]) == 0
    assert (tmp_path / "counts").read_text() == '{"n_passed": 3, "n_failed": 1}'
    assert politeness == [beside.NICENESS]


def test_a_lane_that_breaks_off_is_a_failure_and_says_why(tmp_path, capsys):
    assert Lane("of nothing", tmp_path).result() == Count(0, 1)
    assert "KeyError: 'of nothing'" in capsys.readouterr().out


def test_no_lane_outlives_a_run_that_was_broken_off():
    def break_off():
        with running_beside() as lanes:
            begun.extend(psutil.Process(lane._process.pid) for lane in lanes)
            raise KeyboardInterrupt

    begun: list[psutil.Process] = []
    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert len(begun) == len(beside.LANES)
    assert not any(process.is_running() for process in begun)
