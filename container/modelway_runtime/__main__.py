"""The image's entry point: `python -m modelway_runtime train|serve|evaluate`."""

import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence

from modelway_runtime.errors import ContainerError, UsageError
from modelway_runtime.folders import Folders, folders_of

Command = Callable[[Folders, Mapping[str, str]], int]


def command(words: Sequence[str]) -> Command:
    """What the words ask for; each command brings its own heavy imports, so that training starts at once."""
    match list(words):
        case ["train"]:
            from modelway_runtime.training.job import train

            return train
        case ["serve"]:
            from modelway_runtime.serving.server import serve

            return serve
        case ["evaluate"]:
            from modelway_runtime.evaluation.job import evaluate

            return evaluate
    raise UsageError(f"the container was started with {' '.join(words) or 'no word'!r}; use train, serve or evaluate")


def main(words: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    try:
        return command(words)(folders_of(os.environ), os.environ)
    except ContainerError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
