"""Finds and ends the children that outlived a killed supervisor, and nobody else's processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from webapp.embedded.processes import Child

START_TIME_TOLERANCE_S = 2.0


@dataclass(frozen=True)
class Registry:
    """The file that names our children by id and start time."""

    path: Path
    data_dir: Path

    def write(self, children: Sequence[Child]) -> None:
        """Record the children that run now."""
        entries = []
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                started_at = psutil.Process(child.pid).create_time()
                entries.append(
                    {"name": child.program.name, "pid": child.pid, "started_at": started_at}
                )
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
        partial.replace(self.path)

    def stop_leftovers(self, patience_s: float = 5.0) -> int:
        """End what a killed supervisor left running; returns how many processes that were."""
        entries = self._entries()
        leaders = [process for entry in entries if (process := _recorded(entry))]
        processes = leaders + self._members({_pid(entry) for entry in entries}, leaders)
        for process in leaders:
            # PostgreSQL shuts down fast by SIGINT; by SIGTERM it would wait for its clients.
            is_postgres = process.name().startswith("postgres")
            _send(process, signal.SIGINT if is_postgres else signal.SIGTERM)
        _, alive = psutil.wait_procs(processes, timeout=patience_s if leaders else 0)
        for process in alive:
            _send(process, signal.SIGKILL)
        psutil.wait_procs(alive, timeout=patience_s)
        self.path.unlink(missing_ok=True)
        return len(processes)

    def _entries(self) -> list[dict[str, object]]:
        """What was recorded last; nothing when there is no record or half of one."""
        try:
            entries = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []

    def _members(self, groups: set[int], leaders: Sequence[psutil.Process]) -> list[psutil.Process]:
        """Children of our children: in a recorded group and started for this data folder."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process in leaders or os.getpgid(process.pid) not in groups:
                    continue
                # The group's number may be somebody else's by now; the folder says whose it is.
                if process.environ().get("DATA_DIR") == str(self.data_dir):
                    found.append(process)
        return found


def _pid(entry: Mapping[str, object]) -> int:
    number = entry.get("pid")
    return number if isinstance(number, int) else -1


def _recorded(entry: Mapping[str, object]) -> psutil.Process | None:
    """The recorded process, unless it ended and its id went to another one."""
    started_at = entry.get("started_at")
    try:
        process = psutil.Process(_pid(entry))
        is_alive = process.status() != psutil.STATUS_ZOMBIE
        created_at = process.create_time()
    except (psutil.Error, ValueError):
        return None
    is_same = (
        isinstance(started_at, float) and abs(created_at - started_at) < START_TIME_TOLERANCE_S
    )
    return process if is_alive and is_same else None


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)
