"""Write the example's data, Wisconsin breast cancer from scikit-learn: `python data.py`."""

# mypy: disable-error-code="import-not-found,import-untyped"
import csv
from pathlib import Path

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

TARGET = "malignant"


def load_rows() -> tuple[list[str], list[list[float]]]:
    """The column names, and rows of 30 features and the target: 1 for malignant."""
    bunch = load_breast_cancer()
    names = [name.replace(" ", "_") for name in bunch.feature_names]
    # scikit-learn's target says 1 for benign; a detector's positive class is the illness.
    labelled = zip(bunch.data.tolist(), bunch.target.tolist(), strict=True)
    rows = [[*features, 1 - target] for features, target in labelled]
    return [*names, TARGET], rows


def write_table(file: Path, header: list[str], rows: list[list[float]]) -> None:
    """A CSV file with a header and no index."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(folder: str = "data") -> None:
    """The same split each time: 80 % to train, 20 % to test, equally ill."""
    header, rows = load_rows()
    targets = [row[-1] for row in rows]
    train, test = train_test_split(rows, test_size=0.2, stratify=targets, random_state=0)
    write_table(Path(folder) / "train" / "train.csv", header, train)
    write_table(Path(folder) / "test" / "test.csv", header, test)
    print(f"wrote {len(train)} rows to {folder}/train and {len(test)} to {folder}/test")


if __name__ == "__main__":
    main()
