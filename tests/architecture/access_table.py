"""Who gets what at every address of the API: one row for each address and method.

A row names the least role, and what that role and all above it get. Below it is 403, a stranger
gets 404 and a visitor without an account 401, unless the row says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

NOBODY_KNOWS = "5f0c9f54-3c5f-4c0e-9b52-000000000000"


@dataclass(frozen=True)
class Row:
    """One method at one address; `{names}` are ids of the world that the test makes."""

    method: str
    url: str
    least: str = "viewer"
    ok: int = 200
    body: Any = None
    stranger: int = 404
    nobody: int = 401
    below: int = 403
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


RESTORE = {"client_id": NOBODY_KNOWS, "base_version": 0, "version": 0}
NO_SETUP: dict[str, Any] = {"images": [], "setup": None}
EDIT = {"client_id": NOBODY_KNOWS, "base_version": 0, "kind": "brush", "patches": ["{patch}"]}
TUS = {"Tus-Resumable": "1.0.0"}
PART = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
START = TUS | {"Upload-Length": "5", "Upload-Metadata": "filename YS50aWY=,dataset {dataset64}"}

BYTES: dict[str, Any] = {"headers": {"Content-Type": "application/octet-stream"}}
ONE_PROPOSAL = {"proposals": [NOBODY_KNOWS]}

ROWS = [
    Row("get", "/api/schema/", nobody=401, stranger=200),
    Row("get", "/api/me", stranger=200),
    Row("get", "/api/me/settings", stranger=200),
    Row("put", "/api/me/settings/keys", ok=204, body={"value": {}}, stranger=204),
    Row("delete", "/api/me/settings/keys", ok=204, stranger=204),
    Row("get", "/api/tokens", stranger=200),
    Row("post", "/api/tokens", ok=201, body={"name": "script"}, stranger=201),
    Row("delete", "/api/tokens/{token}", ok=404),
    Row("get", "/api/projects", stranger=200),
    Row("post", "/api/projects", ok=201, body={"name": "Another"}, stranger=201),
    Row("get", "/api/projects/{project}"),
    Row("patch", "/api/projects/{project}", least="owner", body={"name": "Renamed"}),
    Row("delete", "/api/projects/{project}", least="owner", ok=204),
    Row("post", "/api/projects/{project}/restore", least="owner", below=404),
    Row("post", "/api/projects/{project}/erase", "owner", 404, {"typed": "Nuclei"}, below=404),
    Row("get", "/api/projects/{project}/trash", "manager"),
    Row("get", "/api/projects/{project}/storage"),
    # For the owner of the installation, who is none of these.
    Row("put", "/api/projects/{project}/storage", ok=404, body={"quota": None}, below=404),
    Row("get", "/api/projects/{project}/tags"),
    Row("post", "/api/projects/{project}/tags", "annotator", 404, {"images": [NOBODY_KNOWS]}),
    Row("get", "/api/search", stranger=200),
    Row("post", "/api/projects/{project}/trash/erase", "owner", 400, {"typed": "Nuclei"}),
    Row("get", "/api/projects/{project}/datasets"),
    Row("post", "/api/projects/{project}/datasets", "manager", 201, {"name": "Plate 2"}),
    Row("get", "/api/projects/{project}/members"),
    Row("patch", "/api/projects/{project}/members/{vera}", "manager", body={"role": "annotator"}),
    Row("delete", "/api/projects/{project}/members/{dora}", "manager", 204),
    Row("get", "/api/projects/{project}/invitations", "manager"),
    Row("post", "/api/projects/{project}/invitations", "manager", 201, {"role": "viewer"}),
    Row("delete", "/api/invitations/{invitation}", "manager", 204),
    Row("post", "/api/invitations/accept", ok=404, body={"secret": "unknown"}),
    Row("get", "/api/projects/{project}/classes"),
    Row("post", "/api/projects/{project}/classes", "manager", 201, {"name": "Mitotic"}),
    Row("patch", "/api/classes/{cell_class}", "manager", body={"name": "Renamed"}),
    Row("delete", "/api/classes/{cell_class}", "manager", 204),
    Row("get", "/api/projects/{project}/quality-limits"),
    Row("patch", "/api/projects/{project}/quality-limits", "manager", body={"limits": {}}),
    Row("get", "/api/images/{image}/quality"),
    Row("put", "/api/images/{image}/exclusion", "reviewer", 400, {"reason": 301 * "x"}),
    Row("delete", "/api/images/{image}/exclusion", "reviewer", 409),
    Row("get", "/api/projects/{project}/setups"),
    Row("post", "/api/projects/{project}/setups", "annotator", 201, {"name": "Scope 2"}),
    Row("put", "/api/projects/{project}/image-setup", "annotator", body=NO_SETUP),
    Row("get", "/api/setups/{setup}"),
    Row("patch", "/api/setups/{setup}", "annotator", body={"camera": "Zyla"}),
    Row("delete", "/api/setups/{unused_setup}", "annotator", 204),
    Row("get", "/api/projects/{project}/audit"),
    Row("get", "/api/projects/{project}/audit/verify"),
    Row("get", "/api/datasets/{dataset}"),
    Row("patch", "/api/datasets/{dataset}", "manager", body={"name": "Renamed"}),
    Row("delete", "/api/datasets/{dataset}", "manager", 204),
    Row("post", "/api/datasets/{dataset}/restore", "manager"),
    Row("get", "/api/datasets/{dataset}/originals"),
    Row("get", "/api/datasets/{dataset}/originals/{image_sha256}"),
    Row("get", "/api/datasets/{dataset}/originals.zip"),
    Row("post", "/api/datasets/{dataset}/originals.zip", ok=404, body={"images": [NOBODY_KNOWS]}),
    Row("post", "/api/datasets/{dataset}/move-here", "manager", 404, {"images": [NOBODY_KNOWS]}),
    Row("post", "/api/datasets/{dataset}/copy-here", "annotator", 404, {"images": [NOBODY_KNOWS]}),
    Row("get", "/api/datasets/{dataset}/images"),
    Row("get", "/api/datasets/{dataset}/uploads"),
    Row("get", "/api/datasets/{dataset}/channels"),
    Row("get", "/api/images/{image}/channels/0/picture"),
    Row(
        "post",
        "/api/datasets/{dataset}/channels",
        "annotator",
        body={"names": ["DAPI"], "roles": ["nucleus"]},
    ),
    Row("get", "/api/datasets/{dataset}/recognized", "annotator"),
    Row("get", "/api/datasets/{dataset}/groups", "annotator"),
    Row("post", "/api/datasets/{dataset}/groups", "annotator", 400, {"pattern": "{well}_none"}),
    Row("get", "/api/images/{image}/parts/0", ok=404),
    Row("get", "/api/datasets/{dataset}/wells"),
    Row("put", "/api/datasets/{dataset}/wells", "annotator", 400, {"pattern": "none {well}"}),
    Row("get", "/api/datasets/{dataset}/plates"),
    Row("get", "/api/datasets/{dataset}/plate-numbers"),
    Row("put", "/api/datasets/{dataset}/plate-map", "annotator", body={"table": "well\nA01"}),
    Row("post", "/api/uploads", "annotator", 201, headers=START),
    Row("get", "/api/uploads/{upload}", "annotator"),
    Row("head", "/api/uploads/{upload}", "annotator", headers=TUS),
    Row("patch", "/api/uploads/{upload}", "annotator", 204, b"a", headers=PART),
    Row("delete", "/api/uploads/{upload}", "annotator", 204, headers=TUS),
    Row("post", "/api/uploads/{upload}/retry", "annotator", 400),
    Row("post", "/api/uploads/{upload}/axes", "annotator", 409, {"axes": "z2"}),
    Row("get", "/api/uploads/{upload}/axes/0", "annotator", 404),
    Row("get", "/api/datasets/{dataset}/axes-answers", "annotator"),
    Row("delete", "/api/datasets/{dataset}/axes-answers/{axes_answer}", "annotator", 204),
    Row("get", "/api/images/{image}"),
    Row("patch", "/api/images/{image}", "annotator", body={"pixel_size_y_um": 0.3}),
    Row("delete", "/api/images/{image}", "manager", 204),
    Row("post", "/api/images/{image}/restore", "manager"),
    Row("patch", "/api/images/{image}/channels/0", "annotator", body={"color": "#00ff00"}),
    Row("get", "/api/images/{image}/original"),
    Row("get", "/api/images/{image}/thumbnail"),
    Row("post", "/api/images/{image}/annotation", "annotator"),
    Row("get", "/api/images/{image}/segmentations"),
    Row("get", "/api/images/{image}/light", "annotator"),
    # Nobody answers in this test: whoever may ask hears that.
    Row("post", "/api/images/{image}/prompts", "annotator", 503, {"added": [[1, 1]]}),
    Row("get", "/api/methods", stranger=200),
    Row("post", "/api/datasets/{dataset}/estimate", body={"method": "threshold"}),
    Row("get", "/api/datasets/{dataset}/runs"),
    Row("post", "/api/datasets/{dataset}/runs", "annotator", 201, {"method": "threshold"}),
    Row("get", "/api/runs/{run}"),
    Row("get", "/api/runs/{run}/jobs"),
    Row("post", "/api/runs/{run}/cancel", "annotator", 400),
    Row("post", "/api/runs/{run}/retry", "annotator", 400),
    Row("get", "/api/segmentations/{segmentation}"),
    Row("get", "/api/segmentations/{segmentation}/labels"),
    Row("get", "/api/segmentations/{segmentation}/objects"),
    Row("get", "/api/annotations/{annotation}"),
    Row("get", "/api/annotations/{annotation}/objects"),
    Row("get", "/api/annotations/{annotation}/edits"),
    Row("post", "/api/annotations/{annotation}/edits", "annotator", 201, EDIT),
    Row("post", "/api/annotations/{annotation}/restore", "annotator", 400, RESTORE),
    Row("post", "/api/annotations/{annotation}/labels", "annotator", body={"count": 8}),
    Row("post", "/api/annotations/{annotation}/submit", "annotator"),
    Row("post", "/api/annotations/{annotation}/approve", "reviewer", 409, {"version": 0}),
    Row("post", "/api/annotations/{annotation}/send_back", "reviewer", 409, {"comment": "x"}),
    Row("post", "/api/annotations/{annotation}/reopen", "reviewer", 409, {"reason": "x"}),
    Row("get", "/api/datasets/{dataset}/label-files", "annotator"),
    Row("post", "/api/datasets/{dataset}/label-files", "annotator", 201, b"a", **BYTES),
    Row("get", "/api/label-files/{label_file}", "annotator"),
    Row("delete", "/api/label-files/{label_file}", "annotator", 204),
    Row("patch", "/api/label-proposals/{label_proposal}", "annotator", body={"are_pieces": True}),
    Row("post", "/api/datasets/{dataset}/label-proposals/accept", "annotator", 409, ONE_PROPOSAL),
    Row("post", "/api/datasets/{dataset}/label-proposals/discard", "annotator", body=ONE_PROPOSAL),
    Row("get", "/api/datasets/{dataset}/ome-tiff.zip"),
    Row("post", "/api/datasets/{dataset}/ome-tiff.zip", ok=404, body={"images": [NOBODY_KNOWS]}),
    Row("get", "/api/datasets/{dataset}/ome-zarr.zip"),
    Row("post", "/api/datasets/{dataset}/ome-zarr.zip", ok=404, body={"images": [NOBODY_KNOWS]}),
    Row("get", "/api/datasets/{dataset}/reports"),
    Row("post", "/api/datasets/{dataset}/reports", ok=201, body={}),
    Row("get", "/api/reports/{report}"),
    Row("get", "/api/reports/{report}/files/unknown.csv", ok=404),
]
# Answers of doors that are in front of Django's URL resolver.
TILES = [
    "/api/images/{image}/tiles/{image_digest}/0/0/0/0/0/0",
    "/api/annotations/{annotation}/base/{base_digest}/0/0/0/0/0",
    "/api/segmentations/{segmentation}/tiles/{base_digest}/0/0/0/0/0",
]
