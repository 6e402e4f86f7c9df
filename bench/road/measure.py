"""The road beside its two measures, round by round."""

from collections.abc import Callable, Mapping

from rich.console import Console

from bench.figure import Figure, ratios
from bench.report import Report
from bench.road.bare import BareWork
from bench.road.desk import Desk, opened
from bench.road.floor import Outlines, lay_floor, read_outlines, walk_floor
from bench.road.meter import commands_seconds
from bench.road.walk import ROAD, Walk
from bench.road.workplace import workplace
from bench.turns import take_turns

TOTAL, CPU = "total", "cpu"
Stages = dict[str, float]
Work = Callable[[], Stages]
Meter = Callable[[], dict[str, float]]


def measure(*, rounds: int, console: Console) -> Report:
    """A platform of its own, a first push as warm-up, then the rounds."""
    with workplace() as place:
        outlines = read_outlines(place.checkout / "dags")
        lay_floor(place.checkout / "dags", outlines)
        console.print("road: starting a platform and walking once to warm up")
        with opened(place) as desk:
            works = _warm_works(desk, outlines)
            results = take_turns({name: _told(name, work, console) for name, work in works.items()}, rounds=rounds)
    return _report(results)


def _warm_works(desk: Desk, outlines: Outlines) -> dict[str, Work]:
    """All three, each done once."""
    walk = Walk(desk, outlines)
    walk.first()
    bare = BareWork(desk.place.root / "bare", desk.jobs_python())
    bare.prepare()
    works = {
        "floor": _metered(lambda: _timed_floor(desk), desk.cpu_seconds),
        "bare": _metered(lambda: _with_total(bare.walk()), lambda: {"commands": commands_seconds()}),
        "road": _metered(walk.next, desk.cpu_seconds),
    }
    works["floor"]()
    return works


def _timed_floor(desk: Desk) -> Stages:
    return {TOTAL: walk_floor(desk.airflow, ROAD).seconds}


def _with_total(stages: Stages) -> Stages:
    return {TOTAL: sum(stages.values()), **stages}


def _metered(work: Work, meter: Meter) -> Work:
    """The work with the processor time it took, in all and of each part that the meter tells apart."""

    def metering() -> Stages:
        before = meter()
        stages = work()
        used = {f"{CPU}.{name}": seconds - before.get(name, 0.0) for name, seconds in meter().items()}
        return {**stages, **used, CPU: sum(used.values())}

    return metering


def _told(name: str, work: Work, console: Console) -> Work:
    """The work, saying how long it took: a round lasts a minute."""

    def telling() -> Stages:
        stages = work()
        console.print(f"road: {name:<5} {stages[TOTAL]:6.1f} s, {stages[CPU]:6.1f} s of processor time")
        return stages

    return telling


def _report(results: Mapping[str, list[Stages]]) -> Report:
    wall, cpu = _column(results, TOTAL), _column(results, CPU)
    return Report(
        "road",
        [
            Figure("total_s", wall["road"], goal=25),
            Figure("bare_s", wall["bare"]),
            Figure("floor_s", wall["floor"]),
            Figure("floor_ratio", _against_both(wall), goal=1.25),
            Figure("cpu_s", cpu["road"]),
            Figure("bare_cpu_s", cpu["bare"]),
            Figure("floor_cpu_s", cpu["floor"]),
            Figure("cpu_ratio", _against_both(cpu)),
        ],
        [detail for name, rounds in results.items() for detail in _details(name, rounds)],
    )


def _column(results: Mapping[str, list[Stages]], name: str) -> dict[str, list[float]]:
    return {work: [stages[name] for stages in rounds] for work, rounds in results.items()}


def _against_both(seconds: Mapping[str, list[float]]) -> list[float]:
    """The road, against what it cannot save: the bare work and an Airflow with nothing to do."""
    least = [bare + floor for bare, floor in zip(seconds["bare"], seconds["floor"], strict=True)]
    return ratios(seconds["road"], least)


def _details(work: str, rounds: list[Stages]) -> list[Figure]:
    """What every round had besides its sums; the road's own parts come without its name."""
    prefix = "" if work == "road" else f"{work}."
    names = [name for name in rounds[0] if name not in (TOTAL, CPU) and all(name in stages for stages in rounds)]
    return [Figure(f"{prefix}{name}_s", [stages[name] for stages in rounds]) for name in names]
