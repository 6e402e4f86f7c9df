"""One platform for all that is broken; each test has versions of its own."""

from collections.abc import Iterator

import pytest

from tests.platform.desk import processes_of
from tests.postgres import database_of_newer_airflow
from tests.reliability.road import Road, open_road


@pytest.fixture(scope="package")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    with database_of_newer_airflow():
        desk, road = open_road(tmp_path_factory.mktemp("reliability"))
        yield road
        desk.run("down")
    assert processes_of(desk.home) == []
