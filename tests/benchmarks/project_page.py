"""How long the home page and the page of a project take, and how many questions they ask.

Run as `python -m tests.benchmarks.project_page [N ...]`: N images each time, in 20 datasets of one
project. Prints the median and the 95th percentile in milliseconds, as `dataset_page` does.
"""

from __future__ import annotations

import os
import statistics
import sys
from typing import Any

from tests.benchmarks.dataset_page import N_REQUESTS, ask, fill

N_DATASETS = 20


def main(sizes: list[int]) -> None:
    """One table for all sizes."""
    from tests.services import SERVICES

    os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
    os.environ["ALLOWED_HOSTS"] = "testserver"
    try:
        SERVICES.start()
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        for n_images in sizes:
            measure(n_images)
    finally:
        SERVICES.stop()


def measure(n_images: int) -> None:
    """Fill a project and ask for the pages that show it."""
    from django.test import Client

    from tests.cast import make_person
    from webapp.actions.projects import create_project

    olga = make_person(f"Olga{n_images}")
    project = create_project(actor=olga, name=f"{n_images} images")
    for number in range(N_DATASETS):
        fill(olga, project, n_images // N_DATASETS, name=f"Plate {number}")
    browser = Client()
    browser.force_login(olga)
    for name, address in {
        "home": "/",
        "project": f"/projects/{project.pk}",
        "projects": "/api/projects",
        "datasets": f"/api/projects/{project.pk}/datasets",
        "storage": f"/projects/{project.pk}/storage",
    }.items():
        times = sorted(ask(browser, address)[0] for _ in range(N_REQUESTS))
        print(
            f"{n_images:>7} images  {name:<10} p50 {statistics.median(times):6.1f} ms   "
            f"p95 {times[int(len(times) * 0.95)]:6.1f} ms   {n_queries(browser, address)} queries",
            flush=True,
        )


def n_queries(browser: Any, address: str) -> int:
    """How many questions a page asks of the database; the slowest are printed when asked for."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    if os.environ.get("SHOW"):
        for row in sorted(asked, key=lambda row: -float(row["time"]))[:6]:
            print(f"  {row['time']} s  {row['sql'][:600]}")
    return len(asked)


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [1_000, 5_000, 50_000])
