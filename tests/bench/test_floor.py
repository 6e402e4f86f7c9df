"""The floor has the graphs of the real DAGs, so that it changes with them."""

from pathlib import Path

import pytest

from bench.checkout import DAGS
from bench.road.floor import PREFIX, Outlines, lay_floor, read_outlines
from bench.road.walk import ROAD

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def real() -> Outlines:
    return read_outlines(DAGS)


def test_the_road_s_dags_are_there(real: Outlines) -> None:
    assert set(ROAD) <= real.keys()


def test_jobs_and_the_endpoint_are_what_waits(real: Outlines) -> None:
    waits = {dag_id: {task["name"] for task in real[dag_id] if task["waits"]} for dag_id in ROAD}
    assert waits == {"train": {"train", "evaluate_champion", "evaluate_challenger"}, "deploy": {"roll_out"}}


def test_a_twin_has_the_same_tasks_edges_and_rules(real: Outlines, tmp_path: Path) -> None:
    lay_floor(tmp_path, real)
    twins = read_outlines(tmp_path)
    assert twins == {f"{PREFIX}{dag_id}": [{**task, "waits": False} for task in real[dag_id]] for dag_id in real}
