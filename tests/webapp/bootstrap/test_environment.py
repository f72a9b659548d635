"""`.venv` is made once, noticed when it is out of date, and rebuilt when it is half made."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
import time
import venv
from pathlib import Path

import pytest

from webapp.bootstrap import environment, packages
from webapp.bootstrap.progress import Refusal


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with requirement files of its own, in a path with a space."""
    folder = tmp_path / "a checkout ü"
    (folder / "requirements").mkdir(parents=True)
    (folder / "requirements" / "web.txt").write_text("# pins\none==1\n")
    (folder / "requirements" / "embedded.txt").write_text("-r web.txt\ntwo==2\n")
    monkeypatch.setattr(environment, "CHECKOUT", folder)
    monkeypatch.setattr(environment, "ENVIRONMENT", folder / ".venv")
    monkeypatch.setattr(environment, "REQUIREMENTS", folder / "requirements")
    monkeypatch.setattr(environment, "STAMP", folder / ".venv" / "installed.json")
    return folder


@pytest.fixture
def installs(monkeypatch):
    """Notes what would be fetched instead of fetching it; pip is not needed for that."""
    noted = []
    monkeypatch.setattr(environment, "_has_ensurepip", lambda: False)
    monkeypatch.setattr(environment, "install_pip", lambda python: None)
    monkeypatch.setattr(environment, "install_requirements", lambda _, file: noted.append(file))
    return noted


def test_a_missing_environment_is_made_and_then_left_alone(checkout, installs):
    environment.make_current("embedded")
    python = checkout / ".venv" / "bin" / "python"
    prefix = subprocess.check_output([python, "-c", "import sys; print(sys.prefix)"], text=True)
    assert prefix.strip() == str(checkout / ".venv")
    environment.make_current("embedded")
    assert installs == [checkout / "requirements" / "embedded.txt"]


@pytest.mark.parametrize("changed", ["web.txt", "embedded.txt"])
def test_changed_requirements_are_installed_into_the_same_environment(checkout, installs, changed):
    environment.make_current("embedded")
    (checkout / ".venv" / "kept").touch()
    (checkout / "requirements" / changed).write_text("three==3\n")
    assert not environment.is_current("embedded")
    environment.make_current("embedded")
    assert (checkout / ".venv" / "kept").exists()
    assert len(installs) == 2


def test_an_environment_that_was_half_made_is_rebuilt(checkout, monkeypatch, installs):
    def be_killed(*_):
        (checkout / ".venv" / "half").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(environment, "install_requirements", be_killed)
        with pytest.raises(KeyboardInterrupt):
            environment.make_current("embedded")
    assert not environment.is_current("embedded")
    environment.make_current("embedded")
    assert not (checkout / ".venv" / "half").exists()
    assert environment.is_current("embedded")


@pytest.mark.parametrize("stamp", ["", "{", "[]", json.dumps({"groups": 3})])
def test_a_damaged_stamp_means_rebuilding_not_crashing(checkout, installs, stamp):
    environment.make_current("embedded")
    environment.STAMP.write_text(stamp)
    environment.make_current("embedded")
    assert len(installs) == 2


def test_an_environment_whose_python_is_gone_is_rebuilt(checkout, installs):
    environment.make_current("embedded")
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python3")
    environment.make_current("embedded")
    assert os.access(python, os.X_OK)


def test_of_two_starts_at_once_one_installs_and_both_go_on(checkout, installs):
    starts = [
        threading.Thread(target=environment.make_current, args=("embedded",)) for _ in range(2)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(installs) == 1


def test_a_link_in_place_of_the_environment_is_refused(checkout, installs, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (checkout / ".venv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refusal, match="remove it and start again"):
        environment.make_current("embedded")
    assert (tmp_path / "elsewhere").exists()


def make_with_our_pip(folder):
    """An environment that runs the pip of this one; unpacking its own takes many seconds."""
    venv.create(folder, symlinks=True, with_pip=False)
    (packages_folder,) = (folder / "lib").glob("python*/site-packages")
    ours = importlib.util.find_spec("pip")
    (packages_folder / "pip.pth").write_text(str(Path(ours.origin).parents[1]))


def test_packages_that_can_not_be_had_are_refused_with_pip_s_reason(tmp_path, monkeypatch):
    make_with_our_pip(tmp_path / "env")
    (tmp_path / "web.txt").write_text("coverslip-no-such-package==1\n")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(Refusal) as refusal:
        packages.install_requirements(tmp_path / "env" / "bin" / "python", tmp_path / "web.txt")
    assert "coverslip-no-such-package==1" in str(refusal.value)
    assert "run the same command again" in str(refusal.value)


def test_an_environment_without_pip_gets_it_from_a_checked_file(tmp_path, monkeypatch):
    """As on Debian without python3-venv: the wheel must be the pinned one, else nothing runs."""
    venv.create(tmp_path / "env", symlinks=True, with_pip=False)
    wheel = tmp_path / "pip-0-py3-none-any.whl"
    wheel.write_bytes(b"something else")
    monkeypatch.setattr(packages, "PIP_WHEEL", wheel.as_uri())
    with pytest.raises(Refusal, match="is not the file it should be"):
        packages.install_pip(tmp_path / "env" / "bin" / "python")


def test_the_cpu_build_of_torch_is_not_sought_where_wheels_lie_on_the_machine(monkeypatch):
    monkeypatch.setenv("PIP_FIND_LINKS", "/somewhere")
    monkeypatch.setattr(packages, "_answers", lambda url: pytest.fail("asked the network"))
    assert packages._torch_index(environment.Path(sys.executable)) == []


def test_an_address_that_never_answers_costs_two_seconds_at_most(monkeypatch):
    monkeypatch.setattr(packages, "CPU_INDEX_TIMEOUT_S", 0.2)
    hanging = threading.Event()

    def hang(*_, **__):
        hanging.wait(30)
        raise OSError

    monkeypatch.setattr(packages.urllib.request, "urlopen", hang)
    begun_at = time.monotonic()
    assert not packages._answers("https://example.invalid/")
    assert time.monotonic() - begun_at < 10
    hanging.set()
