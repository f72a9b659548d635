"""Addresses of the lab's websockets."""

from __future__ import annotations

from django.urls import path

from webapp.sockets.project import ProjectSocket

routes = [path("ws/projects/<uuid:project_id>", ProjectSocket.as_asgi())]
