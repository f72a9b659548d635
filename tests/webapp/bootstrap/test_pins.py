"""The pinned versions cover what pyproject.toml asks for, exactly and once."""

from __future__ import annotations

from importlib.metadata import version

from packaging.requirements import Requirement

from webapp.bootstrap.environment import REQUIREMENTS
from webapp.bootstrap.pins import GROUPS, declared, normalized, present_pins


def test_every_dependency_is_pinned_to_a_version_that_it_allows():
    pins = present_pins()
    for group in GROUPS:
        for requirement in map(Requirement, declared(group)):
            pinned = pins[normalized(requirement.name)]
            assert requirement.specifier.contains(pinned), requirement


def test_torch_is_pinned_exactly_and_for_every_build():
    assert present_pins()["torch"] == "2.13.0"


def test_no_package_is_pinned_twice():
    lines = [
        line.split("==")[0]
        for file in REQUIREMENTS.glob("*.txt")
        for line in file.read_text().splitlines()
        if "==" in line
    ]
    assert len(lines) == len(set(lines)) > 80


def test_the_installed_packages_are_the_pinned_ones():
    pins = present_pins()
    installed = {name: version(name).split("+")[0] for name in pins}
    assert installed == pins
