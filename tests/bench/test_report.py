"""A report is read by people and, in its last line, by programs."""

import io
import json

from rich.console import Console

from bench.figure import Figure, ratios
from bench.report import Report, number, tell

REPORT = Report("sleep", [Figure("nap_ratio", [1.5, 1.0, 1.25], goal=1.2)], [Figure("nap_s", [0.5, 0.75, 123.456])])


def told(report: Report) -> list[str]:
    """The lines of a report, as a pipe gets them."""
    console = Console(file=io.StringIO(), width=100)
    tell(report, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_the_last_line_holds_the_medians_as_json() -> None:
    assert json.loads(told(REPORT)[-1]) == {"bench": "sleep", "figures": {"nap_ratio": 1.25, "nap_s": 0.75}}


def test_the_table_tells_spread_rounds_and_whether_the_goal_is_met() -> None:
    (line,) = [line for line in told(REPORT) if "nap_ratio" in line and "{" not in line]
    assert "1.25" in line
    assert "1.00 - 1.50" in line
    assert "1.2 missed" in line


def test_a_median_on_the_goal_meets_it() -> None:
    assert not Figure("import_ratio", [1.1], goal=1.1).is_missed


def test_a_figure_without_a_goal_misses_none() -> None:
    assert not Figure("total_s", [1000.0]).is_missed


def test_a_ratio_compares_what_was_measured_in_the_same_round() -> None:
    slow_second_round = [1.0, 10.0], [0.5, 5.0]
    assert ratios(*slow_second_round) == [2.0, 2.0]


def test_numbers_have_as_many_digits_as_tell_something() -> None:
    assert [number(value) for value in (0.0123456, 9.996, 99.96, 12345.6)] == ["0.01", "10.0", "100", "12346"]
