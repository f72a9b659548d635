"""What the OpenAPI description says beyond the doors that Django knows."""

from __future__ import annotations

from typing import Any

REFUSALS = {
    "400": "It cannot be done as asked; the sentence says why.",
    "401": "Nobody is signed in, and there is no good token.",
    "403": "A member without the right to do this.",
    "404": "Nothing is here for whoever asks.",
}
REFUSAL = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
IMAGE_TILE = "/api/images/{image_id}/tiles/{digest}/{level}/{t}/{c}/{z}/{row}/{col}"
BASE_TILE = "/api/annotations/{annotation_id}/base/{digest}/{level}/{t}/{z}/{row}/{col}"

SEGMENTATION_TILE = (
    "/api/segmentations/{segmentation_id}/tiles/{digest}/{level}/{t}/{z}/{row}/{col}"
)


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the refusals that every door may give, and the tiles, which Django does not see."""
    doors = result["paths"]
    doors[IMAGE_TILE] = _tile(
        "images_tile", IMAGE_TILE, "One 512 x 512 block of one channel, in the image's dtype."
    )
    doors[BASE_TILE] = _tile(
        "annotations_base_tile", BASE_TILE, "One 512 x 512 block of version 0: uint32 labels."
    )
    doors[SEGMENTATION_TILE] = _tile(
        "segmentations_tile", SEGMENTATION_TILE, "One 512 x 512 block of a result: uint32 labels."
    )
    for door in doors.values():
        for operation in door.values():
            for status, words in REFUSALS.items():
                said = {"description": words, "content": REFUSAL}
                operation["responses"].setdefault(status, said)
    return result


def _tile(name: str, path: str, words: str) -> dict[str, Any]:
    places = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return {
        "get": {
            "operationId": name,
            "description": f"{words} Little endian, row by row, always sent with gzip. The address "
            "holds the digest of the content, so it may be kept for ever.",
            "parameters": [_place(place) for place in places],
            "tags": ["tiles"],
            "security": [{"cookieAuth": []}, {"token": []}],
            "responses": {
                "200": {
                    "description": "",
                    "content": {
                        "application/octet-stream": {
                            "schema": {"type": "string", "format": "binary"}
                        }
                    },
                },
                "304": {"description": "What the browser has is still right."},
                "503": {"description": "The tiles are being made again.", "content": REFUSAL},
            },
        }
    }


def _place(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer", "minimum": 0}
    if name.endswith("_id"):
        schema = {"type": "string", "format": "uuid"}
    elif name == "digest":
        schema = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
    return {"in": "path", "name": name, "required": True, "schema": schema}
