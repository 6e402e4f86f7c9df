"""What reading the DAG files costs Airflow."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bench.airflow_home import airflow_home
from bench.bare import airflow_imports
from bench.checkout import DAGS
from bench.figure import Figure, milliseconds, ratios
from bench.interpreter import answer_of, seconds_of
from bench.report import Report
from bench.turns import take_turns

LOADER = "from pathlib import Path; from bench.dagfile import load"
Environment = Mapping[str, str]


def measure(*, rounds: int) -> Report:
    """Load each file in fresh interpreters, in turn with its bare imports; then in forks of a loaded Airflow."""
    files = sorted(DAGS.glob("*.py"))
    with airflow_home() as environment:
        times = take_turns(_works(files, environment), rounds=rounds)
        forked = answer_of("-m", "bench.forks", str(rounds), *map(str, files), environment=environment)
    names = [file.stem for file in files]
    added = {name: milliseconds([turn[name] for turn in forked]) for name in names}
    return Report("parse", _summary(names, times, added), _details(names, times, added))


def _works(files: list[Path], environment: Environment) -> dict[str, Callable[[], float]]:
    works: dict[str, Callable[[], float]] = {}
    for file in files:
        loaded = answer_of("-m", "bench.dagfile", str(file), environment=environment)  # and compiles what it loads
        bare = "\n".join(airflow_imports(map(Path, loaded)))
        works[f"{file.stem} bare"] = partial(seconds_of, bare, environment=environment)
        works[file.stem] = partial(seconds_of, f"load(Path({str(file)!r}))", after=LOADER, environment=environment)
    return works


def _summary(names: list[str], times: Mapping[str, list[float]], added: Mapping[str, list[float]]) -> list[Figure]:
    """The worst file: of all medians the largest."""
    each = [Figure("worst_ratio", ratios(times[name], times[f"{name} bare"]), goal=1.15) for name in names]
    forks = [Figure("added_ms", added[name]) for name in names]
    return [max(each, key=lambda figure: figure.median), max(forks, key=lambda figure: figure.median)]


def _details(names: list[str], times: Mapping[str, list[float]], added: Mapping[str, list[float]]) -> list[Figure]:
    return [
        figure
        for name in names
        for figure in (
            Figure(f"{name}_ms", milliseconds(times[name])),
            Figure(f"{name}_bare_ms", milliseconds(times[f"{name} bare"])),
            Figure(f"{name}_added_ms", added[name]),
        )
    ]
