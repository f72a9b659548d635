"""Where an installation keeps its data, and the short private folder for its sockets."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from webapp.bootstrap.environment import CHECKOUT
from webapp.bootstrap.progress import Refusal

SOCKET_PATH_LIMIT = 100  # bytes; sockaddr_un holds 104 on macOS, 108 on Linux
LONGEST_SOCKET = "postgres/.s.PGSQL.5432.lock"


@dataclass(frozen=True)
class DataFolder:
    """The data folder of one installation and the fixed places inside it."""

    path: Path

    @property
    def postgres(self) -> Path:
        """The database cluster; its major version is part of the name."""
        return self.path / "postgres-18"

    @property
    def valkey(self) -> Path:
        """Valkey's append-only file."""
        return self.path / "valkey"

    @property
    def secrets(self) -> Path:
        """Generated passwords and keys, readable by their owner alone."""
        return self.path / "secrets"

    @property
    def logs(self) -> Path:
        """What the child processes write."""
        return self.path / "logs"

    @property
    def lock(self) -> Path:
        """Locked by the one process that runs the embedded services."""
        return self.path / "lock"

    @property
    def users_lock(self) -> Path:
        """Shared by commands that use services which another process runs."""
        return self.path / "users.lock"

    @property
    def services(self) -> Path:
        """Addresses of the running services, for other commands."""
        return self.path / "services.json"

    @property
    def processes(self) -> Path:
        """The child processes by id and start time."""
        return self.path / "processes.json"

    @property
    def beat_schedule(self) -> Path:
        """When the periodic tasks ran last."""
        return self.path / "beat-schedule"

    @property
    def demo_marker(self) -> Path:
        """Exists once the demo project was loaded."""
        return self.path / "demo-loaded"


def open_data_folder(path: Path | None = None) -> DataFolder:
    """The data folder (`path`, else $DATA_DIR, else storage/), made and checked."""
    chosen = path or Path(os.environ.get("DATA_DIR") or CHECKOUT / "storage")
    folder = DataFolder(chosen.expanduser().resolve())
    try:
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for inner in (folder.secrets, folder.logs, folder.valkey):
            inner.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Refusal(
            f"The data folder {folder.path} can't be used ({error.strerror}); "
            "set DATA_DIR to a folder that you may write."
        ) from error
    owner = folder.path.stat().st_uid
    if os.geteuid() not in (0, owner) or not os.access(folder.path, os.W_OK | os.X_OK):
        raise Refusal(
            f"The data folder {folder.path} belongs to another user (id {owner}); start Coverslip "
            "as that user or set DATA_DIR to another folder."
        )
    return folder


def runtime_folder(data: DataFolder) -> Path:
    """The private folder for this installation's sockets: short, owned by us, mode 0700."""
    digest = hashlib.sha256(os.fsencode(data.path)).hexdigest()[:12]
    path = _runtime_parent(len(digest)) / f"coverslip-{os.geteuid()}-{digest}"
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        _require_own(path)
    return path


def _runtime_parent(n_digest: int) -> Path:
    """$XDG_RUNTIME_DIR where it is ours and short enough, else /tmp."""
    chosen = os.environ.get("XDG_RUNTIME_DIR")
    if chosen:
        parent = Path(chosen)
        longest = f"{chosen}/coverslip-{os.geteuid()}-{'0' * n_digest}/{LONGEST_SOCKET}"
        is_short = len(os.fsencode(longest)) <= SOCKET_PATH_LIMIT
        if is_short and parent.is_dir() and parent.stat().st_uid == os.geteuid():
            return parent
    return Path("/tmp")  # noqa: S108 - the folder made in it is private and its owner is checked


def _require_own(path: Path) -> None:
    """Refuse a folder that somebody else may have prepared."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise Refusal(
            f"{path} was made by somebody else, so it is not safe to use for sockets; remove it "
            "or set XDG_RUNTIME_DIR to a private folder."
        )
    path.chmod(0o700)
