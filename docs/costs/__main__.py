"""Prints what an environment costs a month, from prices.csv beside this file: `python docs/costs`."""

import csv
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

PRICES = Path(__file__).with_name("prices.csv")
ENVIRONMENTS = ("dev", "stage", "prod")


def table(prices: Path = PRICES) -> str:
    """The table of docs/aws.md: US dollars a month for each thing and environment, and their sums."""
    with prices.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sums = [sum((cost(row, environment) for row in rows), Decimal()) for environment in ENVIRONMENTS]
    lines = [
        f"| what | USD a unit | {' | '.join(ENVIRONMENTS)} |",
        "|---|---|---:|---:|---:|",
        *map(line, rows),
        f"| **a month** | | {' | '.join(f'**{total:.0f}**' for total in sums)} |",
    ]
    return "\n".join(lines)


def line(row: dict[str, str]) -> str:
    """One thing's costs."""
    return f"| {row['thing']} | {row['usd']} / {row['unit']} | {' | '.join(amounts(row))} |"


def amounts(row: dict[str, str]) -> Iterator[str]:
    """What it costs in each environment; nothing where it is not there."""
    for environment in ENVIRONMENTS:
        amount = cost(row, environment)
        yield f"{amount:.2f}" if amount else ""


def cost(row: dict[str, str], environment: str) -> Decimal:
    """Price times quantity, in US dollars a month."""
    return Decimal(row["usd"]) * Decimal(row[environment])


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
