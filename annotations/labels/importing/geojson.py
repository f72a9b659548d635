"""GeoJSON as QuPath writes it: polygons with holes, in pixels, with the name of their class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotations.labels.importing.entry import FileOfMasks, Unfit
from annotations.labels.importing.outlines import NO_NUMBER, Pixels, as_points, filled, joined
from annotations.labels.importing.shapes import DrawPixels, Outlined, ShapesEntry
from annotations.labels.importing.words import counted

_AREAS = ("Polygon", "MultiPolygon")
_CELLS = ("cell", "detection", "tile")


def is_geojson(content: Any) -> bool:
    """A feature, a collection of features, or a list of them."""
    if isinstance(content, list):
        return bool(content) and all(_is_feature(one) for one in content)
    return _is_feature(content) or (
        isinstance(content, dict)
        and content.get("type") == "FeatureCollection"
        and isinstance(content.get("features"), list)
    )


def read_geojson(content: Any, name: str) -> FileOfMasks:
    """One entry, for the image that the file is named after."""
    listed = content if isinstance(content, list) else content.get("features", [content])
    features = [one for one in listed if _is_feature(one)]
    areas = [one for one in features if _geometry(one).get("type") in _AREAS]
    notes = []
    if len(features) < len(listed):
        n = len(listed) - len(features)
        notes.append(f"Left out, as no features of GeoJSON: {counted(n, 'entry', 'entries')}.")
    if len(areas) < len(features):
        n = len(features) - len(areas)
        notes.append(f"Left out, as no areas: {counted(n, 'point or line', 'points and lines')}.")
    kinds = {_object_type(one) for one in areas}
    if "annotation" in kinds and kinds & set(_CELLS):
        n = sum(_object_type(one) == "annotation" for one in areas)
        areas = [one for one in areas if _object_type(one) != "annotation"]
        what = counted(n, "annotation", "annotations")
        notes.append(f"Left out, as they surround the cells: {what}.")
    if any("nucleusGeometry" in one for one in areas):
        notes.append("Of cells the outer outline is taken, not that of the nucleus.")
    has_planes = any("plane" in _geometry(one) for one in areas)
    objects = [_outlined(one, has_planes) for one in areas]
    return FileOfMasks("GeoJSON", (ShapesEntry(name, objects, None, notes),))


def _outlined(feature: Mapping[str, Any], has_planes: bool) -> Outlined:
    """One feature; where planes are told at all, the first one is left unsaid."""
    geometry = _geometry(feature)
    plane = geometry.get("plane")
    place = plane if isinstance(plane, dict) else {"t": 0, "z": 0} if has_planes else {}
    kind = _class_of(feature)
    # In QuPath a class whose name begins with this is left out of everything.
    is_to_ignore = kind.casefold().startswith("ignore")
    return Outlined(
        _drawer(geometry), _number(place.get("t")), _number(place.get("z")), kind, is_to_ignore
    )


def _drawer(geometry: Mapping[str, Any]) -> DrawPixels:
    def draw(height: int, width: int) -> Pixels:
        coordinates = geometry.get("coordinates")
        polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
        if not isinstance(polygons, Sequence) or not polygons:
            raise Unfit(NO_NUMBER)
        return joined([_filled(polygon, height, width) for polygon in polygons])

    return draw


def _filled(polygon: Any, height: int, width: int) -> Pixels:
    """An outer ring and its holes."""
    if not isinstance(polygon, list):
        raise Unfit(NO_NUMBER)
    return filled([as_points(ring) for ring in polygon], height, width)


def _class_of(feature: Mapping[str, Any]) -> str:
    said = _properties(feature).get("classification")
    if isinstance(said, dict):
        names = said.get("names")
        said = ": ".join(map(str, names)) if isinstance(names, list) else said.get("name")
    return str(said)[:60] if said else ""


def _object_type(feature: Mapping[str, Any]) -> str:
    properties = _properties(feature)
    said = properties.get("objectType") or properties.get("object_type") or feature.get("id")
    return str(said).lower().removeprefix("path").removesuffix("object")


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    found = feature.get("properties")
    return found if isinstance(found, dict) else {}


def _geometry(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    found = feature.get("geometry")
    return found if isinstance(found, dict) else {}


def _is_feature(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "Feature"


def _number(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None
