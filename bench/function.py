"""What AWS Lambda pays before the first call of trigger_dag."""

import io
import tempfile
import zipfile
from functools import partial
from pathlib import Path

from bench.checkout import CHECKOUT
from bench.figure import Figure, milliseconds, ratios
from bench.interpreter import seconds_of
from bench.report import Report
from bench.turns import take_turns
from local.estate.archive import archive

SOURCES = CHECKOUT / "lambda"


def measure(*, rounds: int) -> Report:
    """Import the function from its unpacked zip, as Lambda does, in turn with boto3 alone."""
    package = archive(SOURCES)
    with tempfile.TemporaryDirectory(prefix="modelway-bench-") as folder:
        zipfile.ZipFile(io.BytesIO(package)).extractall(folder)
        seconds_of("import boto3")  # compiles it, if nobody has yet
        times = take_turns(
            {
                "boto3": partial(_import_time, "boto3", Path(folder)),
                "function": partial(_import_time, "trigger_dag", Path(folder)),
            },
            rounds=rounds,
        )
    return Report(
        "lambda",
        [
            Figure("import_ratio", ratios(times["function"], times["boto3"]), goal=1.1),
            Figure("boto3_ms", milliseconds(times["boto3"])),
            Figure("import_ms", milliseconds(times["function"])),
            Figure("zip_kb", [len(package) / 1000], goal=10),
        ],
    )


def _import_time(module: str, folder: Path) -> float:
    """Lambda cannot keep what it compiles, as its task folder is read-only: -B does the same."""
    return seconds_of(f"import {module}", "-B", cwd=folder)
