"""A websocket that listens to one group, after asking permissions."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.core.exceptions import PermissionDenied
from django.http import Http404

NOT_HERE = 4404
SIGNED_OUT = 4401


class GroupSocket(AsyncJsonWebsocketConsumer):
    """Subclasses say which group; a stranger's connection is closed with 4404."""

    group = ""

    def find_group(self) -> str:
        """The group this connection may listen to; raises Http404 or PermissionDenied."""
        raise NotImplementedError

    async def connect(self) -> None:
        """Ask once at the start; doors of the API ask again at every request."""
        try:
            self.group = await database_sync_to_async(self.find_group)()
        except (Http404, PermissionDenied):
            await self.close(code=NOT_HERE)
            return
        for group in (self.group, self._own_group()):
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Stop listening."""
        if self.group:
            for group in (self.group, self._own_group()):
                await self.channel_layer.group_discard(group, self.channel_name)

    async def told(self, event: dict[str, Any]) -> None:
        """Pass on what the group was told; a changed role is asked for again at once.

        A socket does not know its session. When its person signs out anywhere, it is closed, and
        pages that still have a session open it again.
        """
        if event["message"].get("type") == "signed_out":
            await self.close(code=SIGNED_OUT)
            return
        if event["message"].get("type") == "role":
            try:
                await database_sync_to_async(self.find_group)()
            except (Http404, PermissionDenied):
                await self.close(code=NOT_HERE)
            return
        await self.send_json(event["message"])

    def _own_group(self) -> str:
        return f"person.{self.scope['user'].pk}"
