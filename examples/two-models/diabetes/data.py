"""Write the example's data, which come with scikit-learn: `python data.py`."""

# mypy: disable-error-code="import-not-found,import-untyped"
import csv
from pathlib import Path

from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split


def write_table(file: Path, header: list[str], rows: list[list[float]]) -> None:
    """A CSV file with a header and no index."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines, lineterminator="\n").writerows([header, *rows])


def main(folder: str = "data") -> None:
    """The same split each time: 80 % to train, 20 % to test."""
    bunch = load_diabetes()
    header = [name.replace(" ", "_").replace("/", "_") for name in bunch.feature_names]
    rows = [[*features, target] for features, target in zip(bunch.data.tolist(), bunch.target.tolist(), strict=True)]
    train, test = train_test_split(rows, test_size=0.2, random_state=0)
    write_table(Path(folder) / "train" / "train.csv", [*header, "target"], train)
    write_table(Path(folder) / "test" / "test.csv", [*header, "target"], test)


if __name__ == "__main__":
    main()
