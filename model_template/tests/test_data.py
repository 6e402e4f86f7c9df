"""The example's data are what model.toml says they are."""

# mypy: disable-error-code="import-not-found,import-untyped"
import csv
from pathlib import Path

import data


def read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_the_split_is_the_same_each_time(tmp_path: Path) -> None:
    data.main(str(tmp_path / "one"))
    data.main(str(tmp_path / "two"))
    for name in ("train/train.csv", "test/test.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_fifth_of_the_rows_is_kept_for_the_test(rows: Path) -> None:
    train, test = read(rows / "train" / "train.csv"), read(rows / "test" / "test.csv")
    assert (len(train), len(test)) == (455, 114)


def test_both_parts_have_the_same_share_of_malignant_rows(rows: Path) -> None:
    shares = [
        sum(row["malignant"] == "1" for row in table) / len(table)
        for table in (read(rows / "train" / "train.csv"), read(rows / "test" / "test.csv"))
    ]
    assert abs(shares[0] - shares[1]) < 0.01


def test_columns_are_identifiers_and_the_target_is_zero_or_one(rows: Path) -> None:
    table = read(rows / "test" / "test.csv")
    assert len(table[0]) == 31
    assert all(name.isidentifier() for name in table[0])
    assert {row["malignant"] for row in table} == {"0", "1"}
