"""`python -m bench.forks ROUNDS FILE…`: reads DAG files in forks of a process that has Airflow loaded already.

So does Airflow's dag processor. Prints the processor seconds of each round by file name, as JSON.
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path

import airflow.dag_processing.processor
import airflow.models.dagbag  # noqa: F401 - loaded, as in the dag processor, for its forks
from airflow.utils.file import iter_airflow_imports

from bench.dagfile import load


def in_a_fork(path: Path) -> float:
    """The processor seconds that a forked process takes to load the file."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        begin = time.process_time()
        load(path)
        os.write(writer, str(time.process_time() - begin).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = pipe.read()
    if os.waitpid(child, 0)[1] != 0 or not answer:
        raise SystemExit(f"{path} could not be loaded in a fork")
    return float(answer)


def main(rounds: int, paths: list[Path]) -> None:
    """Load what the processor loads in advance, then let the forks take turns."""
    for path in paths:
        for name in iter_airflow_imports(str(path)):
            importlib.import_module(name)
    times = [{path.stem: in_a_fork(path) for path in paths} for _ in range(rounds)]
    sys.stdout.write("\n" + json.dumps(times) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), [Path(word) for word in sys.argv[2:]])
