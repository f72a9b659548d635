"""`manage.py` explains itself with nothing installed and finds the right command."""

from __future__ import annotations

import subprocess
import sys

import pytest

from webapp.bootstrap import front_door
from webapp.bootstrap.commands import django_commands, explain, own_commands
from webapp.bootstrap.environment import CHECKOUT

# -I -S: without the packages of the environment that runs the tests.
BARE = [sys.executable, "-I", "-S"]


def _bare(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); sys.argv[0] = 'manage.py'\n"
    code += "from webapp.bootstrap.front_door import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [*BARE, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def test_without_an_argument_it_explains_itself_with_the_standard_library_alone():
    done = _bare()
    assert done.returncode == 0
    assert done.stderr == ""
    for word in ("Start here", "up", "test", "lint", "migrate", "DATA_DIR"):
        assert word in done.stdout


@pytest.mark.parametrize("word", ["-h", "--help", "help"])
def test_asking_for_help_is_the_same_as_saying_nothing(word, capsys):
    assert front_door.main([word]) == 0
    assert capsys.readouterr().out == explain() + "\n"


def test_the_bootstrap_imports_nothing_that_has_to_be_installed():
    names = [file.stem for file in (CHECKOUT / "webapp" / "bootstrap").glob("[!_]*.py")]
    code = f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); import importlib\n"
    code += "for name in sys.argv[1:]: importlib.import_module('webapp.bootstrap.' + name)"
    done = subprocess.run([*BARE, "-c", code, *names], capture_output=True, text=True, check=False)
    assert len(names) > 5
    assert done.stderr == ""


def test_every_line_of_the_explanation_fits_a_terminal():
    assert max(len(line) for line in explain().splitlines()) <= 100


def test_every_command_with_a_module_in_this_checkout_can_be_called():
    for command in own_commands().values():
        module = command.function.split(":")[0].replace(".", "/") + ".py"
        assert (CHECKOUT / module).exists() == (f"  {command.name} " in explain())


def test_management_commands_are_listed_with_their_help():
    listed = django_commands()
    assert "verify" in listed
    assert all(listed.values())


def test_a_misspelled_command_is_answered_before_anything_is_fetched(monkeypatch, capsys):
    monkeypatch.setattr(front_door, "is_current", lambda group: False)
    monkeypatch.setattr(front_door, "uses_system_python", lambda: False)
    monkeypatch.setattr(front_door, "make_current", lambda group: pytest.fail("began to fetch"))
    assert front_door.main(["tset"]) == 1
    assert capsys.readouterr().err == (
        "There is no command 'tset'; did you mean `manage.py test`?\n"
    )
