"""The same work without Modelway: pylint, train, evaluate twice, serve, predict, one program after the other."""

import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.checkout import CHECKOUT
from bench.interpreter import clean_environment
from bench.road.program import run
from bench.road.server import ask, free_port, serving
from bench.road.workplace import MADE

SCRIPTS = Path(__file__).parent / "scripts"
RULES = CHECKOUT / "ci" / "pylintrc"
CHAMPION, CHALLENGER = "0.0017", "0.015"
ROWS = 3


@dataclass(frozen=True)
class BareWork:
    """A folder with the model's programs and data, and the Python of the image's jobs."""

    folder: Path
    python: Path

    def prepare(self) -> None:
        """Copy the programs, make the data and the champion; nobody measures this."""
        shutil.copytree(CHECKOUT / "model_template", self.folder, ignore=MADE)
        self._run("data.py")
        self._train(CHAMPION)

    def walk(self) -> dict[str, float]:
        """The seconds of each step."""
        return {
            "check": self._check(),
            "train": self._train(CHALLENGER),
            "evaluate_champion": self._evaluate(CHAMPION),
            "evaluate_challenger": self._evaluate(CHALLENGER),
            **self._serve_and_predict(),
        }

    def _check(self) -> float:
        files = [path.name for path in sorted(self.folder.glob("*.py"))]
        return self._timed([sys.executable, "-m", "pylint", "--rcfile", str(RULES), *files])

    def _train(self, c: str) -> float:
        return self._run("train.py", "-c", c, "--train", "data/train", "--model-dir", f"trained/{c}")

    def _evaluate(self, c: str) -> float:
        return self._run(str(SCRIPTS / "evaluate.py"), f"trained/{c}", "data/test/test.csv")

    def _serve_and_predict(self) -> dict[str, float]:
        port, begin = free_port(), time.time()
        command = [str(self.python), str(SCRIPTS / "serve.py"), f"trained/{CHALLENGER}", str(port)]
        with serving(command, port=port, cwd=self.folder, environment=self._environment()) as url:
            ready = time.time()
            ask(url, self._rows())
            return {"serve": ready - begin, "predict": time.time() - ready}

    def _rows(self) -> bytes:
        """The first rows of the test file, whose target is the last column."""
        lines = (self.folder / "data" / "test" / "test.csv").read_text().splitlines()[1 : ROWS + 1]
        return "\n".join(line.rpartition(",")[0] for line in lines).encode()

    def _run(self, *words: str) -> float:
        return self._timed([str(self.python), *words])

    def _timed(self, command: Sequence[str]) -> float:
        return run(command, cwd=self.folder, environment=self._environment()).seconds

    def _environment(self) -> dict[str, str]:
        """The model's folder is importable, and pylint keeps nothing, as in `python -m ci check`."""
        return clean_environment() | {"PYTHONPATH": str(self.folder), "PYLINTHOME": str(self.folder / ".pylint")}
