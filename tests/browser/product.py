"""The whole product as its user starts it, on a folder of its own, for the browser tests."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Who has an account in the shared lab, by the part of her address before the @.
PEOPLE = ("ada", "ines", "lena", "mira", "nora")
PASSWORD = "correct horse battery staple"
MAKE_PEOPLE = f"""
from webapp.models import User
for name in {PEOPLE}:
    User.objects.create_user(name + "@lab.example", "{PASSWORD}", name=name.title())
"""

CHECKOUT = Path(__file__).resolve().parents[2]
CHOSEN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "DATA_DIR")
STOP_S = 60


@dataclass(frozen=True)
class Product:
    """Where it answers, and the environment of its own commands."""

    address: str
    environment: dict[str, str]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `manage.py ...` beside the running product."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@contextmanager
def running_product(folder: Path) -> Iterator[Product]:
    """`manage.py up` on a free port until the block ends, then Ctrl-C."""
    environment = {name: value for name, value in os.environ.items() if name not in CHOSEN}
    environment |= {"DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}
    # Beside other tests the model may take longer to answer a click than a person would wait.
    environment |= {"PROMPT_PATIENCE_S": "240"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--port", "0", "--no-demo"],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Product(_address(process), environment)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@contextmanager
def running_lab(folder: Path) -> Iterator[Product]:
    """The running product with accounts for PEOPLE."""
    with running_product(folder) as product:
        made = product.command("shell", "-c", MAKE_PEOPLE)
        assert made.returncode == 0, made.stderr
        yield product


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"Coverslip runs at (http://\S+)", line):
            return found[1]
    raise AssertionError("up ended before it was ready:\n" + "".join(said))
