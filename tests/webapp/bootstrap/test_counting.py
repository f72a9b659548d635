"""The last line of a test run counts every failure, also those that no test reports."""

from __future__ import annotations

import json

import pytest

from webapp.bootstrap import test_run as runner
from webapp.bootstrap.counting import Count, count_junit, count_vitest

SUITE = '<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3"/></testsuites>'


def test_pytest_s_report_is_counted_without_what_was_skipped():
    assert count_junit(SUITE) == Count(4, 3)


def test_a_test_file_that_vitest_could_not_load_is_a_failure():
    results = [
        {"status": "failed", "assertionResults": []},
        {"status": "failed", "assertionResults": [{"status": "failed"}]},
        {"status": "passed", "assertionResults": [{"status": "passed"}] * 5},
    ]
    report = {"numPassedTests": 5, "numFailedTests": 1, "testResults": results}
    assert count_vitest(json.dumps(report)) == Count(5, 2)


def test_a_run_of_real_tests_is_counted(tmp_path):
    file = tmp_path / "test_three.py"
    file.write_text("def test_a(): pass\ndef test_b(): pass\ndef test_c(): assert False\n")
    assert runner.run_pytest([str(file), "-q", "-p", "no:django"]) == Count(2, 1)


@pytest.mark.parametrize("content", ["import no_such_module_at_all\n", ""])
def test_a_file_that_can_not_be_collected_or_holds_no_test_is_a_failure(tmp_path, content):
    file = tmp_path / "test_broken.py"
    file.write_text(content)
    assert runner.run_pytest([str(file), "-q", "-p", "no:django"]) == Count(0, 1)


@pytest.mark.parametrize(("counted", "code"), [((3, 0), 0), ((3, 1), 1), ((0, 0), 1)])
def test_the_exit_code_is_zero_only_when_something_passed_and_nothing_failed(
    counted, code, monkeypatch, capsys
):
    monkeypatch.setattr(runner, "run_pytest", lambda arguments: Count(*counted))
    assert runner.main(["tests/one"]) == code
    last = capsys.readouterr().out.splitlines()[-1]
    assert f" {counted[0]} passed, {counted[1]} failed in " in last
