"""What Docker is given to build from."""

from pathlib import Path

import pytest
from semver import Version

from ci import recipe
from ci.engines import CONTAINER, Order
from modelway.names import ModelId

LABELS = {"modelway.model": "demo/breast-cancer", "org.opencontainers.image.version": "1.0.0"}


def order(model: Path) -> Order:
    return Order(ModelId("demo", "breast-cancer"), Version(1, 0, 0), source=model)


def listed(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_platform_s_dockerfile_finds_all_that_it_copies(model: Path) -> None:
    with recipe.context(order(model), lock=b"numpy==2\n", labels=LABELS) as folder:
        copied = [line.split()[1] for line in (folder / "Dockerfile").read_text().splitlines() if "COPY " in line[:5]]
        assert copied == ["lock.txt", "modelway_runtime", "program"]
        assert all((folder / name).exists() for name in copied)
        assert (folder / "lock.txt").read_bytes() == b"numpy==2\n"
        assert listed(folder / "program") == ["inference.py", "model.toml", "train.py"]
        assert "__main__.py" in listed(folder / "modelway_runtime")


def test_what_changes_most_is_copied_last() -> None:
    steps = [line.split()[0] for line in (CONTAINER / "Dockerfile").read_text().splitlines() if line[:1].isupper()]
    assert steps[-2:] == ["COPY", "COPY"]
    assert steps.index("RUN") < len(steps) - 2


def test_labels_are_one_step_at_the_end(model: Path) -> None:
    with recipe.context(order(model), lock=b"", labels=LABELS) as folder:
        last = (folder / "Dockerfile").read_text().splitlines()[-1]
    assert last == 'LABEL modelway.model="demo/breast-cancer" org.opencontainers.image.version="1.0.0"'


def test_a_dockerfile_of_the_model_s_own_gets_the_model_s_sources_alone(model: Path) -> None:
    (model / "Dockerfile").write_text("FROM scratch")
    (model / "data").mkdir()
    (model / "data" / "rows.csv").write_text("1\n")
    with recipe.context(order(model), lock=b"", labels=LABELS) as folder:
        assert listed(folder) == ["Dockerfile", "inference.py", "model.toml", "train.py"]
        assert (folder / "Dockerfile").read_text().startswith("FROM scratch\nLABEL ")
    assert (model / "Dockerfile").read_text() == "FROM scratch"


def test_of_a_file_s_mode_only_that_it_may_be_executed_is_kept(model: Path) -> None:
    (model / "train.py").chmod(0o777)
    (model / "inference.py").chmod(0o600)
    with recipe.context(order(model), lock=b"", labels=LABELS) as folder:
        modes = {name: oct((folder / "program" / name).stat().st_mode & 0o777) for name in ("train.py", "inference.py")}
    assert modes == {"train.py": "0o755", "inference.py": "0o644"}


@pytest.mark.parametrize("name", ["Dockerfile", "dockerfile.txt"])
def test_only_a_file_of_that_very_name_is_a_dockerfile(model: Path, name: str) -> None:
    (model / name).write_text("FROM scratch\n")
    with recipe.context(order(model), lock=b"", labels=LABELS) as folder:
        assert (folder / "modelway_runtime").exists() == (name != "Dockerfile")
