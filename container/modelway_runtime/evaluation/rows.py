"""The labelled rows of input/test, a batch at a time."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from modelway_runtime.errors import EvaluationError

BATCH = 10_000  # rows that go through the model at once: memory stays small, calls stay few


@dataclass(frozen=True)
class Batch:
    """Some rows of one file: what the model gets, and what it should have said."""

    file: str
    first: int
    labels: list[str]
    features: str

    @property
    def ids(self) -> list[str]:
        """`{file name}:{row number from 0}` of each row."""
        return [f"{self.file}:{self.first + offset}" for offset in range(len(self.labels))]

    @property
    def place(self) -> str:
        """The rows in words, for messages."""
        return f"{self.file}, rows {self.first} to {self.first + len(self.labels) - 1}"


def batches(folder: Path, *, target: str) -> Iterator[Batch]:
    """All rows of the folder's CSV files, by file name; one with other columns is an error."""
    files = sorted(folder.rglob("*.csv"))
    if not files:
        raise EvaluationError(f"there is no .csv file in {folder}; put labelled rows where [evaluate] test points")
    columns: list[str] | None = None
    for file in files:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            yield from _file(
                csv.reader(lines), file=file.relative_to(folder).as_posix(), target=target, columns=columns
            )
        columns = columns or _header(file)


def _file(reader: Iterator[list[str]], *, file: str, target: str, columns: list[str] | None) -> Iterator[Batch]:
    header = next(reader, [])
    if target not in header:
        raise EvaluationError(
            f"{file} has no column {target!r}, the target of model.toml; its columns are {', '.join(header) or 'none'}"
        )
    if columns is not None and header != columns:
        raise EvaluationError(f"{file} has the columns {header}, the files before it {columns}; they must be the same")
    first = 0
    rows = (row for row in reader if row)
    while chunk := list(islice(rows, BATCH)):
        yield _batch(chunk, file=file, first=first, header=header, target=target)
        first += len(chunk)


def _batch(rows: list[list[str]], *, file: str, first: int, header: list[str], target: str) -> Batch:
    for number, row in enumerate(rows, start=first):
        if len(row) != len(header):
            raise EvaluationError(f"{file}, row {number} has {len(row)} values; the header has {len(header)}")
    place = header.index(target)
    labels = [row.pop(place) for row in rows]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return Batch(file=file, first=first, labels=labels, features=text.getvalue())


def _header(file: Path) -> list[str]:
    with file.open(newline="", encoding="utf-8-sig") as lines:
        return next(csv.reader(lines))
