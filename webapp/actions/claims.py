"""Long work on a row: one worker at a time, believed while it shows that it is alive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import OperationalError, connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from webapp.models.claimed import Claimed

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Claimed)
MAX_ATTEMPTS = 3


class LostClaim(Exception):
    """The work was cancelled, or another worker holds it now; its result is thrown away."""


@dataclass(frozen=True)
class Claims(Generic[Row]):
    """How rows of a kind are taken: the `state` in which one waits, and that of work."""

    model: type[Row]
    waiting: str
    working: str
    lease: timedelta = timedelta(seconds=30)
    beat_s: float = 8.0

    def take(self, pk: UUID, **values: Any) -> bool:
        """Take a row that waits, or one whose worker is gone; False when somebody else has it."""
        now = timezone.now()
        is_free = Q(state=self.waiting) | Q(state=self.working, lease_until__lt=now)
        taken = self.model._default_manager.filter(is_free, pk=pk).update(
            state=self.working,
            claim=uuid4(),
            lease_until=now + self.lease,
            n_attempts=F("n_attempts") + 1,
            **values,
        )
        return taken == 1

    def prolong(self, row: Row, **values: Any) -> bool:
        """Say that the work goes on, and how far it is; False when the claim is lost."""
        return self._held(row).update(lease_until=timezone.now() + self.lease, **values) == 1

    def lock(self, row: Row) -> None:
        """Nobody takes the row before the transaction ends; LostClaim when somebody has."""
        if self._held(row).select_for_update().first() is None:
            raise LostClaim

    def lost(self) -> Q:
        """Rows whose worker is gone."""
        return Q(state=self.working, lease_until__lt=timezone.now())

    @contextmanager
    def heartbeat(self, row: Row) -> Iterator[Callable[[], bool]]:
        """Prolong the lease from a thread; the yielded question says whether the claim is lost."""
        stop, is_lost = threading.Event(), threading.Event()

        def beat() -> None:
            while not stop.wait(self.beat_s):
                if not self._still_holds(row):
                    is_lost.set()
                    return

        def beat_and_hang_up() -> None:
            try:
                beat()
            finally:
                connection.close()

        thread = threading.Thread(target=beat_and_hang_up, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield is_lost.is_set
        finally:
            stop.set()
            thread.join()

    def _still_holds(self, row: Row) -> bool:
        try:
            return self.prolong(row)
        except OperationalError as error:
            # The database may be back before the lease has run out.
            logger.warning("%s %s: no heartbeat: %s", self.model.__name__, row.pk, error)
            connection.close()
            return True

    def _held(self, row: Row) -> QuerySet[Row]:
        rows = self.model._default_manager.order_by()
        return rows.filter(pk=row.pk, claim=row.claim, state=self.working)
