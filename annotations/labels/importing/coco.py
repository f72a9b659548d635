"""COCO annotations: polygons, run lengths, crowds, categories; one file for many images."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from annotations.labels.importing.entry import FileOfMasks, Unfit
from annotations.labels.importing.outlines import Pixels, as_points, filled, joined
from annotations.labels.importing.run_lengths import decoded
from annotations.labels.importing.shapes import DrawPixels, Outlined, ShapesEntry
from annotations.labels.importing.words import counted

NO_IMAGES = "This COCO file does not list its images by file_name. Export it with its images."


def is_coco(content: Any) -> bool:
    """Whether this is an object with images and annotations."""
    return isinstance(content, dict) and all(
        isinstance(content.get(key), list) for key in ("images", "annotations")
    )


def read_coco(content: Mapping[str, Any]) -> FileOfMasks:
    """An entry for every image that is listed, in that order."""
    kinds = {
        one.get("id"): str(one.get("name", ""))[:60]
        for one in content.get("categories") or []
        if isinstance(one, dict) and _is_key(one.get("id"))
    }
    objects: defaultdict[Any, list[Outlined]] = defaultdict(list)
    n_boxes: defaultdict[Any, int] = defaultdict(int)
    for annotation in content["annotations"]:
        if not isinstance(annotation, dict) or not _is_key(annotation.get("image_id")):
            continue
        found = _outlined(annotation, kinds)
        if found is None:
            n_boxes[annotation["image_id"]] += 1
        else:
            objects[annotation["image_id"]].append(found)
    images = [one for one in content["images"] if isinstance(one, dict) and one.get("file_name")]
    if not images:
        raise Unfit(NO_IMAGES)
    entries = [_entry(one, objects, n_boxes) for one in images]
    return FileOfMasks("COCO", entries)


def _entry(
    image: Mapping[str, Any], objects: Mapping[Any, list[Outlined]], n_boxes: Mapping[Any, int]
) -> ShapesEntry:
    key = image.get("id") if _is_key(image.get("id")) else None
    height, width = image.get("height"), image.get("width")
    size = (height, width) if isinstance(height, int) and isinstance(width, int) else None
    n_without = n_boxes.get(key, 0)
    notes = (
        [f"Left out, as they have a box and no outline: {counted(n_without, 'object', 'objects')}."]
        if n_without
        else []
    )
    found = objects.get(key, [])
    return ShapesEntry(str(image["file_name"]), found, size, notes)


def _outlined(annotation: Mapping[str, Any], kinds: Mapping[Any, str]) -> Outlined | None:
    """One annotation; None when it has only a box."""
    shape = annotation.get("segmentation")
    category = annotation.get("category_id")
    kind = kinds.get(category, "") if _is_key(category) else ""
    if not shape or not isinstance(shape, list | dict):
        return None
    is_crowd = annotation.get("iscrowd") in (1, True)
    return Outlined(_drawer(shape), kind=kind, is_to_ignore=is_crowd)


def _drawer(shape: list[Any] | Mapping[str, Any]) -> DrawPixels:
    if isinstance(shape, Mapping):
        return lambda height, width: decoded(shape, (height, width))

    def draw(height: int, width: int) -> Pixels:
        flat = shape if not isinstance(shape[0], int | float) else [shape]
        return joined([filled([as_points(ring)], height, width) for ring in flat])

    return draw


def _is_key(value: Any) -> bool:
    return isinstance(value, int | str)
