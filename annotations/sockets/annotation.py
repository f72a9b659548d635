"""Live strokes, states and cursors of one annotation."""

from __future__ import annotations

from typing import Any

from annotations.queries.annotations import annotation_for
from webapp.models import User
from webapp.sockets.groups import GroupSocket


class AnnotationSocket(GroupSocket):
    """Who may see the project may watch; edits come through the API only."""

    def find_group(self) -> str:
        """The group of the annotation in the address."""
        annotation = annotation_for(
            self.scope["user"], self.scope["url_route"]["kwargs"]["annotation_id"]
        )
        self.siblings = f"annotations_of.{annotation.image.dataset.project_id}"
        return f"annotation.{annotation.pk}"

    async def connect(self) -> None:
        """Join, and ask who else is here."""
        self.people: dict[str, dict[str, str]] = {}
        await super().connect()
        if self.group:
            await self.channel_layer.group_add(self.siblings, self.channel_name)
            await self._say({"type": "hello", **self._who()})

    async def disconnect(self, code: int) -> None:
        """Tell the others that this window is gone."""
        if self.group:
            await self._say({"type": "gone", **self._who()})
            await self.channel_layer.group_discard(self.siblings, self.channel_name)
        await super().disconnect(code)

    async def receive_json(self, content: Any, **_: Any) -> None:
        """A cursor is passed on; anything else is not for this door."""
        if not isinstance(content, dict) or content.get("type") != "cursor":
            return
        place = {axis: content.get(axis) for axis in ("t", "z", "y", "x")}
        if all(isinstance(value, int | float) for value in place.values()):
            await self._say({"type": "cursor", **place, **self._who()})

    async def told(self, event: dict[str, Any]) -> None:
        """Keep the list of who is here; pass on everything else but one's own echo."""
        message = event["message"]
        kind = message.get("type")
        if kind in ("hello", "here", "gone"):
            await self._note_person(kind, message)
        elif message.get("client") != self.channel_name:
            await super().told(event)

    async def _note_person(self, kind: str, person: dict[str, str]) -> None:
        if kind == "hello" and person["client"] != self.channel_name:
            await self._say({"type": "here", **self._who()})
        before = dict(self.people)
        if kind == "gone":
            self.people.pop(person["client"], None)
        else:
            self.people[person["client"]] = {key: person[key] for key in self._who()}
        if self.people != before:
            await self.send_json({"type": "people", "people": list(self.people.values())})

    def _who(self) -> dict[str, str]:
        user: User = self.scope["user"]
        return {
            "client": self.channel_name,
            "id": str(user.pk),
            "name": str(user),
            "color": user.color,
        }

    async def _say(self, message: dict[str, Any]) -> None:
        await self.channel_layer.group_send(self.group, {"type": "told", "message": message})
