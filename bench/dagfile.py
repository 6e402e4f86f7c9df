"""`python -m bench.dagfile FILE`: imports a DAG file as Airflow does, and says which of our files that loads."""

import importlib.machinery
import importlib.util
import json
import sys
from pathlib import Path

from bench.checkout import PLUGINS


def load(path: Path) -> None:
    """What DagBag does with a file."""
    loader = importlib.machinery.SourceFileLoader(f"measured_dag_{path.stem}", str(path))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None  # a loader was given
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    loader.exec_module(module)


def own_files() -> list[str]:
    """The files of plugins/ that are loaded now."""
    files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
    return sorted(file for file in files if Path(file).is_relative_to(PLUGINS))


def main(path: Path) -> None:
    """Load the file and print all of ours that it took."""
    load(path)
    sys.stdout.write("\n" + json.dumps([str(path), *own_files()]) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
