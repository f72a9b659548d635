"""`manage.py verify`: recompute every hash chain and name the first broken row."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webapp import events
from webapp.audit.log import check_chain
from webapp.models import AuditEvent


class Command(BaseCommand):
    """Recompute the audit chains of the lab, its projects and every annotation."""

    help = "recompute every hash chain (audit log and edits); names the first broken row"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a chain that does not hold; exit code 1 when there is any."""
        broken: list[str] = []
        scopes = list(
            AuditEvent.objects.order_by("scope").values_list("scope", flat=True).distinct()
        )
        for scope in scopes:
            found = check_chain(scope)
            if found is not None:
                broken.append(f"audit log of {scope}, row {found.place}: {found.reason}")
        checked = [f"{len(scopes)} audit chains, {AuditEvent.objects.count()} events"]
        events.announce("verify", broken=broken, checked=checked)
        for line in broken:
            self.stderr.write(f"BROKEN  {line}")
        if broken:
            raise CommandError(f"{len(broken)} chain(s) do not hold.")
        self.stdout.write("Every chain holds: " + "; ".join(checked) + ".")
