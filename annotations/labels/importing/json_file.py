"""Files of masks in JSON: told apart by what is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from annotations.labels.importing.coco import is_coco, read_coco
from annotations.labels.importing.entry import FileOfMasks, Unfit
from annotations.labels.importing.geojson import is_geojson, read_geojson

BROKEN = "This JSON file is broken or was cut off. Export it again from the program that made it."
TOO_DEEP = "This JSON file is nested too deeply to hold masks. Export it again."
OTHER = (
    "This JSON file holds neither COCO annotations nor GeoJSON features, so there are no masks in "
    "it that can be read."
)


def open_json(source: Path, name: str) -> FileOfMasks:
    """COCO or GeoJSON."""
    try:
        content: Any = json.loads(source.read_text("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Unfit(BROKEN) from error
    except RecursionError:
        raise Unfit(TOO_DEEP) from None
    if is_coco(content):
        return read_coco(content)
    if is_geojson(content):
        return read_geojson(content, name)
    raise Unfit(OTHER)
