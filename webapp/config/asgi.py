"""The ASGI door: pages and API over HTTP, live messages over websockets."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")
http = get_asgi_application()

from annotations.sockets.routes import routes as annotation_sockets  # noqa: E402
from webapp.sockets.routes import routes as webapp_sockets  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter([*webapp_sockets, *annotation_sockets]))
        ),
    }
)
