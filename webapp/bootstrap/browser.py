"""A Chromium for the browser tests: one that is here, or one that can be had."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from webapp.bootstrap.progress import Refusal, step

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)


def require_browser() -> Path:
    """Path of a browser for the tests; refuses with what to do when none can be had."""
    browser = _chosen() or _from_system() or _from_playwright()
    if browser is None:
        browser = _fetched_by_playwright() or _installed_by_apt()
    if browser is None:
        raise Refusal(
            "The browser tests need Chromium and none was found or could be installed; install "
            "Chromium or Google Chrome, or set CHROMIUM to the path of one."
        )
    return browser


def _chosen() -> Path | None:
    """The browser named by $CHROMIUM."""
    name = os.environ.get("CHROMIUM")
    if not name:
        return None
    path = shutil.which(name)
    if path is None:
        raise Refusal(f"CHROMIUM is set to {name}, which is no program that can be run.")
    return Path(path)


def _from_system() -> Path | None:
    """A browser of the operating system."""
    found = [path for name in SYSTEM_NAMES if (path := shutil.which(name))]
    found += [str(path) for path in APPLICATIONS if path.exists()]
    return Path(found[0]) if found else None


def _from_playwright() -> Path | None:
    """The browser that Playwright has downloaded before."""
    ask = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as play: print(play.chromium.executable_path)"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    path = Path(done.stdout.strip() or "/nonexistent")
    return path if path.is_file() else None


def _fetched_by_playwright() -> Path | None:
    """Playwright's own download, where its host can be reached."""
    command = [sys.executable, "-m", "playwright", "install", "chromium-headless-shell", "chromium"]
    with step("Browser", "Chromium from Playwright") as current:
        done = subprocess.run(command, capture_output=True, check=False)
        browser = _from_playwright() if done.returncode == 0 else None
        current.result = current.result if browser else "Playwright has none to give"
    return browser


def _installed_by_apt() -> Path | None:
    """Debian's and Ubuntu's package, for a machine where this process may install it."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with step("Browser", "Chromium installed by apt-get") as current:
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            command = [apt, "-q", *arguments]
            subprocess.run(command, env=environment, capture_output=True, check=False)
        browser = _from_system()
        current.result = current.result if browser else "apt-get has none to give"
    return browser
