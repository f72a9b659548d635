"""The ASGI door: tiles first, pages and API over HTTP, live messages over websockets."""

from __future__ import annotations

import os

import django
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")
django.setup(set_prefix=False)

from annotations.api.base_tiles import BASE_TILE, base_tile  # noqa: E402
from annotations.api.segmentation_tiles import SEGMENTATION_TILE, segmentation_tile  # noqa: E402
from annotations.sockets.routes import routes as annotation_sockets  # noqa: E402
from webapp.api.arriving import ArrivingHandler  # noqa: E402
from webapp.api.lean import LeanDoors  # noqa: E402
from webapp.api.tiles import IMAGE_TILE, image_tile  # noqa: E402
from webapp.sockets.routes import routes as webapp_sockets  # noqa: E402

TILE_DOORS = [
    (IMAGE_TILE, image_tile),
    (BASE_TILE, base_tile),
    (SEGMENTATION_TILE, segmentation_tile),
]
application = ProtocolTypeRouter(
    {
        "http": LeanDoors(TILE_DOORS, ArrivingHandler()),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter([*webapp_sockets, *annotation_sockets]))
        ),
    }
)
