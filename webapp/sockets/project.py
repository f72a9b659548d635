"""Live messages of one project: uploads, images, runs, reports."""

from __future__ import annotations

from webapp.queries.projects import project_for
from webapp.sockets.groups import GroupSocket


class ProjectSocket(GroupSocket):
    """Everybody who may see the project may listen."""

    def find_group(self) -> str:
        """The group of the project in the address."""
        project = project_for(self.scope["user"], self.scope["url_route"]["kwargs"]["project_id"])
        return f"project.{project.pk}"
