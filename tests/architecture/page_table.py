"""Who gets what at every page: a row for each address that people of a project may open or post to.

As in the table of the API, but a visitor without an account is sent to the sign-in page.
"""

from __future__ import annotations

from tests.architecture.access_table import Row

SEEN, MOVED = 200, 302

ROWS = [
    Row("get", "/projects/{project}"),
    Row("post", "/projects/{project}/edit", "owner", MOVED, {"name": "Renamed"}),
    Row("post", "/projects/{project}/delete", "owner", MOVED),
    Row("post", "/projects/{project}/restore", "owner", MOVED, below=404),
    Row("post", "/projects/{project}/erase", "owner", 404, {"typed": "Nuclei"}, below=404),
    Row("get", "/projects/{project}/trash", "manager"),
    Row("post", "/projects/{project}/trash/erase", "owner", MOVED, {"typed": "Nuclei"}),
    Row("post", "/projects/{project}/datasets", "manager", MOVED, {"name": "Plate 2"}),
    Row("get", "/projects/{project}/people"),
    Row("post", "/projects/{project}/invitations", "manager", MOVED, {"role": "viewer"}),
    Row("post", "/projects/{project}/invitations/{invitation}/revoke", "manager", MOVED),
    Row("post", "/projects/{project}/people/{vera}/role", "manager", MOVED, {"role": "viewer"}),
    Row("post", "/projects/{project}/people/{dora}/remove", "manager", MOVED),
    Row("get", "/projects/{project}/classes"),
    Row("post", "/projects/{project}/classes/new", "manager", MOVED, {"name": "Mitotic"}),
    Row("post", "/classes/{cell_class}/edit", "manager", MOVED, {"name": "Renamed"}),
    Row("post", "/classes/{cell_class}/remove", "manager", MOVED),
    Row("get", "/projects/{project}/audit"),
    Row("get", "/projects/{project}/audit.csv"),
    Row("get", "/projects/{project}/audit.json"),
    Row("get", "/datasets/{dataset}"),
    Row("post", "/datasets/{dataset}/edit", "manager", MOVED, {"name": "Renamed"}),
    Row("post", "/datasets/{dataset}/delete", "manager", MOVED, {"images": "{image}"}),
    Row("post", "/datasets/{dataset}/trash", "manager", MOVED),
    Row("get", "/datasets/{dataset}/upload", "annotator"),
    Row("get", "/datasets/{dataset}/plates"),
    Row("get", "/datasets/{dataset}/wells", "annotator"),
    Row("post", "/datasets/{dataset}/wells", "annotator", MOVED, {"pattern": "none"}),
    Row("get", "/datasets/{dataset}/plate-map", "annotator"),
    Row("post", "/datasets/{dataset}/plate-map", "annotator", MOVED, {"table": "well\nA01"}),
    Row("post", "/images/{image}/details", "annotator", MOVED, {"name": "Renamed"}),
    Row("get", "/projects/{project}/quality"),
    Row("post", "/projects/{project}/quality", "manager", MOVED, {"blurred": "4"}),
    Row("post", "/images/{image}/exclude", "reviewer", MOVED, {"reason": "Out of focus"}),
    Row("post", "/images/{image}/include", "reviewer", MOVED),
    Row("post", "/images/{image}/delete", "manager", MOVED),
    Row("get", "/datasets/{dataset}/run", "annotator"),
    Row("post", "/datasets/{dataset}/choose", ok=MOVED),
    Row("get", "/runs/{run}"),
    Row("post", "/runs/{run}/cancel", "annotator", MOVED),
    Row("post", "/runs/{run}/retry", "annotator", MOVED),
    Row("get", "/images/{image}"),
    Row("get", "/datasets/{dataset}/report"),
    Row("get", "/reports/{report}"),
]
# Pages of a person, of the installation, or of nobody: the same for everybody who is signed in.
PERSONAL = [
    "/",
    "/account",
    "/account/signed-in",
    "/definitions",
    "/guide/",
    "/models",
    "/review",
]
# Addresses of the account pages and of forms that only concern whoever posts them.
WITHOUT_ROWS = {
    "/welcome",
    "/invitations/*",
    "/projects",
    "/account/name",
    "/account/tokens",
    "/trash",
    "/account/tokens/*/revoke",
    "/guide",
    "/guide/*",
    "/account/sign-in",
    "/account/sign-out",
    "/account/inactive",
    "/account/confirm",
    "/account/password",
    "/account/set-password",
    "/account/factor",
    "/account/factor/sign-in",
    "/account/factor/confirm",
    "/account/factor/add",
    "/account/factor/remove",
    "/account/recovery-codes",
    "/account/recovery-codes/new",
    "/account/recovery-codes/download",
}
