"""How long the pages of a dataset take with 5,000 and with 50,000 images.

Run as `python -m tests.benchmarks.dataset_page [N ...]`. Prints the median and the 95th percentile
in milliseconds for the first page, the last, filters and the search, each asked of Django and
PostgreSQL as they run in the product, without the network.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
import uuid
from typing import Any

N_REQUESTS = 40
STATES = ("uploaded", "segmented", "corrected", "in_review", "approved")


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
    """Fill a dataset and ask for its pages."""
    from django.test import Client

    from tests.cast import make_person
    from webapp.actions.projects import create_project

    olga = make_person(f"Olga{n_images}")
    project = create_project(actor=olga, name=f"{n_images} images")
    dataset = fill(olga, project, n_images)
    browser = Client()
    browser.force_login(olga)
    page = f"/datasets/{dataset.pk}"
    last = (n_images - 1) // 120 + 1
    addresses = {
        "first page": page,
        "last page": f"{page}?page={last}",
        "as a table": f"{page}?view=table",
        "one state": f"{page}?state=approved",
        "a word": f"{page}?q=s3_w1",
        "a well": f"{page}?q=well:C04",
        "a channel": f"{page}?q=channel:actin",
        "a tag": f"{page}?q=tag:control",
        "a flag": f"{page}?look=blurred",
        "two conditions": f"{page}?q=tag:control+state:approved+s2",
        "project page": f"/projects/{project.pk}",
        "search of all": "/search?q=s3_w1",
        "palette": "/api/search?q=s3_w1",
        "API, one page": f"/api{page}/images?page_size=100",
    }
    for name, address in addresses.items():
        asked = [ask(browser, address) for _ in range(N_REQUESTS)]
        times = sorted(wall for wall, _ in asked)
        print(
            f"{n_images:>7} images  {name:<16} p50 {statistics.median(times):6.1f} ms   "
            f"p95 {times[int(len(times) * 0.95)]:6.1f} ms   "
            f"of it the processor {statistics.median(one for _, one in asked):5.1f} ms",
            flush=True,
        )


def ask(browser: Any, address: str) -> tuple[float, float]:
    """Milliseconds until the whole answer is there, and of this process's processor time."""
    started, computed = time.perf_counter(), time.process_time()
    answer = browser.get(address)
    took = (time.perf_counter() - started) * 1000, (time.process_time() - computed) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return took


def fill(olga: Any, project: Any, n_images: int, name: str = "Many") -> Any:
    """A dataset of images in wells, each with two channels, quality numbers and some tags."""
    from webapp.actions.datasets import create_dataset
    from webapp.models import Blob, Channel, Image, ImageQuality, Plate, Tag, Well

    dataset = create_dataset(actor=olga, project_id=project.pk, name=name)
    plate = Plate.objects.create(dataset=dataset, name="p1", n_rows=16, n_columns=24)
    wells = Well.objects.bulk_create(
        Well(plate=plate, row=row, column=column) for row in range(16) for column in range(24)
    )
    blob, _ = Blob.objects.get_or_create(sha256="0" * 64, defaults={"size_bytes": 1})
    images = [an_image(number, dataset, wells, blob, olga) for number in range(n_images)]
    Image.objects.bulk_create(images, batch_size=1000)
    look: dict[str, Any] = {"color": "#ffffff", "low": 0, "high": 1, "minimum": 0, "maximum": 1}
    Channel.objects.bulk_create(
        (
            Channel(image=image, index=index, name=name, histogram=[0] * 256, **look)
            for image in images
            for index, name in enumerate(("DAPI", "Actin"))
        ),
        batch_size=1000,
    )
    ImageQuality.objects.bulk_create(
        (
            ImageQuality(image=image, numbers=numbers_of(number))
            for number, image in enumerate(images)
        ),
        batch_size=1000,
    )
    tags = [
        Tag.objects.get_or_create(project=project, name=tag)[0] for tag in ("control", "treated")
    ]
    Image.tags.through.objects.bulk_create(
        (
            Image.tags.through(image_id=image.pk, tag_id=tags[number % 2].pk)
            for number, image in enumerate(images)
            if number % 3 == 0
        ),
        batch_size=1000,
    )
    analyze()
    return dataset


def an_image(number: int, dataset: Any, wells: list[Any], blob: Any, olga: Any) -> Any:
    """One image of a site of a well."""
    from webapp.models import Image

    well = wells[number % len(wells)]
    name = f"p1_{well.place}_s{number // len(wells) + 1}_w1"
    return Image(
        id=uuid.uuid4(),
        dataset=dataset,
        well=well,
        site=number // len(wells) + 1,
        name=name,
        file_name=f"{name}.tif",
        blob=blob,
        n_frames=1,
        n_channels=2,
        n_slices=1,
        height=1024,
        width=1024,
        dtype="uint16",
        source_dtype="uint16",
        source_format="TIFF",
        pixel_size_y_um=0.65,
        pixel_size_x_um=0.65,
        levels=[{"level": 0, "height": 1024, "width": 1024}],
        notes=["The file did not name its channels."] if number % 50 == 0 else [],
        state=STATES[number % len(STATES)],
        n_cells=number % 400,
        created_by=olga,
    )


def numbers_of(number: int) -> dict[str, Any]:
    """The numbers of an image, one flag up for every tenth."""
    from webapp.imaging.quality.flags import MEANINGS, Flag

    return {
        flag.value: {"value": MEANINGS[flag].limit * (2 if number % 10 == 0 else 0.5), "channel": 0}
        for flag in Flag
        if flag != Flag.DUPLICATE
    }


def analyze() -> None:
    """The statistics that autovacuum would bring within a minute."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [5_000, 50_000])
