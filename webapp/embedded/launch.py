"""Run as a script: binds a child to its parent's life, takes on its account, becomes the program.

    python -I -S launch.py PARENT_PID DEATH_SIGNAL ACCOUNT PROGRAM [ARGUMENT...]

ACCOUNT is `direct` (the caller's), `namespace` (an unprivileged user inside a user namespace of
its own, for programs that refuse to run as root) or `UID:GID`. A script of its own instead of a
function between fork and exec, which is unsafe where threads run.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
INNER_ID = 1000


def main(arguments: list[str]) -> None:
    """Never returns: the process becomes the program or ends with a message."""
    parent, death_signal, account, *command = arguments
    if account == "namespace":
        _enter_user_namespace()
    elif account != "direct":
        _become(*(int(number) for number in account.split(":")))
    # After the account: a change of user clears the wish.
    _die_with(int(parent), int(death_signal))
    os.execv(command[0], command)  # noqa: S606 - no shell


def _enter_user_namespace() -> None:
    """Root outside is INNER_ID inside; files keep their owner (user_namespaces(7))."""
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER):
        number = ctypes.get_errno()
        raise OSError(number, f"unshare: {os.strerror(number)}")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INNER_ID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{INNER_ID} {gid} 1")


def _become(uid: int, gid: int) -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def _die_with(parent: int, death_signal: int) -> None:
    """Have the kernel send `death_signal` when the parent ends, however it ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we could ask
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
