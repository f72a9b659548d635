"""Addresses of the annotations' websockets."""

from __future__ import annotations

from django.urls import path

from annotations.sockets.annotation import AnnotationSocket

routes = [path("ws/annotations/<uuid:annotation_id>", AnnotationSocket.as_asgi())]
