"""As whom PostgreSQL runs, which refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from webapp.bootstrap.environment import CHECKOUT
from webapp.bootstrap.progress import Refusal
from webapp.embedded.processes import DIRECT, LAUNCH

NAMESPACE = "namespace"
UNPRIVILEGED_NAMES = ("postgres", "nobody")


def choose_account(cluster: Path, program: Path) -> str:
    """The account (as launch.py spells it) that can run `program` on the folder `cluster`.

    An ordinary user runs it directly. Root runs it in a user namespace, where it is nobody special
    but its files stay its own; where the system refuses that, as an unprivileged account that owns
    the cluster. Refuses with one sentence when nothing works.
    """
    if os.geteuid() != 0:
        return DIRECT
    for account in _candidates(cluster):
        if _works(account, cluster, program):
            return account
    raise Refusal(
        "PostgreSQL refuses to run as root, this system has no user namespaces for root, and no "
        f"unprivileged account can reach {cluster.parent}; start Coverslip as an ordinary user, "
        "set DATA_DIR to a folder such as /var/lib/coverslip, or set DATABASE_URL."
    )


def prepare_folder(folder: Path, account: str) -> None:
    """Make a folder that belongs to the account alone, and let the account reach it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if account not in (DIRECT, NAMESPACE):
        uid, gid = (int(number) for number in account.split(":"))
        os.chown(folder, uid, gid)
        _let_pass(folder.parent)


def _candidates(cluster: Path) -> Iterator[str]:
    """Accounts to try as root; who owns an existing cluster decides."""
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        yield f"{owner.st_uid}:{owner.st_gid}"
        return
    yield NAMESPACE
    if cluster.exists():
        return
    checkout = CHECKOUT.stat()
    if checkout.st_uid != 0:
        yield f"{checkout.st_uid}:{checkout.st_gid}"
    for entry in pwd.getpwall():
        if entry.pw_name in UNPRIVILEGED_NAMES:
            yield f"{entry.pw_uid}:{entry.pw_gid}"


def _works(account: str, cluster: Path, program: Path) -> bool:
    """Whether the account can start the program and reach the folder around the cluster."""
    parent = cluster.parent
    if account != NAMESPACE:
        _let_pass(parent)
    # By the shell: Python itself may lie where only root gets.
    tries = ([str(program), "--version"], ["/bin/sh", "-c", 'cd "$1"', "sh", str(parent)])
    return all(_runs(account, command) for command in tries)


def _runs(account: str, command: Sequence[str]) -> bool:
    launcher = [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid()), "9", account]
    return subprocess.run([*launcher, *command], capture_output=True, check=False).returncode == 0


def _let_pass(folder: Path) -> None:
    """Others may go through our own folder to theirs inside it, without listing it."""
    folder.chmod(folder.stat().st_mode | 0o111)
