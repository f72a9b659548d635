"""The example files are what the independent program writes, not what somebody typed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_the_program_writes_the_example_files_again_byte_for_byte(tmp_path: Path) -> None:
    shutil.copy(HERE / "make_golden.py", tmp_path)
    subprocess.run([sys.executable, str(tmp_path / "make_golden.py")], check=True)
    for name in ("patches.json", "marks.json", "operations.json"):
        assert (tmp_path / name).read_bytes() == (HERE / name).read_bytes()
